//! The body of a request, recorded while the front door reads it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::recording::Recording;

/// A body that records the pieces that the front door reads.
#[derive(Debug)]
pub(crate) struct RecordedBody<B> {
    body: B,
    recording: Recording,
}

impl<B: Body<Data = Bytes> + Unpin> RecordedBody<B> {
    pub(crate) fn new(body: B, recording: Recording) -> Self {
        if body.is_end_stream() {
            recording.request_body(&[], true);
        }
        Self { body, recording }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for RecordedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                let piece = frame.data_ref().map(AsRef::as_ref).unwrap_or_default();
                self.recording.request_body(piece, self.body.is_end_stream());
            }
            Some(Err(_)) => {}
            None => self.recording.request_body(&[], true),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
