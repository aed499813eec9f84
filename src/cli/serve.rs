//! `anli serve`: indexes the posts, follows their changes, and answers searches over HTTP.
//!
//! Two threads of work share one [`Engine`]: this file's loop refreshes the index where the watch says that something
//! changed, and the HTTP service answers from snapshots, never waiting for the loop.

use std::{
    io::Write as _,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tracing::{error, info, warn};

use super::{
    Common,
    output::{self, Help as _, Outcome, Progress},
    settings::{Settings, explain},
};
use crate::{
    content::Source,
    engine::{Engine, Live},
    http,
    refresh::{Board, RefreshError, Refresher, Scope, Watcher},
    watch::{Change, Kind, Waker, Watch, Way},
};

/// Where the service listens unless the user says otherwise: only this machine can reach it.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8417);
/// How often the whole folder is compared, whatever the watch says.
const COMPARE_EVERY: Duration = Duration::from_secs(60);
/// The same when changes are not told of; on large folders less often, so that looking leaves time for the rest.
const POLL_EVERY: Duration = Duration::from_secs(2);
/// The same when a change was found that nobody had told of.
const DOUBT_EVERY: Duration = Duration::from_secs(10);
/// How often posts that appear or expire are looked at, at the most.
const DUE_EVERY: Duration = Duration::from_secs(1);
/// By how much threads that index stand back.
#[cfg(target_os = "linux")]
const BEHIND: i32 = 5;
/// How long to wait after a refresh that failed, at first and at the most.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// Options of `anli serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to listen; port 0 picks a free one [default: 127.0.0.1:8417]
    #[arg(long, value_name = "ADDR:PORT", env = "ANLI_LISTEN", value_parser = super::typed::address)]
    listen: Option<SocketAddr>,
    /// How much to log: error, warn, info, debug, or what tracing understands. Queries are logged from debug on
    #[arg(long, value_name = "LEVEL", env = "ANLI_LOG", default_value = "info")]
    log: String,
    /// How to notice changes: auto, events, or polling for folders that others change over a network [default: auto]
    #[arg(long, value_name = "HOW", env = "ANLI_WATCH", value_parser = super::typed::way)]
    watch: Option<Way>,
    /// How many events may wait: a small number loses them early
    #[arg(long, value_name = "EVENTS", hide = true)]
    event_queue: Option<usize>,
}

pub(super) fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let settings = Settings::read(common)?;
    output::log(&arguments.log)?;
    let source = settings.source()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    let address = arguments.listen.or(settings.listen).unwrap_or(LISTEN);
    // Before any work is done, so that a port in use is said at once.
    let listener = runtime
        .block_on(TcpListener::bind(address))
        .with_context(|| format!("cannot listen on `{address}`"))
        .help("choose another with `--listen ADDR:PORT`; port 0 picks a free one")?;
    let address = listener.local_addr().context("cannot tell the address")?;
    let opened = behind(|| Engine::open_for_writing(&settings.index, settings.analyzer(), false, "anli serve"))
        .map_err(explain)?;
    if let Some(why) = &opened.rebuilt {
        warn!("{why}; building the index anew");
    }
    settings.put_to(&opened.engine);
    let live = Live::new(opened.engine.clone());
    let zone = source.site().zone.clone();
    let refresher = Refresher::new(source, opened.engine, opened.indexer, opened.rebuilt)?;
    let board = refresher.board();
    let interrupt = refresher.stop_flag();
    let follower = Follower::start(refresher, settings, live.clone(), arguments)?;

    writeln!(anstream::stdout().lock(), "http://{address}")?;
    info!("listening on http://{address}");
    let app = http::App { engine: live, board, zone, settings: follower.http.clone() };
    let served = runtime.block_on(http::serve(listener, http::router(app), stopped()));
    info!("stopping");
    interrupt.store(true, Ordering::Relaxed);
    follower.stop();
    served.context("the service failed")?;
    Ok(Outcome::Good)
}

/// Does something on a thread that stands back, as do all threads that it leaves behind.
fn behind<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let work = || {
        stand_back();
        work()
    };
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

/// Has this thread, and those that it will start, leave the machine to searches when there is not time for both.
fn stand_back() {
    // Where that cannot be had, all are alike.
    #[cfg(target_os = "linux")]
    {
        _ = rustix::process::nice(BEHIND);
    }
}

/// Waits until somebody wants the process to end.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(_) => _ = interrupted.await,
        }
    }
    #[cfg(not(unix))]
    {
        _ = interrupted.await;
    }
}

/// The thread that keeps the index equal to the folder.
struct Follower {
    http: http::Settings,
    stop: Arc<AtomicBool>,
    waker: Waker,
    thread: thread::JoinHandle<()>,
}

impl Follower {
    /// Starts it; the first thing it does is to compare everything.
    fn start(refresher: Refresher, settings: Settings, live: Live, arguments: &Arguments) -> anyhow::Result<Self> {
        let mut http = http::Settings::default();
        if let Some(origins) = &settings.cors_origins {
            http.cors_origins = http::Cors::only(origins).context("`cors_origins` of the configuration")?;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let way = arguments.watch.or(settings.watch).unwrap_or_default();
        let (folder, files) = (refresher.source().folder().clone(), watched_files(refresher.source(), &settings));
        let watch = match arguments.event_queue {
            Some(queue) => Watch::with_queue(folder, &files, way, queue),
            None => Watch::start(folder, &files, way),
        };
        let waker = watch.waker();
        let mut run = Following {
            board: refresher.board(),
            refresher: Some(refresher),
            left: None,
            live,
            settings,
            watch,
            stop: stop.clone(),
            retry: RETRY.0,
            compared: Instant::now(),
            due_seen: None,
            comparing: Duration::ZERO,
            filled: None,
            told: None,
        };
        let thread = thread::Builder::new()
            .name("refresh".to_owned())
            .spawn(move || {
                stand_back();
                // A failure that nobody foresaw must not leave the index stale for good.
                while catch_unwind(AssertUnwindSafe(|| run.follow())).is_err() {
                    error!("the refresh broke down; the index is opened anew");
                    thread::sleep(RETRY.0);
                    run.begin_anew();
                }
            })
            .context("cannot start a thread")?;
        Ok(Self { http, stop, waker, thread })
    }

    /// Ends it, and waits until it has.
    fn stop(self) {
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
    /// What the next refresher begins with, when there is none.
    left: Option<(Source, Board, Arc<AtomicBool>)>,
    live: Live,
    board: Board,
    settings: Settings,
    watch: Watch,
    stop: Arc<AtomicBool>,
    retry: Duration,
    /// When the whole folder was compared last, and how long that took.
    compared: Instant,
    comparing: Duration,
    /// When it was last looked at posts that appear or expire.
    due_seen: Option<Instant>,
    /// The folder in which files were seen last.
    filled: Option<(u64, u64)>,
    /// Why changes have to be looked for, as was last logged.
    told: Option<String>,
}

impl Following {
    fn follow(&mut self) {
        // They may have changed before they were watched.
        self.reread_settings();
        let mut scope = Some(Scope::All);
        // Whether nobody told that anything changed.
        let mut unasked = false;
        while !self.stop.load(Ordering::Relaxed) {
            if let Some(wanted) = scope.take() {
                if wanted == Scope::All {
                    self.compared = Instant::now();
                    self.watch.watch_again();
                }
                self.tell_how();
                let Some(changed) = self.refresh(&wanted) else {
                    self.board.retry_in(self.retry);
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
                }
            }
            scope = match self.watch.next(self.patience()) {
                Change::Paths(paths) => {
                    self.board.notice(paths.len(), Instant::now());
                    Some(Scope::Paths(paths))
                }
                Change::Everywhere => {
                    self.board.notice(0, Instant::now());
                    Some(Scope::All)
                }
                Change::Settings => {
                    self.board.notice(0, Instant::now());
                    self.reread_settings();
                    Some(Scope::All)
                }
                Change::Nothing if self.until_compared().is_zero() => {
                    unasked = true;
                    Some(Scope::All)
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
        due.map_or(left, |due| left.min(due.max(again)))
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
        self.board.watched_by(Watcher { kind: self.watch.kind().as_str(), why });
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
            None => {
                self.begin_anew();
                return self.refresher.is_some().then_some(true);
            }
        };
        let failure = match outcome {
            Ok(changed) => return Some(changed),
            Err(RefreshError::Interrupted) => return None,
            Err(failure) => failure,
        };
        let is_engine = matches!(failure, RefreshError::Engine(_));
        if let Some(refresher) = &self.refresher {
            let words = output::in_words(&failure.into());
            if refresher.board().status().failure.as_ref().is_none_or(|failure| failure.words != words) {
                error!("{words}");
            }
            refresher.board().fail(words);
        }
        if is_engine && self.retry > RETRY.0 {
            self.begin_anew();
        }
        None
    }

    /// Opens the index anew, since it failed more than once: it may have been damaged or deleted. Until it is whole,
    /// searches are answered from the last good snapshot.
    fn begin_anew(&mut self) {
        if let Some(failing) = self.refresher.take() {
            self.left = Some(failing.give_up());
        }
        let Some((source, board, stop)) = self.left.clone() else { return };
        let opened = Engine::open_for_writing(&self.settings.index, self.settings.analyzer(), false, "anli serve");
        let renewed = opened.map_err(RefreshError::from).and_then(|opened| {
            let engine = opened.engine.clone();
            self.settings.put_to(&engine);
            let mut refresher = Refresher::new(source, opened.engine, opened.indexer, opened.rebuilt)?;
            refresher.go_on(board, stop);
            refresh(&mut refresher, &Scope::All)?;
            Ok((engine, refresher))
        });
        match renewed {
            Ok((engine, refresher)) => {
                warn!("the index failed and was opened anew");
                self.live.replace(engine);
                self.refresher = Some(refresher);
            }
            Err(failure) => error!("{}", output::in_words(&failure.into())),
        }
    }

    /// Reads posts by the site's new configuration; a broken one leaves the old in use.
    fn reread_settings(&mut self) {
        let Some(refresher) = &mut self.refresher else { return };
        match self.settings.reread().and_then(|settings| Ok((settings.source()?, settings))) {
            Ok((source, settings)) => {
                settings.put_to(&self.live.engine());
                refresher.replace_source(source.or_site_of(refresher.source()));
                refresher.replace_words(&settings.dictionary());
                let files = watched_files(refresher.source(), &settings);
                self.watch.go_on(refresher.source().folder().clone(), &files);
                self.settings = settings;
            }
            Err(error) => warn!("{}; the settings in use stay", output::in_words(&error)),
        }
    }
}

/// Gives the files that say how posts are read.
fn watched_files(source: &Source, settings: &Settings) -> Vec<PathBuf> {
    let config = std::path::absolute(&settings.config).unwrap_or_else(|_| settings.config.clone());
    source.site().files().iter().cloned().chain([config]).collect()
}

/// Refreshes once, and logs what came of it; says whether anything changed.
fn refresh(refresher: &mut Refresher, scope: &Scope) -> Result<bool, RefreshError> {
    let first = !refresher.board().status().ready;
    let progress = first.then(|| Progress::new("indexing"));
    let tell = |done: usize, total: usize| {
        if let Some(progress) = &progress {
            progress.tell(done, total);
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
