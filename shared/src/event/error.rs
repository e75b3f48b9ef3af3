//! Events that cannot be read, and responses that cannot be sent.

use std::fmt;

use crate::error::BoxError;
use crate::front_door::FrontDoor;

/// An event that this library cannot read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventError {
    #[error("{EXPECTED}, and this event is neither: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("{EXPECTED}, and this event is not UTF-8")]
    Text,
    #[error("{EXPECTED}, and this event has neither `rawPath`, `httpMethod` nor `requestContext.elb`")]
    Unknown,
    #[error("{EXPECTED}, and this event has no `{0}`")]
    Missing(&'static str),
    #[error("HTTP does not allow the {0} of the event")]
    Http(&'static str),
    #[error("the event has `isBase64Encoded`, but its body is not base64")]
    Base64,
}

const EXPECTED: &str = "this function answers HTTP: it expects an event of an API Gateway HTTP API or REST \
                        API, of a Function URL or of an ALB";

/// A response that a front door cannot carry. The message says what to do, and goes to the log; the client gets a
/// hidden 500.
#[derive(thiserror::Error)]
pub(crate) enum EncodeError {
    #[error("the response's body failed: {0}")]
    Body(#[source] BoxError),
    #[error("the response's body panicked: {0}")]
    Panicked(String),
    #[error(
        "the response is too large for this front door ({front_door}), whose replies are of {limit} bytes at \
         most, as JSON: send less of it, such as one page, or a link to it, such as a presigned URL of S3; a \
         Function URL or a REST API can stream it"
    )]
    TooLarge { front_door: FrontDoor, limit: usize },
    #[error(
        "the response has more `set-cookie` headers than this ALB carries: turn on the attribute \
         `lambda.multi_value_headers.enabled` of its target group"
    )]
    Cookies,
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl EncodeError {
    pub(super) fn too_large(front_door: FrontDoor) -> Self {
        Self::TooLarge { front_door, limit: front_door.reply_limit() }
    }
}

/// Writes the message, which a test that unwraps the error shows.
impl fmt::Debug for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
