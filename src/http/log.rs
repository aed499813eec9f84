//! Logs a line for each request, without the query or the id of a post.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};

/// Logs the request when its answer is ready.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    // The pattern of the route, since a path may contain the id of a post.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let status = response.status().as_u16();
    tracing::info!(%method, route, status, took_us, "answered");
    response
}
