//! The replies of the Runtime API, byte for byte like Lambda's.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;

use super::call::Telemetry;
use crate::sandbox::{Delivery, FunctionSpec, Refusal};

pub(super) type RuntimeReply = Response<Full<Bytes>>;

/// The header that comes with each event since July 2026, and that newer runtimes send back with the answer:
/// <https://github.com/aws/aws-lambda-rust-runtime/issues/1155>.
pub(super) const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");

const REQUEST_ID: HeaderName = HeaderName::from_static("lambda-runtime-aws-request-id");
const DEADLINE_MS: HeaderName = HeaderName::from_static("lambda-runtime-deadline-ms");
const FUNCTION_ARN: HeaderName = HeaderName::from_static("lambda-runtime-invoked-function-arn");
const CLIENT_CONTEXT: HeaderName = HeaderName::from_static("lambda-runtime-client-context");
const TRACE_ID: HeaderName = HeaderName::from_static("lambda-runtime-trace-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Error<'a> {
    error_message: &'a str,
    error_type: &'a str,
}

/// Returns the event, for the runtime.
///
/// Undocumented (RT-1): the `Lambda-Runtime-Invocation-Id` of an event that is delivered again because its runtime asked
/// twice. The id stays the same, since it is still the same attempt.
///
/// Undocumented (RT-7): the `Content-Type` of an event whose sender names one. SDKs send `application/octet-stream` or none,
/// and functions have always seen `application/json`.
pub(super) fn event(delivery: Delivery, function: &FunctionSpec) -> RuntimeReply {
    let arn = delivery.invoked_arn(&function.arn);
    let mut reply = Response::new(Full::new(delivery.event));
    let headers = reply.headers_mut();
    headers.reserve(7);
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(DEADLINE_MS, delivery.deadline_ms.into());
    let texts = [
        (REQUEST_ID, delivery.request_id.to_string()),
        (INVOCATION_ID, delivery.invocation_id.to_string()),
        (TRACE_ID, delivery.trace_id),
        (FUNCTION_ARN, arn),
        (CLIENT_CONTEXT, delivery.client_context.unwrap_or_default()),
    ];
    for (name, text) in texts {
        // A value that no header can carry is left out, as Lambda leaves out empty values.
        if let Ok(value) = HeaderValue::try_from(text)
            && !value.is_empty()
        {
            headers.insert(name, value);
        }
    }
    reply
}

pub(super) fn accepted() -> RuntimeReply {
    json(StatusCode::ACCEPTED, Bytes::from_static(br#"{"status":"OK"}"#))
}

/// Returns an empty reply, as AWS's emulator does.
pub(super) fn restored() -> RuntimeReply {
    Response::new(Full::default())
}

pub(super) fn pong() -> RuntimeReply {
    text(StatusCode::OK, "pong")
}

pub(super) fn unknown_path() -> RuntimeReply {
    text(StatusCode::NOT_FOUND, "404 page not found\n")
}

pub(super) fn wrong_method() -> RuntimeReply {
    text(StatusCode::METHOD_NOT_ALLOWED, "")
}

pub(super) fn invalid_response_mode() -> RuntimeReply {
    error(StatusCode::BAD_REQUEST, "InvalidFunctionResponseMode", "Invalid function response mode")
}

pub(super) fn truncated() -> RuntimeReply {
    error(StatusCode::BAD_REQUEST, "TruncatedHTTPRequest", "HTTP request detected as truncated")
}

pub(super) fn too_large(limit: usize) -> RuntimeReply {
    let message = format!("Exceeded maximum allowed payload size ({limit} bytes).");
    error(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
}

/// Returns the reply of AWS's emulator, with which extensions go on without telemetry.
pub(super) fn no_telemetry(to: Telemetry) -> RuntimeReply {
    let (name, error_type) = match to {
        Telemetry::Logs => ("Logs", "Logs.NotSupported"),
        Telemetry::Telemetry => ("Telemetry", "Telemetry.NotSupported"),
    };
    error(StatusCode::ACCEPTED, error_type, &format!("{name} API is not supported"))
}

pub(super) fn refused(refusal: Refusal) -> RuntimeReply {
    match refusal {
        Refusal::InvalidRequestId => error(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID"),
        // AWS's emulator has these words for an answer to an invocation that has timed out.
        Refusal::StaleInvocation => error(StatusCode::GONE, "InvokeTimeout", "Invoke timeout"),
        Refusal::InvalidStateTransition { from, to } => {
            let message = format!(
                "State transition from {from} to {to} failed for runtime. Error: State transition is not allowed"
            );
            error(StatusCode::FORBIDDEN, "InvalidStateTransition", &message)
        }
    }
}

pub(super) fn error(status: StatusCode, error_type: &str, error_message: &str) -> RuntimeReply {
    let error = Error { error_message, error_type };
    json(status, serde_json::to_vec(&error).unwrap_or_default().into())
}

pub(super) fn json(status: StatusCode, body: Bytes) -> RuntimeReply {
    let mut reply = Response::new(Full::new(body));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    reply
}

fn text(status: StatusCode, body: &'static str) -> RuntimeReply {
    let mut reply = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *reply.status_mut() = status;
    reply
}
