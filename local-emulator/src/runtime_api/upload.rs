//! What a runtime posts.

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::sandbox::MAX_PAYLOAD;

/// A posted body.
#[derive(Debug)]
pub(super) enum Upload {
    Whole(Bytes),
    /// More than [`MAX_PAYLOAD`] bytes.
    TooLarge,
    /// The connection broke, or the chunks were not HTTP.
    Truncated,
}

/// Reads a body to its end. One that is too large is read too, without being kept: a runtime that
/// still writes would take an early answer and a closed connection for a broken one.
pub(super) async fn receive(mut body: Incoming) -> Upload {
    let mut received = Received::default();
    while let Some(frame) = body.frame().await {
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) => received.add(data, body.size_hint().lower()),
            // Trailers belong to streamed answers, and say nothing yet.
            Ok(Err(_trailers)) => {}
            Err(_) => return Upload::Truncated,
        }
    }
    received.end()
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

    fn end(self) -> Upload {
        match self {
            Self { too_large: true, .. } => Upload::TooLarge,
            Self { first, whole, .. } if whole.is_empty() => Upload::Whole(first),
            Self { whole, .. } => Upload::Whole(whole.freeze()),
        }
    }
}
