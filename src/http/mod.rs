//! The index, over HTTP.
//!
//! [`router`] makes the routes: one file each, with its parameters and its body beside it. [`serve`]
//! carries them over a listener. Every answer is JSON but the page's; every refusal has one shape
//! (`refusal.rs`). The engine is synchronous and is asked on threads of its own (`pool.rs`). Owns axum,
//! tower and hyper: no type of them but the router leaves this folder. Does not know how the index is
//! made, and reads no configuration.

mod analyze;
mod body;
mod fresh;
mod health;
mod log;
mod marks;
mod markup;
mod metrics;
mod page;
mod parameters;
mod pool;
mod posts;
mod refusal;
mod search;
mod seq;
mod serve;
mod settings;
mod similar;
mod status;
mod suggest;
#[cfg(test)]
mod tests;
mod waiting;
mod wire;

use std::{
    any::Any,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, Method, Uri, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::get,
};
use jiff::tz::TimeZone;
use tokio::sync::Semaphore;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{AllowHeaders, AllowOrigin, CorsLayer},
};

pub use self::{
    analyze::AnalysisBody,
    body::{SearchBody, SimilarBody},
    serve::serve,
    settings::{Cors, InvalidOrigin, Origin, Settings},
};
use self::{metrics::Counters, pool::Pool, refusal::Refusal, status::Counted};
use crate::{engine::Live, refresh::Board};

/// What the routes answer from.
#[derive(Debug)]
pub struct App {
    /// The index in use.
    pub engine: Live,
    /// The state of things, as the refresher says it.
    pub board: Board,
    /// Whose days `from` and `to` mean; another one counts from the next search on.
    pub zone: Arc<RwLock<TimeZone>>,
    /// What is allowed.
    pub settings: Settings,
}

/// The app, with what the routes share besides.
struct Shared {
    app: App,
    pool: Pool,
    counted: Counted,
    counters: Counters,
    /// One for each request that waits for a commit.
    waiting: Semaphore,
}

impl Shared {
    /// Gives the zone whose days `from` and `to` mean now.
    fn zone(&self) -> TimeZone {
        self.app.zone.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs a job on a thread where it may block. One that fails may have come upon a damaged file.
    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let outcome = self.pool.run(job).await;
        if outcome.as_ref().is_err_and(Refusal::is_internal) {
            self.app.engine.doubt();
        }
        outcome
    }
}

/// Makes the routes.
pub fn router(app: App) -> Router {
    assemble(routes(), app)
}

fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(page::html))
        .route("/page.css", get(page::css))
        .route("/page.js", get(page::js))
        .route("/api/search", get(search::search))
        .route("/api/suggest", get(suggest::suggest))
        .route("/api/posts/{*id}", get(posts::post))
        .route("/api/analyze", get(analyze::analyze))
        .route("/api/status", get(status::status))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
}

/// Puts the same frame around all routes.
fn assemble(routes: Router<Arc<Shared>>, app: App) -> Router {
    let settings = app.settings.clone();
    let pool = Pool::new(settings.search_threads, settings.search_queue);
    let waiting = Semaphore::new(waiting::MOST_WAITING);
    let (counted, counters) = (Counted::default(), Counters::default());
    let shared = Arc::new(Shared { app, pool, counted, counters, waiting });
    // Each layer lies around those above it.
    let router = routes
        .fallback(unknown_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(settings.max_body_bytes))
        .layer(from_fn_with_state(shared.clone(), limits))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(refusal::envelope))
        .layer(from_fn_with_state(shared.clone(), waiting::numbered))
        .layer(from_fn_with_state(shared.clone(), metrics::counted));
    let router = match cors(&settings.cors_origins) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(CompressionLayer::new()).layer(from_fn(harden)).layer(from_fn(log::log)).with_state(shared)
}

/// Refuses what is too long and ends what takes too long.
async fn limits(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let settings = &shared.app.settings;
    let uri = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    if uri > settings.max_uri_bytes {
        return Refusal::uri_too_long(Some(settings.max_uri_bytes)).into_response();
    }
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > settings.max_body_bytes as u64) {
        return Refusal::body_too_large(settings.max_body_bytes).into_response();
    }
    match tokio::time::timeout(settings.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::too_slow(settings.request_timeout).into_response(),
    }
}

async fn unknown_route(uri: Uri) -> Refusal {
    Refusal::unknown_route(uri.path())
}

async fn wrong_method(method: Method) -> Refusal {
    Refusal::wrong_method(&method)
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    // The panic hook has told of it; its message may hold what somebody typed.
    tracing::error!("answering a request panicked");
    Refusal::internal().into_response()
}

/// Says what browsers may do with an answer, where its route does not.
async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let cache = if response.status().is_success() { "no-cache" } else { "no-store" };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::CACHE_CONTROL, cache),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn cors(cors: &Cors) -> Option<CorsLayer> {
    let origins = match cors {
        Cors::Any => AllowOrigin::any(),
        Cors::Only(origins) => {
            AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin.as_str()).ok()))
        }
        Cors::None => return None,
    };
    Some(
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::HEAD])
            .allow_headers(AllowHeaders::any())
            .expose_headers([header::ETAG, header::RETRY_AFTER, seq::SEQ])
            .max_age(std::time::Duration::from_secs(24 * 60 * 60)),
    )
}
