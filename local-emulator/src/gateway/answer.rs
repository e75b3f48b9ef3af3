//! The body of a response: whole, or a function's stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use tokio::time::{Sleep, sleep};

use super::error::Note;
use super::gunzip::Gunzip;
use super::pace::Pace;
use crate::invocation::{StreamError, StreamReader};
use crate::record::Recording;

/// The body of a response.
#[derive(Debug)]
pub enum AnswerBody {
    /// A body in one piece.
    Whole(Full<Bytes>),
    /// A stream, sent as the function writes it. If it breaks off, the connection breaks off too: the client has no other
    /// sign that something is missing.
    ///
    /// Undocumented (URL-19): what AWS does with a stream that breaks off.
    Stream(Box<Streamed>),
}

/// A function's stream on its way to the client.
#[derive(Debug)]
pub struct Streamed {
    /// The bytes of the body that were read along with the prelude.
    first: Option<Bytes>,
    rest: StreamReader,
    gunzip: Option<Gunzip>,
    pace: Option<Pace>,
    idle: Option<Idle>,
    /// The note for the developer if the stream ends without a byte.
    if_empty: Option<Note>,
    /// The error that ends the stream, held until everything before it is sent.
    broken: Option<StreamError>,
    recording: Option<Recording>,
    end: Option<AtEnd>,
}

/// A call when a stream has been sent or has broken off.
struct AtEnd {
    call: Option<Box<dyn FnOnce(Option<String>) + Send>>,
    /// The reason why the stream broke off, or a note. Its first value is "the client hung up", which stays until the
    /// end is sent.
    reason: Option<String>,
}

/// The time limit for the next piece.
#[derive(Debug)]
struct Idle {
    timeout: Duration,
    /// The timer, which starts when the wait begins.
    over: Option<Pin<Box<Sleep>>>,
}

impl Streamed {
    /// Sends `first`, then everything from `rest`, no faster than `pace`.
    pub fn new(first: Bytes, rest: StreamReader, pace: Option<Pace>) -> Self {
        let first = Some(first).filter(|first| !first.is_empty());
        Self {
            first,
            rest,
            gunzip: None,
            pace,
            idle: None,
            if_empty: None,
            broken: None,
            recording: None,
            end: None,
        }
    }

    /// Decodes a stream in gzip.
    #[must_use]
    pub(super) fn with_gunzip(self) -> Self {
        Self { gunzip: Some(Gunzip::new()), ..self }
    }

    /// Shows `note` to the developer if nothing is sent.
    #[must_use]
    pub(super) fn with_note_if_empty(self, note: Note) -> Self {
        Self { if_empty: Some(note), ..self }
    }

    /// Breaks off if the next piece takes longer than `timeout`.
    #[must_use]
    pub fn with_idle_timeout(self, timeout: Duration) -> Self {
        Self { idle: Some(Idle { timeout, over: None }), ..self }
    }

    /// Records each piece that is sent.
    pub(crate) fn record(&mut self, recording: Recording) {
        self.recording = Some(recording);
    }

    /// Calls `end` after the last piece, with a note or with the reason why the stream broke off.
    pub(crate) fn at_end(&mut self, end: impl FnOnce(Option<String>) + Send + 'static) {
        self.end = Some(AtEnd { call: Some(Box::new(end)), reason: Some("the client hung up".to_owned()) });
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        if let Some(error) = self.broken.take() {
            return Poll::Ready(Some(Err(error)));
        }
        if let Some(pace) = &mut self.pace {
            ready!(pace.poll_ready(context));
        }
        let piece = ready!(self.poll_decoded(context));
        match &piece {
            Some(Ok(bytes)) => {
                self.if_empty = None;
                self.pace.iter_mut().for_each(|pace| pace.sent(bytes.len()));
                self.recording.iter().for_each(|recording| recording.response_body(bytes));
            }
            Some(Err(error)) => return self.poll_broken(error.clone(), context),
            None => {
                let note = self.if_empty.take().map(|note| note.to_string());
                self.end.iter_mut().for_each(|end| end.reason.clone_from(&note));
            }
        }
        Poll::Ready(piece)
    }

    fn poll_decoded(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        loop {
            if let Some(piece) = self.gunzip.as_mut().and_then(Gunzip::next) {
                return Poll::Ready(Some(piece));
            }
            let piece = match self.first.take() {
                Some(first) => Some(Ok(first)),
                None => ready!(self.poll_rest(context)),
            };
            match (piece, &mut self.gunzip) {
                (Some(Ok(piece)), Some(gunzip)) => gunzip.push(piece),
                (None, Some(gunzip)) => return Poll::Ready(gunzip.end()),
                (piece, _) => return Poll::Ready(piece),
            }
        }
    }

    /// Pauses once before the error. At an error hyper discards unsent bytes, and at a pause it sends them.
    fn poll_broken<T>(&mut self, error: StreamError, context: &Context<'_>) -> Poll<T> {
        if let Some(end) = &mut self.end {
            end.reason = Some(error.to_string());
        }
        self.broken = Some(error);
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        let piece = self.rest.poll_next(context);
        match &mut self.idle {
            Some(idle) if piece.is_pending() => idle.poll_over(context).map(|over| Some(Err(over))),
            Some(idle) => {
                idle.over = None;
                piece
            }
            None => piece,
        }
    }
}

impl Drop for AtEnd {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            call(self.reason.take());
        }
    }
}

impl fmt::Debug for AtEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AtEnd")
    }
}

impl Idle {
    fn poll_over(&mut self, context: &mut Context<'_>) -> Poll<StreamError> {
        let over = self.over.get_or_insert_with(|| Box::pin(sleep(self.timeout)));
        ready!(over.as_mut().poll(context));
        Poll::Ready(StreamError {
            error_type: "Gateway.IdleTimeout".to_owned(),
            error: format!("no piece came for {:?}", self.timeout).into(),
        })
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context).map_err(|never| match never {}),
            Self::Stream(body) => body.poll_piece(context).map_ok(Frame::data),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(body) if body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Stream(_) => SizeHint::default(),
        }
    }
}

impl Default for AnswerBody {
    /// An empty body.
    fn default() -> Self {
        Self::Whole(Full::default())
    }
}

impl<T: Into<Bytes>> From<T> for AnswerBody {
    fn from(body: T) -> Self {
        Self::Whole(Full::new(body.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use http_body_util::BodyExt;
    use tokio::time::{Instant, sleep};

    use super::{AnswerBody, Streamed};
    use crate::invocation::ReplyStream;

    #[tokio::test(start_paused = true)]
    async fn stream_breaks_off_after_a_long_pause() {
        let (stream, writer, _end) = ReplyStream::new(None);
        let idle_timeout = Duration::from_secs(300);
        tokio::spawn(async move {
            for pause in [299, 299, 301] {
                sleep(Duration::from_secs(pause)).await;
                writer.write("piece".into()).await;
            }
        });
        let began = Instant::now();
        let streamed = Streamed::new(Bytes::new(), stream.body, None).with_idle_timeout(idle_timeout);
        let mut body = AnswerBody::Stream(Box::new(streamed));
        for _ in 0..2 {
            assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "piece");
        }
        let error = body.frame().await.unwrap().unwrap_err();
        assert_eq!(error.to_string(), "the stream broke off: no piece came for 300s");
        assert_eq!(began.elapsed().as_secs(), 299 + 299 + 300);
    }
}
