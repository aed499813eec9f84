//! `anli serve`: indexes the posts, follows their changes, and answers searches over HTTP.
//!
//! A thread of [`follow`] keeps the [`Engine`] equal to the folder. The HTTP service answers from snapshots and never
//! waits for that thread.

mod background;
mod follow;
mod handles;

use std::{future::pending, io::Write as _, net::SocketAddr, num::NonZero, panic::resume_unwind, sync::Arc, thread};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tracing::{info, warn};

use self::follow::Follower;
use super::{
    Common,
    output::{self, Help as _, Outcome},
    settings::{Settings, explain},
};
use crate::{
    content::Source,
    engine::{Engine, EngineError, Live},
    http,
    refresh::{Board, Continuation, Refresher},
    watch::Way,
};

/// Default address of the service, which only this machine can reach.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8417);
/// Niceness of threads that index.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

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
    /// How often the files of the index are compared with their checksums
    #[arg(long, value_name = "SECONDS", hide = true)]
    examine_every: Option<u64>,
}

pub(super) fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let settings = Settings::read(common)?;
    output::log(&arguments.log)?;
    let source = settings.source()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    let address = arguments.listen.or(settings.file.listen).unwrap_or(LISTEN);
    // Before any work is done, so that a port in use is reported at once.
    let listener = runtime
        .block_on(TcpListener::bind(address))
        .with_context(|| format!("cannot listen on `{address}`"))
        .help("choose another with `--listen ADDR:PORT`; port 0 picks a free one")?;
    let address = listener.local_addr().context("cannot tell the address")?;
    let http = http_settings(&settings, address)?;
    let start = with_low_priority(|| Start::new(source, &settings))?;
    let (live, board) = (start.live.clone(), start.continuation.board.clone());
    let follower = Follower::start(start, settings, arguments)?;

    writeln!(anstream::stdout().lock(), "http://{address}")?;
    info!("listening on http://{address}");
    let app = http::App { engine: live, board, answers: follower.answers.clone(), settings: http };
    let served = runtime.block_on(http::serve(listener, app, stopped()));
    info!("stopping");
    follower.stop();
    served.context("the service failed")?;
    Ok(Outcome::Good)
}

/// Returns the limits of a service on an address.
fn http_settings(settings: &Settings, address: SocketAddr) -> anyhow::Result<http::Settings> {
    let mut http = http::Settings::of_address(address.ip());
    if let Some(origins) = &settings.file.cors_origins {
        let loopback = address.ip().to_canonical().is_loopback();
        http.cors_origins = http::Cors::only(origins, loopback).context("`cors_origins` of the configuration")?;
    }
    if let Some(hosts) = &settings.file.hosts {
        http.hosts = http::Hosts::only(hosts).context("`hosts` of the configuration")?;
    }
    let wanted = settings.file.max_connections.map_or(http.max_connections, NonZero::get);
    http.max_connections = handles::connections(wanted);
    if let Some(per_client) = settings.file.max_connections_per_client {
        http.max_connections_per_client = per_client.get();
    }
    Ok(http)
}

/// The state of the service at the start.
struct Start {
    live: Live,
    /// `None` if the index cannot be written now.
    refresher: Option<Refresher>,
    continuation: Continuation,
}

impl Start {
    /// Opens the index. If the index can be read and not written, as on a full or read-only disk, searches are answered
    /// from it until it can be written.
    fn new(source: Source, settings: &Settings) -> anyhow::Result<Self> {
        match Engine::open_for_writing(&settings.index, settings.analyzer(), false, "anli serve") {
            Ok(opened) => {
                if let Some(why) = &opened.rebuilt {
                    warn!("{why}; building the index anew");
                }
                settings.apply_to(&opened.engine);
                // A generation that is built beside an earlier one does not answer before it is whole.
                let earlier = if opened.indexer.is_in_use() { None } else { Engine::open(&settings.index).ok() };
                let live = Live::new(earlier.unwrap_or_else(|| opened.engine.clone()));
                settings.apply_to(&live.engine());
                let refresher = Refresher::new(source, opened)?;
                Ok(Self { live, continuation: refresher.continuation(), refresher: Some(refresher) })
            }
            Err(
                error @ (EngineError::Locked { .. } | EngineError::Missing { .. } | EngineError::OtherFormat { .. }),
            ) => Err(explain(error)),
            Err(error) => {
                let Ok(engine) = Engine::open(&settings.index) else { return Err(explain(error)) };
                settings.apply_to(&engine);
                let continuation = Continuation { source, board: Board::default(), stop: Arc::default() };
                Ok(Self { live: Live::new(engine), refresher: None, continuation })
            }
        }
    }
}

/// Runs `work` on a thread of low priority. Threads that `work` starts inherit the priority.
fn with_low_priority<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let work = || {
        lower_priority();
        work()
    };
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

/// Lowers the priority of this thread and of the threads that it will start, so that searches come first.
fn lower_priority() {
    // Where that is impossible, all threads have the same priority.
    #[cfg(target_os = "linux")]
    {
        _ = rustix::process::nice(NICENESS);
    }
}

/// Waits for a signal to end the process.
async fn stopped() {
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => _ = terminated.recv().await,
            Err(_) => pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = pending();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
