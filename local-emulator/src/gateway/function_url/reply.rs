//! The reply of a function, as a Function URL reads it: whole in mode `BUFFERED`, as a stream in mode `RESPONSE_STREAM`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>. Where the first page and
//! LocalStack's recordings of AWS differ (`test_lambda_url_invocation` in
//! <https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.py>), the recordings are
//! followed.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

use crate::gateway::answer::{AnswerBody, Streamed};
use crate::gateway::error::{InvalidReply, Note};
use crate::gateway::exchange::ExchangeError;
use crate::gateway::headers::MAX_HEADERS;
use crate::gateway::pace::Pace;
use crate::gateway::payload_2::reply::{Payload, add_cookies, is_gateways_own, parse};
use crate::gateway::prelude::{self, PreludeError};
use crate::gateway::reply::{Reply, Scalar, name, status, value};
use crate::invocation::ReplyStream;
use crate::ows::trimmed;

#[cfg(test)]
mod tests;

const REMAPPED_LENGTH: HeaderName = HeaderName::from_static("x-amzn-remapped-content-length");

/// Reads what the function posted in mode `BUFFERED`. An object with a `statusCode` is a response, whose `body` may also be
/// JSON. Any other payload is the body of a 200.
pub(super) fn read(payload: Bytes) -> Result<Reply, InvalidReply> {
    match parse(payload)? {
        Payload::Response(envelope) => envelope.into_reply(text),
        Payload::Body(body) => Ok(Reply::plain(StatusCode::OK, "application/json", inferred(body))),
    }
}

/// Undocumented (URL-5): a payload that is not JSON stays as it is.
fn inferred(body: Bytes) -> Bytes {
    serde_json::from_slice(&body).map_or(body, |json| text(json).into())
}

/// Returns a string without its quotes, and any other JSON written again without spaces. Both were recorded.
///
/// Undocumented (URL-17): the form of numbers and escapes, which is `serde_json`'s here.
fn text(json: Value) -> String {
    match json {
        Value::String(text) => text,
        json => json.to_string(),
    }
}

/// The head of a stream.
///
/// Undocumented (URL-13): a prelude without a `statusCode` is a 200, and unknown members are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prelude {
    #[serde(default = "ok")]
    status_code: Scalar,
    headers: Option<BTreeMap<String, HeaderValues>>,
    cookies: Option<Vec<String>>,
}

/// The value of a header, or its values.
///
/// Undocumented (URL-14): that a header may have several values. `lambda_http` writes them, see
/// <https://docs.rs/http-serde/latest/http_serde/header_map>.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a text or a list of texts")]
enum HeaderValues {
    One(Scalar),
    Many(Vec<Scalar>),
}

fn ok() -> Scalar {
    Scalar::Number(200.into())
}

/// Builds the response of a payload that was posted in one piece. A streaming URL does not interpret it, as LocalStack
/// recorded (`test_lambda_url_echo_invoke[RESPONSE_STREAM]`).
///
/// Undocumented (URL-15): the type of the response.
pub(super) fn verbatim(payload: Bytes) -> Reply {
    let json = serde_json::from_slice::<Value>(&payload);
    let is_reply = json.is_ok_and(|json| json.get("statusCode").is_some());
    let reply = Reply::plain(StatusCode::OK, "application/json", payload);
    if is_reply { reply.with_note(Note::ReplyUnread) } else { reply }
}

/// Reads the prelude of `stream`, if its type announces one, and returns the response with the rest as its body. It waits
/// for the end of the prelude alone.
///
/// Undocumented (URL-16): the bytes of a stream without that type are the body of a 200, with the type of the stream or
/// `application/octet-stream`.
pub(super) async fn streamed(stream: ReplyStream, pace: Option<Pace>) -> Result<Reply, ExchangeError> {
    let ReplyStream { content_type, mut body } = stream;
    if !is_http_integration(content_type.as_ref()) {
        return Ok(plain(content_type.unwrap_or_else(octet_stream), Streamed::new(Bytes::new(), body, pace)));
    }
    let (json, rest) = match prelude::read(&mut body).await {
        // Recorded: https://github.com/middyjs/middy/issues/1189.
        Err(PreludeError::Empty) => {
            let nothing = Streamed::new(Bytes::new(), body, pace).with_note_if_empty(Note::StreamEmpty);
            return Ok(plain(octet_stream(), nothing));
        }
        read => read?,
    };
    let (status, mut headers) = head(&json)?;
    let mut stream = Streamed::new(rest, body, pace).with_note_if_empty(Note::BodyEmpty);
    if is_gzip(&headers) {
        headers.remove(CONTENT_ENCODING);
        stream = stream.with_gunzip();
    }
    Ok(Reply::new(status, headers, AnswerBody::Stream(Box::new(stream))))
}

fn plain(content_type: HeaderValue, stream: Streamed) -> Reply {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type)]);
    Reply::new(StatusCode::OK, headers, AnswerBody::Stream(Box::new(stream)))
}

/// Whether the stream is in gzip, which a URL decodes: <https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/96>.
///
/// Undocumented (URL-25): whether a URL also decodes for a client that accepts gzip, and what a URL does with other
/// encodings.
fn is_gzip(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    let is_gzip = encodings.next().is_some_and(|it| it.as_bytes().trim_ascii().eq_ignore_ascii_case(b"gzip"));
    is_gzip && encodings.next().is_none()
}

fn is_http_integration(content_type: Option<&HeaderValue>) -> bool {
    let text = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    trimmed(text.split(';').next().unwrap_or_default()).eq_ignore_ascii_case(prelude::CONTENT_TYPE)
}

/// The default type of `lambda_runtime`.
fn octet_stream() -> HeaderValue {
    HeaderValue::from_static("application/octet-stream")
}

fn head(json: &[u8]) -> Result<(StatusCode, HeaderMap), ExchangeError> {
    let prelude: Prelude =
        serde_json::from_slice(json).map_err(|error| PreludeError::Malformed(error.to_string()))?;
    let status = status(prelude.status_code)?;
    let mut headers = headers(prelude.headers.unwrap_or_default())?;
    add_cookies(&mut headers, prelude.cookies.unwrap_or_default())?;
    headers.entry(CONTENT_TYPE).or_insert_with(octet_stream);
    Ok((status, headers))
}

/// Builds the headers. A `content-length` goes to the client under another name, since the stream is chunked:
/// <https://github.com/cargo-lambda/cargo-lambda/issues/862>.
///
/// Undocumented (URL-23): a `date` and the headers of a connection are left out.
fn headers(sent: BTreeMap<String, HeaderValues>) -> Result<HeaderMap, InvalidReply> {
    let count = sent.values().map(HeaderValues::len).sum();
    if count > MAX_HEADERS {
        return Err(InvalidReply::TooManyHeaders(count));
    }
    let mut headers = HeaderMap::with_capacity(count);
    for (text, values) in sent {
        let name = name(text)?;
        if name == CONTENT_LENGTH {
            append(&mut headers, &REMAPPED_LENGTH, values)?;
        } else if !is_gateways_own(&name) {
            append(&mut headers, &name, values)?;
        }
    }
    Ok(headers)
}

fn append(headers: &mut HeaderMap, name: &HeaderName, values: HeaderValues) -> Result<(), InvalidReply> {
    let values = match values {
        HeaderValues::One(value) => vec![value],
        HeaderValues::Many(values) => values,
    };
    for text in values.into_iter().filter_map(Scalar::into_text) {
        headers.append(name, value(name.as_str(), text)?);
    }
    Ok(())
}

impl HeaderValues {
    fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(values) => values.len(),
        }
    }
}
