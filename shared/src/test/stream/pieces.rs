//! The pieces of a stream, one at a time.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body::Body as _;
use tokio::sync::oneshot;

use super::StreamFailure;
use crate::runtime_api::StreamedBody;

/// A body, and the end of its reader. If the reader is dropped, the body knows that nobody reads it.
pub(in crate::test) type OpenBody = (StreamedBody, oneshot::Receiver<()>);

/// The pieces that are still to come, and the work after them.
#[derive(Default)]
pub(super) struct Pieces {
    body: Option<OpenBody>,
    late: Option<BoxFuture<'static, ()>>,
    failure: Option<StreamFailure>,
}

impl Pieces {
    pub(super) fn new(body: OpenBody, late: BoxFuture<'static, ()>) -> Self {
        Self { body: Some(body), late: Some(late), failure: None }
    }

    /// Returns the error that came after the last piece.
    pub(super) fn failure(&self) -> Option<&StreamFailure> {
        self.failure.as_ref()
    }

    /// Returns the next piece, or `None` when the late work is done.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        while let Some((body, _)) = &mut self.body {
            match ready!(Pin::new(body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    // A chunk without bytes would end the body, so none is sent.
                    Ok(data) if data.is_empty() => {}
                    Ok(data) => return Poll::Ready(Some(data)),
                    Err(frame) => self.failure = frame.trailers_ref().map(StreamFailure::from_trailers),
                },
                Some(Err(error)) => panic!("the stream cannot be sent: {error}"),
                None => self.body = None,
            }
        }
        if let Some(late) = &mut self.late {
            ready!(late.poll_unpin(cx));
            self.late = None;
        }
        Poll::Ready(None)
    }

    /// Drops the body, and waits for late work.
    pub(super) async fn close(self) {
        let Self { body, late, .. } = self;
        drop(body);
        if let Some(late) = late {
            late.await;
        }
    }
}
