//! The loop that keeps the index equal to the folder.
//!
//! The loop refreshes where the watch reports changes, compares the whole folder at intervals, waits after a failure,
//! and opens the index anew if it is damaged.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::Timestamp;
use tracing::{debug, error, info, warn};

use super::{
    Arguments, Start,
    background::{FolderScan, Scrub},
    lower_priority,
};
use crate::{
    cli::{
        output::{self, Progress},
        settings::Settings,
    },
    content::{Source, folder::Scan},
    engine::{Engine, Live},
    http::AnswerSettings,
    refresh::{Continuation, RefreshError, Refresher, Scope, Watcher},
    watch::{Change, Waker, Watch},
};

/// Interval between two comparisons of the whole folder.
const COMPARE_EVERY: Duration = Duration::from_secs(60);
/// The same interval without events; longer for large folders, so that other work gets time.
const POLL_EVERY: Duration = Duration::from_secs(2);
/// The same interval after a comparison found a change without an event.
const DOUBT_EVERY: Duration = Duration::from_secs(10);
/// Least interval between two refreshes of posts that appear or expire.
const DUE_EVERY: Duration = Duration::from_secs(1);
/// Wait after the first failed refresh, and upper bound on the wait after further failures.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));
/// Least interval between two comparisons of files with their checksums because a search failed.
const EXAMINE_EVERY: Duration = Duration::from_secs(30);
/// Upper bound on the wait for the words of a complete index before the index answers.
const READY_WITHIN: Duration = Duration::from_secs(10);
/// Interval between two log lines about the progress of a long refresh.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// The thread that keeps the index equal to the folder.
pub(super) struct Follower {
    /// The current settings that answers depend on.
    pub(super) answers: Arc<RwLock<AnswerSettings>>,
    stop: Arc<AtomicBool>,
    waker: Waker,
    thread: thread::JoinHandle<()>,
}

impl Follower {
    /// Starts the thread, which first compares the whole folder.
    pub(super) fn start(start: Start, settings: Settings, arguments: &Arguments) -> anyhow::Result<Self> {
        let Start { live, refresher, continuation } = start;
        let answers = Arc::new(RwLock::new(settings.answers(&continuation.source)));
        let stop = continuation.stop.clone();
        let way = arguments.watch.or(settings.file.watch).unwrap_or_default();
        let (folder, files) = (continuation.source.folder().clone(), watched_files(&continuation.source, &settings));
        let watch = Watch::start(folder, &files, way, arguments.event_queue);
        let waker = watch.waker();
        let doubted = watch.waker();
        live.when_doubted(move || doubted.wake());
        let mut run = Following {
            refresher,
            left: continuation,
            live,
            settings,
            watch,
            answers: answers.clone(),
            retry: RETRY.0,
            logged: BTreeSet::new(),
            rebuilt: None,
            examined: None,
            compared: Instant::now(),
            due_seen: None,
            comparing: Duration::ZERO,
            filled: None,
            logged_why: None,
            scan: FolderScan::default(),
            scrub: Scrub::new(arguments.examine_every.map(Duration::from_secs)),
            unread: None,
        };
        let thread = thread::Builder::new()
            .name("refresh".to_owned())
            .spawn(move || {
                lower_priority();
                // An unforeseen failure must not leave the index stale for good.
                while catch_unwind(AssertUnwindSafe(|| run.follow())).is_err() {
                    error!("the refresh broke down; the index is opened anew");
                    thread::sleep(RETRY.0);
                    run.give_up();
                }
            })
            .context("cannot start a thread")?;
        Ok(Self { answers, stop, waker, thread })
    }

    /// Stops the thread, also in the middle of a refresh, and waits for its end.
    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.waker.wake();
        // A failure of the thread is in the log.
        _ = self.thread.join();
    }
}

/// The state of the thread.
struct Following {
    /// `None` while the index cannot be opened.
    refresher: Option<Refresher>,
    /// The parts with which the next refresher continues.
    left: Continuation,
    live: Live,
    settings: Settings,
    watch: Watch,
    /// Shared with the service.
    answers: Arc<RwLock<AnswerSettings>>,
    retry: Duration,
    /// Causes of failures logged since the last successful refresh.
    logged: BTreeSet<String>,
    /// Why the index was last built anew.
    rebuilt: Option<String>,
    /// Time of the last comparison of files with their checksums because a search failed.
    examined: Option<Instant>,
    /// Beginning and duration of the last comparison of the whole folder.
    compared: Instant,
    comparing: Duration,
    /// Time of the last refresh of posts that appear or expire.
    due_seen: Option<Instant>,
    /// Identity of the folder that last contained files.
    filled: Option<(u64, u64)>,
    /// Last logged reason for polling.
    logged_why: Option<String>,
    scan: FolderScan,
    scrub: Scrub,
    /// Why the settings in use are older than their files, and time of the last attempt to read the files.
    unread: Option<(String, Instant)>,
}

impl Following {
    fn follow(&mut self) {
        // The settings may have changed before they were watched.
        self.reread_settings();
        let mut scope = Some(Scope::All);
        // Whether no event led to the refresh.
        let mut unasked = false;
        while !self.left.stop.load(Ordering::Relaxed) {
            if self.is_damaged() {
                self.give_up();
                scope = Some(Scope::All);
            }
            if let Some(wanted) = scope.take() {
                if wanted == Scope::All {
                    self.compared = Instant::now();
                    self.watch.watch_again();
                }
                self.report_watcher();
                let Some(changed) = self.refresh(&wanted) else {
                    self.left.board.retry_in(self.retry);
                    self.wait_to_retry();
                    // The failed refresh is repeated.
                    scope = Some(Scope::All);
                    continue;
                };
                self.retry = RETRY.0;
                if wanted == Scope::All {
                    self.comparing = self.compared.elapsed();
                }
                if std::mem::take(&mut unasked) {
                    self.watch.compared(changed);
                    if !changed {
                        self.tidy();
                    }
                }
            }
            if let Some(scan) = self.scan.result() {
                scope = self.scanned(scan);
                unasked = scope.is_some();
                continue;
            }
            scope = match self.watch.next(self.time_to_wait()) {
                Change::Paths(paths) => {
                    self.left.board.notice(paths.len(), Instant::now());
                    let source = self.refresher.as_ref().map_or(&self.left.source, Refresher::source);
                    if paths.iter().any(|path| source.site().is_shaped_by(path)) {
                        self.reread_settings();
                    }
                    Some(Scope::Paths(paths))
                }
                change @ (Change::Everywhere | Change::Settings) => {
                    self.left.board.notice(0, Instant::now());
                    if change == Change::Settings {
                        self.reread_settings();
                    }
                    Some(Scope::All)
                }
                Change::Nothing if self.until_compared().is_zero() => {
                    self.compared = Instant::now();
                    unasked = !self.begin_scan();
                    unasked.then_some(Scope::All)
                }
                // The files may become readable without a change.
                Change::Nothing if self.until_reread().is_some_and(|left| left.is_zero()) => {
                    self.reread_settings();
                    self.unread.is_none().then_some(Scope::All)
                }
                Change::Nothing if self.scrub.left().is_zero() => {
                    self.scrub.begin(self.refresher.as_ref().map(Refresher::engine), &self.live);
                    None
                }
                Change::Nothing => {
                    let due = self.refresher.as_ref().map(|refresher| refresher.due(Timestamp::now()));
                    let due = due.filter(|due| !due.is_empty());
                    self.due_seen = due.as_ref().map(|_| Instant::now()).or(self.due_seen);
                    due.map(Scope::Paths)
                }
            };
        }
    }

    /// Begins a scan of the whole folder in the background. Returns whether that is possible.
    fn begin_scan(&mut self) -> bool {
        let refresher = self.refresher.as_ref().filter(|_| !self.watch.is_polling());
        refresher.is_some_and(|refresher| self.scan.begin(refresher.source().folder(), self.watch.waker()))
    }

    /// Returns the scope to refresh after a scan of the whole folder.
    fn scanned(&mut self, scan: Option<Scan>) -> Option<Scope> {
        let differing = match (&self.refresher, scan) {
            (Some(refresher), Some(scan)) if refresher.engine().look_after().is_ok() => {
                refresher.differing(&scan, Timestamp::now())
            }
            _ => None,
        };
        match differing {
            Some(none) if none.is_empty() => {
                self.watch.compared(false);
                self.tidy();
                None
            }
            Some(paths) => Some(Scope::Paths(paths)),
            None => Some(Scope::All),
        }
    }

    /// Tidies the files of the index when there is nothing else to do.
    fn tidy(&mut self) {
        // After a failure, the next call tries again. Damage is detected elsewhere.
        _ = self.refresher.as_mut().map(Refresher::tidy);
    }

    /// Waits after a failed refresh, until the folder or the settings change.
    fn wait_to_retry(&mut self) {
        let begun = Instant::now();
        while begun.elapsed() < self.retry && !self.left.stop.load(Ordering::Relaxed) {
            match self.watch.next(self.retry.saturating_sub(begun.elapsed())) {
                Change::Everywhere => break,
                Change::Settings => {
                    self.reread_settings();
                    break;
                }
                Change::Paths(_) | Change::Nothing => {}
            }
        }
        self.retry = (self.retry * 2).min(RETRY.1);
    }

    /// Returns how long to wait for a change: until the next full comparison, or until a post appears or expires.
    fn time_to_wait(&self) -> Duration {
        let left = self.until_compared();
        let due = self.refresher.as_ref().and_then(Refresher::next_due);
        let due = due.map(|due| Duration::try_from(due.duration_since(Timestamp::now())).unwrap_or(Duration::ZERO));
        // An unreadable post stays due.
        let again = self.due_seen.map_or(Duration::ZERO, |seen| DUE_EVERY.saturating_sub(seen.elapsed()));
        let left = due.map_or(left, |due| left.min(due.max(again)));
        self.until_reread().map_or(left, |reread| left.min(reread)).min(self.scrub.left())
    }

    /// Returns how long to wait before unreadable settings are read again.
    fn until_reread(&self) -> Option<Duration> {
        self.unread.as_ref().map(|(_, tried)| RETRY.1.saturating_sub(tried.elapsed()))
    }

    fn until_compared(&self) -> Duration {
        let every = match (self.watch.is_polling(), self.watch.is_doubted()) {
            (true, _) => POLL_EVERY.max(self.comparing * 4),
            (false, true) => DOUBT_EVERY,
            (false, false) => COMPARE_EVERY,
        };
        every.saturating_sub(self.compared.elapsed())
    }

    /// Puts on the board how changes are noticed, and logs a change of that.
    fn report_watcher(&mut self) {
        let why = self.watch.why().map(str::to_owned);
        if why != self.logged_why {
            match &why {
                Some(why) => warn!("changes are looked for every {} s: {why}", POLL_EVERY.as_secs()),
                None => info!("changes are noticed by events again"),
            }
        }
        self.logged_why.clone_from(&why);
        let kind = if self.watch.is_polling() { "polling" } else { "events" };
        self.left.board.watched_by(Watcher { kind, why });
    }

    /// Fails if the folder is empty and was not seen to be emptied: most likely its disk is not mounted.
    fn check_folder_is_mounted(&mut self) -> Result<(), RefreshError> {
        let Some(refresher) = &self.refresher else { return Ok(()) };
        let folder = refresher.source().folder();
        let (identity, bare) = (folder.identity(), folder.is_bare());
        if !bare {
            self.filled = identity.or(self.filled);
        } else if refresher.knows_files() && identity != self.filled {
            return Err(RefreshError::Bare { path: self.settings.posts.display().to_string() });
        }
        Ok(())
    }

    /// Refreshes. Returns whether anything changed, or `None` on failure.
    fn refresh(&mut self, scope: &Scope) -> Option<bool> {
        let mounted = self.check_folder_is_mounted();
        let outcome = match &mut self.refresher {
            Some(refresher) => mounted.and_then(|()| refresh(refresher, scope)),
            None => self.begin_anew(),
        };
        match outcome {
            Ok(changed) => {
                self.put_in_use();
                return Some(changed);
            }
            Err(RefreshError::Interrupted) => {}
            Err(failure) => {
                // An index that fails again may have been damaged or deleted.
                let is_lost = match &failure {
                    RefreshError::Engine(failure) => failure.is_damage() || self.retry > RETRY.0,
                    _ => false,
                };
                self.report_failure(failure);
                if is_lost {
                    self.give_up();
                }
            }
        }
        None
    }

    /// Logs a failure unless a failure of the same cause was logged, and puts the failure on the board.
    fn report_failure(&mut self, failure: RefreshError) {
        let words = output::in_words(&failure.into());
        if self.logged.insert(cause(&words)) {
            error!("{words}");
        }
        self.left.board.fail(words);
    }

    /// Lets the index that is kept equal to the folder answer searches, as soon as the index is complete.
    fn put_in_use(&mut self) {
        if !std::mem::take(&mut self.logged).is_empty() {
            info!("the index is up to date again");
        }
        let Some(refresher) = self.refresher.as_ref().filter(|refresher| refresher.is_whole()) else { return };
        if !self.live.engine().is_same(refresher.engine()) {
            // Corrections and suggestions of the earlier index must not be missing for a moment.
            refresher.engine().keep_ready();
            let begun = Instant::now();
            while !refresher.engine().is_ready() && begun.elapsed() < READY_WITHIN {
                thread::sleep(Duration::from_millis(20));
            }
            self.live.replace(refresher.engine().clone());
            info!("searches are answered from `{}`", refresher.engine().generation());
            // The earlier index can be deleted, unless another process is reading it.
            self.tidy();
        }
    }

    /// Closes an index that failed. The next refresh opens it again, or builds another if it is damaged. Until that is
    /// complete, searches are answered from the last good snapshot.
    fn give_up(&mut self) {
        if let Some(failing) = self.refresher.take() {
            self.left = failing.continuation();
        }
    }

    /// Opens the index anew and refreshes it.
    fn begin_anew(&mut self) -> Result<bool, RefreshError> {
        let opened = Engine::open_for_writing(&self.settings.index, self.settings.analyzer(), false, "anli serve")?;
        match &opened.rebuilt {
            Some(why) if self.rebuilt.as_ref() != Some(why) => warn!("{why}; building the index anew"),
            _ => debug!("the index was opened anew"),
        }
        self.rebuilt.clone_from(&opened.rebuilt);
        self.settings.apply_to(&opened.engine);
        if self.live.engine().searcher().is_err() {
            // A part of the posts is better than no answer.
            self.live.replace(opened.engine.clone());
        }
        let left = self.left.clone();
        let mut refresher = Refresher::new(left.source.clone(), opened)?;
        refresher.continue_from(left);
        refresh(self.refresher.insert(refresher), &Scope::All)
    }

    /// Returns whether the files are damaged, if the failure of a search suggests that.
    fn is_damaged(&mut self) -> bool {
        let lately = self.examined.is_some_and(|at| at.elapsed() < EXAMINE_EVERY);
        if lately || !self.live.is_doubted() {
            return false;
        }
        let Some(refresher) = &self.refresher else { return false };
        self.examined = Some(Instant::now());
        match refresher.engine().examine() {
            Err(damage) if damage.is_damage() => {
                self.report_failure(damage.into());
                true
            }
            _ => false,
        }
    }

    /// Reads the configuration again. A broken configuration leaves the old one in use.
    fn reread_settings(&mut self) {
        match self.settings.reread().and_then(|settings| Ok((settings.source()?, settings))) {
            Ok((source, settings)) => {
                settings.apply_to(&self.live.engine());
                let source = match &mut self.refresher {
                    Some(refresher) => {
                        settings.apply_to(refresher.engine());
                        refresher.replace_source(source.or_site_of(refresher.source()));
                        refresher.replace_words(&settings.dictionary());
                        refresher.source()
                    }
                    None => {
                        self.left.source = source.or_site_of(&self.left.source);
                        &self.left.source
                    }
                };
                // After the engine, so that no answer by the old settings gets the tag of the new ones.
                *self.answers.write().unwrap_or_else(PoisonError::into_inner) = settings.answers(source);
                let files = watched_files(source, &settings);
                self.watch.replace_folder(source.folder().clone(), &files);
                if !settings.for_next_start.is_empty() && settings.for_next_start != self.settings.for_next_start {
                    let names = settings.for_next_start.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
                    warn!("`{}` changes {}: that takes a new start", settings.config.display(), names.join(", "));
                }
                self.settings = settings;
                if self.unread.take().is_some() {
                    info!("the settings are read again");
                    self.left.board.settings_unread(None);
                }
            }
            Err(error) => {
                let words = output::in_words(&error);
                if self.unread.as_ref().is_none_or(|(logged, _)| *logged != words) {
                    warn!("{words}; the settings in use stay");
                    self.left.board.settings_unread(Some(words.clone()));
                }
                self.unread = Some((words, Instant::now()));
            }
        }
    }
}

/// Returns the part of an error message that is the same for all failures of one cause, in whatever step: the message
/// of the system, without names and numbers.
fn cause(words: &str) -> String {
    let first = words.lines().next().unwrap_or_default();
    let last = first.rsplit(": ").next().unwrap_or_default();
    last.split('`').step_by(2).flat_map(str::chars).filter(|c| !c.is_numeric()).collect()
}

/// Returns the configuration files that determine how posts are read.
fn watched_files(source: &Source, settings: &Settings) -> Vec<PathBuf> {
    let config = std::path::absolute(&settings.config).unwrap_or_else(|_| settings.config.clone());
    source.site().files().iter().cloned().chain([config]).collect()
}

/// Refreshes once and logs the result. Returns whether anything changed.
fn refresh(refresher: &mut Refresher, scope: &Scope) -> Result<bool, RefreshError> {
    let first = !refresher.board().status().ready;
    let board = refresher.board();
    let progress = first.then(|| Progress::new("indexing", "files"));
    let last = Mutex::new(Instant::now());
    let tell = |done: usize, total: usize| match &progress {
        Some(progress) => progress.tell_of(board.phase(), done, total),
        // If another thread holds the lock, that thread logs a line as new as this one.
        None => {
            if let Ok(mut last) = last.try_lock()
                && last.elapsed() >= TELL_EVERY
            {
                *last = Instant::now();
                info!("refreshing, {}: {done} of {total} files", board.phase().as_str());
            }
        }
    };
    let report = refresher.refresh(scope, Timestamp::now(), &tell)?;
    drop(progress);
    if first {
        info!("{}", output::totals(&refresher.board().status().totals));
    }
    if report.changed() {
        info!("refreshed: {}", output::report(&report));
    }
    Ok(report.changed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_one_cause_are_told_from_others() {
        let check =
            |one: &str, other: &str, same: bool| assert_eq!(cause(one) == cause(other), same, "{one} / {other}");
        let files = "Too many open files (os error 24)";
        check(
            &format!("cannot use `index/lock`: {files}"),
            &format!("cannot read the posts folder `p`: {files}"),
            true,
        );
        check(&format!("cannot use `lock`: {files}"), "cannot use `lock`: Permission denied (os error 13)", false);
        check("it may need 8 MB more, and 5 MB are free", "it may need 9 MB more, and 4 MB are free\nhelp: wait", true);
    }
}
