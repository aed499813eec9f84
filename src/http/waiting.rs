//! Waiting for a state of the index: `min_seq`.
//!
//! Each commit has a number that only grows, and each answer of the API says by which commit it was made. A client that
//! knows what number it wants to see waits here, and not on a thread of the engine.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use tokio::time::{Instant, sleep, timeout_at};

use super::{
    Shared,
    parameters::Parameters,
    refusal::Refusal,
    seq::{SEQ, put_seq},
};
use crate::engine::Engine;

/// The parameter.
pub(super) const MIN_SEQ: &str = "min_seq";
/// How long an answer is waited for at the most.
const LONGEST: Duration = Duration::from_secs(5);
/// The time between two looks: small beside what a commit takes.
const PAUSE: Duration = Duration::from_millis(5);
/// How many may wait at once.
pub(super) const MOST_WAITING: usize = 1_024;

impl Shared {
    /// Gives the engine, as soon as the commit that the parameters ask for is in use.
    ///
    /// Until all files are read by an index that begins anew, it lacks what earlier commits had; so that is waited for, too.
    pub(super) async fn engine(&self, parameters: &Parameters) -> Result<Engine, Refusal> {
        let live = &self.app.engine;
        let Some(wanted) = parameters.count(MIN_SEQ)? else { return Ok(live.engine()) };
        let has_it = |engine: &Engine| engine.is_whole() && engine.seq() >= wanted;
        let engine = live.engine();
        if has_it(&engine) {
            return Ok(engine);
        }
        let Ok(_place) = self.waiting.try_acquire() else { return Err(Refusal::overloaded()) };
        // Half of the time is left for the answer.
        let deadline = Instant::now() + LONGEST.min(self.app.settings.request_timeout / 2);
        let coming = async {
            loop {
                sleep(PAUSE).await;
                let engine = live.engine();
                if has_it(&engine) {
                    break engine;
                }
            }
        };
        match timeout_at(deadline, coming).await {
            Ok(engine) => Ok(engine),
            Err(_) => {
                let engine = live.engine();
                Err(Refusal::not_yet(wanted, engine.seq(), engine.is_whole()))
            }
        }
    }
}

/// Gives a number to the answers of the API whose routes gave none: refusals. What was visible when they were asked for
/// is visible by them.
pub(super) async fn numbered(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let seq = shared.app.engine.engine().seq();
    let mut response = next.run(request).await;
    if is_api && !response.headers().contains_key(SEQ) {
        put_seq(&mut response, seq);
    }
    response
}
