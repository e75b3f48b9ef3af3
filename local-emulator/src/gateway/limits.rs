//! How much of a request a front door takes. Each has numbers of its own; the ways to hold them are here.

use std::io;

use bytes::Bytes;
use http::request::Parts;

use super::error::GatewayError;

/// What Lambda takes for a synchronous invocation, in bytes: 6 MB and a little, the constant of
/// AWS's own <https://github.com/aws/aws-lambda-runtime-interface-emulator>.
pub const EVENT: usize = 6 * 1024 * 1024 + 100;

/// What the client sent before the body, in bytes, as nearly as the parsed head still tells: each line
/// with its CRLF.
///
/// Undocumented (HTTP-23): what AWS counts, to the byte.
pub(super) fn head_size(head: &Parts) -> usize {
    let line = head.method.as_str().len() + target_size(head) + "  HTTP/1.1\r\n".len();
    let headers: usize =
        head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum();
    line + headers
}

/// Path and query, in bytes.
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

/// A buffer for an event that refuses, as soon as it is known, what would be refused whole.
pub(super) struct EventBuffer {
    bytes: Vec<u8>,
    limit: usize,
}

impl EventBuffer {
    pub(super) fn with_capacity(capacity: usize, limit: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity.min(limit)), limit }
    }

    pub(super) fn into_bytes(self) -> Bytes {
        self.bytes.into()
    }
}

impl io::Write for EventBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > self.limit - self.bytes.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An event as JSON.
///
/// # Errors
/// [`GatewayError::EventTooLong`] over `limit` bytes.
pub(super) fn write_event(
    event: &impl serde::Serialize,
    capacity: usize,
    limit: usize,
) -> Result<Bytes, GatewayError> {
    let mut json = EventBuffer::with_capacity(capacity, limit);
    // Nothing in an event fails to be JSON, which leaves the buffer's limit.
    serde_json::to_writer(&mut json, event).map_err(|_| GatewayError::EventTooLong { limit })?;
    Ok(json.into_bytes())
}
