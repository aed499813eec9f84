//! `/api/status`: the contents of the index, the files left out with reasons, and the state of the refresher.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{extract::State, http::Uri};
use serde::Serialize;

use super::{
    Shared,
    fresh::Answer,
    parameters::Parameters,
    refusal::{Refusal, without_folders},
    waiting::MIN_SEQ,
};
use crate::{content::diagnostic::Diagnostic, engine::Searcher, refresh::Status};

/// Upper bound on the number of folders listed.
const MAX_FOLDERS: usize = 1_000;

/// The last commit for which posts and cases were counted, and their numbers: counting walks through the index.
#[derive(Default)]
pub(super) struct Counts(Mutex<Option<(u64, (usize, usize))>>);

impl Counts {
    /// Returns the numbers of posts and cases.
    pub(super) fn of(&self, searcher: &Searcher) -> (usize, usize) {
        let commit = searcher.commit();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = last.filter(|(of, _)| *of == commit);
        last.insert(counted.unwrap_or_else(|| (commit, searcher.counts()))).1
    }
}

/// Answers with the status.
pub(super) async fn status(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Answer, Refusal> {
    let parameters = Parameters::read(uri.query(), &[MIN_SEQ])?;
    let engine = shared.engine(&parameters).await?;
    let held = shared.clone();
    let work = move |_| {
        // In this order: a snapshot taken later shows all changes that the status calls settled.
        let status = held.app.board.status();
        let searcher = engine.searcher()?;
        let answering = Answering {
            generation: engine.generation(),
            counts: held.counts.of(&searcher),
            seq: searcher.seq(),
            whole: searcher.is_whole(),
        };
        Answer::new(searcher.seq(), &StatusBody::new(&status, &answering))
    };
    shared.answer(work).await
}

/// The snapshot that answers.
#[derive(Debug, Clone, Copy)]
struct Answering<'a> {
    generation: &'a str,
    /// Posts and cases.
    counts: (usize, usize),
    seq: u64,
    whole: bool,
}

#[derive(Serialize)]
struct StatusBody<'a> {
    /// Numbers of searchable posts and cases.
    posts: usize,
    cases: usize,
    /// Number of the commit that answers.
    seq: u64,
    /// Whether the folder was compared and all known changes are visible.
    settled: bool,
    /// Number of files with known changes that are not visible, and the age of the oldest change.
    pending: usize,
    lag_seconds: f64,
    files: FilesBody<'a>,
    /// The first folders left out by rule, and links that are dangling or lead out of the folder.
    left_out: &'a [String],
    left_out_total: usize,
    /// Name of the generation that answers.
    generation: &'a str,
    /// Name of the generation that is being built and will answer when it is complete.
    building: Option<&'a str>,
    /// Whether the generation that answers has read all files.
    whole: bool,
    /// Whether the whole folder has been compared since the start.
    ready: bool,
    watcher: Option<WatcherBody<'a>>,
    progress: Option<ProgressBody>,
    last_refresh: Option<RefreshBody>,
    refreshes: RefreshesBody,
    failure: Option<FailureBody>,
    /// Why the settings in use are older than their files.
    settings_unread: Option<String>,
    /// Why the index was built anew at the start.
    rebuilt: Option<String>,
    /// The first findings, the most severe first.
    diagnostics: Vec<DiagnosticBody<'a>>,
    diagnostics_total: usize,
    diagnostics_by_code: BTreeMap<&'static str, CodeFindingsBody<'a>>,
}

impl<'a> StatusBody<'a> {
    fn new(status: &'a Status, answering: &Answering<'a>) -> Self {
        let &Answering { generation, counts: (posts, cases), seq, whole } = answering;
        let (findings, totals) = (&status.findings, &status.totals);
        let by_code = findings.by_code.iter().map(|(code, of_code)| {
            let severity = code.severity().to_string();
            (code.as_str(), CodeFindingsBody { count: of_code.count, severity, paths: &of_code.paths })
        });
        let building = Some(status.generation.as_str()).filter(|built| !built.is_empty() && *built != generation);
        Self {
            posts,
            cases,
            seq,
            // Changes in a generation that does not answer yet are not visible.
            settled: status.is_settled() && building.is_none(),
            pending: status.pending(),
            // To the millisecond.
            lag_seconds: (status.lag().as_secs_f64() * 1e3).round() / 1e3,
            files: FilesBody {
                total: totals.files,
                indexed: totals.indexed,
                skipped: SkippedBody { total: totals.skipped.values().sum(), by_reason: &totals.skipped },
                failed: totals.failed,
                stale: totals.stale,
            },
            left_out: totals.left_out.get(..MAX_FOLDERS).unwrap_or(&totals.left_out),
            left_out_total: totals.left_out.len(),
            generation,
            building,
            whole,
            ready: status.ready,
            watcher: status
                .watcher
                .as_ref()
                .map(|watcher| WatcherBody { kind: watcher.kind, why: watcher.why.as_deref().map(without_folders) }),
            progress: status.progress.map(|progress| ProgressBody {
                phase: progress.phase.as_str(),
                done: progress.done,
                total: progress.total,
            }),
            last_refresh: status.last.as_ref().map(|(at, report, full)| RefreshBody {
                at: at.to_string(),
                full: *full,
                took_ms: u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX),
                put: report.put,
                same: report.same,
                without_post: report.without_post,
                retokenized: report.retokenized,
                forgotten: report.forgotten,
                bytes: report.bytes,
            }),
            refreshes: RefreshesBody { total: status.refreshes.total, failed: status.refreshes.failed },
            failure: status.failure.as_ref().map(|failure| FailureBody {
                message: without_folders(&failure.words),
                since: failure.since.to_string(),
                retry_at: failure.retry_at.map(|at| at.to_string()),
            }),
            settings_unread: status.settings_unread.as_deref().map(without_folders),
            rebuilt: status.rebuilt.as_deref().map(without_folders),
            diagnostics: findings.first.iter().map(DiagnosticBody::from).collect(),
            diagnostics_total: findings.total,
            diagnostics_by_code: by_code.collect(),
        }
    }
}

/// Numbers of files: `indexed`, `skipped.total` and `failed` add up to `total`; `stale` files are among the indexed.
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

#[derive(Serialize)]
struct WatcherBody<'a> {
    /// `events` or `polling`.
    kind: &'a str,
    why: Option<String>,
}

/// Comparisons of the folder with the index since the start.
#[derive(Serialize)]
struct RefreshesBody {
    total: u64,
    failed: u64,
}

#[derive(Serialize)]
struct FailureBody {
    message: String,
    /// Time of the first failure since the last success.
    since: String,
    retry_at: Option<String>,
}

/// The findings of one code: their number, and the first files with such a finding.
#[derive(Serialize)]
struct CodeFindingsBody<'a> {
    count: usize,
    severity: String,
    paths: &'a [String],
}

#[derive(Serialize)]
struct ProgressBody {
    /// `learning` the vocabulary of a first build, `reading` files, `cutting`: tokenizing posts again.
    phase: &'static str,
    done: usize,
    total: usize,
}

#[derive(Serialize)]
struct RefreshBody {
    /// End of the refresh.
    at: String,
    /// Whether the refresh compared the whole folder.
    full: bool,
    took_ms: u64,
    put: usize,
    same: usize,
    without_post: usize,
    /// Posts with added or removed words.
    #[serde(rename = "cut_again")]
    retokenized: usize,
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
        refresh::{CodeFindings, Failure, Findings, Phase, Progress, Report, Totals},
    };

    fn check(status: &Status, pointers: &[(&str, Value)]) {
        let answering = Answering { generation: "g-1", counts: (7, 12), seq: 1_700_000_000_123, whole: true };
        let body = serde_json::to_value(StatusBody::new(status, &answering)).unwrap();
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
            left_out: ["_drafts".to_owned()].into(),
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
    fn findings_are_listed_and_counted_by_code() {
        let place = Place { line: 4, column: 7, width: 10, source: "date: 2022-13-05".to_owned() };
        let warning = Diagnostic::new("a.md", Code::DateInvalid, "`date` is `2022-13-05`").at(place).help("mend it");
        let whole = Diagnostic::new("b.md", Code::FrontMatterUnclosed, "it is not closed");
        let paths = vec!["a.md".to_owned(), "c.md".to_owned()];
        let findings = Findings {
            total: 1_201,
            first: vec![warning, whole],
            by_code: [(Code::DateInvalid, CodeFindings { count: 3, paths })].into(),
        };
        check(
            &Status { findings: findings.into(), ..Status::default() },
            &[
                (
                    "/diagnostics/0",
                    json!({
                        "path": "a.md", "code": "date-invalid", "severity": "warning", "message": "`date` is `2022-13-05`",
                        "line": 4, "column": 7, "help": "mend it",
                    }),
                ),
                ("/diagnostics/1/line", Value::Null),
                ("/diagnostics_total", json!(1_201)),
                (
                    "/diagnostics_by_code",
                    json!({"date-invalid": {"count": 3, "severity": "warning", "paths": ["a.md", "c.md"]}}),
                ),
            ],
        );
    }

    #[test]
    fn a_failure_is_told_with_its_times_and_without_folders() {
        let (since, retry_at) = ("2024-01-02T03:04:05Z", "2024-01-02T03:04:35Z");
        let failure = Failure {
            words: "cannot read the posts folder `/srv/blog/posts`".to_owned(),
            since: since.parse().unwrap(),
            retry_at: Some(retry_at.parse().unwrap()),
        };
        let expected = json!({"message": "cannot read the posts folder `posts`", "since": since, "retry_at": retry_at});
        let status = Status { failure: Some(failure), ready: true, ..Status::default() };
        check(&status, &[("/failure", expected), ("/settled", json!(false))]);
        check(&Status { ready: true, ..Status::default() }, &[("/settled", json!(true)), ("/lag_seconds", json!(0.0))]);
    }

    #[test]
    fn the_last_refresh_and_the_running_one_are_told() {
        let report = Report { put: 3, took: std::time::Duration::from_millis(42), ..Report::default() };
        let progress = Progress { phase: Phase::Reading, done: 1, total: 2 };
        let last = Some(("2024-01-02T03:04:05Z".parse().unwrap(), report, true));
        check(
            &Status { last, progress: Some(progress), ..Status::default() },
            &[
                ("/last_refresh/at", json!("2024-01-02T03:04:05Z")),
                ("/last_refresh/took_ms", json!(42)),
                ("/last_refresh/put", json!(3)),
                ("/last_refresh/full", json!(true)),
                ("/progress", json!({"phase": "reading", "done": 1, "total": 2})),
            ],
        );
    }
}
