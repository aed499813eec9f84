//! The lexicon of one part of the index. Immutable, as the part is.
//!
//! Reads the [`Vocabulary`] of the part. Texts of documents that are deleted later stay in the lexicon, so every result
//! has to be checked in the postings before it is shown.

use super::sorted_table::{Draft, Item, SortedTable};
use crate::{
    engine::{error::EngineError, postings::vocabulary::Vocabulary},
    query::{SuggestionKind, title_key},
    text::{Class, fold},
};

/// In a part of more documents, only pairs of words that more than one document contains are kept.
const LARGE: u32 = 2_000;
/// Upper bound on the length of a word of letters, in characters; longer ones are not words.
const MAX_WESTERN_LENGTH: usize = 24;

#[derive(Debug)]
pub(super) struct SegmentLexicon {
    /// Words, tags and pairs of words.
    pub words: SortedTable,
    /// Titles and headings.
    pub texts: SortedTable,
    /// The Han words, sorted by their characters from the last to the first.
    ends: Vec<u32>,
    /// The words of letters by length, each with the set of its letters.
    western: Vec<Vec<(u32, u32)>>,
    /// The day of the newest document, in days since 1970; 0 when no document has a date.
    pub newest: u16,
}

impl SegmentLexicon {
    /// Reads the vocabulary of a part.
    pub(super) fn of(vocabulary: &Vocabulary<'_>) -> Result<Self, EngineError> {
        let (mut words, mut texts) = (Vec::new(), Vec::new());
        vocabulary.for_each_word(|term, frequency| {
            if term.chars().nth(1).is_some() {
                words.push(word(term, frequency));
            }
        })?;
        vocabulary.for_each_western(|term, frequency| {
            if (2..=MAX_WESTERN_LENGTH).contains(&term.chars().count()) {
                words.push(word(term, frequency));
            }
        })?;
        let is_large = vocabulary.size() > LARGE;
        let is_wanted = |kind, frequency| kind != SuggestionKind::Phrase || frequency > 1 || !is_large;
        vocabulary.for_each_entry(is_wanted, |entry| {
            let text = title_key(&fold(entry.shown));
            let shown = (text != entry.shown).then(|| entry.shown.to_owned());
            let is_text = matches!(entry.kind, SuggestionKind::Title | SuggestionKind::Heading);
            let drafts = if is_text { &mut texts } else { &mut words };
            drafts.push(Draft { text, kind: entry.kind, shown, frequency: entry.frequency, day: entry.day });
        })?;
        Ok(Self::new(words, texts, vocabulary.newest_day()?))
    }

    /// Makes a sorted table of words, tags and pairs of words, and another of titles and headings.
    pub(super) fn new(words: Vec<Draft>, texts: Vec<Draft>, newest: u16) -> Self {
        let words = SortedTable::of(words, newest);
        let (ends, western) = (ends(&words), western(&words));
        Self { words, texts: SortedTable::of(texts, newest), ends, western, newest }
    }

    /// Returns the Han words that end with a character.
    pub(super) fn ending(&self, last: char) -> impl Iterator<Item = &Item> {
        let end = |&number: &u32| self.words.text(self.words.item(number)).chars().next_back();
        let start = self.ends.partition_point(|number| end(number) < Some(last));
        self.ends[start..]
            .iter()
            .take_while(move |number| end(number) == Some(last))
            .map(|&number| self.words.item(number))
    }

    /// Returns the words of `len` letters, each with the set of its letters.
    pub(super) fn of_letters(&self, len: usize) -> impl Iterator<Item = (u32, &Item)> {
        self.western.get(len).into_iter().flatten().map(|&(letters, number)| (letters, self.words.item(number)))
    }
}

fn word(term: &str, frequency: u32) -> Draft {
    Draft { text: term.to_owned(), kind: SuggestionKind::Word, shown: None, frequency, day: 0 }
}

/// Returns the set of the letters of a word as bits. Letters that are not Latin share bits.
pub(super) fn letters_of(word: &str) -> u32 {
    word.chars().fold(0, |set, c| set | 1 << (u32::from(c) % 32))
}

/// Returns the Han words sorted by their characters from the last to the first.
fn ends(words: &SortedTable) -> Vec<u32> {
    let is_han = |item: &Item| words.text(item).chars().all(|c| Class::of(c) == Class::Han);
    let found = words.items().filter(|(_, item)| item.kind == SuggestionKind::Word && is_han(item));
    let mut ends: Vec<(char, u32)> =
        found.filter_map(|(number, item)| Some((words.text(item).chars().next_back()?, number))).collect();
    ends.sort_unstable();
    ends.into_iter().map(|(_, number)| number).collect()
}

/// Returns the words of letters by length, each with the set of its letters.
fn western(words: &SortedTable) -> Vec<Vec<(u32, u32)>> {
    let mut western = vec![Vec::new(); MAX_WESTERN_LENGTH + 1];
    for (number, item) in words.items().filter(|(_, item)| item.kind == SuggestionKind::Word) {
        let text = words.text(item);
        let is_western = text.chars().next().map(Class::of) == Some(Class::Letter);
        if is_western && let Some(of_length) = western.get_mut(text.chars().count()) {
            of_length.push((letters_of(text), number));
        }
    }
    western
}
