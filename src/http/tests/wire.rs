//! What only a socket shows.

use std::{sync::Mutex, time::Duration};

use axum::routing::get;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
};

use super::*;
use crate::http::{
    connections::{Connections, Limits},
    serve::{Timeouts, serve_with},
};

/// A service on a port of its own.
struct Running {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    connections: Arc<Connections>,
    ended: JoinHandle<std::io::Result<()>>,
}

async fn start(router: Router, timeouts: Timeouts) -> Running {
    start_with(router, timeouts, Limits { all: 99, per_client: 99 }).await
}

async fn start_with(router: Router, timeouts: Timeouts, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async {
        let _ = stopped.await;
    };
    let connections = Connections::new(limits);
    let served = (router, connections.clone());
    Running { address, stop, connections, ended: tokio::spawn(serve_with(listener, served, shutdown, timeouts)) }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes and gives all that comes back until the connection ends.
    async fn send(&self, bytes: &[u8]) -> String {
        let (mut reader, mut writer) = self.connect().await.into_split();
        let bytes = bytes.to_vec();
        let sending = tokio::spawn(async move {
            writer.write_all(&bytes).await?;
            std::io::Result::Ok(writer)
        });
        let mut answer = Vec::new();
        reader.read_to_end(&mut answer).await.unwrap();
        drop(sending.await.unwrap().expect("all of it can be sent"));
        String::from_utf8(answer).unwrap()
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap().unwrap();
    }
}

fn check(answer: &str, status: u16, code: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.to_ascii_lowercase().contains("content-type: application/json"), "{head}");
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["code"], code);
}

#[tokio::test]
async fn an_address_of_a_megabyte_is_refused_in_the_one_shape() {
    let running = start(Site::new().router(), Timeouts::default()).await;
    for length in [61_440, 70_000, 90_000, 1 << 20] {
        let q = "a".repeat(length);
        let request = format!("GET /api/search?q={q} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        check(&running.send(request.as_bytes()).await, 414, "uri-too-long");
    }
    running.stop().await;
}

#[tokio::test]
async fn what_is_no_request_is_refused_in_the_one_shape() {
    let running = start(Site::new().router(), Timeouts::default()).await;
    let cookie = "a".repeat(100_000);
    check(
        &running.send(format!("GET / HTTP/1.1\r\ncookie: {cookie}\r\n\r\n").as_bytes()).await,
        431,
        "headers-too-large",
    );
    check(&running.send(b"what is this\r\n\r\n").await, 400, "bad-request");
    check(&running.send(b"GET / HTTP/1.1\r\nhost : x\r\n\r\n").await, 400, "bad-request");
    let body = "a".repeat(1 << 20);
    let large = format!("POST /api/search HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    check(&running.send(large.as_bytes()).await, 413, "body-too-large");
    running.stop().await;
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let running = start(Site::new().router(), Timeouts::default()).await;
    let one = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let last = "GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answers = running.send(format!("{one}{one}{last}").as_bytes()).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 404 ").count(), 1, "{answers}");
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_dawdles_over_its_headers_is_let_go() {
    let timeouts = Timeouts { head: Duration::from_millis(60), ..Timeouts::default() };
    let running = start(Site::new().router(), timeouts).await;
    check(&running.send(b"GET / HTTP/1.1\r\nhost: x\r\n").await, 408, "request-timeout");
    assert_eq!(running.send(b"").await, "", "an idle connection ends without a word");
    running.stop().await;
}

/// A route that says when it has begun and waits to be let on.
fn gated() -> (Router<Arc<Shared>>, Arc<Notify>, Arc<Notify>) {
    let (begun, open) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, opens) = (begun.clone(), open.clone());
    let handler = get(async move || {
        begins.notify_one();
        opens.notified().await;
        "finished"
    });
    (Router::new().route("/gated", handler), begun, open)
}

const GATED: &[u8] = b"GET /gated HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn a_shutdown_finishes_open_requests() {
    let (route, begun, open) = gated();
    let running = start(Site::new().router_with(route), Timeouts::default()).await;
    let address = running.address;
    let mut idle = running.connect().await;
    let mut asking = running.connect().await;
    asking.write_all(GATED).await.unwrap();
    begun.notified().await;
    running.stop.send(()).unwrap();
    let mut answer = Vec::new();
    assert_eq!(idle.read_to_end(&mut answer).await.unwrap(), 0, "an idle connection is closed");
    assert!(TcpStream::connect(address).await.is_err(), "no new connection is taken");
    open.notify_one();
    asking.read_to_end(&mut answer).await.unwrap();
    assert!(String::from_utf8(answer).unwrap().ends_with("finished"));
    drop((idle, asking));
    running.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_shutdown_does_not_wait_forever() {
    let (route, begun, _open) = gated();
    let timeouts = Timeouts { finish: Duration::from_millis(50), ..Timeouts::default() };
    let running = start(Site::new().router_with(route), timeouts).await;
    let mut asking = running.connect().await;
    asking.write_all(GATED).await.unwrap();
    begun.notified().await;
    running.stop().await;
}

/// A route with a large answer, and the answer.
fn large() -> (Router<Arc<Shared>>, Vec<u8>) {
    let answer: Vec<u8> = (0..24_u32 << 20).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let body = axum::body::Bytes::from(answer.clone());
    (Router::new().route("/large", get(async move || body.clone())), answer)
}

const LARGE: &[u8] = b"GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// Waits until this many connections are open.
async fn are_open(running: &Running, number: usize) {
    for _ in 0..2_000 {
        if running.connections.figures().0 == number {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}, expected {number}", running.connections.figures());
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_let_go() {
    let timeouts = Timeouts { take: Duration::from_millis(80), ..Timeouts::default() };
    let running = start(Site::new().router_with(large().0), timeouts).await;
    let mut asking = running.connect().await;
    asking.write_all(LARGE).await.unwrap();
    asking.readable().await.unwrap();
    are_open(&running, 0).await;
    assert_eq!(running.connections.figures().2, 1);
    let mut taken = Vec::new();
    assert!(asking.read_to_end(&mut taken).await.is_err(), "what it did not take is dropped: {}", taken.len());
    running.stop().await;
}

#[tokio::test]
async fn who_takes_a_large_answer_gets_it_whole() {
    let (route, expected) = large();
    let running = start(Site::new().router_with(route), Timeouts::default()).await;
    let mut asking = running.connect().await;
    asking.write_all(LARGE).await.unwrap();
    let mut answer = Vec::new();
    let mut piece = vec![0; 70_001];
    loop {
        match asking.read(&mut piece).await.unwrap() {
            0 => break,
            length => answer.extend_from_slice(&piece[..length]),
        }
    }
    let (head, body) = answer.split_at(answer.len() - expected.len());
    assert!(body == expected && head.ends_with(b"\r\n\r\n"));
    assert!(String::from_utf8_lossy(head).contains(&format!("content-length: {}", expected.len())));
    running.stop().await;
}

#[tokio::test]
async fn one_connection_too_many_is_told_so_and_one_that_only_waits_makes_room() {
    let (route, begun, open) = gated();
    let router = Site::new().router_with(route);
    let running = start_with(router, Timeouts::default(), Limits { all: 2, per_client: 1 }).await;
    let mut busy = [running.connect().await, running.connect().await];
    for asking in &mut busy {
        asking.write_all(GATED).await.unwrap();
        begun.notified().await;
    }
    let ask = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let refused = running.send(ask).await;
    check(&refused, 503, "too-many-connections");
    assert!(refused.contains("retry-after: 1\r\n"), "{refused}");
    for asking in &mut busy {
        open.notify_one();
        let mut answer = vec![0; 12];
        asking.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, b"HTTP/1.1 200");
    }
    // They are idle now, and one of them goes as soon as it has been idle for long enough.
    let mut told = running.send(ask).await;
    for _ in 0..500 {
        if told.starts_with("HTTP/1.1 200 ") {
            break;
        }
        check(&told, 503, "too-many-connections");
        tokio::time::sleep(Duration::from_millis(20)).await;
        told = running.send(ask).await;
    }
    assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
    assert_eq!(running.connections.figures().2, 1);
    running.stop().await;
}

/// Tells when it is dropped.
struct Told(Arc<Notify>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tokio::test]
async fn a_request_that_its_client_gives_up_ends() {
    let (begun, ended) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, ends) = (begun.clone(), ended.clone());
    let handler = get(async move || {
        let _told = Told(ends.clone());
        begins.notify_one();
        std::future::pending::<String>().await
    });
    let running = start(Site::new().router_with(Router::new().route("/gated", handler)), Timeouts::default()).await;
    let mut asking = running.connect().await;
    asking.write_all(GATED).await.unwrap();
    begun.notified().await;
    drop(asking);
    tokio::time::timeout(Duration::from_secs(8), ended.notified()).await.expect("it ends before its time is over");
    running.stop().await;
}

#[tokio::test]
async fn a_request_body_is_not_waited_for() {
    let running = start(Site::new().router(), Timeouts::default()).await;
    for (method, status) in [("POST", 405), ("GET", 200)] {
        let mut asking = running.connect().await;
        let head = format!("{method} /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\n{{");
        asking.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        asking.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searches_are_answered_while_posts_are_put() {
    let site = Site::of_posts();
    let running = start(site.router(), Timeouts::default()).await;
    let site = Arc::new(Mutex::new(site));
    let writing = tokio::task::spawn_blocking({
        let site = site.clone();
        move || (0..5).for_each(|_| site.lock().unwrap().put(&courier()))
    });
    for _ in 0..20 {
        let request = "GET /api/search?q=%E5%AE%A2%E6%9C%8D HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let answer = running.send(request.as_bytes()).await;
        assert!(answer.contains("\"total\":2"), "{answer}");
    }
    writing.await.unwrap();
    running.stop().await;
}
