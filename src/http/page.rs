//! The search page: three files inside the program, without resources from other places.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use super::fresh::{Tag, not_modified};

const HTML: &str = include_str!("assets/index.html");
const CSS: &str = include_str!("assets/page.css");
const JS: &str = include_str!("assets/page.js");

/// Allows scripts, styles and answers of this service only; the icon is part of the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

pub(super) async fn html(headers: HeaderMap) -> Response {
    let mut response = file(HTML, "text/html; charset=utf-8", &headers);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

pub(super) async fn css(headers: HeaderMap) -> Response {
    file(CSS, "text/css; charset=utf-8", &headers)
}

pub(super) async fn js(headers: HeaderMap) -> Response {
    file(JS, "text/javascript; charset=utf-8", &headers)
}

fn file(content: &'static str, kind: &'static str, headers: &HeaderMap) -> Response {
    let tag = Tag::of(content.as_bytes());
    let mut response = if tag.is_held(headers) {
        not_modified()
    } else {
        let mut response = Response::new(Body::from(content));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    };
    tag.put(&mut response);
    response
}
