//! The body of a request, read whole.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use super::error::GatewayError;

/// How long a client may take for the body of a request.
///
/// Undocumented (HTTP-24): all but that there is an end to it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What a client sends behind the head of its request: any body of bytes is one.
pub trait RequestBody: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> {}

impl<B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>> RequestBody for B {}

/// Reads a whole body, and never more than `limit` bytes of it: one that is announced to be longer
/// is not read at all. Who takes longer than [`TIMEOUT`] is refused too.
pub(crate) async fn read(body: impl RequestBody, limit: usize) -> Result<Bytes, GatewayError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > limit as u64 {
        return Err(GatewayError::BodyTooLong { limit });
    }
    let read = timeout(TIMEOUT, Limited::new(body, limit).collect()).await;
    let read = read.map_err(|_| GatewayError::BrokenBody(format!("no end within {TIMEOUT:?}")))?;
    Ok(read.map_err(|error| broken(&*error, limit))?.to_bytes())
}

fn broken(error: &(dyn Error + Send + Sync + 'static), limit: usize) -> GatewayError {
    if error.is::<LengthLimitError>() {
        GatewayError::BodyTooLong { limit }
    } else {
        GatewayError::BrokenBody(error.to_string())
    }
}
