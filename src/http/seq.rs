//! The header with the number of the commit that made an answer.

use axum::{
    http::{HeaderName, HeaderValue},
    response::Response,
};

/// Name of the header.
pub(super) const SEQ: HeaderName = HeaderName::from_static("x-anli-seq");

/// Adds the header to an answer.
pub(super) fn put_seq(response: &mut Response, seq: u64) {
    response.headers_mut().insert(SEQ, HeaderValue::from(seq));
}
