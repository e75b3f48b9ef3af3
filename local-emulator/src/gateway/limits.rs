//! The limits of requests. Each front door has its own numbers; the checks are here.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use super::error::GatewayError;
use crate::invocation::MAX_PAYLOAD;

/// The largest event that Lambda accepts, in bytes.
pub const EVENT: usize = MAX_PAYLOAD;

/// Room for an event without its body, enough for most requests.
const HEAD: usize = 3 * 1024;

/// Returns the size of request line and headers in bytes, each line with its CRLF, as closely as the parsed head shows.
///
/// Undocumented (HTTP-23): which bytes AWS counts.
pub(super) fn head_size(head: &Parts) -> usize {
    let line = head.method.as_str().len() + target_size(head) + "  HTTP/1.1\r\n".len();
    let headers: usize =
        head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum();
    line + headers
}

/// Returns the size of path and query in bytes.
pub(super) fn target_size(head: &Parts) -> usize {
    head.uri.path().len() + head.uri.query().map_or(0, |query| "?".len() + query.len())
}

/// Refuses a head of more than `limit` bytes.
pub(super) fn check_head(head: &Parts, limit: usize) -> Result<(), GatewayError> {
    let size = head_size(head);
    if size > limit { Err(GatewayError::HeadTooLong { size, limit }) } else { Ok(()) }
}

/// Refuses a target of more than `limit` bytes.
pub(super) fn check_target(head: &Parts, limit: usize) -> Result<(), GatewayError> {
    let size = target_size(head);
    if size > limit { Err(GatewayError::TargetTooLong { size, limit }) } else { Ok(()) }
}

/// The time limit for the body of a request.
///
/// Undocumented (HTTP-24): the number. AWS has a limit.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// The body of a request: any body of bytes.
pub trait RequestBody: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> {}

impl<B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>> RequestBody for B {}

/// Reads a whole body of at most `limit` bytes. A body that is announced to be longer is not read at all, and a body that
/// takes longer than [`BODY_TIMEOUT`] is refused.
pub(crate) async fn read_body(body: impl RequestBody, limit: usize) -> Result<Bytes, GatewayError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > limit as u64 {
        return Err(GatewayError::BodyTooLong { limit });
    }
    let read = timeout(BODY_TIMEOUT, Limited::new(body, limit).collect()).await;
    let read = read.map_err(|_| GatewayError::BrokenBody(format!("no end within {BODY_TIMEOUT:?}")))?;
    Ok(read.map_err(|error| broken_body(&*error, limit))?.to_bytes())
}

fn broken_body(error: &(dyn Error + Send + Sync + 'static), limit: usize) -> GatewayError {
    if error.is::<LengthLimitError>() {
        GatewayError::BodyTooLong { limit }
    } else {
        GatewayError::BrokenBody(error.to_string())
    }
}

/// A buffer for an event that fails as soon as the event is too long.
struct EventBuffer(Vec<u8>);

impl io::Write for EventBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > EVENT - self.0.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes an event as JSON. `body` is the body in it, which is probably in base64.
///
/// # Errors
/// [`GatewayError::EventTooLong`] over [`EVENT`] bytes.
pub(super) fn write_event(event: &impl serde::Serialize, body: &[u8]) -> Result<Bytes, GatewayError> {
    let capacity = HEAD + body.len() * 4 / 3;
    let mut json = EventBuffer(Vec::with_capacity(capacity.min(EVENT)));
    // Every event can be written as JSON, so that the only error is the limit of the buffer.
    serde_json::to_writer(&mut json, event).map_err(|_| GatewayError::EventTooLong { limit: EVENT })?;
    Ok(json.0.into())
}
