//! The words of the index, with their frequencies and sounds: what corrections and suggestions are looked up in.
//!
//! Each segment has a part of its own ([`part`]), made once and kept ([`store`]); a lookup goes over all of them. What it
//! finds was in the index when the part was made, perhaps in a post that is deleted or hidden by now: whoever shows it
//! asks the postings first. So nothing here decides what may be seen.
//!
//! - `spelt`, `initials`, `sequence`: what typed letters may mean;
//! - `homophones`, `near`: what a word that is nowhere may have been meant to be;
//! - `completions`: what continues a text that is being typed;
//! - `frequency`: how many documents have a word.

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
    completing::{Completion, Continues},
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

/// No lookup takes more texts into account than this.
const MOST_TRIED: usize = 600;

/// The lexicon of a snapshot.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct Lexicon {
    parts: Vec<Arc<SegmentLexicon>>,
    /// The day of the newest document, since 1970.
    newest: u16,
}

/// Which texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Side {
    /// Words, tags and pairs of words.
    Words,
    /// Titles and headings.
    Texts,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct LexiconMatch {
    /// What to search for: of a title or heading, the beginning that was meant.
    pub text: String,
    /// How well what was typed spells it.
    pub class: pinyin::Class,
    /// Whether only the beginning of its last syllable was typed.
    pub open: bool,
    /// In about how many documents it is.
    pub frequency: u32,
    /// What it is.
    pub kind: SuggestionKind,
}

impl Lexicon {
    fn new(mut parts: Vec<Arc<SegmentLexicon>>) -> Self {
        let newest = parts.iter().map(|part| part.newest).max().unwrap_or(0);
        parts.sort_by_key(|part| std::cmp::Reverse(part.newest));
        Self { parts, newest }
    }

    /// Gives how many parts it has.
    pub(in crate::engine) fn size(&self) -> usize {
        self.parts.len()
    }

    fn tables(&self, side: Side) -> impl Iterator<Item = &SortedTable> {
        self.parts.iter().map(move |part| match side {
            Side::Words => &part.words,
            Side::Texts => &part.texts,
        })
    }

    /// Gives the texts at the places that `find` gives, best first in each part.
    fn best(&self, side: Side, order: Order, find: impl Fn(&SortedTable) -> Vec<Range<usize>>) -> Best<'_> {
        Best::of(self.tables(side), order, find)
    }

    /// Gives how many documents have a folded word of at least two characters.
    pub(in crate::engine) fn frequency(&self, word: &str) -> u32 {
        self.parts.iter().map(|part| of_words(&part.words, word)).sum()
    }

    /// Gives how much a text is worth.
    fn weight(&self, kind: SuggestionKind, frequency: u32, day: u16) -> f32 {
        sorted_table::weight(kind, frequency, day, self.newest)
    }
}

/// Gives how many documents of a part have a word.
fn of_words(sorted_table: &SortedTable, word: &str) -> u32 {
    let mut items = sorted_table.exactly(word).map(|at| sorted_table.item(at as u32));
    items.find(|item| item.kind == SuggestionKind::Word).map_or(0, |item| item.frequency)
}

/// Gives the byte range in a text, as its author wrote it, of its first letters and digits.
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

/// Takes from two lists, each the best first, in turns: those of the better class first, of one class neither list alone.
fn in_turns<T, C: Ord>(lists: [Vec<T>; 2], class: impl Fn(&T) -> C) -> Vec<T> {
    let [one, other] = lists;
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    let mut all = Vec::new();
    let mut turn = false;
    loop {
        let from_one = match (one.peek(), other.peek()) {
            (None, None) => return all,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(a), Some(b)) => match class(a).cmp(&class(b)) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Greater => false,
                std::cmp::Ordering::Equal => !turn,
            },
        };
        turn = from_one;
        all.extend(if from_one { one.next() } else { other.next() });
    }
}
