//! `/api/posts/{id}/similar`: posts similar to a post.

use std::time::Instant;

use super::{body::SimilarBody, parameters::Parameters, refusal::Refusal, waiting::MIN_SEQ};
use crate::{engine::Searcher, post::PostId, query::Page};

pub(super) const KNOWN: &[&str] = &["limit", MIN_SEQ];

/// Reads the upper bound on the number of posts.
pub(super) fn limit(query: Option<&str>) -> Result<usize, Refusal> {
    let parameters = Parameters::read(query, KNOWN)?;
    Ok(parameters.number("limit", 0..=Page::MOST)?.unwrap_or(Page::default().limit))
}

/// Returns the posts similar to a post.
pub(super) fn body<'a>(searcher: &Searcher, id: &'a PostId, limit: usize) -> Result<SimilarBody<'a>, Refusal> {
    let started = Instant::now();
    let found = searcher.similar(id, limit)?.ok_or_else(|| Refusal::unknown_post(id.as_str()))?;
    Ok(SimilarBody::new(id, found, started.elapsed()))
}
