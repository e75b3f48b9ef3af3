//! Detects request bodies that are not read to their end, since their client may still be sending.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Response;
use http::header::{CONNECTION, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

/// Whether a body of the connection was dropped before its end.
#[derive(Clone, Debug, Default)]
pub(super) struct UnreadBodies(Arc<AtomicBool>);

/// A body that reports if it is dropped before its end.
#[derive(Debug)]
pub(super) struct WatchedBody {
    body: Incoming,
    has_ended: bool,
    unread: UnreadBodies,
}

impl UnreadBodies {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Adds `connection: close` if a body of the connection was not read. Without it, a client would send its next request
    /// on a connection that hyper closes: <https://www.rfc-editor.org/rfc/rfc9112#section-9.6>.
    pub(super) fn announce_close<B>(&self, mut response: Response<B>) -> Response<B> {
        if self.is_set() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    pub(super) fn watch(&self, body: Incoming) -> WatchedBody {
        WatchedBody { body, has_ended: false, unread: self.clone() }
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        if !self.has_ended && !self.body.is_end_stream() {
            self.unread.0.store(true, Ordering::Relaxed);
        }
    }
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        self.has_ended |= frame.is_none();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
