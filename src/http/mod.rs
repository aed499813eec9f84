//! The HTTP service.
//!
//! [`router`] makes the routes; the parameters and the body of a route are in the file of the route. [`serve`] accepts
//! connections. All answers except the page and `/metrics` are JSON, and all refusals have one shape (`refusal.rs`).
//! The engine is synchronous and runs on threads of its own (`pool.rs`). Owns axum, tower and hyper: of their types
//! only the router leaves this folder. Does not know how the index is made, and reads no configuration.

mod analyze;
mod body;
mod connections;
mod fresh;
mod health;
mod hosts;
mod log;
mod marks;
mod markup;
mod memory;
mod metrics;
mod outgoing;
mod page;
mod parameters;
mod pool;
mod posts;
mod refusal;
mod search;
mod seq;
mod serve;
mod settings;
mod shares;
mod shown;
mod similar;
mod status;
mod suggest;
#[cfg(test)]
mod tests;
mod waiting;
mod weight;
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
use tower::util::option_layer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{AllowHeaders, AllowOrigin, CorsLayer},
};

pub use self::{
    analyze::AnalysisBody,
    body::{SearchBody, SimilarBody},
    hosts::{Hosts, InvalidHost},
    serve::serve,
    settings::{AnswerSettings, Cors, InvalidOrigin, Origin, Settings},
};
use self::{
    connections::{Connections, Limits},
    fresh::{Answer, Given, Tag},
    memory::{Memory, Taken},
    metrics::Counters,
    pool::{Abandoned, Pool},
    posts::HeldPost,
    refusal::Refusal,
    shares::Shares,
    status::Counts,
    waiting::Commits,
    weight::Compressor,
};
use crate::{engine::Live, refresh::Board};

/// The data that the routes answer from.
#[derive(Debug)]
pub struct App {
    /// The index in use.
    pub engine: Live,
    /// The status of the refresher.
    pub board: Board,
    /// The settings that answers depend on. The index has to be told of a change first.
    pub answers: Arc<RwLock<AnswerSettings>>,
    /// The limits.
    pub settings: Settings,
}

/// The app and the other state that the routes share.
struct Shared {
    app: App,
    pool: Pool,
    /// Finds and reads posts, one at a time.
    post_reader: Pool,
    /// The posts that clients are taking.
    posts: Shares<Tag, HeldPost>,
    given: Given,
    memory: Memory,
    compressor: Compressor,
    counts: Counts,
    counters: Counters,
    commits: Commits,
    connections: Arc<Connections>,
}

impl Shared {
    fn of(app: App) -> Arc<Self> {
        let settings = &app.settings;
        let limits = Limits { all: settings.max_connections, per_client: settings.max_connections_per_client };
        let connections = Connections::new(limits);
        Arc::new(Self {
            post_reader: Pool::new(1, settings.search_queue),
            posts: Shares::default(),
            given: Given::default(),
            memory: Memory::new(connections.clone()),
            compressor: Compressor::new(settings.search_threads),
            pool: Pool::new(settings.search_threads, settings.search_queue),
            counts: Counts::default(),
            counters: Counters::default(),
            commits: Commits::new(&app.engine),
            connections,
            app,
        })
    }

    /// Returns the current settings that answers depend on.
    fn answers(&self) -> AnswerSettings {
        self.app.answers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs a job on a thread on which it may block. After an internal error, the files of the index are examined.
    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(Abandoned) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.examined(self.pool.run(job).await)
    }

    /// Runs a job as [`Self::run`] does, and returns its result with the memory that the result needs.
    async fn run_for<T: Send + 'static>(
        &self,
        job: impl FnOnce(Abandoned) -> Result<T, Refusal> + Send + 'static,
        size: impl FnOnce(&T) -> usize,
    ) -> Result<(T, Taken), Refusal> {
        self.examined(self.pool.run_for(&self.memory, job, size).await)
    }

    /// Runs a job that makes an answer.
    async fn answer(
        &self,
        job: impl FnOnce(Abandoned) -> Result<Answer, Refusal> + Send + 'static,
    ) -> Result<Answer, Refusal> {
        let (answer, taken) = self.run_for(job, Answer::size).await?;
        Ok(answer.taking(taken))
    }

    /// Has the files of the index examined if a job failed.
    fn examined<T>(&self, outcome: Result<T, Refusal>) -> Result<T, Refusal> {
        if outcome.as_ref().is_err_and(Refusal::is_internal) {
            self.app.engine.doubt();
        }
        outcome
    }
}

/// Makes the routes.
pub fn router(app: App) -> Router {
    assemble(routes(), Shared::of(app))
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

/// Adds the layers common to all routes.
fn assemble(routes: Router<Arc<Shared>>, shared: Arc<Shared>) -> Router {
    let settings = &shared.app.settings;
    // Each layer surrounds the layers above it.
    routes
        .fallback(async |uri: Uri| Refusal::unknown_route(uri.path()))
        .method_not_allowed_fallback(async |method: Method| Refusal::wrong_method(&method))
        .layer(DefaultBodyLimit::max(settings.max_body_bytes))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(weight::compression())
        .layer(from_fn_with_state(shared.clone(), weight::complete))
        .layer(from_fn_with_state(shared.clone(), limits))
        .layer(from_fn(refusal::give_shape))
        .layer(from_fn_with_state(shared.clone(), waiting::add_seq))
        .layer(from_fn_with_state(shared.clone(), metrics::count))
        .layer(option_layer(cors(&settings.cors_origins)))
        .layer(from_fn(add_security_headers))
        .layer(from_fn(log::log))
        .with_state(shared.clone())
}

/// Refuses requests by wrong names and those that are too large, and ends those that take too long.
async fn limits(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let settings = &shared.app.settings;
    if let Some(refusal) = settings.hosts.refuses(&request) {
        return refusal.into_response();
    }
    let uri = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    if uri > settings.max_uri_bytes {
        return Refusal::uri_too_long(Some(settings.max_uri_bytes)).into_response();
    }
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > settings.max_body_bytes as u64) {
        return Refusal::body_too_large(settings.max_body_bytes).into_response();
    }
    let response = tokio::time::timeout(settings.request_timeout, next.run(request)).await;
    response.unwrap_or_else(|_| Refusal::too_slow(settings.request_timeout).into_response())
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    // The panic hook has printed the message, which may contain a query and so is not logged.
    tracing::error!("answering a request panicked");
    Refusal::internal().into_response()
}

/// Adds the headers that restrict what browsers do with an answer, unless its route has set them.
async fn add_security_headers(request: Request, next: Next) -> Response {
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
    let origins = match cors.clone() {
        Cors::Any => AllowOrigin::any(),
        Cors::None => return None,
        only => AllowOrigin::predicate(move |origin, _| origin.to_str().is_ok_and(|origin| only.allows(origin))),
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
