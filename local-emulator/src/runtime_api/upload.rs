//! What a runtime posts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::invocation::{MAX_PAYLOAD, StreamError, Writer};
use crate::sandbox::{MAX_STREAM, reported_error_type};

const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

/// The most bytes of a refused body that are read before the answer, as Lambda's own server does, which is Go's:
/// <https://pkg.go.dev/net/http>. Without them the connection would be closed, and the runtime's next call fail.
const MOST_DISCARDED: usize = 256 * 1024;

/// A posted body, read to its end.
#[derive(Debug)]
pub(super) enum Upload {
    /// With the error that its trailers tell of.
    Whole(Bytes, Option<StreamError>),
    /// More than [`MAX_PAYLOAD`] bytes.
    TooLarge,
    /// The connection broke, or the chunks were not HTTP.
    Truncated,
}

/// A posted body, passed on as it came.
#[derive(Debug)]
pub(super) struct Streamed {
    /// In bytes.
    pub(super) length: usize,
    pub(super) end: StreamEnd,
}

/// The end of a posted body that was passed on.
#[derive(Debug)]
pub(super) enum StreamEnd {
    /// With the error that its trailers tell of.
    Whole(Option<StreamError>),
    /// More than [`MAX_STREAM`] bytes, of which so many were passed on.
    TooLarge,
    /// The connection broke, or the chunks were not HTTP.
    Truncated,
}

/// Reads a body to its end. One that is too large is read too, without being kept: a runtime that
/// still writes would take an early answer and a closed connection for a broken one.
pub(super) async fn receive(body: &mut Incoming) -> Upload {
    let (mut received, mut error) = (Received::default(), None);
    while let Some(frame) = body.frame().await {
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) => received.add(data, body.size_hint().lower()),
            Ok(Err(trailers)) => error = trailers.trailers_ref().and_then(error_in),
            Err(_) => return Upload::Truncated,
        }
    }
    received.end(error)
}

/// Reads the rest of a body that was not asked for.
pub(super) async fn discard(body: &mut Incoming) {
    let mut left = MOST_DISCARDED;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = left.checked_sub(length) else { return };
        left = rest;
    }
}

/// Writes a body to `writer` as it comes, up to [`MAX_STREAM`] bytes, and reads it to its end.
pub(super) async fn pass_on(body: &mut Incoming, writer: &Writer) -> Streamed {
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
            Err(_) => return Streamed { length: passed_on(left), end: StreamEnd::Truncated },
        }
    }
    let end = if left.is_some() { StreamEnd::Whole(error) } else { StreamEnd::TooLarge };
    Streamed { length: passed_on(left), end }
}

/// Returns how many bytes were passed on if there was room for so many more.
fn passed_on(left: Option<usize>) -> usize {
    MAX_STREAM - left.unwrap_or_default()
}

/// A function that fails in the middle of its stream says so in trailers, its error in base64.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>
fn error_in(trailers: &HeaderMap) -> Option<StreamError> {
    let claimed = trailers.get(ERROR_TYPE).filter(|claimed| !claimed.is_empty())?;
    let error_type = reported_error_type(claimed.to_str().unwrap_or_default());
    let body = trailers.get(ERROR_BODY).map(http::HeaderValue::as_bytes).unwrap_or_default();
    // Undocumented (RT-3): what is no base64 is passed on as it is, so that its developer sees it.
    let error = STANDARD.decode(body).unwrap_or_else(|_| body.to_owned());
    Some(StreamError { error_type, error: error.into() })
}

/// Most answers come in one piece, which is then passed on without a copy.
#[derive(Default)]
struct Received {
    first: Bytes,
    whole: BytesMut,
    too_large: bool,
}

impl Received {
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
