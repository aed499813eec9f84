//! Answers with entity tags, which are not sent again as long as the index is the same.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use quick_cache::{Weighter, sync::Cache};
use serde::Serialize;
use twox_hash::XxHash3_64;

use super::{
    AnswerSettings,
    memory::Taken,
    refusal::{JSON, Refusal},
    seq::put_seq,
    weight::Weight,
};
use crate::engine::Searcher;

/// The entity tag of an answer. The tag is weak, since it is the same for compressed answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Tag {
    /// The tag as clients see it: a hash of `of`.
    shown: String,
    /// All that the answer depends on. Two answers with equal hashes are told apart by it; empty for constant content.
    of: Arc<str>,
}

impl Tag {
    /// Returns the tag of the answer that a snapshot of the index gives to an address. The sequence number of the commit
    /// is no part of the tag, since not every commit changes an answer.
    ///
    /// `settings` have to be taken before the snapshot. A change of the settings reaches the index first, so the tag of
    /// the new settings is never given to an answer by the old ones.
    pub(super) fn of_answer(
        settings: &AnswerSettings,
        generation: &str,
        searcher: &Searcher,
        uri: &Uri,
    ) -> Result<Self, Refusal> {
        let address = uri.path_and_query().map_or("", |address| address.as_str());
        // Another version of the program may word the same answer differently.
        let version = env!("CARGO_PKG_VERSION");
        let (settings, index) = (settings.fingerprint, searcher.fingerprint()?);
        let of = format!("{version}\n{settings}\n{generation}\n{index}\n{address}");
        Ok(Self { of: of.as_str().into(), ..Self::of(of.as_bytes()) })
    }

    /// Returns the tag of constant content.
    pub(super) fn of(content: &[u8]) -> Self {
        Self { shown: format!("W/\"{:016x}\"", XxHash3_64::oneshot(content)), of: Arc::default() }
    }

    /// Returns whether the client has the content already.
    pub(super) fn is_held(&self, headers: &HeaderMap) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|held| held.trim() == "*" || bare(held) == bare(&self.shown))
    }

    /// Adds the tag to an answer, which may be stored but has to be validated each time.
    pub(super) fn put(&self, response: &mut Response) {
        if let Ok(tag) = HeaderValue::from_str(&self.shown) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
}

/// Upper bound on the memory of the answers that are kept, in bytes: about a thousand pages of hits.
const GIVEN: u64 = 16 << 20;

/// Answers that were given lately, by their tags: many visitors type the same texts, and the same beginnings of texts. As
/// a tag stands for all that an answer depends on, no answer is kept longer than it is true.
pub(super) struct Given(Cache<Tag, Bytes, Length>);

impl Default for Given {
    fn default() -> Self {
        Self(Cache::with_weighter(GIVEN as usize >> 14, GIVEN, Length))
    }
}

/// Weighs an answer by the bytes of its tag and body.
#[derive(Clone)]
struct Length;

impl Weighter<Tag, Bytes> for Length {
    fn weight(&self, tag: &Tag, body: &Bytes) -> u64 {
        (tag.shown.len() + tag.of.len() + body.len()) as u64
    }
}

/// An answer in JSON, made by a commit.
pub(super) struct Answer {
    seq: u64,
    tag: Option<Tag>,
    /// The JSON; `None` if the client has the answer already.
    body: Option<Body>,
    weight: Weight,
}

impl Answer {
    /// Makes an answer without a tag.
    pub(super) fn new(seq: u64, body: &impl Serialize) -> Result<Self, Refusal> {
        Ok(Self::of(seq, None, Some(to_json(body)?.into())))
    }

    /// Makes an answer with a tag. The body is made unless the client has the answer, or it was given before. `body`
    /// returns as well whether the same commit always gives this body: otherwise, the answer has no tag and is not kept.
    pub(super) fn tagged<B: Serialize>(
        seq: u64,
        tag: Tag,
        headers: &HeaderMap,
        given: &Given,
        body: impl FnOnce() -> Result<(B, bool), Refusal>,
    ) -> Result<Self, Refusal> {
        if tag.is_held(headers) {
            return Ok(Self::held(seq, tag));
        }
        if let Some(known) = given.0.get(&tag) {
            return Ok(Self::of(seq, Some(tag), Some(known)));
        }
        let (body, is_final) = body()?;
        let json = Bytes::from(to_json(&body)?);
        if is_final {
            given.0.insert(tag.clone(), json.clone());
        }
        Ok(Self::of(seq, is_final.then_some(tag), Some(json)))
    }

    /// Makes the answer for a client that has it already.
    pub(super) fn held(seq: u64, tag: Tag) -> Self {
        Self::of(seq, Some(tag), None)
    }

    /// Makes an answer of a body that is already JSON.
    pub(super) fn written(seq: u64, tag: Tag, body: Vec<u8>) -> Self {
        Self::of(seq, Some(tag), Some(body.into()))
    }

    /// Makes an answer of a body that becomes JSON as it is taken, of about `bytes` bytes, and that holds its own memory.
    pub(super) fn streamed(seq: u64, tag: Tag, body: Body, bytes: usize) -> Self {
        Self { seq, tag: Some(tag), body: Some(body), weight: Weight { bytes, taken: Taken::default() } }
    }

    fn of(seq: u64, tag: Option<Tag>, body: Option<Bytes>) -> Self {
        let bytes = body.as_ref().map_or(0, Bytes::len);
        Self { seq, tag, body: body.map(Body::from), weight: Weight { bytes, taken: Taken::default() } }
    }

    /// Returns the length of the body in bytes.
    pub(super) const fn size(&self) -> usize {
        self.weight.bytes
    }

    /// Keeps memory for as long as the answer is not taken.
    pub(super) fn taking(mut self, taken: Taken) -> Self {
        self.weight.taken = taken;
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = self.body.map_or_else(not_modified, json);
        if let Some(tag) = self.tag {
            tag.put(&mut response);
        }
        put_seq(&mut response, self.seq);
        response.extensions_mut().insert(self.weight);
        response
    }
}

/// Writes a body as JSON.
pub(super) fn to_json(body: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(body).map_err(|_| Refusal::internal())
}

/// Makes a response of JSON.
pub(super) fn json(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

/// Makes the response that tells a client that its copy is valid.
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
        let tag = Tag { shown: "W/\"00ff\"".to_owned(), of: Arc::default() };
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

    /// Asks for bodies one after the other, by the number of what they depend on, of which those from 10 on are not
    /// final. Returns which were made.
    fn made(asked: &[usize], bytes: usize) -> Vec<usize> {
        let (given, mut made) = (Given::default(), Vec::new());
        for &which in asked {
            let of = format!("{which}").into();
            // All have the same hash, as two answers may have.
            let tag = Tag { shown: "W/\"00ff\"".to_owned(), of };
            let body = || {
                made.push(which);
                Ok((vec![which; bytes], which < 10))
            };
            let answer = Answer::tagged(1, tag, &HeaderMap::new(), &given, body);
            assert!(answer.is_ok_and(|answer| answer.size() > bytes && answer.tag.is_some() == (which < 10)));
        }
        made
    }

    #[test]
    fn an_answer_is_made_once_if_it_is_final() {
        assert_eq!(made(&[1, 2, 1, 2, 1], 3), [1, 2]);
        assert_eq!(made(&[1, 12, 12, 1], 3), [1, 12, 12]);
    }

    #[test]
    fn answers_are_kept_within_a_bound() {
        // A number and a comma are two bytes.
        let many = GIVEN as usize / 2 / 4;
        let rounds: Vec<usize> = (0..3).flat_map(|_| 0..8).collect();
        assert!(made(&rounds, many).len() > 12, "eight answers of a quarter of the bound are not kept at once");
        assert_eq!(made(&[1, 1], GIVEN as usize), [1, 1], "an answer larger than the bound is not kept");
    }
}
