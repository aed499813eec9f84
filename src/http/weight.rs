//! What an answer weighs, and its compression: off the async threads, and once for equal answers.

use std::{
    any::Any,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Error,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use tokio::{
    runtime::Handle,
    sync::{OnceCell, Semaphore},
    task::spawn_blocking,
};
use tower_http::compression::{CompressionLayer, DefaultPredicate, Predicate};

use super::{
    Shared,
    memory::{Memory, Taken},
    refusal::Refusal,
    shares::Shares,
};

/// Upper bound on the size of an answer that is compressed where it is; it takes less than half a millisecond.
const SMALL: usize = 16 << 10;
/// Size in bytes from which on answers are compressed one after the other.
const LARGE: usize = 256 << 10;
/// Upper bound on the size of an answer that is compressed at all: a fifth of a second.
const LARGEST: usize = 8 << 20;

/// What an answer weighs before its compression; an extension of the response.
#[derive(Debug, Clone, Default)]
pub(super) struct Weight {
    /// Length of the body in bytes, at least about.
    pub(super) bytes: usize,
    /// Its memory. Nothing if it is held otherwise.
    pub(super) taken: Taken,
}

/// Compresses answers.
pub(super) struct Compressor {
    /// Permits for compressing other answers and large ones.
    usual: Arc<Semaphore>,
    large: Arc<Semaphore>,
    /// By entity tag and coding.
    done: Shares<(HeaderValue, HeaderValue), Compressed>,
}

/// A whole compressed body.
struct Compressed {
    bytes: Bytes,
    _taken: Taken,
}

impl Compressor {
    pub(super) fn new(threads: usize) -> Self {
        let usual = Arc::new(Semaphore::new(threads.clamp(1, Semaphore::MAX_PERMITS)));
        Self { usual, large: Arc::new(Semaphore::new(1)), done: Shares::default() }
    }

    /// Returns the compressed body of an answer, which equal answers share.
    async fn compressed(
        &self,
        memory: &Memory,
        headers: &HeaderMap,
        body: Body,
        weight: Weight,
    ) -> Result<Arc<OnceCell<Compressed>>, Refusal> {
        let place = match (headers.get(header::ETAG), headers.get(header::CONTENT_ENCODING)) {
            (Some(tag), Some(coding)) => self.done.place((tag.clone(), coding.clone())),
            _ => Arc::default(),
        };
        place.get_or_try_init(|| self.compress(memory, body, weight)).await?;
        Ok(place)
    }

    async fn compress(&self, memory: &Memory, body: Body, weight: Weight) -> Result<Compressed, Refusal> {
        let bytes = if weight.bytes <= SMALL {
            to_bytes(body, usize::MAX).await
        } else {
            let permits = if weight.bytes > LARGE { &self.large } else { &self.usual };
            let permit = permits.clone().acquire_owned().await.map_err(|_| Refusal::internal())?;
            let (handle, work) = (Handle::current(), to_bytes(body, usize::MAX));
            let working = spawn_blocking(move || {
                let _held = permit;
                handle.block_on(work)
            });
            working.await.map_err(|_| Refusal::internal())?
        };
        let bytes = bytes.map_err(|_| Refusal::internal())?;
        let taken = if weight.taken.is_nothing() {
            memory.take(bytes.len()).await?
        } else {
            weight.taken.shrunk_to(bytes.len())
        };
        Ok(Compressed { bytes, _taken: taken })
    }
}

/// Returns the layer that decides whether an answer is compressed.
pub(super) fn compression() -> CompressionLayer<impl Predicate> {
    let is_too_large = |_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions| {
        extensions.get::<Weight>().is_none_or(|weight| weight.bytes <= LARGEST)
    };
    CompressionLayer::new().compress_when(DefaultPredicate::new().and(is_too_large))
}

/// Compresses an answer as far as [`compression`] has begun it, and keeps its memory until its client has taken it.
pub(super) async fn complete(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = next.run(request).await.into_parts();
    let weight = parts.extensions.remove::<Weight>().unwrap_or_default();
    if !parts.headers.contains_key(header::CONTENT_ENCODING) {
        return Response::from_parts(parts, Body::new(Keeping { body, _kept: Box::new(weight.taken) }));
    }
    match shared.compressor.compressed(&shared.memory, &parts.headers, body, weight).await {
        Ok(place) => {
            let body = Body::from(place.get().map(|whole| whole.bytes.clone()).unwrap_or_default());
            Response::from_parts(parts, Body::new(Keeping { body, _kept: Box::new(place) }))
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// A body that keeps something until it has been taken.
struct Keeping {
    body: Body,
    _kept: Box<dyn Any + Send>,
}

impl HttpBody for Keeping {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
