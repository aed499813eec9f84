//! A connection that replaces hyper's own answers, and gives up on a client that does not take what it asked for.
//!
//! A request that cannot be read never reaches the routes: hyper answers with a bare status and closes the connection.
//! [`Wire`] drops that answer, and [`Wire::close`] sends one of our shape. Then the connection stays open until the
//! client has read the answer: an answer is lost when a connection is closed while the client still sends.

use std::{
    future::Future as _,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::http::StatusCode;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep_until},
};

use super::{
    connections::Link,
    refusal::{JSON, Refusal},
};

/// Upper bound on the time in which a client reads the last answer after the connection has ended.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// Length of the first line in bytes above which a too large head counts as a too long address.
const LONG_LINE: usize = 16 << 10;
/// Upper bound on the size of an answer made by hyper itself, in bytes: a status and three headers.
const BARE: usize = 512;
/// Upper bound on the bytes that a client may still send before the connection is closed.
const MAX_DRAINED: usize = 8 << 20;

/// A connection.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    link: Arc<Link>,
    /// Upper bound on the time in which a client takes the next part of an answer.
    patience: Duration,
    /// When that time is over, if a part was not taken at once.
    deadline: Option<Pin<Box<Sleep>>>,
    /// Whether the time was over.
    stalled: bool,
    /// Whether any bytes were read since the last answer.
    begun: bool,
    /// Number of bytes of the first line read since the last answer, and whether the line has ended.
    line: (usize, bool),
    /// Whether the client has closed its side.
    ended: bool,
    /// Status of the dropped answer.
    refused: Option<StatusCode>,
}

impl Wire {
    pub(super) const fn new(stream: TcpStream, link: Arc<Link>, patience: Duration) -> Self {
        let (deadline, refused) = (None, None);
        Self { stream, link, patience, deadline, stalled: false, begun: false, line: (0, false), ended: false, refused }
    }

    /// Returns whether the connection failed because its client did not take an answer in time.
    pub(super) const fn is_stalled(&self) -> bool {
        self.stalled
    }

    /// Closes the connection, after a refusal if the last request could not be read or, with `late`, was not complete
    /// in time.
    pub(super) async fn close(&mut self, late: bool) {
        self.link.waits();
        let status = self.refused.or((late && self.begun).then_some(StatusCode::REQUEST_TIMEOUT));
        if let Some(status) = status {
            let too_long = status == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE && self.line.0 > LONG_LINE;
            let refusal = Refusal::of_status(if too_long { StatusCode::URI_TOO_LONG } else { status });
            tracing::info!(status = refusal.status().as_u16(), "refused a request that could not be read");
            part_with(&mut self.stream, &answer(&refusal), self.ended).await;
        } else {
            part_with(&mut self.stream, &[], self.ended).await;
        }
    }

    /// Drops the connection with all that its client has not taken. The system would keep that for minutes.
    pub(super) fn reset(self) {
        let _ = self.stream.set_zero_linger();
    }

    /// Returns whether the client is still given time to take more.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let left = self.patience.saturating_sub(self.link.has_waited());
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + left)));
        ready!(deadline.as_mut().poll(context));
        self.stalled = true;
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

/// Refuses a connection before its first request is read.
pub(super) async fn refuse(mut stream: TcpStream, refusal: &Refusal) {
    part_with(&mut stream, &answer(refusal), false).await;
}

/// Sends the last bytes and waits until the client has closed its side too, unless it `ended` before.
async fn part_with(stream: &mut TcpStream, last: &[u8], ended: bool) {
    let parting = async {
        stream.write_all(last).await?;
        stream.shutdown().await?;
        if !ended {
            drain(stream).await;
        }
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(CLOSE_WITHIN, parting).await;
}

async fn drain(stream: &mut TcpStream) {
    let mut buffer = vec![0; 16 << 10];
    let mut taken = 0;
    while taken < MAX_DRAINED {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(length) => taken += length,
        }
    }
}

fn answer(refusal: &Refusal) -> Vec<u8> {
    let body = refusal.body();
    let retry = if refusal.status() == StatusCode::SERVICE_UNAVAILABLE { "retry-after: 1\r\n" } else { "" };
    let mut answer = format!(
        "HTTP/1.1 {}\r\ncontent-type: {JSON}\r\ncontent-length: {}\r\ncache-control: no-store\r\n{retry}\
         x-content-type-options: nosniff\r\nconnection: close\r\n\r\n",
        refusal.status(),
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    answer
}

/// Returns the status of an answer that is a refusal without a body; the routes make no such answer.
fn bare_refusal(answer: &[u8]) -> Option<StatusCode> {
    if answer.len() > BARE {
        return None;
    }
    let text = std::str::from_utf8(answer).ok()?;
    let head = text.strip_prefix("HTTP/1.1 ").or_else(|| text.strip_prefix("HTTP/1.0 "))?.strip_suffix("\r\n\r\n")?;
    let is_bare = !head.contains("\r\n\r\n") && head.to_ascii_lowercase().contains("\r\ncontent-length: 0");
    let status = StatusCode::from_bytes(head.get(..3)?.as_bytes()).ok()?;
    (is_bare && status.is_client_error()).then_some(status)
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let (before, room) = (buffer.filled().len(), buffer.remaining());
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        let read = buffer.filled().get(before..).unwrap_or_default();
        this.begun |= !read.is_empty();
        if !read.is_empty() {
            this.link.has_read();
        }
        if let (length, false) = this.line {
            let end = read.iter().position(|&byte| byte == b'\n');
            this.line = (length + end.unwrap_or(read.len()), end.is_some());
        }
        this.ended |= read.is_empty() && room > 0;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(status) = bare_refusal(bytes) {
            this.refused = Some(status);
            return Poll::Ready(Ok(bytes.len()));
        }
        (this.begun, this.line) = (false, (0, false));
        let Poll::Ready(written) = Pin::new(&mut this.stream).poll_write(context, bytes) else {
            return this.poll_patience(context);
        };
        this.deadline = None;
        let written = written?;
        this.link.has_written(written, written == bytes.len());
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // `close` closes the connection.
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str, expected: Option<u16>) {
        assert_eq!(bare_refusal(answer.as_bytes()).map(|status| status.as_u16()), expected, "{answer}");
    }

    #[test]
    fn only_a_refusal_without_a_body_is_held_back() {
        check("HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n", Some(431));
        check("HTTP/1.0 400 Bad Request\r\nconnection: close\r\nContent-Length: 0\r\n\r\n", Some(400));
        check("HTTP/1.1 404 Not Found\r\ncontent-length: 26\r\n\r\n", None);
        check("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}", None);
        check("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", None);
        let padded = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nx: {}\r\n\r\n", "a".repeat(BARE));
        check(&padded, None);
        check("诈骗", None);
        check("", None);
    }
}
