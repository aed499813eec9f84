//! `/healthz` and `/readyz`: whether the process lives, and whether its answers are whole.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    Shared,
    fresh::json,
    refusal::{Refusal, without_folders},
};
use crate::refresh::{Phase, Progress, Status};

const OK: &[u8] = br#"{"status":"ok"}"#;

/// Says that the process lives.
pub(super) async fn healthz() -> Response {
    json(OK.to_vec())
}

/// Says whether the service is to be asked, and what is wrong with its answers, if anything is.
///
/// It is to be asked as soon as the posts folder has been compared in full since the start. It is, too, when an earlier
/// generation answers until then, or when the index is whole and the comparison fails. What fails later leaves the
/// answers that were whole, and so is no reason to send people elsewhere.
pub(super) async fn readyz(State(shared): State<Arc<Shared>>) -> Result<Response, Refusal> {
    let (status, engine) = (shared.app.board.status(), shared.app.engine.engine());
    let earlier = !status.generation.is_empty() && engine.generation() != status.generation;
    let is_whole = || status.failure.is_some() && engine.is_whole();
    match (waiting_for(&status), trouble(&status, earlier)) {
        (Some(why), _) if !earlier && !is_whole() => Err(Refusal::not_ready(why)),
        (_, None) => Ok(json(OK.to_vec())),
        (_, Some(why)) => {
            let body = serde_json::json!({"status": "degraded", "why": why});
            serde_json::to_vec(&body).map(json).map_err(|_| Refusal::internal())
        }
    }
}

/// Says why answers may be late; `None` when they are not. `earlier` says whether an earlier generation gives them.
fn trouble(status: &Status, earlier: bool) -> Option<String> {
    let building = || {
        let reading = status.progress.filter(|progress| progress.phase == Phase::Reading);
        let done = reading.map(|Progress { done, total, .. }| format!(": {done} of {total} files are done"));
        format!("the index is being built anew, an earlier one answers{}", done.unwrap_or_default())
    };
    let failed = status.failure.as_ref();
    let failed = failed.map(|failure| format!("changes are not seen: {}", without_folders(&failure.words)));
    let unread = || {
        let words = status.settings_unread.as_deref()?;
        Some(format!("changed settings are not seen: {}", without_folders(words)))
    };
    failed.or_else(|| earlier.then(building)).or_else(unread)
}

/// Says what has to happen before the answers are whole; `None` when they are.
fn waiting_for(status: &Status) -> Option<String> {
    let reading = "the posts folder is being read for the first time";
    match (status.ready, &status.failure, status.progress) {
        (true, ..) => None,
        (_, Some(failure), _) => {
            Some(format!("the posts folder could not be read: {}", without_folders(&failure.words)))
        }
        (_, _, Some(Progress { phase: Phase::Learning, done, total })) => {
            Some(format!("{reading}: of {done} of {total} files it is known what words they teach"))
        }
        (_, _, Some(Progress { done, total, .. })) => Some(format!("{reading}: {done} of {total} files are done")),
        _ => Some(reading.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::refresh::Failure;

    fn check(status: &Status, expected: Option<&str>) {
        assert_eq!(waiting_for(status).as_deref(), expected);
    }

    fn failing(words: &str) -> Failure {
        Failure { words: words.to_owned(), since: Timestamp::UNIX_EPOCH, retry_at: None }
    }

    #[test]
    fn what_is_late_says_why() {
        let mut status = Status { ready: true, ..Status::default() };
        assert_eq!(trouble(&status, false), None);
        let built = "the index is being built anew, an earlier one answers";
        assert_eq!(trouble(&status, true).as_deref(), Some(built));
        status.progress = Some(Progress { phase: Phase::Reading, done: 3, total: 9 });
        assert_eq!(trouble(&status, true), Some(format!("{built}: 3 of 9 files are done")));
        status.failure = Some(failing("`/srv/index/7c.store`: no space left"));
        assert_eq!(trouble(&status, true).as_deref(), Some("changes are not seen: `7c.store`: no space left"));
    }

    #[test]
    fn readiness_waits_for_the_first_full_refresh() {
        let mut status = Status::default();
        check(&status, Some("the posts folder is being read for the first time"));
        status.progress = Some(Progress { phase: Phase::Reading, done: 120, total: 2000 });
        check(&status, Some("the posts folder is being read for the first time: 120 of 2000 files are done"));
        status.failure = Some(failing("`blog` is gone"));
        check(&status, Some("the posts folder could not be read: `blog` is gone"));
        // Later failures leave answers that were whole.
        status.ready = true;
        check(&status, None);
    }
}
