//! Posts that have a text of the lexicon: a word, title, tag, heading or pair of words.
//!
//! Suggestions are checked here, since the lexicon may contain texts of documents that are deleted.

use tantivy::{
    DocSet as _, TERMINATED, Term as IndexTerm,
    postings::{SegmentPostings, TermInfo},
    schema::IndexRecordOption,
};

use crate::{
    engine::{
        error::EngineError,
        index::entries::entry,
        index::schema::Series,
        postings::{segment::Segment, sets::DocId},
    },
    query::SuggestionKind,
    text::Class,
};

/// Up to this many documents of a segment, posts are counted exactly; above, their number is estimated.
const MAX_COUNTED: usize = 500;
/// Number of documents that are examined for an estimate.
const SAMPLE: usize = 128;

/// The posts of a segment that have a text.
#[derive(Default)]
pub(in crate::engine) struct Occurrences {
    /// The number of posts, estimated if there are many.
    pub posts: u64,
    /// The date and the document of the latest post; unknown for a word.
    pub latest: Option<(i64, DocId)>,
}

impl Occurrences {
    /// Counts the posts that have a text of a kind.
    pub(in crate::engine) fn of(segment: &Segment<'_>, kind: SuggestionKind, text: &str) -> Result<Self, EngineError> {
        if kind != SuggestionKind::Word {
            let field = segment.fields.entries;
            let term = IndexTerm::from_field_text(field, &entry(kind, text));
            let index = segment.reader.inverted_index(field).map_err(EngineError::read)?;
            let postings = index.read_postings(&term, IndexRecordOption::Basic)?;
            return Ok(postings.map(|postings| Self::among(segment, postings)).unwrap_or_default());
        }
        let series = series_of(text);
        let found = segment.find(series, text, false, false)?;
        let frequency = |info: &TermInfo| info.doc_freq as usize;
        if found.entries.iter().map(|(_, info)| frequency(info)).sum::<usize>() <= MAX_COUNTED {
            let documents = segment.documents(&found)?.into_iter();
            return Ok(Self { posts: documents.filter(|&doc| is_post(segment, doc)).count() as u64, latest: None });
        }
        let Some((part, info)) = found.entries.iter().max_by_key(|(_, info)| frequency(info)) else {
            return Ok(Self::default());
        };
        Ok(Self::among(segment, segment.postings(series, *part, info, IndexRecordOption::Basic)?))
    }

    /// Counts the posts among documents. If there are many documents, estimates the number from the share of posts
    /// among the first ones.
    fn among(segment: &Segment<'_>, mut postings: SegmentPostings) -> Self {
        let all = postings.doc_freq() as usize;
        let enough = if all <= MAX_COUNTED { all } else { SAMPLE };
        let (mut posts, mut looked_at, mut latest) = (0_usize, 0_usize, None);
        // The walk goes on to the first post, so that a text of one post is found among any number of deleted
        // documents.
        while postings.doc() != TERMINATED && (looked_at < enough || posts == 0) {
            let doc = postings.doc();
            if is_post(segment, doc) {
                posts += 1;
                latest = latest.max(Some((segment.columns().date(doc).unwrap_or(i64::MIN), doc)));
            }
            looked_at += 1;
            postings.advance();
        }
        let estimate = (posts * all) as f64 / looked_at.max(1) as f64;
        Self { posts: estimate.round().max(posts as f64) as u64, latest }
    }
}

/// Returns the documents of a segment that have a text of a kind, sorted, including deleted documents.
pub(in crate::engine) fn documents_with(
    segment: &Segment<'_>,
    kind: SuggestionKind,
    text: &str,
) -> Result<Vec<DocId>, EngineError> {
    if kind != SuggestionKind::Word {
        return segment.with_term(segment.fields.entries, &entry(kind, text));
    }
    segment.documents(&segment.find(series_of(text), text, false, false)?)
}

/// Returns whether a document is a post that is not deleted.
pub(in crate::engine) fn is_post(segment: &Segment<'_>, doc: DocId) -> bool {
    !segment.is_deleted(doc) && segment.columns().is_post(doc)
}

/// Returns the series of tokens that contains a word.
fn series_of(word: &str) -> Series {
    match word.chars().next().map(Class::of) {
        Some(Class::Han) if word.chars().nth(1).is_some() => Series::Words,
        Some(Class::Han) => Series::Characters,
        _ => Series::Grams,
    }
}
