//! Methods that a REST API answers by itself.

/// The response of a mock integration whose mapping templates and response parameters are constants.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MockResponse {
    /// The status, 100 to 599.
    pub status: u16,
    /// Names and values of headers, without the quotes that response parameters have around them.
    pub headers: Vec<(String, String)>,
    /// The body for clients of any type.
    pub body: String,
}
