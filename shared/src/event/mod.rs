//! What a front door sends to a function, and what it wants back: event to request, response to reply.

mod arrival;
pub(crate) mod http_api;
mod strings;

pub(crate) use arrival::Arrival;

/// An event that this library cannot read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventError {
    #[error("this function expects an event of an API Gateway HTTP API with payload format 2.0: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("the event's {0} is not what HTTP allows")]
    Http(&'static str),
    #[error("the event's body is not the base64 that it claims to be: {0}")]
    Base64(#[from] base64::DecodeError),
}
