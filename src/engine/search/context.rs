//! The context of one search: the query, and the data that every stage reads.
//!
//! [`Search`] reads the postings of one commit and gives the stages their common operations: parsing, filters, document
//! frequencies, phrase terms. The context does not know the stages.

use std::sync::Arc;

use crate::{
    engine::{
        error::EngineError,
        index::schema::Series,
        lexicon::{Lexicon, Store},
        postings::{
            commit::Commit,
            dictionary::Dictionary,
            filters,
            segment::{Segment, frequency_of},
            sets::DocId,
        },
        search::{budget::Budget, ranking::Statistics, recency::Recency},
    },
    query::{ParsedText, Query, Reading, Synonyms, TypedText},
    text::Analyzer,
};

/// The documents of each segment: sorted, without duplicates.
pub(super) type Documents = Vec<Vec<DocId>>;

/// The resources of a search besides the commit.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Aids<'a> {
    /// The words of the index.
    pub lexicon: &'a Arc<Store>,
    /// The synonyms in use.
    pub synonyms: &'a Synonyms,
    /// The recency boost of the newest post, as a share of the score of the post.
    pub recency: f32,
    /// How long the search may work.
    pub budget: &'a Budget,
}

/// The context of a running search; immutable.
pub(super) struct Search<'a> {
    pub commit: &'a Commit,
    aids: Aids<'a>,
    pub segments: &'a [Segment<'a>],
    pub statistics: Statistics,
    pub recency: Recency,
    pub dictionary: Dictionary<'a, 'a>,
    pub query: &'a Query,
    text: TypedText<'a>,
}

impl<'a> Search<'a> {
    pub(super) fn new(commit: &'a Commit, aids: Aids<'a>, segments: &'a [Segment<'a>], query: &'a Query) -> Self {
        Self {
            commit,
            aids,
            statistics: Statistics::of(segments),
            recency: Recency::of(commit, aids.recency),
            dictionary: Dictionary::new(segments),
            segments,
            query,
            text: TypedText::new(&query.text, &commit.facts.analyzer),
        }
    }

    /// Returns the analyzer that tokenized the posts of the commit.
    pub(super) fn analyzer(&self) -> &Analyzer {
        &self.commit.facts.analyzer
    }

    /// Returns whether the search has to end with the answer so far.
    pub(super) fn is_spent(&self) -> bool {
        self.aids.budget.is_spent()
    }

    /// Ends a stage when the budget is spent.
    pub(super) fn check(&self) -> Result<(), EngineError> {
        if self.is_spent() { Err(EngineError::CutShort) } else { Ok(()) }
    }

    /// Returns the lexicon as far as the words of the index have been read.
    pub(super) fn lexicon(&self) -> Result<Lexicon, EngineError> {
        self.aids.lexicon.lexicon(self.commit)
    }

    /// Parses the text of the query.
    pub(super) fn parse(&self, reading: Reading) -> ParsedText {
        self.text.parse(reading, self.synonyms())
    }

    /// Parses another text, such as a correction, as if somebody had typed it.
    pub(super) fn parse_other(&self, text: &str) -> ParsedText {
        TypedText::new(text, self.analyzer()).parse(Reading::default(), self.synonyms())
    }

    fn synonyms(&self) -> Option<&Synonyms> {
        (!self.query.literal).then_some(self.aids.synonyms)
    }

    /// Keeps the documents that pass the filters, have the requested grain and are not deleted.
    pub(super) fn filtered(&self, mut found: Documents) -> Result<Documents, EngineError> {
        for (segment, documents) in self.segments.iter().zip(&mut found) {
            if !documents.is_empty() {
                filters::keep(segment, self.query, documents)?;
            }
        }
        Ok(found)
    }

    /// Returns a lower bound on the document frequency of a term.
    pub(super) fn frequency(&self, series: Series, term: &str) -> Result<u64, EngineError> {
        let mut found = Vec::with_capacity(self.segments.len());
        for at in 0..self.segments.len() {
            found.push(self.dictionary.find(at, series, term, false, false)?);
        }
        Ok(frequency_of(&found))
    }
}
