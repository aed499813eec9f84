//! `/api/suggest`: texts to search for that complete a typed text.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
};
use serde::Serialize;

use super::{
    Shared,
    fresh::{Answer, Tag},
    markup::html,
    parameters::Parameters,
    refusal::Refusal,
    waiting::MIN_SEQ,
};
use crate::query::Suggestion;

const KNOWN: &[&str] = &["q", "limit", MIN_SEQ];
/// Default number of suggestions, and upper bound on it.
const DEFAULT_LIMIT: usize = 8;
const MAX_LIMIT: usize = 20;

/// Answers with completions of a text.
pub(super) async fn suggest(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Answer, Refusal> {
    let parameters = Parameters::read(uri.query(), KNOWN)?;
    let typed = parameters.typed("q")?;
    let limit = parameters.number("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let settings = shared.answers();
    let engine = shared.engine(&parameters).await?;
    let here = shared.clone();
    let work = move |_| {
        let searcher = engine.searcher()?;
        let tag = Tag::of_answer(&settings, engine.generation(), &searcher, &uri)?;
        let body = || {
            let suggestions = searcher.suggest(&typed, limit)?.into_iter().map(SuggestionBody::from).collect();
            Ok((SuggestBody { query: &typed, suggestions }, true))
        };
        Answer::tagged(searcher.seq(), tag, &headers, &here.given, body)
    };
    shared.answer(work).await
}

#[derive(Debug, Serialize)]
struct SuggestBody<'a> {
    /// The typed text.
    query: &'a str,
    suggestions: Vec<SuggestionBody>,
}

#[derive(Debug, Serialize)]
struct SuggestionBody {
    /// The whole text to search for.
    text: String,
    /// The text as HTML, with the typed part marked.
    text_html: String,
    kind: &'static str,
    /// How the text completes the typed text: `exact`, `pinyin` or `initials`.
    #[serde(rename = "match")]
    class: &'static str,
    /// Number of posts with the text; approximate for frequent words.
    posts: u64,
    /// Id and address of the post, if the text is a title.
    id: Option<String>,
    url: Option<String>,
}

impl From<Suggestion> for SuggestionBody {
    fn from(suggestion: Suggestion) -> Self {
        let (id, url) = suggestion.post.map(|(id, url)| (id.to_string(), url)).unzip();
        Self {
            text_html: html(&suggestion.text),
            text: suggestion.text.text,
            kind: suggestion.kind.as_str(),
            class: suggestion.class.as_str(),
            posts: suggestion.posts,
            id,
            url,
        }
    }
}
