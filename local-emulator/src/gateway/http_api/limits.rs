//! How much of a request the gateway takes.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>

use std::error::Error;
use std::io;

use bytes::Bytes;
use http::request::Parts;
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::error::GatewayError;

/// Request line and headers together, in bytes.
pub const HEAD: usize = 10_240;

/// The body, in bytes. The quota is "10 MB"; that these are 2^20 bytes each is undocumented.
pub const BODY: usize = 10 * 1024 * 1024;

/// What Lambda takes for a synchronous invocation, in bytes: 6 MB and a little, the constant of
/// AWS's own <https://github.com/aws/aws-lambda-runtime-interface-emulator>.
pub const EVENT: usize = 6 * 1024 * 1024 + 100;

/// Counts what the client sent, as nearly as the parsed head still tells: each line with its CRLF.
/// What AWS counts is undocumented, to the byte.
pub(super) fn check_head(head: &Parts) -> Result<(), GatewayError> {
    let line = head.method.as_str().len() + target_len(head) + "  HTTP/1.1\r\n".len();
    let headers: usize =
        head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum();
    let size = line + headers;
    if size > HEAD { Err(GatewayError::HeadTooLong { size, limit: HEAD }) } else { Ok(()) }
}

fn target_len(head: &Parts) -> usize {
    head.uri.path().len() + head.uri.query().map_or(0, |query| "?".len() + query.len())
}

/// Reads a whole body, and never more than [`BODY`] bytes of it: one that is announced to be longer
/// is not read at all.
pub(super) async fn read_body<B>(body: B) -> Result<Bytes, GatewayError>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > BODY as u64 {
        return Err(GatewayError::BodyTooLong { limit: BODY });
    }
    let read = Limited::new(body, BODY).collect().await.map_err(|error| broken_body(&*error))?;
    Ok(read.to_bytes())
}

fn broken_body(error: &(dyn Error + Send + Sync + 'static)) -> GatewayError {
    if error.is::<LengthLimitError>() {
        GatewayError::BodyTooLong { limit: BODY }
    } else {
        GatewayError::BrokenBody(error.to_string())
    }
}

/// A buffer for an event that refuses, as soon as it is known, what Lambda would refuse.
pub(super) struct EventBuffer(Vec<u8>);

impl EventBuffer {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity.min(EVENT)))
    }

    pub(super) fn into_bytes(self) -> Bytes {
        self.0.into()
    }
}

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
