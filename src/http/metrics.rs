//! `/metrics`: the figures of `/api/status` and counts of requests, for Prometheus.
//!
//! Contains no query, path or folder, since figures are stored for long and have more readers than the status.

use std::{
    fmt::{Display, Write as _},
    fs,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{Shared, connections::Connections, parameters::Parameters, refusal::Refusal};
use crate::{engine::Engine, refresh::Status};

/// Content type of the text format of Prometheus.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Upper bounds of the buckets of the histogram of times, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];
/// The routes with a histogram of times.
const SEARCHES: &[&str] = &["/api/search", "/api/suggest"];

/// The counters of requests since the start.
#[derive(Debug, Default)]
pub(super) struct Counters {
    in_flight: AtomicI64,
    searches: [Searches; SEARCHES.len()],
}

/// The searches of one route.
#[derive(Debug, Default)]
struct Searches {
    /// Number of searches in each bucket; the last bucket has no upper bound.
    buckets: [AtomicU64; BUCKETS.len() + 1],
    microseconds: AtomicU64,
    refused: AtomicU64,
}

impl Searches {
    fn count(&self, took: Duration, good: bool) {
        let bucket = BUCKETS.iter().position(|&bound| took.as_secs_f64() <= bound).unwrap_or(BUCKETS.len());
        self.buckets[bucket].fetch_add(1, Relaxed);
        self.microseconds.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
        self.refused.fetch_add(u64::from(!good), Relaxed);
    }
}

/// Ends the count of a request in flight, also when the client has gone away.
struct InFlight<'a>(&'a AtomicI64);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// Counts a request.
pub(super) async fn count(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let counters = &shared.counters;
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    counters.in_flight.fetch_add(1, Relaxed);
    let _in_flight = InFlight(&counters.in_flight);
    let started = Instant::now();
    let response = next.run(request).await;
    if let Some(at) = SEARCHES.iter().position(|name| route.as_deref() == Some(name)) {
        let good = response.status().is_success() || response.status().is_redirection();
        counters.searches[at].count(started.elapsed(), good);
    }
    response
}

/// Answers with the figures.
pub(super) async fn metrics(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Response, Refusal> {
    Parameters::read(uri.query(), &[])?;
    let held = shared.clone();
    let text = shared.run(move |_| figures(&held)).await?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(TEXT))], text).into_response())
}

fn figures(shared: &Shared) -> Result<String, Refusal> {
    // In this order: a snapshot taken later shows all changes that the status calls settled.
    let status = shared.app.board.status();
    let engine = shared.app.engine.engine();
    let searcher = engine.searcher()?;
    let (posts, cases) = shared.counts.of(&searcher);
    let mut page = Page::default();
    page.gauge("anli_posts", "Posts that can be found.", posts);
    page.gauge("anli_cases", "Cases that can be found.", cases);
    page.gauge("anli_seq", "Number of the commit that answers.", searcher.seq());
    of_index(&mut page, &engine, searcher.is_whole());
    of_files(&mut page, &status);
    of_refreshes(&mut page, &status);
    of_requests(&mut page, &shared.counters);
    of_connections(&mut page, &shared.connections);
    of_process(&mut page);
    Ok(page.0)
}

fn of_index(page: &mut Page, engine: &Engine, whole: bool) {
    page.head("anli_index_info", "gauge", "The generation that answers, and the version of the program.");
    let labels = [("generation", engine.generation()), ("version", env!("CARGO_PKG_VERSION"))];
    page.sample("anli_index_info", &labels, 1);
    page.gauge("anli_index_whole", "Whether all files were read by the index that answers.", u8::from(whole));
    // While the index is being replaced, there may be no files.
    if let Ok(bytes) = engine.bytes() {
        page.gauge("anli_index_bytes", "Bytes of the files of the index that answers.", bytes);
    }
}

fn of_files(page: &mut Page, status: &Status) {
    let totals = &status.totals;
    page.head("anli_files", "gauge", "Files of the posts folder, by what came of them.");
    let skipped: usize = totals.skipped.values().sum();
    for (outcome, count) in [("indexed", totals.indexed), ("skipped", skipped), ("failed", totals.failed)] {
        page.sample("anli_files", &[("outcome", outcome)], count);
    }
    page.gauge("anli_files_stale", "Indexed files that are found by their last good version.", totals.stale);
    page.head("anli_findings", "gauge", "What was found about files, by code.");
    for (code, of_code) in &status.findings.by_code {
        let severity = code.severity().to_string();
        page.sample("anli_findings", &[("code", code.as_str()), ("severity", &severity)], of_code.count);
    }
}

fn of_refreshes(page: &mut Page, status: &Status) {
    page.gauge("anli_ready", "Whether the folder was compared in full since the start.", u8::from(status.ready));
    page.gauge("anli_pending_files", "Files known to have changed without being visible.", status.pending());
    page.gauge("anli_lag_seconds", "Since when something is known to have changed.", status.lag().as_secs_f64());
    page.head("anli_watcher_info", "gauge", "How changes are noticed.");
    if let Some(watcher) = &status.watcher {
        page.sample("anli_watcher_info", &[("kind", watcher.kind)], 1);
    }
    let refreshes = status.refreshes;
    page.counter("anli_refreshes_total", "Comparisons of the folder with the index.", refreshes.total);
    page.counter("anli_refreshes_failed_total", "Those that failed.", refreshes.failed);
    page.gauge("anli_failing", "Whether the last of them failed.", u8::from(status.failure.is_some()));
    if let Some((at, report, _)) = &status.last {
        page.gauge("anli_refresh_duration_seconds", "How long the last good one took.", report.took.as_secs_f64());
        page.gauge("anli_refresh_timestamp_seconds", "When the last good one ended.", at.as_second());
    }
}

fn of_requests(page: &mut Page, counters: &Counters) {
    page.gauge("anli_requests_in_flight", "Requests being answered.", counters.in_flight.load(Relaxed));
    page.head("anli_search_duration_seconds", "histogram", "How long searches and suggestions took.");
    for (route, searches) in SEARCHES.iter().zip(&counters.searches) {
        let mut sum = 0;
        let bounds = BUCKETS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
        for (bucket, bound) in searches.buckets.iter().zip(bounds) {
            sum += bucket.load(Relaxed);
            page.sample("anli_search_duration_seconds_bucket", &[("route", route), ("le", &bound)], sum);
        }
        let seconds = searches.microseconds.load(Relaxed) as f64 / 1e6;
        page.sample("anli_search_duration_seconds_sum", &[("route", route)], seconds);
        page.sample("anli_search_duration_seconds_count", &[("route", route)], sum);
    }
    page.head("anli_searches_refused_total", "counter", "Searches and suggestions that got no answer.");
    for (route, searches) in SEARCHES.iter().zip(&counters.searches) {
        page.sample("anli_searches_refused_total", &[("route", route)], searches.refused.load(Relaxed));
    }
}

fn of_connections(page: &mut Page, connections: &Connections) {
    let (open, refused, closed) = connections.figures();
    page.gauge("anli_connections", "Open connections.", open);
    page.counter("anli_connections_refused_total", "Connections that were one too many.", refused);
    page.counter("anli_connections_closed_total", "Connections closed since their clients kept them waiting.", closed);
}

/// Figures of the process, on systems with `/proc`.
fn of_process(page: &mut Page) {
    if let Ok(state) = fs::read_to_string("/proc/self/status") {
        let number = |name: &str| {
            let rest = state.lines().find_map(|line| line.strip_prefix(name))?;
            rest.split_whitespace().next()?.parse::<u64>().ok()
        };
        if let Some(kilobytes) = number("VmRSS:") {
            page.gauge("process_resident_memory_bytes", "Memory in use.", kilobytes.saturating_mul(1024));
        }
        if let Some(threads) = number("Threads:") {
            page.gauge("process_threads", "Threads.", threads);
        }
    }
    if let Ok(handles) = fs::read_dir("/proc/self/fd") {
        page.gauge("process_open_fds", "Open file handles.", handles.count());
    }
}

/// The text of the figures.
#[derive(Debug, Default)]
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<String> = labels.iter().map(|(name, text)| format!("{name}=\"{}\"", quoted(text))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, "gauge", help);
        self.sample(name, &[], value);
    }

    fn counter(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, "counter", help);
        self.sample(name, &[], value);
    }
}
