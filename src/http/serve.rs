//! Accepts connections for a router, and stops without dropping an open request.

use std::{
    convert::Infallible,
    io,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    http::{HeaderValue, Request},
};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
};
use tower::ServiceExt as _;

use super::{
    App, Shared,
    connections::{Connections, Place},
    outgoing::Outgoing,
    refusal::Refusal,
    routes,
    wire::{self, Wire},
};

/// Upper bound on the head of a request in bytes: enough for the cookies of other programs on the same host.
const MAX_HEAD: usize = 80 << 10;
/// Least interval between two log lines about connections that cannot be accepted.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// What the system keeps of an answer for each connection, in bytes: by itself it takes up to 4 MB (`tcp_wmem`).
const SEND_BUFFER: usize = 128 << 10;
/// How long the system keeps what a client does not take, also after the connection was closed.
#[cfg(target_os = "linux")]
const KEPT_UNSENT: Duration = Duration::from_secs(30);
/// Upper bound on the number of connections that are being refused in words; others are just closed.
const MAX_REFUSING: usize = 64;

/// Upper bounds on waits for clients.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    /// For the head of the next request, which includes the time without requests.
    pub(super) head: Duration,
    /// For the next part of an answer to be taken. Each 16 KiB that are taken give a second back.
    pub(super) take: Duration,
    /// For open requests after the shutdown.
    pub(super) finish: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { head: Duration::from_secs(15), take: Duration::from_secs(10), finish: Duration::from_secs(10) }
    }
}

/// Serves an app until `shutdown` is done. Then accepts no new connection, waits up to ten seconds for open requests, and
/// returns.
///
/// A client has 15 seconds to send the head of a request of up to 80 KiB. A client that takes nothing of an answer for ten
/// seconds, or in the long run less than 16 KiB a second, loses its connection.
///
/// # Errors
/// None at present: an error of a connection ends only that connection.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let shared = Shared::of(app);
    let connections = shared.connections.clone();
    let router = super::assemble(routes(), shared);
    serve_with(listener, (router, connections), shutdown, Timeouts::default()).await
}

pub(super) async fn serve_with(
    listener: TcpListener,
    (router, all): (Router, Arc<Connections>),
    shutdown: impl Future<Output = ()>,
    timeouts: Timeouts,
) -> io::Result<()> {
    limit_sockets(&listener);
    let (stop, stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    let mut logged: Option<Instant> = None;
    let refusing = Arc::new(Semaphore::new(MAX_REFUSING));
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, client)) => match all.admit(client.ip()) {
                    Ok(place) => {
                        connections.spawn(handle_connection(stream, place, router.clone(), timeouts, stopping.clone()));
                    }
                    Err(_) => {
                        if let Ok(permit) = refusing.clone().try_acquire_owned() {
                            connections.spawn(async move {
                                wire::refuse(stream, &Refusal::too_many_connections()).await;
                                drop(permit);
                            });
                        }
                    }
                },
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

/// Limits what the system keeps for each connection; connections have the options of their listener.
fn limit_sockets(listener: &TcpListener) {
    let socket = SockRef::from(listener);
    // Where an option is missing, the system keeps more.
    let _ = socket.set_send_buffer_size(SEND_BUFFER);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(KEPT_UNSENT));
}

/// Returns whether an error concerns only the connection that was being accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Copies the head of a request. The one that is read is a part of the buffer of its connection, 8 KiB that the connection
/// has to have twice while a request waits.
fn detached<B>(request: Request<B>) -> Request<B> {
    let (mut head, body) = request.into_parts();
    if let Ok(uri) = head.uri.to_string().parse() {
        head.uri = uri;
    }
    for value in head.headers.values_mut() {
        if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
            *value = copy;
        }
    }
    Request::from_parts(head, body)
}

/// Why a connection ends.
enum End {
    /// There will be no more requests; the last one may have failed.
    Done(hyper::Result<()>),
    /// Another connection needs its place, or its memory.
    Displaced,
}

/// Answers the requests of one connection.
async fn handle_connection(
    stream: TcpStream,
    place: Place,
    router: Router,
    timeouts: Timeouts,
    mut stopping: watch::Receiver<bool>,
) {
    // Pieces are written as soon as the client has taken those before, so that waiting for more data would only delay them.
    let _ = stream.set_nodelay(true);
    let link = &place.link;
    let mut wire = Wire::new(stream, link.clone(), timeouts.take);
    let end = {
        let service = service_fn(|request| {
            link.is_busy();
            let (answering, link) = (router.clone().oneshot(detached(request)), link.clone());
            async move {
                let response = answering.await?;
                link.waits();
                Ok::<_, Infallible>(response.map(|body| Outgoing::new(body, link)))
            }
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(timeouts.head);
        builder.max_buf_size(MAX_HEAD).max_header_size(MAX_HEAD).writev(false);
        let connection = builder.serve_connection(TokioIo::new(&mut wire), service);
        let mut connection = pin!(connection);
        tokio::select! {
            outcome = connection.as_mut() => End::Done(outcome),
            () = link.told_to_close() => End::Displaced,
            () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    outcome = connection => End::Done(outcome),
                    () = link.told_to_close() => End::Displaced,
                }
            }
        }
    };
    let End::Done(outcome) = end else { return wire.reset() };
    if wire.is_stalled() {
        place.all.count_closed();
        return wire.reset();
    }
    let late = outcome.as_ref().is_err_and(hyper::Error::is_timeout);
    if let Err(error) = &outcome {
        tracing::debug!(%error, "a connection ended early");
    }
    tokio::select! {
        () = wire.close(late) => {}
        () = link.told_to_close() => {}
    }
}
