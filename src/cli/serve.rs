//! `anli serve`: indexes the posts, follows their changes, and answers searches over HTTP.
//!
//! Two threads of work share one [`Engine`]: this file's loop refreshes the index where the watch says that something
//! changed, and the HTTP service answers from snapshots, never waiting for the loop.

use std::{
    io::Write as _,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
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
    watch::{Change, Waker, Watch},
};

/// Where the service listens unless the user says otherwise: only this machine can reach it.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8417);
/// How often the whole folder is compared, whatever the watch says.
const COMPARE_EVERY: Duration = Duration::from_secs(60);
/// The same when the folder cannot be watched.
const POLL_EVERY: Duration = Duration::from_secs(2);
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
    let opened =
        Engine::open_for_writing(&settings.index, settings.analyzer(), false, "anli serve").map_err(explain)?;
    if let Some(why) = &opened.rebuilt {
        warn!("{why}; building the index anew");
    }
    settings.put_to(&opened.engine);
    let live = Live::new(opened.engine.clone());
    let zone = source.site().zone.clone();
    let refresher = Refresher::new(source, opened.engine, opened.indexer, opened.rebuilt)?;
    let board = refresher.board();
    let interrupt = refresher.stop_flag();
    let follower = Follower::start(refresher, settings, live.clone())?;

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
    fn start(refresher: Refresher, settings: Settings, live: Live) -> anyhow::Result<Self> {
        let mut http = http::Settings::default();
        if let Some(origins) = &settings.cors_origins {
            http.cors_origins = http::Cors::only(origins).context("`cors_origins` of the configuration")?;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let mut files = refresher.source().site().files().to_vec();
        files.push(std::path::absolute(&settings.config).unwrap_or_else(|_| settings.config.clone()));
        let watch = Watch::start(refresher.source().folder().clone(), &files);
        if let Some(why) = watch.failure() {
            warn!("changes are looked for every {} s: {why}", POLL_EVERY.as_secs());
        }
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
        };
        let thread = thread::Builder::new()
            .name("refresh".to_owned())
            .spawn(move || {
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
}

impl Following {
    fn follow(&mut self) {
        let mut scope = Some(Scope::All);
        let mut compared = Instant::now();
        while !self.stop.load(Ordering::Relaxed) {
            if let Some(wanted) = scope.take() {
                if wanted == Scope::All {
                    compared = Instant::now();
                    self.watch.watch_again();
                    self.board.watched_by(watcher(&self.watch));
                }
                if !self.refresh(&wanted) {
                    self.board.retry_in(self.retry);
                    // What was to be done is not forgotten.
                    self.watch.next(self.retry);
                    self.retry = (self.retry * 2).min(RETRY.1);
                    scope = Some(Scope::All);
                    continue;
                }
                self.retry = RETRY.0;
            }
            scope = match self.watch.next(self.patience(compared)) {
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
                Change::Nothing => self.patience(compared).is_zero().then_some(Scope::All),
            };
        }
    }

    /// Gives how long to wait for a change: until the next full comparison, or until a post appears or expires.
    fn patience(&self, compared: Instant) -> Duration {
        let every = if self.watch.failure().is_some() { POLL_EVERY } else { COMPARE_EVERY };
        let left = every.saturating_sub(compared.elapsed());
        let due = self.refresher.as_ref().and_then(Refresher::next_due).and_then(|due| {
            let left = due.duration_since(Timestamp::now());
            Duration::try_from(left).ok().or(Some(Duration::ZERO))
        });
        due.map_or(left, |due| left.min(due))
    }

    /// Refreshes; says whether it went well.
    fn refresh(&mut self, scope: &Scope) -> bool {
        let outcome = match &mut self.refresher {
            Some(refresher) => refresh(refresher, scope),
            None => {
                self.begin_anew();
                return self.refresher.is_some();
            }
        };
        let Err(failure): Result<(), RefreshError> = outcome else { return true };
        if matches!(failure, RefreshError::Interrupted) {
            return false;
        }
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
        false
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
                self.settings = settings;
            }
            Err(error) => warn!("{}; the settings in use stay", output::in_words(&error)),
        }
    }
}

/// Says how a folder is watched.
fn watcher(watch: &Watch) -> Watcher {
    let why = watch.failure().map(str::to_owned);
    Watcher { kind: if why.is_some() { "polling" } else { "events" }, why }
}

/// Refreshes once, and logs what came of it.
fn refresh(refresher: &mut Refresher, scope: &Scope) -> Result<(), RefreshError> {
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
    Ok(())
}
