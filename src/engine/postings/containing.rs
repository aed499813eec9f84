//! Posts that contain given words. When the dictionary changes, these posts have to be tokenized again.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::{
    engine::{
        error::EngineError,
        index::schema::Series,
        postings::{commit::Commit, segment::Segment, sets::DocId},
    },
    text::{Difference, fold, grams},
};

/// A post of a snapshot that contains a word.
#[derive(Debug, Clone)]
pub struct ContainingPost {
    /// The path of the file of the post.
    pub path: String,
    /// The segment and the document of the post in the snapshot.
    pub(in crate::engine) address: (usize, DocId),
}

/// Returns the posts that contain any of the words in any part; all posts when the change may affect every text.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn posts_containing(
    commit: &Commit,
    changed: &Difference,
) -> Result<Vec<ContainingPost>, EngineError> {
    let mut holders = Vec::new();
    for (at, segment) in commit.segments()?.iter().enumerate() {
        let documents: BTreeSet<DocId> = if changed.everything {
            (0..segment.reader.max_doc()).collect()
        } else {
            let mut documents = BTreeSet::new();
            for word in &changed.words {
                documents.extend(with_text(segment, word)?);
            }
            documents
        };
        let Some(paths) = segment.reader.fast_fields().str("path").map_err(EngineError::read)? else { continue };
        let alive = documents.into_iter().filter(|&doc| !segment.reader.is_deleted(doc));
        let held: FxHashSet<u64> = alive.filter_map(|doc| paths.ords().first(doc)).collect();
        if held.is_empty() {
            continue;
        }
        // The documents of a file are written together, so its post lies in the same segment as its cases.
        for doc in segment.reader.doc_ids_alive().filter(|&doc| segment.columns().is_post(doc)) {
            let Some(ordinal) = paths.ords().first(doc).filter(|ordinal| held.contains(ordinal)) else { continue };
            let mut path = String::new();
            if paths.ord_to_str(ordinal, &mut path)? {
                holders.push(ContainingPost { path, address: (at, doc) });
            }
        }
    }
    Ok(holders)
}

/// Returns the paths of the posts that have a folded text as one of their word tokens. This distinguishes an index that
/// was kept up to date from an index that was not.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn with_word(commit: &Commit, word: &str) -> Result<BTreeSet<String>, EngineError> {
    let mut found = BTreeSet::new();
    for segment in &commit.segments()? {
        let Some(paths) = segment.reader.fast_fields().str("path").map_err(EngineError::read)? else { continue };
        let documents = segment.documents(&segment.find(Series::Words, word, false, false)?)?;
        let alive = documents.into_iter().filter(|&doc| !segment.reader.is_deleted(doc));
        let mut path = String::new();
        for ordinal in alive.filter_map(|doc| paths.ords().first(doc)) {
            if paths.ord_to_str(ordinal, &mut path)? {
                found.insert(path.clone());
            }
        }
    }
    Ok(found)
}

/// Returns the documents that contain a text of Han characters, including deleted documents.
fn with_text(segment: &Segment<'_>, text: &str) -> Result<Vec<DocId>, EngineError> {
    let folded = fold(text);
    let mut terms = Vec::new();
    for (position, gram) in (0_u32..).zip(grams(&folded)) {
        // The gram of the last character alone is left out: the gram before it contains that character.
        if gram.term.chars().nth(1).is_some() {
            terms.push((position..=position, segment.find(Series::Grams, gram.term, false, false)?));
        }
    }
    match terms.as_slice() {
        [] => Ok(Vec::new()),
        [(_, found)] => segment.documents(found),
        _ => segment.phrase(&terms, None, None),
    }
}
