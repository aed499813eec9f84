//! `/api/posts/{id}/similar`: more like this.

use std::time::Instant;

use super::{body::SimilarBody, parameters::Parameters, refusal::Refusal, waiting::MIN_SEQ};
use crate::{engine::Searcher, post::PostId, query::Page};

pub(super) const KNOWN: &[&str] = &["limit", MIN_SEQ];

/// Reads how many are wanted at the most.
pub(super) fn limit(query: Option<&str>) -> Result<usize, Refusal> {
    let parameters = Parameters::read(query, KNOWN)?;
    Ok(parameters.number("limit", 0..=Page::MOST)?.unwrap_or(Page::default().limit))
}

/// Gives the posts that are like the one of this id.
pub(super) fn body(searcher: &Searcher, id: &PostId, limit: usize) -> Result<Vec<u8>, Refusal> {
    let started = Instant::now();
    let found = searcher.similar(id, limit)?.ok_or_else(|| Refusal::unknown_post(id.as_str()))?;
    serde_json::to_vec(&SimilarBody::new(id, found, started.elapsed())).map_err(|_| Refusal::internal())
}
