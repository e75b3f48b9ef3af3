//! The reply of a function, read by the rules of a REST API's Lambda proxy integration: in one piece, or as a stream.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format>,
//! and as recorded in `test_aws_proxy_response_payload_format_validation` of
//! `tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` in
//! <https://github.com/localstack/localstack>.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use tokio::time::timeout;

use crate::gateway::answer::{AnswerBody, Streamed};
use crate::gateway::error::{GatewayError, InvalidReply, Note};
use crate::gateway::pace::Pace;
use crate::gateway::payload_1::{
    Flag, MultiValueHeaders, SingleHeaders, check_len, multi_value_pairs, object, single_pairs,
};
use crate::gateway::payload_2::reply::add_cookies;
use crate::gateway::prelude::{self, PreludeError};
use crate::gateway::reply::{Reply, Scalar, decoded, name, status, value};
use crate::invocation::ReplyStream;

#[cfg(test)]
mod tests;

/// The time that a regional API waits for the next piece of a stream.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>
const IDLE_TIMEOUT: Duration = Duration::from_secs(5 * 60);

const REMAPPED_LENGTH: HeaderName = HeaderName::from_static("x-amzn-remapped-content-length");

/// The members of a reply. All of them are optional, and others are refused.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Envelope {
    status_code: Option<Scalar>,
    headers: SingleHeaders,
    multi_value_headers: MultiValueHeaders,
    body: Option<String>,
    is_base64_encoded: Option<Flag>,
    /// Overrides [`is_base64_encoded`](Self::is_base64_encoded), say the authors of `sam local` after trials:
    /// <https://github.com/aws/aws-sam-cli/pull/2941>.
    base64_encoded: Option<Flag>,
}

/// The head of a stream.
///
/// Undocumented (REST-10): an unknown member is refused, as in an [`Envelope`]. AWS lists the known members.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Prelude {
    status_code: Option<Scalar>,
    headers: SingleHeaders,
    multi_value_headers: MultiValueHeaders,
    cookies: Option<Vec<String>>,
}

/// Reads what the function posted. Base64 is decoded only for a client that accepts a binary body.
///
/// If the function streamed to an integration that does not stream, the client gets status and headers alone, says the page
/// on [`Prelude`].
pub(super) fn read(payload: &[u8], accepts_binary: bool) -> Result<Reply, InvalidReply> {
    match object::<Envelope>(payload) {
        Ok(envelope) => from_envelope(envelope, accepts_binary),
        Err(error) => match prelude::find(payload) {
            Some(json) => Ok(head(json)?.with_note(Note::StreamLost)),
            None => Err(error),
        },
    }
}

/// Reads status and headers of a stream.
pub(super) fn head(prelude: &[u8]) -> Result<Reply, InvalidReply> {
    let Prelude { status_code, headers, multi_value_headers, cookies } = object(prelude)?;
    let status = status_or_ok(status_code)?;
    let mut headers = merged(headers, multi_value_headers)?;
    add_cookies(&mut headers, cookies.unwrap_or_default())?;
    Ok(Reply::new(status, headers, AnswerBody::default()))
}

fn from_envelope(envelope: Envelope, accepts_binary: bool) -> Result<Reply, InvalidReply> {
    let status = status_or_ok(envelope.status_code)?;
    let headers = merged(envelope.headers, envelope.multi_value_headers)?;
    let is_base64 = envelope.base64_encoded.or(envelope.is_base64_encoded).is_some_and(Flag::is_set);
    let is_base64 = accepts_binary && is_base64;
    let body = decoded(envelope.body.unwrap_or_default(), is_base64)?;
    Ok(Reply::new(status, headers, body))
}

/// Undocumented (REST-11): a `null` counts as missing, for the status as for the other members.
fn status_or_ok(status_code: Option<Scalar>) -> Result<StatusCode, InvalidReply> {
    status_code.map_or(Ok(StatusCode::OK), status)
}

/// Returns all values of each name, the values of `multiValueHeaders` first.
fn merged(single: SingleHeaders, multiple: MultiValueHeaders) -> Result<HeaderMap, InvalidReply> {
    check_len(&single, &multiple)?;
    let mut headers = HeaderMap::new();
    for (text, sent) in multi_value_pairs(multiple).chain(single_pairs(single)) {
        let sent = value(&text, sent)?;
        if let Some(name) = remapped(name(text)?) {
            headers.append(name, sent);
        }
    }
    Ok(headers)
}

/// Returns the name under which the client gets a header; `None` if the header is dropped.
///
/// Undocumented (REST-9): the names behind Lambda proxy integrations. These names were recorded for other integrations
/// in `tests/aws/services/apigateway/test_apigateway_integrations.snapshot.json` of
/// <https://github.com/localstack/localstack>. According to AWS's list, some of these headers are dropped:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>.
pub(super) fn remapped(name: HeaderName) -> Option<HeaderName> {
    let remapped = match name.as_str() {
        "authorization" => "x-amzn-remapped-authorization",
        "connection" => "x-amzn-remapped-connection",
        "content-length" => "x-amzn-remapped-content-length",
        "content-md5" => "x-amzn-remapped-content-md5",
        "date" => "x-amzn-remapped-date",
        "expect" => "x-amzn-remapped-expect",
        "host" => "x-amzn-remapped-host",
        "max-forwards" => "x-amzn-remapped-max-forwards",
        "proxy-authenticate" => "x-amzn-remapped-proxy-authenticate",
        "server" => "x-amzn-remapped-server",
        "trailer" => "x-amzn-remapped-trailer",
        "upgrade" => "x-amzn-remapped-upgrade",
        "user-agent" => "x-amzn-remapped-user-agent",
        "www-authenticate" => "x-amzn-remapped-www-authenticate",
        // Headers of one connection, which ends at the gateway.
        "transfer-encoding" | "keep-alive" | "proxy-connection" => return None,
        _ => return Some(name),
    };
    Some(HeaderName::from_static(remapped))
}

/// Reads the prelude of `stream`, and returns the response with the rest as its body. The `Content-Type` of the stream
/// does not matter: the page on [`prelude`] requires only the form of the prelude.
///
/// Undocumented (REST-16): a prelude that takes longer than a piece may take is a 504.
pub(super) async fn streamed(mut stream: ReplyStream, pace: Option<Pace>) -> Result<Reply, GatewayError> {
    let read = timeout(IDLE_TIMEOUT, prelude::read(&mut stream.body)).await;
    let (json, first) = read.map_err(|_| GatewayError::TimedOut(IDLE_TIMEOUT))??;
    let rest = Streamed::new(first, stream.body, pace).with_idle_timeout(IDLE_TIMEOUT);
    with_body(&json, AnswerBody::Stream(Box::new(rest)))
}

/// Builds the response of a payload that was posted in one piece to an integration that streams. Lambda passes it on as it is
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>), and without a prelude it is invalid.
pub(super) fn buffered(payload: &Bytes) -> Result<Reply, GatewayError> {
    let prelude = prelude::find(payload).ok_or(PreludeError::Missing)?;
    let body = payload.slice(prelude.len() + prelude::SEPARATOR.len()..);
    with_body(prelude, body.into())
}

fn with_body(json: &[u8], body: AnswerBody) -> Result<Reply, GatewayError> {
    let mut reply = head(json).map_err(|error| PreludeError::Malformed(error.to_string()))?;
    if matches!(body, AnswerBody::Stream(_)) {
        restore_length(&mut reply);
    }
    Ok(Reply { body, ..reply })
}

/// Restores the `Content-Length` of the function, since without it "API Gateway adds the Transfer-Encoding: chunked header".
///
/// Undocumented (REST-12): that this header is not remapped.
fn restore_length(reply: &mut Reply) {
    let length =
        reply.headers.remove(REMAPPED_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    reply.headers.extend(length.map(|length| (CONTENT_LENGTH, HeaderValue::from(length))));
}
