//! The loop that keeps the index equal to the folder: it refreshes where the watch says that something changed, looks at
//! everything from time to time, waits when something fails, and opens the index anew when it is damaged.

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
use jiff::{Timestamp, tz::TimeZone};
use tracing::{debug, error, info, warn};

use super::{
    Arguments, Start,
    background::{Look, Scrub},
    stand_back,
};
use crate::{
    cli::{
        output::{self, Progress},
        settings::Settings,
    },
    content::{Source, folder::Scan},
    engine::{Engine, Live},
    http,
    refresh::{Lasting, RefreshError, Refresher, Scope, Watcher},
    watch::{Change, Kind, Waker, Watch},
};

/// How often the whole folder is compared, whatever the watch says.
const COMPARE_EVERY: Duration = Duration::from_secs(60);
/// The same when changes are not told of; on large folders less often, so that looking leaves time for the rest.
const POLL_EVERY: Duration = Duration::from_secs(2);
/// The same when a change was found that nobody had told of.
const DOUBT_EVERY: Duration = Duration::from_secs(10);
/// How often posts that appear or expire are looked at, at the most.
const DUE_EVERY: Duration = Duration::from_secs(1);
/// How long to wait after a refresh that failed, at first and at the most.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));
/// How long to wait before files are compared with their checksums again because a search failed.
const EXAMINE_EVERY: Duration = Duration::from_secs(30);
/// How long an index that is whole waits until its words are read, before it answers.
const READY_WITHIN: Duration = Duration::from_secs(10);
/// How often the log tells how far a long refresh is.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// The thread that keeps the index equal to the folder.
pub(super) struct Follower {
    pub(super) http: http::Settings,
    /// The site's zone, as it is now.
    pub(super) zone: Arc<RwLock<TimeZone>>,
    stop: Arc<AtomicBool>,
    waker: Waker,
    thread: thread::JoinHandle<()>,
}

impl Follower {
    /// Starts it; the first thing it does is to compare everything.
    pub(super) fn start(start: Start, settings: Settings, arguments: &Arguments) -> anyhow::Result<Self> {
        let Start { live, refresher, lasting } = start;
        let mut http = http::Settings::default();
        if let Some(origins) = &settings.cors_origins {
            http.cors_origins = http::Cors::only(origins).context("`cors_origins` of the configuration")?;
        }
        let zone = Arc::new(RwLock::new(lasting.source.site().zone.clone()));
        let stop = Arc::new(AtomicBool::new(false));
        let way = arguments.watch.or(settings.watch).unwrap_or_default();
        let (folder, files) = (lasting.source.folder().clone(), watched_files(&lasting.source, &settings));
        let watch = match arguments.event_queue {
            Some(queue) => Watch::with_queue(folder, &files, way, queue),
            None => Watch::start(folder, &files, way),
        };
        let waker = watch.waker();
        let doubted = watch.waker();
        live.when_doubted(move || doubted.wake());
        let mut run = Following {
            refresher,
            left: lasting,
            live,
            settings,
            watch,
            zone: zone.clone(),
            stop: stop.clone(),
            retry: RETRY.0,
            said: BTreeSet::new(),
            rebuilt: None,
            examined: None,
            compared: Instant::now(),
            due_seen: None,
            comparing: Duration::ZERO,
            filled: None,
            told: None,
            look: Look::default(),
            scrub: Scrub::new(arguments.examine_every.map(Duration::from_secs)),
            unread: None,
        };
        let thread = thread::Builder::new()
            .name("refresh".to_owned())
            .spawn(move || {
                stand_back();
                // A failure that nobody foresaw must not leave the index stale for good.
                while catch_unwind(AssertUnwindSafe(|| run.follow())).is_err() {
                    error!("the refresh broke down; the index is opened anew");
                    thread::sleep(RETRY.0);
                    run.give_up();
                }
            })
            .context("cannot start a thread")?;
        Ok(Self { http, zone, stop, waker, thread })
    }

    /// Ends it, and waits until it has.
    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.waker.wake();
        // It has logged why, if it failed.
        _ = self.thread.join();
    }
}

/// What the thread works with.
struct Following {
    /// Missing while the index cannot be opened anew.
    refresher: Option<Refresher>,
    /// What the next one begins with, when there is none.
    left: Lasting,
    live: Live,
    settings: Settings,
    watch: Watch,
    /// Shared with the service.
    zone: Arc<RwLock<TimeZone>>,
    stop: Arc<AtomicBool>,
    retry: Duration,
    /// What was logged of failures since the last refresh that went well.
    said: BTreeSet<String>,
    /// Why the index was last built anew.
    rebuilt: Option<String>,
    /// When the files were last compared with their checksums since somebody doubted them.
    examined: Option<Instant>,
    /// When the whole folder was compared last, and how long that took.
    compared: Instant,
    comparing: Duration,
    /// When it was last looked at posts that appear or expire.
    due_seen: Option<Instant>,
    /// The folder in which files were seen last.
    filled: Option<(u64, u64)>,
    /// Why changes have to be looked for, as was last logged.
    told: Option<String>,
    look: Look,
    scrub: Scrub,
    /// Why the settings in use are not those of their files, and when those were last read.
    unread: Option<(String, Instant)>,
}

impl Following {
    fn follow(&mut self) {
        // They may have changed before they were watched.
        self.reread_settings();
        let mut scope = Some(Scope::All);
        // Whether nobody told that anything changed.
        let mut unasked = false;
        while !self.stop.load(Ordering::Relaxed) {
            if self.is_damaged() {
                self.give_up();
                scope = Some(Scope::All);
            }
            if let Some(wanted) = scope.take() {
                if wanted == Scope::All {
                    self.compared = Instant::now();
                    self.watch.watch_again();
                }
                self.tell_how();
                let Some(changed) = self.refresh(&wanted) else {
                    self.left.board.retry_in(self.retry);
                    self.wait_to_retry();
                    // What was to be done is not forgotten.
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
            if let Some(scan) = self.look.seen() {
                scope = self.looked(scan);
                unasked = scope.is_some();
                continue;
            }
            scope = match self.watch.next(self.patience()) {
                Change::Paths(paths) => {
                    self.left.board.notice(paths.len(), Instant::now());
                    Some(Scope::Paths(paths))
                }
                Change::Everywhere => {
                    self.left.board.notice(0, Instant::now());
                    Some(Scope::All)
                }
                Change::Settings => {
                    self.left.board.notice(0, Instant::now());
                    self.reread_settings();
                    Some(Scope::All)
                }
                Change::Nothing if self.until_compared().is_zero() => {
                    self.compared = Instant::now();
                    unasked = !self.look();
                    unasked.then_some(Scope::All)
                }
                // What kept them from being read may pass without a change of the file.
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
                    if due.is_some() {
                        self.due_seen = Some(Instant::now());
                    }
                    due.map(Scope::Paths)
                }
            };
        }
    }

    /// Begins to look at the whole folder; says whether that is possible.
    fn look(&mut self) -> bool {
        match self.refresher.as_ref().filter(|_| self.watch.kind() == Kind::Events) {
            Some(refresher) => self.look.begin(refresher.source().folder(), self.watch.waker()),
            None => false,
        }
    }

    /// Gives what has to be looked at again now that the whole folder was looked at.
    fn looked(&mut self, scan: Option<Scan>) -> Option<Scope> {
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

    /// Lets go of what merges have left behind, when there is nothing else to do.
    fn tidy(&mut self) {
        // It can be done another time; whether the files are sound is looked after elsewhere.
        _ = self.refresher.as_mut().map(Refresher::tidy);
    }

    /// Waits after a refresh that failed, but not when the folder or the settings are others by then.
    fn wait_to_retry(&mut self) {
        let begun = Instant::now();
        while begun.elapsed() < self.retry && !self.stop.load(Ordering::Relaxed) {
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

    /// Gives how long to wait for a change: until the next full comparison, or until a post appears or expires.
    fn patience(&self) -> Duration {
        let left = self.until_compared();
        let due = self.refresher.as_ref().and_then(Refresher::next_due).and_then(|due| {
            let left = due.duration_since(Timestamp::now());
            Duration::try_from(left).ok().or(Some(Duration::ZERO))
        });
        // One that cannot be read stays due.
        let again = self.due_seen.map_or(Duration::ZERO, |seen| DUE_EVERY.saturating_sub(seen.elapsed()));
        let left = due.map_or(left, |due| left.min(due.max(again)));
        self.until_reread().map_or(left, |reread| left.min(reread)).min(self.scrub.left())
    }

    /// Gives how long to wait before settings that could not be read are tried again.
    fn until_reread(&self) -> Option<Duration> {
        self.unread.as_ref().map(|(_, tried)| RETRY.1.saturating_sub(tried.elapsed()))
    }

    fn until_compared(&self) -> Duration {
        let every = match self.watch.kind() {
            Kind::Polling => POLL_EVERY.max(self.comparing * 4),
            Kind::Events if self.watch.is_doubted() => DOUBT_EVERY,
            Kind::Events => COMPARE_EVERY,
        };
        every.saturating_sub(self.compared.elapsed())
    }

    /// Says how changes are noticed, once.
    fn tell_how(&mut self) {
        let why = self.watch.why().map(str::to_owned);
        if why != self.told {
            match &why {
                Some(why) => warn!("changes are looked for every {} s: {why}", POLL_EVERY.as_secs()),
                None => info!("changes are noticed by events again"),
            }
        }
        self.told.clone_from(&why);
        self.left.board.watched_by(Watcher { kind: self.watch.kind().as_str(), why });
    }

    /// Fails when the folder is empty and nobody was seen to empty it: most likely its disk is not mounted.
    fn must_hold_files(&mut self) -> Result<(), RefreshError> {
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

    /// Refreshes; says whether anything changed, or nothing if it did not go well.
    fn refresh(&mut self, scope: &Scope) -> Option<bool> {
        let bare = self.must_hold_files();
        let outcome = match &mut self.refresher {
            Some(refresher) => bare.and_then(|()| refresh(refresher, scope)),
            None => self.begin_anew(),
        };
        let failure = match outcome {
            Ok(changed) => {
                self.put_in_use();
                return Some(changed);
            }
            Err(RefreshError::Interrupted) => return None,
            Err(failure) => failure,
        };
        let damaged = matches!(&failure, RefreshError::Engine(failure) if failure.is_damage());
        let is_engine = matches!(failure, RefreshError::Engine(_));
        self.tell(failure);
        // It may have been damaged or deleted.
        if damaged || is_engine && self.retry > RETRY.0 {
            self.give_up();
        }
        None
    }

    /// Logs a failure once, however often it comes again, and puts it on the board.
    fn tell(&mut self, failure: RefreshError) {
        let words = output::in_words(&failure.into());
        if self.said.insert(cause(&words)) {
            error!("{words}");
        }
        self.left.board.fail(words);
    }

    /// Has searches answered from the index that is kept equal to the folder, as soon as it is whole.
    fn put_in_use(&mut self) {
        if !std::mem::take(&mut self.said).is_empty() {
            info!("the index is up to date again");
        }
        let Some(refresher) = self.refresher.as_ref().filter(|refresher| refresher.is_whole()) else { return };
        if !self.live.engine().is_same(refresher.engine()) {
            // Nothing that the earlier one corrects or completes is to be missing for a moment.
            refresher.engine().keep_ready();
            let begun = Instant::now();
            while !refresher.engine().is_ready() && begun.elapsed() < READY_WITHIN {
                thread::sleep(Duration::from_millis(20));
            }
            self.live.replace(refresher.engine().clone());
            info!("searches are answered from `{}`", refresher.engine().generation());
            // The one before can go, unless somebody is still reading it.
            self.tidy();
        }
    }

    /// Lets an index go that failed. The next refresh opens it anew, or another beside it if it is damaged; until that is
    /// whole, searches are answered from the last good snapshot.
    fn give_up(&mut self) {
        if let Some(failing) = self.refresher.take() {
            self.left = failing.lasting();
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
        self.settings.put_to(&opened.engine);
        if self.live.engine().searcher().is_err() {
            // The part that is indexed is better than nothing.
            self.live.replace(opened.engine.clone());
        }
        let left = self.left.clone();
        let mut refresher = Refresher::new(left.source.clone(), opened.engine, opened.indexer, opened.rebuilt)?;
        refresher.go_on(left);
        refresh(self.refresher.insert(refresher), &Scope::All)
    }

    /// Says whether the files are damaged, if a search failed as if they were.
    fn is_damaged(&mut self) -> bool {
        let lately = self.examined.is_some_and(|at| at.elapsed() < EXAMINE_EVERY);
        if lately || !self.live.is_doubted() {
            return false;
        }
        let Some(refresher) = &self.refresher else { return false };
        self.examined = Some(Instant::now());
        match refresher.engine().examine() {
            Err(damage) if damage.is_damage() => {
                self.tell(damage.into());
                true
            }
            _ => false,
        }
    }

    /// Reads posts by the site's new configuration; a broken one leaves the old in use.
    fn reread_settings(&mut self) {
        match self.settings.reread().and_then(|settings| Ok((settings.source()?, settings))) {
            Ok((source, settings)) => {
                settings.put_to(&self.live.engine());
                let source = match &mut self.refresher {
                    Some(refresher) => {
                        settings.put_to(refresher.engine());
                        refresher.replace_source(source.or_site_of(refresher.source()));
                        refresher.replace_words(&settings.dictionary());
                        refresher.source()
                    }
                    None => {
                        self.left.source = source.or_site_of(&self.left.source);
                        &self.left.source
                    }
                };
                self.zone.write().unwrap_or_else(PoisonError::into_inner).clone_from(&source.site().zone);
                let files = watched_files(source, &settings);
                self.watch.go_on(source.folder().clone(), &files);
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
                if self.unread.as_ref().is_none_or(|(said, _)| *said != words) {
                    warn!("{words}; the settings in use stay");
                    self.left.board.settings_unread(Some(words.clone()));
                }
                self.unread = Some((words, Instant::now()));
            }
        }
    }
}

/// Gives what is the same in the words of every failure of one cause, whatever step met it first: what the system said,
/// without names and figures.
fn cause(words: &str) -> String {
    let first = words.lines().next().unwrap_or_default();
    let last = first.rsplit(": ").next().unwrap_or_default();
    last.split('`').step_by(2).flat_map(str::chars).filter(|c| !c.is_numeric()).collect()
}

/// Gives the files that say how posts are read.
fn watched_files(source: &Source, settings: &Settings) -> Vec<PathBuf> {
    let config = std::path::absolute(&settings.config).unwrap_or_else(|_| settings.config.clone());
    source.site().files().iter().cloned().chain([config]).collect()
}

/// Refreshes once, and logs what came of it; says whether anything changed.
fn refresh(refresher: &mut Refresher, scope: &Scope) -> Result<bool, RefreshError> {
    let first = !refresher.board().status().ready;
    let board = refresher.board();
    let progress = first.then(|| Progress::new("indexing"));
    let told = Mutex::new(Instant::now());
    let tell = |done: usize, total: usize| match &progress {
        Some(progress) => progress.tell_of(board.phase(), done, total),
        // Whoever finds it taken has nothing newer to say.
        None => {
            if let Ok(mut told) = told.try_lock()
                && told.elapsed() >= TELL_EVERY
            {
                *told = Instant::now();
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
