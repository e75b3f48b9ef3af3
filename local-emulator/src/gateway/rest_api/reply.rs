//! What a function returned, read by the rules of a REST API's Lambda proxy integration.
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
    Flag, MultiValueHeaders, SingleHeaders, check_len, object, pairs_of_multiple, pairs_of_single,
};
use crate::gateway::payload_2::reply::add_cookies;
use crate::gateway::prelude::{self, PreludeError};
use crate::gateway::reply::{Reply, Scalar, decoded, name, status, value};
use crate::invocation::ReplyStream;

#[cfg(test)]
mod tests;

/// How long a regional API waits for the next piece of a stream.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>
const IDLE_TIMEOUT: Duration = Duration::from_secs(5 * 60);

const REMAPPED_LENGTH: HeaderName = HeaderName::from_static("x-amzn-remapped-content-length");

/// All of it is optional, and nothing else is allowed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Envelope {
    status_code: Option<Scalar>,
    headers: SingleHeaders,
    multi_value_headers: MultiValueHeaders,
    body: Option<String>,
    is_base64_encoded: Option<Flag>,
    /// Goes before [`is_base64_encoded`](Self::is_base64_encoded), say the authors of `sam local` after trials:
    /// <https://github.com/aws/aws-sam-cli/pull/2941>.
    base64_encoded: Option<Flag>,
}

/// What a stream begins with.
///
/// Undocumented (REST-10): another member is refused, as in an [`Envelope`]; AWS says only which there are.
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
/// A function that streamed to an integration which does not is answered with status and headers alone, says
/// the page on [`Prelude`].
pub(super) fn read(payload: &[u8], accepts_binary: bool) -> Result<Reply, InvalidReply> {
    match object::<Envelope>(payload) {
        Ok(envelope) => from_envelope(envelope, accepts_binary),
        Err(error) => match prelude::find(payload) {
            Some(json) => Ok(head(json)?.noting(Note::StreamLost)),
            None => Err(error),
        },
    }
}

/// Status and headers of a stream.
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

/// Undocumented (REST-11): that `null` is as good as nothing, of the status as of the other members.
fn status_or_ok(status_code: Option<Scalar>) -> Result<StatusCode, InvalidReply> {
    status_code.map_or(Ok(StatusCode::OK), status)
}

/// All values of a name, those of `multiValueHeaders` first.
fn merged(single: SingleHeaders, multiple: MultiValueHeaders) -> Result<HeaderMap, InvalidReply> {
    check_len(&single, &multiple)?;
    let mut headers = HeaderMap::new();
    for (text, sent) in pairs_of_multiple(multiple).chain(pairs_of_single(single)) {
        let sent = value(&text, sent)?;
        if let Some(name) = remapped(name(text)?) {
            headers.append(name, sent);
        }
    }
    Ok(headers)
}

/// The name under which the client gets a header; none if it does not get it.
///
/// Undocumented (REST-9): what happens behind Lambda proxy integrations. The names are those recorded for
/// other integrations in `tests/aws/services/apigateway/test_apigateway_integrations.snapshot.json` of
/// <https://github.com/localstack/localstack>, where AWS's list says of some of them that they are dropped:
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
        // Of one connection, which ends at the gateway.
        "transfer-encoding" | "keep-alive" | "proxy-connection" => return None,
        _ => return Some(name),
    };
    Some(HeaderName::from_static(remapped))
}

/// The response that `stream` begins.
///
/// Its `Content-Type` does not matter: the page on [`prelude`] asks for its form alone.
///
/// Undocumented (REST-16): that a prelude which does not end in the time for a piece is a 504.
pub(super) async fn streamed(mut stream: ReplyStream, pace: Option<Pace>) -> Result<Reply, GatewayError> {
    let read = timeout(IDLE_TIMEOUT, prelude::read(&mut stream.body)).await;
    let (json, first) = read.map_err(|_| GatewayError::TimedOut(IDLE_TIMEOUT))??;
    let rest = Streamed::new(first, stream.body, pace).with_idle_timeout(IDLE_TIMEOUT);
    with_body(&json, AnswerBody::Stream(Box::new(rest)))
}

/// The response in a buffered answer to who expects a stream. Lambda hands it on as it is
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>), and without a
/// prelude it is no response.
pub(super) fn buffered(payload: &Bytes) -> Result<Reply, GatewayError> {
    let prelude = prelude::find(payload).ok_or(PreludeError::Missing)?;
    let body = payload.slice(prelude.len() + prelude::SEPARATOR.len()..);
    with_body(prelude, body.into())
}

fn with_body(json: &[u8], body: AnswerBody) -> Result<Reply, GatewayError> {
    let mut reply = head(json).map_err(|error| PreludeError::Malformed(error.to_string()))?;
    if matches!(body, AnswerBody::Stream(_)) {
        announce_length(&mut reply);
    }
    Ok(Reply { body, ..reply })
}

/// A length that the function tells is told to the client, since otherwise "API Gateway adds the
/// Transfer-Encoding: chunked header". Undocumented (REST-12): that it is not remapped.
fn announce_length(reply: &mut Reply) {
    let told = reply.headers.remove(REMAPPED_LENGTH).and_then(|told| told.to_str().ok()?.parse::<u64>().ok());
    reply.headers.extend(told.map(|length| (CONTENT_LENGTH, HeaderValue::from(length))));
}
