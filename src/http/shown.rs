//! `/api/posts/{id}/html`: a post as HTML, from its file, with the pieces of it that match a query.

use serde::Serialize;

use super::{AnswerSettings, parameters::Parameters, refusal::Refusal, search::SWITCH, waiting::MIN_SEQ};
use crate::{
    engine::{Budget, Searcher},
    post::PostId,
    query::Query,
};

pub(super) const KNOWN: &[&str] = &["q", "literal", MIN_SEQ];

/// Maximum size of a file that is shown as HTML, in bytes; of a larger one the text is shown.
const LONGEST: usize = 1 << 20;

/// A post as HTML.
#[derive(Debug, Serialize)]
pub(super) struct ShownBody<'a> {
    id: &'a PostId,
    /// The body of the post, made safe: see `content`. `None` if the post is long, or if its file has changed since it
    /// was indexed.
    html: Option<String>,
    /// The pieces of the post that match the query, as they are written there.
    matches: Vec<String>,
}

/// Reads the query.
pub(super) fn query(parameters: Option<&str>) -> Result<Query, Refusal> {
    let parameters = Parameters::read(parameters, KNOWN)?;
    let literal = parameters.choice("literal", SWITCH)?.unwrap_or_default();
    Ok(Query { text: parameters.typed("q")?, literal, ..Query::default() })
}

/// Returns a post as HTML, and whether the same commit always gives this answer.
pub(super) fn body<'a>(
    searcher: &Searcher,
    settings: &AnswerSettings,
    id: &'a PostId,
    query: &Query,
    budget: &Budget,
) -> Result<(ShownBody<'a>, bool), Refusal> {
    let post = searcher.post(id)?.ok_or_else(|| Refusal::unknown_post(id.as_str()))?;
    let matches = if query.text.trim().is_empty() { Vec::new() } else { searcher.matched(query, id, budget)? };
    // The file may say something else by now, and may even be hidden: only what was indexed is shown.
    let knows = |id: &PostId| searcher.contains(id).unwrap_or(false);
    let shown = settings.source.as_ref().and_then(|source| {
        let bytes = source.folder().read(&post.path).ok().filter(|bytes| bytes.len() <= LONGEST)?;
        source.render(&post.path, &bytes, &knows)
    });
    let html = shown.filter(|(now, _)| now.text == post.text && now.title == post.title).map(|(_, html)| html);
    let is_final = html.is_some() || post.text.len() > LONGEST;
    Ok((ShownBody { id, html, matches }, is_final))
}
