//! Waits for a commit: `min_seq`.
//!
//! Each commit has a larger number than the one before, and each answer of the API names the commit that made it. A
//! request for a later commit waits here, without a thread, until the engine tells of a commit.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use tokio::{
    sync::{Notify, Semaphore},
    time::{Instant, timeout_at},
};

use super::{
    Shared,
    parameters::Parameters,
    refusal::Refusal,
    seq::{SEQ, put_seq},
};
use crate::engine::{Engine, Live};

/// Name of the parameter.
pub(super) const MIN_SEQ: &str = "min_seq";
/// Upper bound on the wait.
const MAX_WAIT: Duration = Duration::from_secs(5);
/// Upper bound on the number of waiting requests.
const MAX_WAITING: usize = 1_024;

/// The requests that wait for a commit.
pub(super) struct Commits {
    /// Wakes all of them.
    came: Arc<Notify>,
    /// What the engine calls, kept for as long as the routes.
    _listener: Arc<dyn Fn() + Send + Sync>,
    /// A permit for each of them.
    places: Semaphore,
}

impl Commits {
    pub(super) fn new(live: &Live) -> Self {
        let came = Arc::new(Notify::new());
        let wakes = came.clone();
        let listener: Arc<dyn Fn() + Send + Sync> = Arc::new(move || wakes.notify_waiters());
        live.when_shown(&listener);
        Self { came, _listener: listener, places: Semaphore::new(MAX_WAITING) }
    }
}

impl Shared {
    /// Returns the engine as soon as the commit requested by the parameters is in use.
    ///
    /// An index that is being built lacks posts of earlier commits until all files are read, so that the end of the
    /// build is waited for too.
    pub(super) async fn engine(&self, parameters: &Parameters) -> Result<Engine, Refusal> {
        let live = &self.app.engine;
        let Some(wanted) = parameters.number(MIN_SEQ, 0..=u64::MAX)? else { return Ok(live.engine()) };
        let is_reached = |engine: &Engine| engine.is_whole() && engine.seq() >= wanted;
        let engine = live.engine();
        if is_reached(&engine) {
            return Ok(engine);
        }
        let Ok(_place) = self.commits.places.try_acquire() else { return Err(Refusal::overloaded()) };
        // Half of the time is left for the answer.
        let deadline = Instant::now() + MAX_WAIT.min(self.app.settings.request_timeout / 2);
        let coming = async {
            loop {
                // Made before the check, so that no commit comes between the two.
                let comes = self.commits.came.notified();
                let engine = live.engine();
                if is_reached(&engine) {
                    break engine;
                }
                comes.await;
            }
        };
        timeout_at(deadline, coming).await.map_err(|_| {
            let engine = live.engine();
            Refusal::not_yet(wanted, engine.seq(), engine.is_whole())
        })
    }
}

/// Adds the number of a commit to answers of the API without one, which are refusals. The number is that of the commit
/// in use when the request arrived.
pub(super) async fn add_seq(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let seq = shared.app.engine.engine().seq();
    let mut response = next.run(request).await;
    if is_api && !response.headers().contains_key(SEQ) {
        put_seq(&mut response, seq);
    }
    response
}
