//! The vocabulary of each part of a commit: words, titles, tags and headings with their frequencies.
//!
//! The `lexicon` is made from vocabularies. A part never changes, so its vocabulary is read once. The vocabulary
//! includes the texts of documents that are deleted later; [`super::occurrences`] tells which texts posts still have.

use std::{borrow::Cow, io};

use tantivy::{
    DocSet as _, SegmentReader,
    index::SegmentId,
    schema::{Field, IndexRecordOption},
    termdict::TermMerger,
};

use crate::{
    engine::{
        error::EngineError,
        index::{entries, schema::Fields},
        postings::{columns::signed_numbers, commit::Commit, sets::DocId},
    },
    query::SuggestionKind,
    text::Class,
};

/// Upper bound on the documents of an entry that are read for the newest date.
const MAX_DATED: u32 = 500;

/// Identifies one immutable part of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::engine) struct PartId(SegmentId);

#[cfg(test)]
impl PartId {
    pub(in crate::engine) fn random() -> Self {
        Self(SegmentId::generate_random())
    }
}

/// The vocabulary of one immutable part of the index. Nothing is read before a method asks for it.
#[derive(Clone)]
pub(in crate::engine) struct Vocabulary<'a> {
    reader: Cow<'a, SegmentReader>,
    fields: Cow<'a, Fields>,
}

/// A title, tag, heading or pair of words.
pub(in crate::engine) struct VocabularyEntry<'a> {
    pub kind: SuggestionKind,
    /// The text as its author wrote it.
    pub shown: &'a str,
    /// Document frequency of the text.
    pub frequency: u32,
    /// The day of the newest document that has the text, in days since 1970; 0 when none has a date.
    pub day: u16,
}

impl<'a> Vocabulary<'a> {
    /// Returns the vocabulary of each part of a commit.
    pub(in crate::engine) fn all(commit: &'a Commit) -> impl Iterator<Item = Self> {
        let of = |reader| Self { reader: Cow::Borrowed(reader), fields: Cow::Borrowed(&commit.fields) };
        commit.library.segment_readers().iter().map(of)
    }

    /// Returns the same vocabulary without the borrow of its commit, for another thread.
    pub(in crate::engine) fn into_owned(self) -> Vocabulary<'static> {
        Vocabulary { reader: Cow::Owned(self.reader.into_owned()), fields: Cow::Owned(self.fields.into_owned()) }
    }

    pub(in crate::engine) fn id(&self) -> PartId {
        PartId(self.reader.segment_id())
    }

    /// Returns the number of documents of the part, including deleted documents.
    pub(in crate::engine) fn size(&self) -> u32 {
        self.reader.max_doc()
    }

    /// Returns the day of the newest document, in days since 1970; 0 when no document has a date.
    pub(in crate::engine) fn newest_day(&self) -> Result<u16, EngineError> {
        let day = self.days()?;
        Ok(self.reader.doc_ids_alive().map(day).max().unwrap_or(0))
    }

    fn days(&self) -> Result<impl Fn(DocId) -> u16, EngineError> {
        let dates = signed_numbers(&self.reader, "date")?;
        Ok(move |doc| dates.first(doc).map_or(0, |date| u16::try_from(date / 86_400).unwrap_or_default()))
    }

    /// Calls `give` with each term of the words and its document frequency.
    pub(in crate::engine) fn for_each_word(&self, give: impl FnMut(&str, u32)) -> Result<(), EngineError> {
        self.for_each_term(&self.fields.words, give)
    }

    /// Calls `give` with each word of letters and its document frequency.
    pub(in crate::engine) fn for_each_western(&self, mut give: impl FnMut(&str, u32)) -> Result<(), EngineError> {
        self.for_each_term(&self.fields.grams, |term, frequency| {
            if term.chars().all(|c| Class::of(c) == Class::Letter) {
                give(term, frequency);
            }
        })
    }

    /// Calls `give` once for each distinct term of the parts of a post, in order, with the highest document frequency
    /// that the term has in a part.
    fn for_each_term(&self, fields: &[Field], mut give: impl FnMut(&str, u32)) -> Result<(), EngineError> {
        let opened: Result<Vec<_>, _> = fields.iter().map(|&field| self.reader.inverted_index(field)).collect();
        let indexes = opened.map_err(EngineError::read)?;
        let streams: io::Result<Vec<_>> = indexes.iter().map(|index| index.terms().stream()).collect();
        let mut terms = TermMerger::new(streams?);
        while terms.advance() {
            let frequencies = terms.current_segment_ords_and_term_infos().map(|(_, info)| info.doc_freq);
            let frequency = frequencies.max().unwrap_or(0);
            if let Ok(term) = std::str::from_utf8(terms.key()) {
                give(term, frequency);
            }
        }
        Ok(())
    }

    /// Calls `give` with each entry whose kind and document frequency are wanted.
    pub(in crate::engine) fn for_each_entry(
        &self,
        is_wanted: impl Fn(SuggestionKind, u32) -> bool,
        mut give: impl FnMut(VocabularyEntry<'_>),
    ) -> Result<(), EngineError> {
        let day = self.days()?;
        let index = self.reader.inverted_index(self.fields.entries).map_err(EngineError::read)?;
        let mut stream = index.terms().stream()?;
        while stream.advance() {
            let frequency = stream.value().doc_freq;
            let Some((kind, shown)) = std::str::from_utf8(stream.key()).ok().and_then(entries::read) else { continue };
            if !is_wanted(kind, frequency) {
                continue;
            }
            let mut newest = 0;
            let mut postings = index.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?;
            for _ in 0..frequency.min(MAX_DATED) {
                newest = newest.max(day(postings.doc()));
                postings.advance();
            }
            give(VocabularyEntry { kind, shown, frequency, day: newest });
        }
        Ok(())
    }
}
