//! The responses of the Invoke API.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use super::directory::LATEST;
use super::error::InvokeError;
use crate::gateway::{AnswerBody, Pace, RequestIds, Streamed, in_lower_case};
use crate::invocation::{StreamReader, Tail};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const EXECUTED_VERSION: HeaderName = HeaderName::from_static("x-amz-executed-version");
const FUNCTION_ERROR: HeaderName = HeaderName::from_static("x-amz-function-error");
const LOG_RESULT: HeaderName = HeaderName::from_static("x-amz-log-result");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("application/vnd.amazon.eventstream");
const UNHANDLED: HeaderValue = HeaderValue::from_static("Unhandled");

/// The ids of an invocation, which each answer has.
#[derive(Debug)]
pub(super) struct InvocationIds {
    pub(super) request_id: Uuid,
    /// The trace, `Root=1-…`, with the segment of the client.
    pub(super) trace: String,
}

impl InvocationIds {
    pub(super) fn new(headers: &HeaderMap) -> Self {
        Self { request_id: Uuid::new_v4(), trace: RequestIds::new(headers).trace() }
    }

    pub(super) fn write(&self, headers: &mut HeaderMap) {
        insert(headers, REQUEST_ID, self.request_id.to_string());
        insert(headers, TRACE_ID, in_lower_case(&self.trace));
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: String) {
    // Hexadecimal digits, dashes, base64 and names of errors are always valid as a value.
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

/// Returns an answer without a body.
pub(super) fn empty(status: StatusCode) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::default());
    *response.status_mut() = status;
    response
}

/// Returns the function's answer, byte for byte.
pub(super) fn reply(body: impl Into<AnswerBody>) -> Response<AnswerBody> {
    executed(body.into(), JSON)
}

/// Returns a function's error, which is an answer with a marking header.
pub(super) fn function_error(error: Bytes) -> Response<AnswerBody> {
    let mut response = reply(error);
    response.headers_mut().insert(FUNCTION_ERROR, UNHANDLED);
    response
}

/// Returns a stream of events. It does not say the function's own content type: the model uses the header `Content-Type` for it,
/// which has the type of the event stream.
pub(super) fn stream(events: StreamReader, pace: Option<Pace>) -> Response<AnswerBody> {
    executed(AnswerBody::Stream(Box::new(Streamed::new(Bytes::new(), events, pace))), EVENT_STREAM)
}

fn executed(body: AnswerBody, content_type: HeaderValue) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response.headers_mut().insert(EXECUTED_VERSION, HeaderValue::from_static(LATEST));
    response
}

/// Waits until the log of the invocation is complete, and adds its end to the response. That AWS waits is undocumented (INV-14),
/// but its logs end with the REPORT.
pub(super) async fn add_log(response: &mut Response<AnswerBody>, tail: &Tail) {
    insert(response.headers_mut(), LOG_RESULT, STANDARD.encode(tail.last().await));
}

/// Returns the response to a refused call.
///
/// AWS refuses a request without a signature, so SDKs always sign. `cargo lambda invoke` does not sign: it shows
/// `errorMessage`, so a request without a signature gets that member.
pub(super) fn refusal(head: &Parts, error: &InvokeError) -> Response<AnswerBody> {
    let mut body = error.body();
    if let (None, Value::Object(members)) = (head.headers.get(AUTHORIZATION), &mut body) {
        members.insert("errorType".to_owned(), error.name().into());
        members.insert("errorMessage".to_owned(), error.to_string().into());
    }
    let mut response = Response::new(AnswerBody::from(body.to_string()));
    *response.status_mut() = error.status();
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(error.name()));
    response
}
