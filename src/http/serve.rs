//! Accepts connections for a router, and stops without dropping an open request.

use std::{
    io,
    pin::pin,
    time::{Duration, Instant},
};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::wire::Wire;

/// Upper bound on the head of a request in bytes: enough for the cookies of other programs on the same host.
const MAX_HEAD: usize = 80 << 10;
/// Least interval between two log lines about connections that cannot be accepted.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// Upper bounds on waits for clients.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    /// For the head of the next request, which includes the time without requests.
    pub(super) head: Duration,
    /// For open requests after the shutdown.
    pub(super) finish: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { head: Duration::from_secs(15), finish: Duration::from_secs(10) }
    }
}

/// Serves until `shutdown` is done. Then accepts no new connection, waits up to ten seconds for open requests, and
/// returns.
///
/// A client has 15 seconds to send the head of a request of up to 80 KiB.
///
/// # Errors
/// None at present: an error of a connection ends only that connection.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    serve_with(listener, router, shutdown, Timeouts::default()).await
}

pub(super) async fn serve_with(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
    timeouts: Timeouts,
) -> io::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    let mut logged: Option<Instant> = None;
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(handle_connection(stream, router.clone(), timeouts, stopping.clone()));
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    // Such as too many open files, which passes when other files are closed.
                    if logged.is_none_or(|logged| logged.elapsed() > LOG_EVERY) {
                        logged = Some(Instant::now());
                        tracing::warn!(%error, "cannot accept connections");
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
    drop(listener);
    tracing::info!(connections = connections.len(), "stopping");
    let _ = stop.send(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(timeouts.finish, all).await.is_err() {
        tracing::warn!(connections = connections.len(), "gave up on open requests");
        connections.shutdown().await;
    }
    Ok(())
}

/// Returns whether an error concerns only the connection that was being accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers the requests of one connection.
async fn handle_connection(stream: TcpStream, router: Router, timeouts: Timeouts, mut stopping: watch::Receiver<bool>) {
    // Answers are small and written at once, so that waiting for more data would only delay them.
    let _ = stream.set_nodelay(true);
    let mut wire = Wire::new(stream);
    let outcome = {
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(timeouts.head);
        builder.max_buf_size(MAX_HEAD).max_header_size(MAX_HEAD).writev(false);
        let connection = builder.serve_connection(TokioIo::new(&mut wire), TowerToHyperService::new(router));
        let mut connection = pin!(connection);
        tokio::select! {
            outcome = connection.as_mut() => outcome,
            () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    };
    let late = outcome.as_ref().is_err_and(hyper::Error::is_timeout);
    if let Err(error) = &outcome {
        tracing::debug!(%error, "a connection ended early");
    }
    wire.close(late).await;
}
