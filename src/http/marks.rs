//! Marks of matches in a text, as ranges in bytes of UTF-8 and in units of UTF-16, which scripts in browsers use.

use serde::Serialize;

use crate::query::Snippet;

/// A part of a text with the matches in it.
#[derive(Debug, Serialize)]
pub(super) struct SnippetBody {
    text: String,
    marks: Vec<MarkBody>,
    /// Whether text was left out before and after the part.
    cut_before: bool,
    cut_after: bool,
    /// The heading above the first mark.
    heading: Option<String>,
    /// Line of the first mark in the source file, or of the beginning if there are no marks.
    line: u32,
}

impl SnippetBody {
    /// Makes the body; `heading` and `line` are those of the first mark, or of the beginning.
    pub(super) fn new(snippet: Snippet, heading: Option<String>, line: u32) -> Self {
        let Snippet { cut_before, cut_after, .. } = snippet;
        Self { marks: marks(&snippet), text: snippet.text, cut_before, cut_after, heading, line }
    }
}

/// One match.
#[derive(Debug, Serialize)]
pub(super) struct MarkBody {
    /// Range in bytes, without the end.
    start: usize,
    end: usize,
    /// Range in units of UTF-16.
    utf16_start: usize,
    utf16_end: usize,
    /// Place in the source file; missing in titles and headings, whose lines are given elsewhere.
    #[serde(flatten)]
    place: Option<PlaceBody>,
}

#[derive(Debug, Serialize)]
struct PlaceBody {
    heading: Option<String>,
    line: u32,
}

/// Returns the marks of a text. A mark that is not on boundaries of characters is left out.
pub(super) fn marks(snippet: &Snippet) -> Vec<MarkBody> {
    // Marks are in order, so that the text is read once.
    let (mut bytes, mut units) = (0, 0);
    let mut units_at = |at: usize| {
        let passed = snippet.text.get(bytes..at)?;
        units += passed.encode_utf16().count();
        bytes = at;
        Some(units)
    };
    let marks = snippet.marks.iter().enumerate().filter_map(|(i, mark)| {
        let (utf16_start, utf16_end) = (units_at(mark.start)?, units_at(mark.end)?);
        let place = snippet.places.get(i);
        let place = place.map(|place| PlaceBody { heading: place.heading.clone(), line: place.line });
        Some(MarkBody { start: mark.start, end: mark.end, utf16_start, utf16_end, place })
    });
    marks.collect()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::query::Position;

    fn snippet(text: &str, marks: Vec<Range<usize>>) -> Snippet {
        Snippet { text: text.to_owned(), marks, ..Snippet::default() }
    }

    #[track_caller]
    fn check(snippet: &Snippet, expected: Value) {
        assert_eq!(serde_json::to_value(marks(snippet)).ok(), Some(expected));
    }

    #[test]
    fn marks_are_counted_in_bytes_and_in_utf16() {
        let text = "𠮷林的ＡＰＰ😀詐騙";
        let text = snippet(text, vec![10..19, 23..29]);
        check(
            &text,
            json!([
                {"start": 10, "end": 19, "utf16_start": 4, "utf16_end": 7},
                {"start": 23, "end": 29, "utf16_start": 9, "utf16_end": 11},
            ]),
        );
    }

    #[test]
    fn a_mark_tells_where_it_stands() {
        let place = Position { heading: Some("案例一".to_owned()), line: 12 };
        let whole = 0..6;
        check(
            &Snippet { places: vec![place], ..snippet("客服", vec![whole]) },
            json!([{"start": 0, "end": 6, "utf16_start": 0, "utf16_end": 2, "heading": "案例一", "line": 12}]),
        );
    }

    #[test]
    fn a_mark_that_does_not_fit_is_left_out() {
        check(
            &snippet("诈骗", vec![1..3, 3..6, 6..99]),
            json!([{"start": 3, "end": 6, "utf16_start": 1, "utf16_end": 2}]),
        );
    }

    proptest! {
        #[test]
        fn both_ways_of_counting_give_the_same_text(
            text in "(?s).{0,40}|[詐騙ＡＢa𠮷😀👨\u{200d}\u{301}\n]{0,40}",
            cuts in prop::collection::btree_set(0_usize..41, 0..8),
        ) {
            let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let ends: Vec<usize> = cuts.into_iter().filter_map(|cut| ends.get(cut).copied()).collect();
            let ranges: Vec<Range<usize>> = ends.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect();
            let units: Vec<u16> = text.encode_utf16().collect();
            let made = marks(&snippet(&text, ranges.clone()));
            prop_assert_eq!(made.len(), ranges.len());
            for (mark, range) in made.iter().zip(ranges) {
                prop_assert_eq!(mark.start..mark.end, range.clone());
                let piece: Vec<u16> = text.get(range).unwrap_or_default().encode_utf16().collect();
                prop_assert_eq!(&units[mark.utf16_start..mark.utf16_end], piece.as_slice());
            }
        }
    }
}
