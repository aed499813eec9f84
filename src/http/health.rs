//! `/healthz` and `/readyz`: whether the process runs, and whether its answers are complete.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    Shared,
    fresh::{json, to_json},
    refusal::{Refusal, without_folders},
};
use crate::refresh::{Phase, Progress, Status};

const OK: &[u8] = br#"{"status":"ok"}"#;

/// Answers that the process runs.
pub(super) async fn healthz() -> Response {
    json(OK.to_vec())
}

/// Answers whether the service is ready, and what is wrong with its answers, if anything.
///
/// The service is ready once the whole posts folder has been compared since the start. The service is also ready if an
/// earlier generation answers until then, or if the index is complete and the comparison fails. A later failure leaves
/// complete answers, and so leaves the service ready.
pub(super) async fn readyz(State(shared): State<Arc<Shared>>) -> Result<Response, Refusal> {
    let (status, engine) = (shared.app.board.status(), shared.app.engine.engine());
    let earlier = !status.generation.is_empty() && engine.generation() != status.generation;
    let is_whole = || status.failure.is_some() && engine.is_whole();
    match (waiting_for(&status), trouble(&status, earlier)) {
        (Some(why), _) if !earlier && !is_whole() => Err(Refusal::not_ready(why)),
        (_, None) => Ok(json(OK.to_vec())),
        (_, Some(why)) => to_json(&serde_json::json!({"status": "degraded", "why": why})).map(json),
    }
}

/// Returns why answers may be out of date, in words. `earlier` says whether an earlier generation answers.
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

/// Returns what has to happen before the answers are complete, in words; `None` if they are.
fn waiting_for(status: &Status) -> Option<String> {
    let reading = "the posts folder is being read for the first time";
    match (status.ready, &status.failure, status.progress) {
        (true, ..) => None,
        (_, Some(failure), _) => {
            Some(format!("the posts folder could not be read: {}", without_folders(&failure.words)))
        }
        (_, _, Some(Progress { phase: Phase::Learning, done, total })) => {
            Some(format!("{reading}: the words of {done} of {total} files are known"))
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
