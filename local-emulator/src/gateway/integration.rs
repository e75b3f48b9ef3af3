//! What a route leads to, and how.

use std::time::Duration;

/// The integration of a route with a Lambda function.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

/// A payload format version of an HTTP API's integration.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PayloadFormat {
    /// `1.0`, close to a REST API's.
    V1,
    /// `2.0`.
    #[default]
    V2,
}

impl<F> From<F> for Integration<F> {
    /// As the front door has it.
    fn from(function: F) -> Self {
        Self { function, payload_format: PayloadFormat::default(), timeout: None, streams: false }
    }
}
