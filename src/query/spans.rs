//! The ranges of a typed text that become clauses, and those that name something.

use std::ops::Range;

use super::typed_word::TypedWord;
use crate::{
    chinese::{Class, is_currency, is_share, marks},
    text::Folded,
};

/// How a text is split into clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Split {
    /// Into words, numbers with their units, and names with their signs. Very short text is one clause.
    #[default]
    Words,
    /// As `Words`, also when the text is very short.
    EveryWord,
    /// Not at all: the whole text is one clause, whatever words it contains.
    OnePiece,
}

/// Maximum number of Han characters of a piece that becomes one clause, whatever words it contains.
const MAX_WHOLE_CHARACTERS: usize = 2;

/// Returns the byte ranges of a piece that become clauses: words, numbers with their units, names with their signs.
pub(super) fn spans(typed_words: &[TypedWord], folded: &Folded, split: Split) -> Vec<Range<usize>> {
    let whole = typed_words.first().zip(typed_words.last()).map(|(first, last)| first.range.start..last.range.end);
    let characters: usize = typed_words.iter().map(|typed_word| typed_word.characters).sum();
    let is_one_run = typed_words.iter().all(|typed_word| typed_word.class == Class::Han)
        && typed_words.windows(2).all(|pair| pair[0].range.end == pair[1].range.start);
    if characters <= MAX_WHOLE_CHARACTERS && is_one_run && split == Split::Words {
        return whole.into_iter().collect();
    }
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut i = 0;
    while i < typed_words.len() {
        let mut span = typed_words[i].range.clone();
        let mut next = i + 1;
        while next < typed_words.len()
            && typed_words[next - 1].holds_on_to(&typed_words[next], typed_words.get(next + 1), folded)
        {
            span.end = typed_words[next].range.end;
            next += 1;
        }
        let alone = typed_words.len() == next - i;
        if alone || next - i > 1 || !typed_words[i].is_particle(folded) {
            spans.push(span);
        }
        i = next;
    }
    if spans.is_empty() {
        // Of nothing but particles, none is left out.
        for word in typed_words {
            match spans.last_mut().filter(|last| last.end == word.range.start) {
                Some(last) => last.end = word.range.end,
                None => spans.push(word.range.clone()),
            }
        }
    }
    spans
}

/// Joins the ranges that one number or date spans, with its unit.
pub(super) fn join(spans: &mut Vec<Range<usize>>, value: &Range<usize>) {
    let touches = |span: &Range<usize>| span.start < value.end && value.start < span.end;
    // A number of which no character became a clause stays left out.
    let Some(first) = spans.iter().position(touches) else { return };
    let last = spans.iter().rposition(touches).unwrap_or(first);
    let span = spans[first].start.min(value.start)..spans[last].end.max(value.end);
    spans.splice(first..=last, [span]);
}

/// Returns the byte ranges between the signs that mark a name.
pub(super) fn names(text: &str) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    for (opening, closing) in marks::NAMING {
        let mut from = 0;
        while let Some(start) = text.get(from..).and_then(|rest| rest.find(opening)) {
            let start = from + start + opening.len_utf8();
            let Some(length) = text.get(start..).and_then(|rest| rest.find(closing)) else { break };
            names.push(start..start + length);
            from = start + length;
        }
    }
    names
}

/// Returns a range of folded text with the sign that touches a number at either end and nothing else: `≥5`, `#5`, `100+`.
pub(super) fn with_signs(text: &str, span: &Range<usize>) -> Range<usize> {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let (before, inside, after) = (text.get(..span.start), text.get(span.clone()), text.get(span.end..));
    let (before, inside, after) = (before.unwrap_or_default(), inside.unwrap_or_default(), after.unwrap_or_default());
    let (mut passed, mut coming) = (before.chars(), after.chars());
    let (first, last) = (passed.next_back(), coming.next());
    let is_edge = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let before = first.filter(|&c| belongs(c) && is_edge(passed.next_back()) && is_digit(inside.chars().next()));
    let after =
        last.filter(|&c| belongs(c) && c != '.' && is_edge(coming.next()) && is_digit(inside.chars().next_back()));
    span.start - before.map_or(0, char::len_utf8)..span.end + after.map_or(0, char::len_utf8)
}

/// Returns a range of folded text without the signs that [`with_signs`] adds.
pub(super) fn without_signs(text: &str, span: &Range<usize>) -> Range<usize> {
    let inside = text.get(span.clone()).unwrap_or_default();
    let bare = inside.trim_start_matches(belongs);
    let start = span.end - bare.len();
    start..start + bare.trim_end_matches(|c| belongs(c) && !is_share(c)).len()
}

/// Returns whether a sign before or after a number says something of it. The marks of emphasis in source texts do not.
fn belongs(c: char) -> bool {
    (marks::joins(c) || c == '.') && !is_currency(c) && !"*_`".contains(c)
}
