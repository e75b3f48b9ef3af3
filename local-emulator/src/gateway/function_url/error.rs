//! The answers that a Function URL gives by itself.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::json;

use crate::authorizer::DenialKind;
use crate::gateway::error::GatewayError;
use crate::gateway::reply::Reply;
use crate::invocation::Throttle;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Builds the answer to a client.
///
/// An unknown URL is a 403 with the body `{"Message":null}`, as recorded by LocalStack
/// (`test_lambda_url_non_existing_url` in
/// <https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.py>). A function that failed is
/// a 502 (`test_lambda_url_invocation_exception`).
pub(super) fn reply(error: &GatewayError) -> Reply {
    match error {
        GatewayError::NoRoute | GatewayError::TrailingSlash(_) | GatewayError::NoStage(_) => {
            refusal(StatusCode::FORBIDDEN, "AccessDeniedException", r#"{"Message":null}"#)
        }
        GatewayError::Denied(denial) => {
            // The words about a signature have a small letter: <https://repost.aws/questions/QUPuq7VvHJRwWxVA3XJIgNKQ>.
            let body = match &denial.message {
                Some(message) => json!({ "message": message }).to_string(),
                None => r#"{"Message":"Forbidden"}"#.to_owned(),
            };
            refusal(StatusCode::FORBIDDEN, denied(denial.kind), body)
        }
        GatewayError::Throttled(throttle) => {
            refusal(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", throttled(*throttle))
        }
        // Undocumented (URL-9): these three answers, which follow the form of the others.
        GatewayError::HeadTooLong { .. }
        | GatewayError::TargetTooLong { .. }
        | GatewayError::MethodArnTooLong { .. } => refusal(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "RequestHeaderFieldsTooLargeException",
            r#"{"Message":"Request Header Fields Too Large"}"#,
        ),
        GatewayError::BodyTooLong { .. } | GatewayError::EventTooLong { .. } => refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLargeException",
            r#"{"Message":"Request Entity Too Large"}"#,
        ),
        GatewayError::BrokenBody(_) | GatewayError::Unsupported(_) => {
            refusal(StatusCode::BAD_REQUEST, "BadRequestException", r#"{"Message":"Bad Request"}"#)
        }
        GatewayError::FunctionFailed(_)
        | GatewayError::InvalidReply(_)
        | GatewayError::InvalidStream(_)
        | GatewayError::TimedOut(_) => {
            // Undocumented (URL-8): the type. The body is recorded, and is not JSON.
            Reply::plain(StatusCode::BAD_GATEWAY, "text/plain", "Internal Server Error")
        }
    }
}

fn denied(kind: DenialKind) -> &'static str {
    match kind {
        DenialKind::IncompleteSignature => "IncompleteSignatureException",
        DenialKind::InvalidSignature => "InvalidSignatureException",
        DenialKind::UnrecognizedClient => "UnrecognizedClientException",
        DenialKind::ExpiredCredentials => "ExpiredTokenException",
        _ => "AccessDeniedException",
    }
}

fn refusal(status: StatusCode, error_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let mut reply = Reply::plain(status, "application/json", body);
    reply.headers.insert(ERROR_TYPE, HeaderValue::from_static(error_type));
    reply
}

/// Returns the body of a 429: the body of `Invoke`, which LocalStack recorded in `test_reserved_concurrency`.
///
/// Undocumented (URL-10): that a Function URL sends the same body.
fn throttled(throttle: Throttle) -> String {
    format!(r#"{{"Reason":"{}","Type":"User","message":"Rate Exceeded."}}"#, throttle.reason())
}
