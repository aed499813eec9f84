//! `/healthz` and `/readyz`: whether the process lives, and whether its answers are whole.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    Shared,
    fresh::json,
    refusal::{Refusal, without_folders},
};
use crate::refresh::Status;

const OK: &[u8] = br#"{"status":"ok"}"#;

/// Says that the process lives.
pub(super) async fn healthz() -> Response {
    json(OK.to_vec())
}

/// Says whether the posts folder has been compared in full since the start.
pub(super) async fn readyz(State(shared): State<Arc<Shared>>) -> Result<Response, Refusal> {
    match waiting_for(&shared.app.board.status()) {
        None => Ok(json(OK.to_vec())),
        Some(why) => Err(Refusal::not_ready(why)),
    }
}

/// Says what has to happen before the answers are whole; `None` when they are.
fn waiting_for(status: &Status) -> Option<String> {
    let reading = "the posts folder is being read for the first time";
    match (status.ready, &status.failure, status.progress) {
        (true, ..) => None,
        (_, Some(failure), _) => {
            Some(format!("the posts folder could not be read: {}", without_folders(&failure.words)))
        }
        (_, _, Some((done, total))) => Some(format!("{reading}: {done} of {total} files are done")),
        _ => Some(reading.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::refresh::Failing;

    fn check(status: &Status, expected: Option<&str>) {
        assert_eq!(waiting_for(status).as_deref(), expected);
    }

    #[test]
    fn readiness_waits_for_the_first_full_refresh() {
        let mut status = Status::default();
        check(&status, Some("the posts folder is being read for the first time"));
        status.progress = Some((120, 2000));
        check(&status, Some("the posts folder is being read for the first time: 120 of 2000 files are done"));
        let words = "`blog` is gone".to_owned();
        status.failure = Some(Failing { words, since: Timestamp::UNIX_EPOCH, retry_at: None });
        check(&status, Some("the posts folder could not be read: `blog` is gone"));
        // Later failures leave answers that were whole.
        status.ready = true;
        check(&status, None);
    }
}
