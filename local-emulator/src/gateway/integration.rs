//! What a route leads to, and how.

use std::time::Duration;

use api_routes_project::aws::PayloadFormat;

use super::Guard;

/// The integration of a route with a Lambda function.
#[derive(Clone, Debug)]
pub struct Integration<F> {
    /// What is invoked.
    pub function: F,
    /// The form of its events; an HTTP API has both.
    pub payload_format: PayloadFormat,
    /// How long a client waits for an answer, or for the beginning of a stream. `None` is the front door's
    /// own limit.
    pub timeout: Option<Duration>,
    /// Whether a REST API passes the function's stream on: `ResponseTransferMode: RESPONSE_STREAM`.
    pub streams: bool,
    /// The callers that it lets in.
    pub guard: Guard<F>,
}

impl<F> From<F> for Integration<F> {
    /// As the front door has it.
    fn from(function: F) -> Self {
        Self {
            function,
            payload_format: PayloadFormat::default(),
            timeout: None,
            streams: false,
            guard: Guard::default(),
        }
    }
}
