//! The number of the commit that made an answer, as a header says it.

use axum::{
    http::{HeaderName, HeaderValue},
    response::Response,
};

/// The header with the number of the commit that an answer was made by.
pub(super) const SEQ: HeaderName = HeaderName::from_static("x-anli-seq");

/// Says by which commit an answer was made.
pub(super) fn put_seq(response: &mut Response, seq: u64) {
    response.headers_mut().insert(SEQ, HeaderValue::from(seq));
}
