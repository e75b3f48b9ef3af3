//! Collects the body of a response, for a front door that does not stream.

use std::panic::{AssertUnwindSafe, resume_unwind};

use bytes::Bytes;
use futures_util::FutureExt;
use http::HeaderMap;

use super::error::EncodeError;
use crate::body::Body;
use crate::error::ApiError;
use crate::front_door::FrontDoor;
use crate::panics::{self, FailsInvocation};
use crate::refusal::Refusal;
use crate::response::Response;

/// Returns the bytes of a body. A stream is read to its end, but not further than the limit of the front door.
///
/// # Errors
/// If the body is too large, fails, or panics.
pub(crate) async fn collect(body: Body, front_door: Option<FrontDoor>) -> Result<Bytes, EncodeError> {
    let limit = front_door.map(FrontDoor::reply_limit);
    let collected = AssertUnwindSafe(body.bytes_within(limit)).catch_unwind().await;
    let body = collected.map_err(|panic| EncodeError::Panicked(panics::message(&*panic).to_owned()))?;
    match (body.map_err(EncodeError::Body)?, front_door) {
        (Some(body), _) => Ok(body),
        (None, Some(front_door)) => Err(EncodeError::too_large(front_door)),
        // Without a limit no body is too large.
        (None, None) => Ok(Bytes::new()),
    }
}

/// Makes the hidden 500 for a response that cannot be sent, with those of its headers that an error keeps.
///
/// # Panics
/// If the body panicked and panics fail the invocation.
pub(crate) fn refused(error: EncodeError, unsent: &HeaderMap, refusal: &Refusal) -> Response {
    let error = match error {
        EncodeError::Panicked(message) if refusal.panics_fail_the_invocation() => {
            resume_unwind(Box::new(FailsInvocation(message)))
        }
        EncodeError::Panicked(message) => panics::to_error("the response's body", &message),
        error => ApiError::hidden_without_place(error),
    };
    refusal.answer(error.keeping(unsent))
}
