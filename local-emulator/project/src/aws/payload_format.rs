//! Payload formats of an HTTP API.

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
