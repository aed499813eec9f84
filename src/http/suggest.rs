//! `/api/suggest`: what is being typed becomes texts to search for.

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
/// How many suggestions there are unless another number is asked for, and at the most.
const USUAL: usize = 8;
const MOST: usize = 20;

/// Answers with what completes a text.
pub(super) async fn suggest(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Answer, Refusal> {
    let parameters = Parameters::read(uri.query(), KNOWN)?;
    let typed = parameters.typed("q")?;
    let limit = parameters.number("limit", 1..=MOST)?.unwrap_or(USUAL);
    let engine = shared.engine(&parameters).await?;
    let work = move || {
        let searcher = engine.searcher()?;
        // Words that are still being read join those that are known without a commit.
        let state = format!("{} {}", engine.generation(), searcher.lexicon_size()?);
        let tag = Tag::of_answer(&searcher, &state, &uri);
        if tag.is_held(&headers) {
            return Ok(Answer { tag, body: None });
        }
        let suggestions = searcher.suggest(&typed, limit)?.into_iter().map(SuggestionBody::from).collect();
        let body = SuggestBody { query: &typed, suggestions };
        Ok(Answer { tag, body: Some(serde_json::to_vec(&body).map_err(|_| Refusal::internal())?) })
    };
    shared.run(work).await
}

#[derive(Debug, Serialize)]
struct SuggestBody<'a> {
    /// What was typed.
    query: &'a str,
    suggestions: Vec<SuggestionBody>,
}

#[derive(Debug, Serialize)]
struct SuggestionBody {
    /// The whole text to search for.
    text: String,
    /// The same, with what was typed of it marked.
    text_html: String,
    kind: &'static str,
    /// How it continues what was typed: `exact`, `pinyin` or `initials`.
    #[serde(rename = "match")]
    class: &'static str,
    /// In how many posts it is; of frequent words about how many.
    posts: u64,
    /// Of a title, the post and where it can be opened.
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
