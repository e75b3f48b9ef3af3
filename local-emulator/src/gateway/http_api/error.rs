//! The answers that the gateway gives by itself.

use std::time::Duration;

use http::StatusCode;

use super::reply::InvalidReply;

/// Why a request did not get an answer from its function. The client sees a status and a fixed
/// message; the rest is for the developer, and found in the extensions of the response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// 404, also for a method that the path's routes do not have.
    #[error("no route takes this method and path")]
    NoRoute,
    /// 431
    #[error("request line and headers are {size} bytes long, over the limit of {limit}")]
    HeadTooLong {
        /// In bytes, as sent.
        size: usize,
        /// In bytes.
        limit: usize,
    },
    /// 413
    #[error("the body is over the limit of {limit} bytes")]
    BodyTooLong {
        /// In bytes.
        limit: usize,
    },
    /// 413: the body fits the gateway, but not, as an event, Lambda.
    #[error("the event is over Lambda's limit of {limit} bytes (a body in base64 takes a third more)")]
    EventTooLong {
        /// In bytes.
        limit: usize,
    },
    /// 400, which is seen only by a client that sent a malformed body and did not just hang up.
    #[error("the body broke off: {0}")]
    BrokenBody(String),
    /// 500
    #[error("the invocation failed: {0}")]
    FunctionFailed(
        /// What the function or Lambda said, in one line.
        String,
    ),
    /// 500
    #[error("the reply cannot become a response: {0}")]
    InvalidReply(#[from] InvalidReply),
    /// 503, while the invocation goes on.
    #[error("no reply within the integration time-out of {0:?}: the invocation goes on without its client")]
    TimedOut(Duration),
}

impl GatewayError {
    /// What the client is told.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoRoute => StatusCode::NOT_FOUND,
            Self::HeadTooLong { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::BodyTooLong { .. } | Self::EventTooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenBody(_) => StatusCode::BAD_REQUEST,
            Self::FunctionFailed(_) | Self::InvalidReply(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::TimedOut(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The body, as AWS writes it: JSON without a space behind the colon. That of the 500 is in
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html>,
    /// that of the 404 in `…/http-api-develop-routes.html`; those of 413, 431 and 503 are
    /// undocumented and follow the same form with the status's name.
    pub fn body(&self) -> &'static str {
        match self.status() {
            StatusCode::NOT_FOUND => r#"{"message":"Not Found"}"#,
            StatusCode::BAD_REQUEST => r#"{"message":"Bad Request"}"#,
            StatusCode::PAYLOAD_TOO_LARGE => r#"{"message":"Request Entity Too Large"}"#,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => r#"{"message":"Request Header Fields Too Large"}"#,
            StatusCode::SERVICE_UNAVAILABLE => r#"{"message":"Service Unavailable"}"#,
            _ => r#"{"message":"Internal Server Error"}"#,
        }
    }
}
