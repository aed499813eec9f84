//! The one shape of all refusals and failures: a status, and the body `{"code", "message"}`.

use std::time::Duration;

use super::seq::put_seq;
use crate::engine::EngineError;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Upper bound on the length of a repeated part of a request, in characters.
const MAX_SHOWN: usize = 40;

/// Why a request gets no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    seq: Option<u64>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), seq: None }
    }

    /// Adds the number of the commit that led to the refusal.
    pub(super) fn by(mut self, seq: u64) -> Self {
        self.seq = Some(seq);
        self
    }

    pub(super) fn unknown_parameter(name: &str, known: &[&str]) -> Self {
        let expected = if known.is_empty() { "none".to_owned() } else { format!("one of {}", listed(known)) };
        let message = format!("unknown parameter `{}`, expected {expected}", shown(name));
        Self::new(StatusCode::BAD_REQUEST, "unknown-parameter", message)
    }

    pub(super) fn repeated_parameter(name: &str) -> Self {
        let message = format!("`{name}` is given more than once, expected one value");
        Self::new(StatusCode::BAD_REQUEST, "repeated-parameter", message)
    }

    /// `why` says what was found and what was expected.
    pub(super) fn invalid_value(name: &str, why: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid-value", format!("`{name}`: {why}"))
    }

    pub(super) fn invalid_path() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid-path", "the path is not percent-encoded UTF-8")
    }

    pub(super) fn unknown_route(path: &str) -> Self {
        let message = format!("there is nothing at `{}`; help: the search is at `/api/search?q=`", shown(path));
        Self::new(StatusCode::NOT_FOUND, "not-found", message)
    }

    pub(super) fn unknown_post(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("there is no post `{}`", shown(id)))
    }

    pub(super) fn wrong_method(method: &Method) -> Self {
        let message = format!("`{}` is not allowed here, expected `GET` or `HEAD`", shown(method.as_str()));
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", message)
    }

    /// `most` is the limit in bytes, where it is known.
    pub(super) fn uri_too_long(most: Option<usize>) -> Self {
        let expected = most.map_or_else(String::new, |most| format!(", expected {most} bytes at the most"));
        Self::new(StatusCode::URI_TOO_LONG, "uri-too-long", format!("the address is too long{expected}"))
    }

    pub(super) fn body_too_large(most: usize) -> Self {
        let message = format!("the request body is too large, expected {most} bytes at the most");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", message)
    }

    pub(super) fn wrong_host(host: &str) -> Self {
        let message = format!("`{}` is no name of this service; help: add it to `hosts` in `anli.yaml`", shown(host));
        Self::new(StatusCode::MISDIRECTED_REQUEST, "wrong-host", message)
    }

    pub(super) fn too_slow(limit: Duration) -> Self {
        let message = format!("the answer took longer than {} seconds; help: ask for less", limit.as_secs_f32());
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", message)
    }

    pub(super) fn overloaded() -> Self {
        let message = "too many searches are waiting; help: try again in a second";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", message)
    }

    pub(super) fn too_many_connections() -> Self {
        let message = "too many connections are open; help: try again in a second";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too-many-connections", message)
    }

    /// `wanted` is the number of the commit waited for, `seq` the current one, and `whole` whether the index is
    /// complete.
    pub(super) fn not_yet(wanted: u64, seq: u64, whole: bool) -> Self {
        let found = if whole { "is at" } else { "is being built, at" };
        let message = format!(
            "the index {found} seq {seq}, `min_seq` asks for {wanted}; help: `/api/status` says whether changes are pending"
        );
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not-yet", message).by(seq)
    }

    /// `why` says what has to happen first.
    pub(super) fn not_ready(why: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", why)
    }

    pub(super) fn internal() -> Self {
        let message = "something went wrong inside; the log says more";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    /// Returns whether the service itself failed.
    pub(super) fn is_internal(&self) -> bool {
        self.status == StatusCode::INTERNAL_SERVER_ERROR
    }

    /// Makes the refusal for a status.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let (code, message) = match status {
            StatusCode::BAD_REQUEST => ("bad-request", "the request is not valid HTTP"),
            StatusCode::NOT_FOUND => ("not-found", "there is nothing here"),
            StatusCode::NOT_ACCEPTABLE => {
                ("not-acceptable", "`accept-encoding` rules out every coding, expected `gzip`, `br` or `identity`")
            }
            StatusCode::REQUEST_TIMEOUT => ("request-timeout", "the request took too long to arrive"),
            StatusCode::PAYLOAD_TOO_LARGE => ("body-too-large", "the request body is too large"),
            StatusCode::URI_TOO_LONG => return Self::uri_too_long(None),
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => ("headers-too-large", "the request's headers are too large"),
            _ if status.is_server_error() => return Self { status, ..Self::internal() },
            _ => ("refused", status.canonical_reason().unwrap_or("the request was refused")),
        };
        Self::new(status, code, message)
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the JSON.
    pub(super) fn body(&self) -> Vec<u8> {
        serde_json::json!({"code": self.code, "message": self.message}).to_string().into_bytes()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        if let Some(seq) = self.seq {
            put_seq(&mut response, seq);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        let words = causes.fold(error.to_string(), |words, cause| format!("{words}: {cause}"));
        tracing::error!(error = words, "the index cannot answer");
        Self::internal()
    }
}

/// Content type of all answers of the API.
pub(super) const JSON: &str = "application/json";

/// Gives the one shape to refusals made by other layers.
pub(super) async fn give_shape(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    // A 406 stands above the answer that the client does not accept.
    let has_shape = status != StatusCode::NOT_ACCEPTABLE
        && response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == JSON);
    if !is_refusal || has_shape {
        return response;
    }
    let shaped = Refusal::of_status(status).into_response();
    let mut headers = response.into_parts().0.headers;
    // Those that describe the body that is replaced, and say how long it may be kept.
    for name in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::ETAG, header::CACHE_CONTROL] {
        headers.remove(name);
    }
    let (mut parts, body) = shaped.into_parts();
    headers.extend(parts.headers);
    parts.headers = headers;
    Response::from_parts(parts, body)
}

/// Returns the beginning of a part of a request, for messages.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// Returns a message of a lower floor without the folders of its paths, which are not public.
pub(super) fn without_folders(words: &str) -> String {
    // Paths are between backticks, or before a line number at the beginning.
    let (place, rest) = words.split_once(": ").unwrap_or(("", words));
    let place_path = std::path::Path::new(place);
    if place_path.is_absolute() {
        let name = place_path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        return format!("{name}: {}", without_folders(rest));
    }
    let parts = words.split('`').enumerate().map(|(i, part)| {
        let path = std::path::Path::new(part);
        let name = path.file_name().and_then(|name| name.to_str()).filter(|_| i % 2 == 1 && path.is_absolute());
        name.unwrap_or(part)
    });
    parts.collect::<Vec<_>>().join("`")
}

/// Returns names as a list in words.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(refusal: &Refusal, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&refusal.body()), expected);
    }

    #[test]
    fn a_refusal_says_what_was_found_and_what_was_expected() {
        check(
            &Refusal::unknown_parameter("colour", &["q", "tag"]),
            r#"{"code":"unknown-parameter","message":"unknown parameter `colour`, expected one of `q`, `tag`"}"#,
        );
        check(
            &Refusal::unknown_post("2022/\"甲\""),
            r#"{"code":"not-found","message":"there is no post `2022/\"甲\"`"}"#,
        );
    }

    #[test]
    fn what_somebody_sent_is_repeated_in_part() {
        assert_eq!(shown(&"诈".repeat(41)), format!("{}…", "诈".repeat(40)));
    }

    #[test]
    fn folders_of_the_machine_are_not_told() {
        let told = without_folders("cannot use `/srv/blog/index/current`: `posts/a.md` is no 1/2 of `/`");
        assert_eq!(told, "cannot use `current`: `posts/a.md` is no 1/2 of `/`");
        assert_eq!(without_folders("/srv/blog/anli.yaml:3:5: the word is `/`"), "anli.yaml:3:5: the word is `/`");
    }

    #[test]
    fn every_status_has_a_code_and_words() {
        for status in (400..600).filter_map(|status| StatusCode::from_u16(status).ok()) {
            let refusal = Refusal::of_status(status);
            assert_eq!(refusal.status(), status);
            assert!(!refusal.code.is_empty() && !refusal.message.is_empty());
        }
    }
}
