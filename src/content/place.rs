//! Converts byte offsets to lines and columns for people.
//!
//! Counts from the start of the text each time, so it is suited to findings, not to every line.

use super::diagnostic::Place;

/// Number of characters shown of a source line, unless the finding is further to the right.
const MAX_SHOWN: usize = 300;
/// Upper bound on the end of a finding, in characters, for its line to be shown; the line is stored with the finding.
const MAX_END: usize = 1_000;
/// Upper bound on the characters marked in a finding.
const MAX_MARKED: usize = 120;

impl Place {
    /// Returns the place of `length` bytes at byte `offset` of `text`, limited to the end of the line. Line ends are
    /// `\n`. An offset after the end of the text means the end.
    #[must_use]
    pub fn of(text: &str, offset: usize, length: usize) -> Self {
        let bytes = text.as_bytes();
        let offset = offset.min(bytes.len());
        let before = &bytes[..offset];
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let line_end = bytes[offset..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |at| offset + at);
        let marked = characters(&bytes[offset..(offset + length).min(line_end)]).clamp(1, MAX_MARKED);
        let column = characters(&bytes[line_start..offset]) + 1;
        let end = column - 1 + marked;
        let source = text.get(line_start..line_end).filter(|_| end <= MAX_END).unwrap_or_default();
        Self {
            line: number(before.iter().filter(|&&b| b == b'\n').count() + 1),
            column: number(column),
            width: number(marked),
            source: source.chars().take(MAX_SHOWN.max(end)).collect(),
        }
    }
}

/// Counts the characters of UTF-8 text by the bytes that begin a character.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, marked: &str, expected: (u32, u32, u32, &str)) {
        let offset = text.find(marked).unwrap_or(text.len());
        let place = Place::of(text, offset, marked.len());
        assert_eq!((place.line, place.column, place.width, place.source.as_str()), expected);
    }

    #[test]
    fn columns_are_characters() {
        check("标题\n张女士接到电话", "接到", (2, 4, 2, "张女士接到电话"));
    }

    #[test]
    fn a_mark_ends_with_its_line() {
        check("one\ntwo\nthree", "wo\nth", (2, 2, 2, "two"));
    }

    #[test]
    fn a_line_is_shown_unless_the_place_is_far_to_the_right() {
        check(&("字".repeat(400) + "错"), "错", (1, 401, 1, &("字".repeat(400) + "错")));
        check(&("错".to_owned() + &"字".repeat(9_000)), "错", (1, 1, 1, &("错".to_owned() + &"字".repeat(299))));
        check(&("字".repeat(9_000) + "错"), "错", (1, 9_001, 1, ""));
    }

    #[test]
    fn the_end_of_the_text_is_a_place() {
        check("one\n", "missing", (2, 1, 1, ""));
    }
}
