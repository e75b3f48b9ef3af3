//! The bodies that a runtime posts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::invocation::{MAX_PAYLOAD, StreamError, StreamWriter};
use crate::sandbox::{MAX_STREAM, reported_error_type};

const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

/// The most bytes of a refused body that are read before the answer. Lambda's own server, which is Go's, has the same limit:
/// <https://pkg.go.dev/net/http>. With unread bytes the connection would be closed, and the runtime's next call would fail.
const MOST_DISCARDED: usize = 256 * 1024;

/// A posted body, read to its end.
#[derive(Debug)]
pub(super) enum Upload {
    /// The whole body, and the error in its trailers.
    Whole(Bytes, Option<StreamError>),
    /// More than [`MAX_PAYLOAD`] bytes.
    TooLarge,
    /// The connection broke, or the chunks were not valid HTTP.
    Truncated,
}

/// A posted body that was passed on piece by piece.
#[derive(Debug)]
pub(super) struct StreamedUpload {
    /// The length, in bytes.
    pub(super) length: usize,
    pub(super) end: StreamEnd,
}

/// The end of a posted body that was passed on.
#[derive(Debug)]
pub(super) enum StreamEnd {
    /// The whole body, and the error in its trailers.
    Whole(Option<StreamError>),
    /// More than [`MAX_STREAM`] bytes, of which [`MAX_STREAM`] were passed on.
    TooLarge,
    /// The connection broke, or the chunks were not valid HTTP.
    Truncated,
}

/// Reads a body to its end. A body that is too large is read as well, without being kept: a runtime that still writes would
/// take an early answer and a closed connection for a failure.
pub(super) async fn receive(body: &mut Incoming) -> Upload {
    let (mut received, mut error) = (PostedBody::default(), None);
    while let Some(frame) = body.frame().await {
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) => received.add(data, body.size_hint().lower()),
            Ok(Err(trailers)) => error = trailers.trailers_ref().and_then(error_in),
            Err(_) => return Upload::Truncated,
        }
    }
    received.end(error)
}

/// Reads the rest of a body that is not needed, up to [`MOST_DISCARDED`] bytes.
pub(super) async fn discard(body: &mut Incoming) {
    let mut left = MOST_DISCARDED;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = left.checked_sub(length) else { return };
        left = rest;
    }
}

/// Writes a body to `writer` piece by piece, up to [`MAX_STREAM`] bytes, and reads it to its end.
pub(super) async fn pass_on(body: &mut Incoming, writer: &StreamWriter) -> StreamedUpload {
    let (mut left, mut error) = (Some(MAX_STREAM), None);
    while let Some(frame) = body.frame().await {
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(mut data)) => {
                let Some(room) = left else { continue };
                left = room.checked_sub(data.len());
                data.truncate(room);
                writer.write(data).await;
            }
            Ok(Err(trailers)) => error = trailers.trailers_ref().and_then(error_in),
            Err(_) => return StreamedUpload { length: passed_on(left), end: StreamEnd::Truncated },
        }
    }
    let end = if left.is_some() { StreamEnd::Whole(error) } else { StreamEnd::TooLarge };
    StreamedUpload { length: passed_on(left), end }
}

/// Returns the number of bytes that were passed on, from the room that is left.
fn passed_on(left: Option<usize>) -> usize {
    MAX_STREAM - left.unwrap_or_default()
}

/// Returns the error in the trailers of a stream that failed in the middle. Its body is base64.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>
fn error_in(trailers: &HeaderMap) -> Option<StreamError> {
    let claimed = trailers.get(ERROR_TYPE).filter(|claimed| !claimed.is_empty())?;
    let error_type = reported_error_type(claimed.to_str().unwrap_or_default());
    let body = trailers.get(ERROR_BODY).map(http::HeaderValue::as_bytes).unwrap_or_default();
    // Undocumented (RT-3): text that is not base64 is passed on unchanged, so that the developer sees it.
    let error = STANDARD.decode(body).unwrap_or_else(|_| body.to_owned());
    Some(StreamError { error_type, error: error.into() })
}

/// A body that is being read. Most bodies come in one piece, which is passed on without a copy.
#[derive(Default)]
struct PostedBody {
    first: Bytes,
    whole: BytesMut,
    too_large: bool,
}

impl PostedBody {
    fn add(&mut self, data: Bytes, expected: u64) {
        let length = self.first.len().max(self.whole.len()) + data.len();
        if self.too_large || length > MAX_PAYLOAD {
            *self = Self { too_large: true, ..Self::default() };
        } else if length == data.len() {
            self.first = data;
        } else {
            self.append(&data, expected);
        }
    }

    fn append(&mut self, data: &[u8], expected: u64) {
        if self.whole.is_empty() {
            let expected = usize::try_from(expected).unwrap_or(MAX_PAYLOAD).min(MAX_PAYLOAD);
            self.whole.reserve(self.first.len() + data.len() + expected);
            self.whole.extend_from_slice(&self.first);
        }
        self.whole.extend_from_slice(data);
    }

    fn end(self, error: Option<StreamError>) -> Upload {
        match self {
            Self { too_large: true, .. } => Upload::TooLarge,
            Self { first, whole, .. } if whole.is_empty() => Upload::Whole(first, error),
            Self { whole, .. } => Upload::Whole(whole.freeze(), error),
        }
    }
}
