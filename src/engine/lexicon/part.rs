//! The lexicon of one segment. Immutable, as the segment is.
//!
//! Words and their frequencies come from the dictionaries of the index. Titles, tags, headings and pairs of words come
//! from the field of [`crate::engine::index::entries`]. Texts of documents that are deleted later stay in the part, so
//! every result has to be checked in the postings before it is shown.

use std::sync::Arc;

use tantivy::{
    DocSet as _, InvertedIndexReader, SegmentReader, TERMINATED,
    schema::{Field, IndexRecordOption},
    termdict::TermStreamer,
};

use super::sorted_table::{Draft, Item, SortedTable};
use crate::{
    engine::{error::EngineError, index::entries, index::schema::Fields, postings::segment::signed_numbers},
    query::{SuggestionKind, title_key},
    text::{Class, fold},
};

/// In a segment of more documents, only pairs of words that more than one document contains are kept.
const LARGE: u32 = 2_000;
/// Up to this many documents that share a text are read for the newest date.
const MAX_DATED: u32 = 500;
/// Upper bound on the length of a word of letters, in characters; longer ones are not words.
const MAX_WESTERN_LENGTH: usize = 24;

#[derive(Debug)]
pub(in crate::engine) struct SegmentLexicon {
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
    /// Reads the dictionaries of a segment.
    pub(in crate::engine) fn of(reader: &SegmentReader, fields: &Fields) -> Result<Self, EngineError> {
        let dates = signed_numbers(reader, "date")?;
        let day = |doc| dates.first(doc).map_or(0, |date| u16::try_from(date / 86_400).unwrap_or_default());
        let newest = reader.doc_ids_alive().map(day).max().unwrap_or(0);
        let mut words = Vec::new();
        for_each_term(reader, &fields.words, |term, frequency| {
            if term.chars().nth(1).is_some() {
                words.push(word(term, frequency));
            }
        })?;
        for_each_term(reader, &fields.grams, |term, frequency| {
            let is_western = term.chars().all(|c| Class::of(c) == Class::Letter);
            if is_western && (2..=MAX_WESTERN_LENGTH).contains(&term.chars().count()) {
                words.push(word(term, frequency));
            }
        })?;
        let mut texts = Vec::new();
        let index = reader.inverted_index(fields.entries).map_err(EngineError::read)?;
        let mut stream = index.terms().stream()?;
        while stream.advance() {
            let frequency = stream.value().doc_freq;
            let Some((kind, shown)) = std::str::from_utf8(stream.key()).ok().and_then(entries::read) else { continue };
            if kind == SuggestionKind::Phrase && frequency < 2 && reader.max_doc() > LARGE {
                continue;
            }
            let mut newest = 0;
            let mut postings = index.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?;
            for _ in 0..MAX_DATED {
                if postings.doc() == TERMINATED {
                    break;
                }
                newest = newest.max(day(postings.doc()));
                postings.advance();
            }
            let text = title_key(&fold(shown));
            let shown = (text != shown).then(|| shown.to_owned());
            let is_text = matches!(kind, SuggestionKind::Title | SuggestionKind::Heading);
            let sorted_table = if is_text { &mut texts } else { &mut words };
            sorted_table.push(Draft { text, kind, shown, frequency, day: newest });
        }
        Ok(Self::new(words, texts, newest))
    }

    /// Makes a sorted table of words, tags and pairs of words, and another of titles and headings.
    pub(in crate::engine) fn new(words: Vec<Draft>, texts: Vec<Draft>, newest: u16) -> Self {
        let words = SortedTable::of(words, newest);
        let (ends, western) = (ends(&words), western(&words));
        Self { words, texts: SortedTable::of(texts, newest), ends, western, newest }
    }

    /// Returns the Han words that end with a character.
    pub(in crate::engine) fn ending(&self, last: char) -> impl Iterator<Item = &Item> {
        let end = |&number: &u32| self.words.text(self.words.item(number)).chars().next_back();
        let start = self.ends.partition_point(|number| end(number) < Some(last));
        self.ends[start..]
            .iter()
            .take_while(move |number| end(number) == Some(last))
            .map(|&number| self.words.item(number))
    }

    /// Returns the words of `len` letters, each with the set of its letters.
    pub(in crate::engine) fn of_letters(&self, len: usize) -> impl Iterator<Item = (u32, &Item)> {
        self.western.get(len).into_iter().flatten().map(|&(letters, number)| (letters, self.words.item(number)))
    }
}

fn word(term: &str, frequency: u32) -> Draft {
    Draft { text: term.to_owned(), kind: SuggestionKind::Word, shown: None, frequency, day: 0 }
}

/// Returns the set of the letters of a word as bits. Letters that are not Latin share bits.
pub(in crate::engine) fn letters_of(word: &str) -> u32 {
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

/// Calls `give` once for each distinct term of the parts of a post, in order, with the highest document frequency that
/// the term has in a part.
fn for_each_term(reader: &SegmentReader, fields: &[Field], mut give: impl FnMut(&str, u32)) -> Result<(), EngineError> {
    let mut indexes: Vec<Arc<InvertedIndexReader>> = Vec::with_capacity(fields.len());
    for &field in fields {
        indexes.push(reader.inverted_index(field).map_err(EngineError::read)?);
    }
    let mut streams: Vec<TermStreamer<'_>> = Vec::with_capacity(fields.len());
    for index in &indexes {
        let mut stream = index.terms().stream()?;
        if stream.advance() {
            streams.push(stream);
        }
    }
    let mut term = Vec::new();
    while let Some(first) = streams.iter().map(|stream| stream.key()).min() {
        term.clear();
        term.extend_from_slice(first);
        let mut frequency = 0;
        streams.retain_mut(|stream| {
            if stream.key() != term {
                return true;
            }
            frequency = frequency.max(stream.value().doc_freq);
            stream.advance()
        });
        if let Ok(term) = std::str::from_utf8(&term) {
            give(term, frequency);
        }
    }
    Ok(())
}
