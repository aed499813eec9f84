//! Bodies on their way to a client: in small pieces, each when the client has taken the one before.
//!
//! Without this, a connection copies more of a body into its buffer than its client takes, for every client at once.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{Error, body::Body};
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};

use super::connections::Link;

/// Upper bound on the size of a piece in bytes. With the head of an answer it fits into the 8 KiB that a connection has at
/// its beginning, so that no connection ever needs more.
pub(super) const PIECE: usize = 7 << 10;

/// A body, and the connection that takes it.
#[derive(Debug)]
pub(super) struct Outgoing {
    body: Body,
    /// The part of the last frame of the body that was not given out yet.
    rest: Bytes,
    link: Arc<Link>,
}

impl Outgoing {
    pub(super) fn new(body: Body, link: Arc<Link>) -> Self {
        Self { body, rest: Bytes::new(), link }
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.get_mut();
        while this.rest.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_frame(context)).transpose()? {
                None => return Poll::Ready(None),
                Some(frame) => match frame.into_data() {
                    Ok(data) => this.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
            }
        }
        ready!(this.link.poll_give(context));
        let length = this.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(this.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, body) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower().saturating_add(rest));
        if let Some(upper) = body.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use std::task::Waker;

    use super::*;

    #[test]
    fn a_piece_is_given_out_when_the_one_before_is_taken() {
        let link = Arc::new(Link::default());
        let text = "转账".repeat(PIECE);
        let mut body = Outgoing::new(Body::from(text.clone()), link.clone());
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(body.size_hint().exact(), Some(text.len() as u64));
        let mut taken = Vec::new();
        while !body.is_end_stream() {
            match Pin::new(&mut body).poll_frame(&mut context) {
                Poll::Ready(Some(Ok(frame))) => {
                    let piece = frame.into_data().unwrap();
                    assert!(piece.len() <= PIECE);
                    taken.extend_from_slice(&piece);
                    assert_eq!(body.size_hint().exact(), Some((text.len() - taken.len()) as u64));
                    if !body.is_end_stream() {
                        assert!(Pin::new(&mut body).poll_frame(&mut context).is_pending(), "it is not taken yet");
                    }
                    link.has_written(piece.len(), true);
                }
                other => assert!(matches!(other, Poll::Ready(None)), "{other:?}"),
            }
        }
        assert_eq!(String::from_utf8(taken).unwrap(), text);
    }
}
