//! What a function returned, read by the rules of a REST API's Lambda proxy integration.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format>,
//! and as recorded in `test_aws_proxy_response_payload_format_validation` of
//! `tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` in
//! <https://github.com/localstack/localstack>.

use http::StatusCode;
use http::header::HeaderMap;
use serde::Deserialize;

use super::remap::remapped;
use crate::gateway::Note;
use crate::gateway::answer::AnswerBody;
use crate::gateway::payload_1::{
    Flag, Headers, MultiValueHeaders, check_len, object, pairs_of_multiple, pairs_of_single,
};
use crate::gateway::payload_2::reply::add_cookies;
use crate::gateway::prelude;
use crate::gateway::reply::{InvalidReply, Reply, Scalar, decoded, name, status, value};

#[cfg(test)]
mod tests;

/// All of it is optional, and nothing else is allowed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Envelope {
    status_code: Option<Scalar>,
    headers: Headers,
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
    headers: Headers,
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
        Err(error) => match prelude::of(payload) {
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
fn merged(single: Headers, multiple: MultiValueHeaders) -> Result<HeaderMap, InvalidReply> {
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
