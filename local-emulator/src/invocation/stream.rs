//! A reply that a function streams, piece by piece.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderValue;
use tokio::sync::{mpsc, oneshot};

use crate::record::Recording;

/// The number of pieces that wait for a slow client before the function has to wait too.
const PIECES: usize = 16;

/// A reply that the function streams.
#[derive(Debug)]
pub struct ReplyStream {
    /// The `Content-Type` of the function's post. A function that answers as an HTTP integration sends
    /// `application/vnd.awslambda.http-integration-response`, and begins with a prelude.
    pub content_type: Option<HeaderValue>,
    /// The pieces of the reply.
    pub body: StreamReader,
}

/// The caller's side of a stream. The function may write to the end even if the reader is dropped.
#[derive(Debug)]
pub struct StreamReader {
    pieces: mpsc::Receiver<Bytes>,
    end: oneshot::Receiver<Result<(), StreamError>>,
    over: bool,
}

/// The function's side of a stream.
#[derive(Debug)]
pub struct StreamWriter {
    pieces: mpsc::Sender<Bytes>,
    recording: Option<Recording>,
}

/// Reports how a stream ended. A sender that is dropped unused means that the sandbox is gone.
pub type EndSender = oneshot::Sender<Result<(), StreamError>>;

/// Why a stream broke off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stream broke off: {}", crate::function_error::summary(.error))]
pub struct StreamError {
    /// The `ErrorCode` of `InvokeComplete`: `Runtime.ExitError`, or the type in the function's trailers.
    pub error_type: String,
    /// The error, in JSON, `{"errorType": …, "errorMessage": …}`, or the body in the function's trailers.
    pub error: Bytes,
}

impl ReplyStream {
    /// Creates a stream with its writer and the sender of its end. They are separate, since the end may come from a function
    /// that no longer writes.
    pub fn new(content_type: Option<HeaderValue>) -> (Self, StreamWriter, EndSender) {
        let (sender, pieces) = mpsc::channel(PIECES);
        let (end, ended) = oneshot::channel();
        (
            Self { content_type, body: StreamReader { pieces, end: ended, over: false } },
            StreamWriter { pieces: sender, recording: None },
            end,
        )
    }
}

impl StreamWriter {
    /// Records each piece in `recording`.
    #[must_use]
    pub(crate) fn recorded(self, recording: Option<Recording>) -> Self {
        Self { recording, ..self }
    }

    /// Passes a piece on, as soon as there is room for it. Undocumented (RT-6): a reader that has left is not an error.
    /// Before a buffered answer, the function does not learn of a client that hangs up either.
    pub async fn write(&self, piece: Bytes) {
        if piece.is_empty() {
            return;
        }
        if let Some(recording) = &self.recording {
            recording.reply_piece(&piece);
        }
        let _ = self.pieces.send(piece).await;
    }
}

impl StreamReader {
    /// Waits for the next piece. After the last one it returns an error, once, if the stream broke off, and then `None`.
    pub async fn next(&mut self) -> Option<Result<Bytes, StreamError>> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// Polls for the next piece, as [`next`](Self::next) does, for HTTP bodies.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        if self.over {
            return Poll::Ready(None);
        }
        if let Some(piece) = std::task::ready!(self.pieces.poll_recv(context)) {
            return Poll::Ready(Some(Ok(piece)));
        }
        // The caller has read the last piece, or the writer is gone.
        let end = std::task::ready!(Pin::new(&mut self.end).poll(context));
        self.over = true;
        match end {
            Ok(Ok(())) => Poll::Ready(None),
            Ok(Err(error)) => Poll::Ready(Some(Err(error))),
            Err(_) => Poll::Ready(Some(Err(StreamError::gone()))),
        }
    }
}

impl StreamError {
    /// Returns the error of a stream whose sandbox ended with the emulator.
    fn gone() -> Self {
        Self {
            error_type: "Sandbox.Failure".to_owned(),
            error: Bytes::from_static(
                br#"{"errorType":"Sandbox.Failure","errorMessage":"The sandbox was shut down"}"#,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ReplyStream, StreamError};

    #[tokio::test]
    async fn pieces_are_read_in_order_before_the_end() {
        let (stream, writer, end) = ReplyStream::new(None);
        let mut body = stream.body;
        let written = async {
            writer.write("one".into()).await;
            writer.write("".into()).await;
            writer.write("two".into()).await;
            drop(writer);
            end.send(Ok(())).unwrap();
        };
        let read = async {
            let mut pieces = Vec::new();
            while let Some(piece) = body.next().await {
                pieces.push(piece.unwrap());
            }
            pieces
        };
        let ((), pieces) = tokio::join!(written, read);
        assert_eq!(pieces, ["one", "two"]);
        assert!(body.next().await.is_none());
    }

    #[tokio::test]
    async fn broken_stream_ends_with_one_error() {
        let broken = StreamError { error_type: "Runtime.StreamError".to_owned(), error: "{}".into() };
        for (sent, expected) in [(Some(broken.clone()), broken), (None, StreamError::gone())] {
            let (stream, writer, end) = ReplyStream::new(None);
            let mut body = stream.body;
            writer.write("one".into()).await;
            drop(writer);
            match sent {
                Some(error) => end.send(Err(error)).unwrap(),
                None => drop(end),
            }
            assert_eq!(body.next().await, Some(Ok("one".into())));
            assert_eq!(body.next().await, Some(Err(expected)));
            assert_eq!(body.next().await, None);
        }
    }

    #[tokio::test]
    async fn writer_without_a_reader_does_not_wait() {
        let (stream, writer, _end) = ReplyStream::new(None);
        drop(stream);
        for _ in 0..100 {
            writer.write("x".into()).await;
        }
    }
}
