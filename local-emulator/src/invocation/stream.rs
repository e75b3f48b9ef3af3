//! A reply on its way, piece by piece.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderValue;
use tokio::sync::{mpsc, oneshot};

use crate::record::Recording;

/// So many pieces wait for a slow client before the function has to wait too.
const PIECES: usize = 16;

/// A reply that the function streams.
#[derive(Debug)]
pub struct ReplyStream {
    /// The `Content-Type` of the function's post. A function that answers as an HTTP integration says
    /// `application/vnd.awslambda.http-integration-response` there, and begins with a prelude.
    pub content_type: Option<HeaderValue>,
    /// What it writes.
    pub body: Reader,
}

/// The caller's side of a stream. Dropped, it lets the function write to its end all the same.
#[derive(Debug)]
pub struct Reader {
    pieces: mpsc::Receiver<Bytes>,
    end: oneshot::Receiver<Result<(), StreamError>>,
    over: bool,
}

/// The function's side of a stream.
#[derive(Debug)]
pub struct Writer {
    pieces: mpsc::Sender<Bytes>,
    recording: Option<Recording>,
}

/// Where it is said how a stream ended. Dropped without a word, the sandbox is gone.
pub type End = oneshot::Sender<Result<(), StreamError>>;

/// Why a stream ended before its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stream broke off: {}", crate::function_error::summary(.error))]
pub struct StreamError {
    /// As in `InvokeComplete`'s `ErrorCode`: `Runtime.ExitError`, or what the function said in its trailers.
    pub error_type: String,
    /// JSON, `{"errorType": …, "errorMessage": …}`, or what the function said in its trailers.
    pub error: Bytes,
}

impl ReplyStream {
    /// A stream that the function writes to, and whose end is told apart from that: it may come from a
    /// function that no longer writes.
    pub fn new(content_type: Option<HeaderValue>) -> (Self, Writer, End) {
        let (sender, pieces) = mpsc::channel(PIECES);
        let (end, ended) = oneshot::channel();
        (
            Self { content_type, body: Reader { pieces, end: ended, over: false } },
            Writer { pieces: sender, recording: None },
            end,
        )
    }
}

impl Writer {
    /// Each piece is a part of the reply to a request.
    #[must_use]
    pub(crate) fn recorded(self, recording: Option<Recording>) -> Self {
        Self { recording, ..self }
    }

    /// Passes a piece on, as soon as there is room for it. Undocumented (RT-6): a reader who has left is no
    /// error, since the function does not hear of a client that hangs up before a buffered answer either.
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

impl Reader {
    /// The next piece; an error once if the stream breaks off; then nothing.
    pub async fn next(&mut self) -> Option<Result<Bytes, StreamError>> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// As [`next`](Self::next), for bodies.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        if self.over {
            return Poll::Ready(None);
        }
        if let Some(piece) = std::task::ready!(self.pieces.poll_recv(context)) {
            return Poll::Ready(Some(Ok(piece)));
        }
        // The last piece is read, or its writer is gone; now how it ended.
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
    /// The emulator stops, and with it the sandbox.
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
    async fn pieces_come_in_order_and_then_the_end() {
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
    async fn a_stream_that_breaks_off_says_so_once_behind_what_was_written() {
        let broken = StreamError { error_type: "Runtime.StreamError".to_owned(), error: "{}".into() };
        for (said, expected) in [(Some(broken.clone()), broken), (None, StreamError::gone())] {
            let (stream, writer, end) = ReplyStream::new(None);
            let mut body = stream.body;
            writer.write("one".into()).await;
            drop(writer);
            match said {
                Some(error) => end.send(Err(error)).unwrap(),
                None => drop(end),
            }
            assert_eq!(body.next().await, Some(Ok("one".into())));
            assert_eq!(body.next().await, Some(Err(expected)));
            assert_eq!(body.next().await, None);
        }
    }

    #[tokio::test]
    async fn who_writes_to_nobody_is_not_held_up() {
        let (stream, writer, _end) = ReplyStream::new(None);
        drop(stream);
        for _ in 0..100 {
            writer.write("x".into()).await;
        }
    }
}
