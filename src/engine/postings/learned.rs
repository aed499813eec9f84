//! The learned vocabulary of a commit, with the number of posts that each word is learned from.

use rustc_hash::FxHashMap;

use crate::engine::{error::EngineError, index::learned::learned, postings::commit::Commit};

/// Returns the words that are learned from enough posts, sorted by the number of posts, largest first.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn learned_words(commit: &Commit) -> Result<Vec<String>, EngineError> {
    let mut counts_of: FxHashMap<String, u32> = FxHashMap::default();
    for reader in commit.library.segment_readers() {
        let Some(column) = reader.fast_fields().str("taught").map_err(EngineError::read)? else { continue };
        let mut counts = vec![0_u32; column.num_terms()];
        for doc in reader.doc_ids_alive() {
            for ordinal in column.term_ords(doc) {
                if let Some(count) = counts.get_mut(ordinal as usize) {
                    *count += 1;
                }
            }
        }
        let mut words = column.dictionary().stream()?;
        let mut counts = counts.into_iter();
        while let (true, Some(count)) = (words.advance(), counts.next()) {
            if count > 0 {
                *counts_of.entry(String::from_utf8_lossy(words.key()).into_owned()).or_default() += count;
            }
        }
    }
    Ok(learned(counts_of))
}
