//! `/api/status`: what is in the index, what is not, and why.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{extract::State, http::Uri, response::Response};
use serde::Serialize;

use super::{
    Shared,
    fresh::json,
    parameters::Parameters,
    refusal::{Refusal, without_folders},
};
use crate::{
    content::diagnostic::Diagnostic,
    engine::{EngineError, Searcher},
    refresh::{Status, Totals},
};

/// The most findings and folders that are listed.
const MOST: usize = 1_000;

/// How many posts and cases there are as of some commit: counting them takes a walk through the index.
#[derive(Default)]
pub(super) struct Counted(Mutex<Option<(u64, (usize, usize))>>);

impl Counted {
    fn of(&self, searcher: &Searcher) -> Result<(usize, usize), EngineError> {
        let commit = searcher.commit();
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known {
            Some((of, counts)) if of == commit => Ok(counts),
            _ => {
                let counts = searcher.counts()?;
                *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((commit, counts));
                Ok(counts)
            }
        }
    }
}

/// Answers with the state of things.
pub(super) async fn status(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Response, Refusal> {
    Parameters::read(uri.query(), &[])?;
    let held = shared.clone();
    let work = move || {
        let engine = held.app.engine.engine();
        let counts = held.counted.of(&engine.searcher()?)?;
        let status = held.app.board.status();
        let body = StatusBody::new(&status, engine.generation(), counts);
        serde_json::to_vec(&body).map_err(|_| Refusal::internal())
    };
    shared.run(work).await.map(json)
}

/// The answer.
#[derive(Serialize)]
struct StatusBody<'a> {
    /// How many can be found.
    posts: usize,
    cases: usize,
    files: FilesBody<'a>,
    /// Folders left out by rule, and links that lead nowhere or out of the folder: the first of them.
    left_out: &'a [String],
    left_out_total: usize,
    /// The name of the index that answers.
    generation: &'a str,
    /// The name of the index that is being built beside it and will answer when it is whole.
    building: Option<&'a str>,
    /// Whether the folder has been compared in full since the start.
    ready: bool,
    /// How far the running refresh is.
    progress: Option<ProgressBody>,
    last_refresh: Option<RefreshBody>,
    /// Why the last refresh failed.
    failure: Option<String>,
    /// Why the index was built anew at the start.
    rebuilt: Option<&'a str>,
    /// The first of them, gravest first.
    diagnostics: Vec<DiagnosticBody<'a>>,
    diagnostics_total: usize,
}

impl<'a> StatusBody<'a> {
    fn new(status: &'a Status, generation: &'a str, (posts, cases): (usize, usize)) -> Self {
        let mut findings: Vec<&Diagnostic> = status.findings.iter().collect();
        // Within one gravity they stay in the order of their paths.
        findings.sort_by_key(|finding| Reverse(finding.severity()));
        Self {
            posts,
            cases,
            files: FilesBody::from(&status.totals),
            left_out: status.totals.left_out.get(..MOST).unwrap_or(&status.totals.left_out),
            left_out_total: status.totals.left_out.len(),
            generation,
            building: Some(status.generation.as_str()).filter(|built| !built.is_empty() && *built != generation),
            ready: status.ready,
            progress: status.progress.map(|(done, total)| ProgressBody { done, total }),
            last_refresh: status.last.as_ref().map(|(at, report, full)| RefreshBody {
                at: at.to_string(),
                full: *full,
                took_ms: u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX),
                put: report.put,
                same: report.same,
                without_post: report.without_post,
                cut_again: report.cut_again,
                forgotten: report.forgotten,
                bytes: report.bytes,
            }),
            failure: status.failure.as_deref().map(without_folders),
            rebuilt: status.rebuilt.as_deref(),
            diagnostics: findings.iter().take(MOST).map(|finding| DiagnosticBody::from(*finding)).collect(),
            diagnostics_total: findings.len(),
        }
    }
}

/// `indexed`, `skipped.total` and `failed` add up to `total`; `stale` ones are among the indexed.
#[derive(Serialize)]
struct FilesBody<'a> {
    total: usize,
    indexed: usize,
    skipped: SkippedBody<'a>,
    failed: usize,
    stale: usize,
}

#[derive(Serialize)]
struct SkippedBody<'a> {
    total: usize,
    by_reason: &'a BTreeMap<&'static str, usize>,
}

impl<'a> From<&'a Totals> for FilesBody<'a> {
    fn from(totals: &'a Totals) -> Self {
        Self {
            total: totals.files,
            indexed: totals.indexed,
            skipped: SkippedBody { total: totals.skipped.values().sum(), by_reason: &totals.skipped },
            failed: totals.failed,
            stale: totals.stale,
        }
    }
}

#[derive(Serialize)]
struct ProgressBody {
    done: usize,
    total: usize,
}

#[derive(Serialize)]
struct RefreshBody {
    /// When it ended.
    at: String,
    /// Whether it looked everywhere.
    full: bool,
    took_ms: u64,
    put: usize,
    same: usize,
    without_post: usize,
    /// Posts that hold words which came or went.
    cut_again: usize,
    forgotten: usize,
    bytes: u64,
}

#[derive(Serialize)]
struct DiagnosticBody<'a> {
    path: &'a str,
    code: &'static str,
    severity: String,
    message: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    help: Option<&'a str>,
}

impl<'a> From<&'a Diagnostic> for DiagnosticBody<'a> {
    fn from(finding: &'a Diagnostic) -> Self {
        Self {
            path: &finding.path,
            code: finding.code.as_str(),
            severity: finding.severity().to_string(),
            message: &finding.message,
            line: finding.place.as_ref().map(|place| place.line),
            column: finding.place.as_ref().map(|place| place.column),
            help: finding.help.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use serde_json::{Value, json};

    use super::*;
    use crate::{
        content::diagnostic::{Code, Place},
        refresh::Report,
    };

    fn check(status: &Status, pointers: &[(&str, Value)]) {
        let body = serde_json::to_value(StatusBody::new(status, "g-1", (7, 12))).unwrap();
        for (pointer, expected) in pointers {
            assert_eq!(body.pointer(pointer).unwrap_or(&Value::Null), expected, "{pointer}");
        }
    }

    #[test]
    fn files_add_up() {
        let totals = Totals {
            files: 9,
            indexed: 3,
            skipped: [("draft", 2), ("not-markdown", 3)].into(),
            failed: 1,
            stale: 1,
            left_out: vec!["_drafts".to_owned()],
        };
        let expected = json!({
            "total": 9, "indexed": 3, "failed": 1, "stale": 1,
            "skipped": {"total": 5, "by_reason": {"draft": 2, "not-markdown": 3}},
        });
        check(
            &Status { totals, ..Status::default() },
            &[("/files", expected), ("/left_out", json!(["_drafts"])), ("/posts", json!(7)), ("/cases", json!(12))],
        );
    }

    #[test]
    fn the_gravest_findings_are_listed_and_all_are_counted() {
        let place = Place { line: 4, column: 7, width: 10, source: "date: 2022-13-05".to_owned() };
        let warning = Diagnostic::new("a.md", Code::DateInvalid, "`date` is `2022-13-05`").at(place).help("mend it");
        let mut findings = vec![warning.clone()];
        check(
            &Status { findings: findings.clone(), ..Status::default() },
            &[(
                "/diagnostics/0",
                json!({
                    "path": "a.md", "code": "date-invalid", "severity": "warning", "message": "`date` is `2022-13-05`",
                    "line": 4, "column": 7, "help": "mend it",
                }),
            )],
        );
        let failed = |i| Diagnostic::new(&format!("b{i:04}.md"), Code::FrontMatterUnclosed, "it is not closed");
        findings.extend((0..1_200).map(failed));
        check(
            &Status { findings, ..Status::default() },
            &[
                ("/diagnostics_total", json!(1_201)),
                ("/diagnostics/0/path", json!("b0000.md")),
                ("/diagnostics/0/line", Value::Null),
                ("/diagnostics/999/path", json!("b0999.md")),
                ("/diagnostics/1000", Value::Null),
            ],
        );
    }

    #[test]
    fn the_last_refresh_and_the_running_one_are_told() {
        let report = Report { put: 3, took: std::time::Duration::from_millis(42), ..Report::default() };
        let last = Some(("2024-01-02T03:04:05Z".parse().unwrap(), report, true));
        check(
            &Status { last, progress: Some((1, 2)), ..Status::default() },
            &[
                ("/last_refresh/at", json!("2024-01-02T03:04:05Z")),
                ("/last_refresh/took_ms", json!(42)),
                ("/last_refresh/put", json!(3)),
                ("/last_refresh/full", json!(true)),
                ("/progress", json!({"done": 1, "total": 2})),
            ],
        );
    }
}
