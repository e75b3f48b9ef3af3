//! The answers that the gateway gives by itself.

use http::StatusCode;
use http::header::{HeaderValue, WWW_AUTHENTICATE};

use crate::authorizer::{Denial, DenialKind};
use crate::gateway::error::GatewayError;
use crate::gateway::reply::Reply;

/// Returns the status of an error.
pub(super) fn status(error: &GatewayError) -> StatusCode {
    match error {
        GatewayError::NoRoute | GatewayError::TrailingSlash(_) | GatewayError::NoStage(_) => {
            StatusCode::NOT_FOUND
        }
        GatewayError::HeadTooLong { .. }
        | GatewayError::TargetTooLong { .. }
        | GatewayError::MethodArnTooLong { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        GatewayError::BodyTooLong { .. } | GatewayError::EventTooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        GatewayError::BrokenBody(_) | GatewayError::Unsupported(_) => StatusCode::BAD_REQUEST,
        GatewayError::Denied(denial) => denied(denial.kind),
        // Undocumented (HTTP-21): the status of a throttled invocation; 503 is the status of a timeout.
        GatewayError::TimedOut(_) | GatewayError::Throttled(_) => StatusCode::SERVICE_UNAVAILABLE,
        GatewayError::FunctionFailed(_) | GatewayError::InvalidReply(_) | GatewayError::InvalidStream(_) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// Builds the answer to a client. Its body is AWS's: JSON without a space after the colon. The body of the 500 is in
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html>, the body of the
/// 404 in `…/http-api-develop-routes.html`.
///
/// Undocumented (HTTP-22): the bodies of 400, 413, 431 and 503, which follow the same form with the name of the status.
pub(super) fn reply(error: &GatewayError) -> Reply {
    let status = status(error);
    let mut reply = Reply::plain(status, "application/json", body(status));
    if let GatewayError::Denied(Denial { challenge: Some(challenge), .. }) = error
        && let Ok(challenge) = HeaderValue::from_str(challenge)
    {
        reply.headers.insert(WWW_AUTHENTICATE, challenge);
    }
    reply
}

/// Returns the status of a denial.
fn denied(kind: DenialKind) -> StatusCode {
    match kind {
        DenialKind::Unauthorized | DenialKind::ExpiredToken => StatusCode::UNAUTHORIZED,
        DenialKind::AuthorizerFailure | DenialKind::AuthorizerConfiguration => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        _ => StatusCode::FORBIDDEN,
    }
}

fn body(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => r#"{"message":"Not Found"}"#,
        StatusCode::UNAUTHORIZED => r#"{"message":"Unauthorized"}"#,
        StatusCode::FORBIDDEN => r#"{"message":"Forbidden"}"#,
        StatusCode::BAD_REQUEST => r#"{"message":"Bad Request"}"#,
        StatusCode::PAYLOAD_TOO_LARGE => r#"{"message":"Request Entity Too Large"}"#,
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => r#"{"message":"Request Header Fields Too Large"}"#,
        StatusCode::SERVICE_UNAVAILABLE => r#"{"message":"Service Unavailable"}"#,
        _ => r#"{"message":"Internal Server Error"}"#,
    }
}
