//! Answers that need not be sent again as long as the index is the same.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use twox_hash::XxHash3_64;

use super::{
    refusal::{JSON, Refusal},
    seq::put_seq,
};
use crate::engine::Searcher;

/// Tells one state of an answer from another. It is weak: the compressed form has the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    text: String,
    /// The number of the commit, if the answer is made by one. It is no part of the text: not each commit changes an answer.
    seq: Option<u64>,
}

impl Tag {
    /// Gives the tag of what a snapshot of the index answers to an address.
    pub(super) fn of_answer(searcher: &Searcher, generation: &str, uri: &Uri) -> Self {
        let address = uri.path_and_query().map_or("", |address| address.as_str());
        // Another version of the program may word the same answer differently.
        let version = env!("CARGO_PKG_VERSION");
        let (commit, synonyms, freshness) =
            (searcher.commit(), searcher.synonyms().fingerprint(), searcher.freshness());
        let whole = searcher.is_whole();
        let state = format!("{version}\n{generation}\n{commit}\n{whole}\n{synonyms}\n{freshness}\n{address}");
        Self { seq: Some(searcher.seq()), ..Self::of(state.as_bytes()) }
    }

    /// Gives the tag of what never changes.
    pub(super) fn of(content: &[u8]) -> Self {
        Self { text: format!("W/\"{:016x}\"", XxHash3_64::oneshot(content)), seq: None }
    }

    /// Says whether the client has it already.
    pub(super) fn is_held(&self, headers: &HeaderMap) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|held| held.trim() == "*" || bare(held) == bare(&self.text))
    }
}

/// An answer and its tag; without a body when the client has it.
pub(super) struct Answer {
    pub(super) tag: Tag,
    pub(super) body: Option<Vec<u8>>,
}

impl Answer {
    /// Makes the body, unless the client has it.
    pub(super) fn new(
        tag: Tag,
        headers: &HeaderMap,
        make: impl FnOnce() -> Result<Vec<u8>, Refusal>,
    ) -> Result<Self, Refusal> {
        let body = if tag.is_held(headers) { None } else { Some(make()?) };
        Ok(Self { tag, body })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => json(body),
            None => not_modified(),
        };
        self.tag.put(&mut response);
        response
    }
}

impl Tag {
    /// Puts the tag on an answer, which from then on may be kept but has to be asked for each time.
    pub(super) fn put(&self, response: &mut Response) {
        if let Ok(tag) = HeaderValue::from_str(&self.text) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Some(seq) = self.seq {
            put_seq(response, seq);
        }
    }
}

/// Makes an answer of JSON.
pub(super) fn json(body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

/// Makes the answer that the client has the answer.
pub(super) fn not_modified() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(held: &str, expected: bool) {
        let tag = Tag { text: "W/\"00ff\"".to_owned(), seq: None };
        let headers = HeaderMap::from_iter(HeaderValue::from_str(held).map(|value| (header::IF_NONE_MATCH, value)));
        assert_eq!(tag.is_held(&headers), expected, "{held}");
    }

    #[test]
    fn a_tag_is_held_in_either_form_and_among_others() {
        check("W/\"00ff\"", true);
        check("\"00ff\"", true);
        check("\"1\", W/\"00ff\"", true);
        check("*", true);
        check("\"00fe\"", false);
        check("00ff", false);
        check("", false);
    }
}
