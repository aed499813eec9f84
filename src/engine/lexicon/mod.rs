//! The words of the index, with their frequencies and pronunciations, for corrections and suggestions.
//!
//! Each segment has its own part ([`part`]), which is made once and kept ([`store`]). A lookup goes over all parts. A
//! result was in the index when its part was made; its post may be deleted or hidden by now. So the lexicon does not
//! decide what may be shown: callers check the postings first.
//!
//! - `spelt`, `spelt_in_full`, `initials`, `sequence`: the texts that typed letters may spell;
//! - `homophones`, `near`: the words that an unknown word may stand for;
//! - `completions`: the texts that continue a text being typed;
//! - `frequency`: the document frequency of a word.

mod completing;
mod near;
mod part;
mod sequence;
mod sorted_table;
mod spelt;
mod store;
pub(in crate::engine) mod suggest;
#[cfg(test)]
mod tests;

use std::{ops::Range, sync::Arc};

pub(in crate::engine) use self::{
    completing::{Completion, Continuation},
    store::Store,
};
use self::{
    part::SegmentLexicon,
    sorted_table::{Best, Item, Order, SortedTable},
};
use crate::{
    query::SuggestionKind,
    text::{Class, fold, pinyin},
};

/// Upper bound on the texts that one lookup examines.
const MAX_TRIED: usize = 600;

/// The lexicon of a snapshot.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct Lexicon {
    parts: Vec<Arc<SegmentLexicon>>,
    /// The day of the newest document, in days since 1970.
    newest: u16,
}

/// One of the two tables of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Side {
    /// Words, tags and pairs of words.
    Words,
    /// Titles and headings.
    Texts,
}

/// Returns the places of a key in a table.
type Find = fn(&SortedTable, &str) -> Range<usize>;

/// A result of a lookup.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct LexiconMatch {
    /// The text to search for. For a title or heading, the beginning that the typed letters spell.
    pub text: String,
    /// How well the typed letters spell the text.
    pub class: pinyin::Class,
    /// Whether only the beginning of the last syllable was typed.
    pub open: bool,
    /// Approximate document frequency.
    pub frequency: u32,
    /// The kind of the text.
    pub kind: SuggestionKind,
}

impl Lexicon {
    fn new(mut parts: Vec<Arc<SegmentLexicon>>) -> Self {
        let newest = parts.iter().map(|part| part.newest).max().unwrap_or(0);
        parts.sort_by_key(|part| std::cmp::Reverse(part.newest));
        Self { parts, newest }
    }

    /// Returns the number of parts.
    pub(in crate::engine) fn size(&self) -> usize {
        self.parts.len()
    }

    /// Returns the texts at the places that `find` returns for each key, best first.
    fn best(&self, side: Side, order: Order, keys: &[impl AsRef<str>], find: Find) -> Best<'_> {
        let tables = self.parts.iter().map(|part| match side {
            Side::Words => &part.words,
            Side::Texts => &part.texts,
        });
        Best::of(tables, order, |table| keys.iter().map(|key| find(table, key.as_ref())).collect())
    }

    /// Returns the document frequency of a folded word of at least two characters.
    pub(in crate::engine) fn frequency(&self, word: &str) -> u32 {
        let of_part = |part: &Arc<SegmentLexicon>| {
            let mut items = part.words.items_at(part.words.exactly(word)).iter();
            items.find(|item| item.kind == SuggestionKind::Word).map_or(0, |item| item.frequency)
        };
        self.parts.iter().map(of_part).sum()
    }

    /// Returns the weight of a text.
    fn weight(&self, kind: SuggestionKind, frequency: u32, day: u16) -> f32 {
        sorted_table::weight(kind, frequency, day, self.newest)
    }
}

/// Returns the byte range, in a text as its author wrote it, of the first `chars` letters and digits.
pub(in crate::engine) fn covered(shown: &str, chars: usize) -> Range<usize> {
    let folded = fold(shown);
    let mut letters = folded.as_str().char_indices().filter(|&(_, c)| Class::of(c) != Class::Other);
    let Some((start, first)) = letters.next() else { return 0..0 };
    let (last, c) = match chars.checked_sub(2) {
        Some(further) => letters.nth(further).unwrap_or((start, first)),
        None => (start, first),
    };
    folded.source(start..last + c.len_utf8())
}

/// Merges two lists that are sorted best first: the better class comes first, and within a class the lists alternate.
fn alternating<T, C: Ord>(lists: [Vec<T>; 2], class: impl Fn(&T) -> C) -> Vec<T> {
    let [one, other] = lists;
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    let mut all = Vec::new();
    let mut turn = false;
    loop {
        let from_one = match (one.peek(), other.peek()) {
            (None, None) => return all,
            (Some(a), Some(b)) => class(a) < class(b) || class(a) == class(b) && !turn,
            (one, _) => one.is_some(),
        };
        turn = from_one;
        all.extend(if from_one { one.next() } else { other.next() });
    }
}
