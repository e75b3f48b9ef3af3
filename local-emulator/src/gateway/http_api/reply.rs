//! What a function returned, read by the rules of payload format 2.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::collections::BTreeMap;

use bytes::Bytes;
use http::StatusCode;
use http::header::{self, HeaderMap, HeaderName, SET_COOKIE};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use crate::gateway::headers::is_hop_by_hop;
use crate::gateway::reply::{InvalidReply, MAX_HEADERS, Reply, Scalar, decoded, name, status, value};

#[cfg(test)]
mod tests;

/// `set-cookie`, and what the gateway adds: type, length, request id.
const ADDED_HEADERS: usize = 4;

/// `multiValueHeaders` belongs to payload 1.0 and is ignored, as everything else that has no
/// name here (<https://github.com/aws/aws-lambda-rust-runtime/issues/267>).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    status_code: Scalar,
    headers: Option<BTreeMap<String, Scalar>>,
    cookies: Option<Vec<String>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

/// Reads what the function posted.
///
/// An object with a `statusCode` is a response, or a 500 if it is a bad one. Everything else is
/// a body of its own, valid JSON or not: "In practice, API Gateway does not validate the JSON",
/// says AWS's .NET test tool, <https://github.com/aws/aws-lambda-dotnet/blob/master/Tools/LambdaTestTool-v2>.
pub(super) fn read(payload: Bytes) -> Result<Reply, InvalidReply> {
    if !is_object(&payload) {
        return Ok(inferred(unquoted(&payload).unwrap_or(payload)));
    }
    match serde_json::from_slice::<Envelope>(&payload) {
        Ok(envelope) => from_envelope(envelope),
        Err(error) if has_status_code(&payload) => Err(InvalidReply::Malformed(error.to_string())),
        Err(_) => Ok(inferred(payload)),
    }
}

/// The bytes as they are: whether AWS writes the JSON anew, without spaces, is undocumented,
/// and the examples in its guide keep theirs.
fn inferred(body: Bytes) -> Reply {
    Reply::plain(StatusCode::OK, "application/json", body)
}

fn from_envelope(envelope: Envelope) -> Result<Reply, InvalidReply> {
    let status = status(envelope.status_code)?;
    let mut headers = headers(envelope.headers.unwrap_or_default())?;
    for cookie in envelope.cookies.unwrap_or_default() {
        headers.append(SET_COOKIE, value("set-cookie", cookie)?);
    }
    let body = decoded(envelope.body.unwrap_or_default(), envelope.is_base64_encoded == Some(true))?;
    Ok(Reply { status, headers, body: body.into() })
}

/// A derived `Deserialize` would read an array as an [`Envelope`] too.
fn is_object(payload: &[u8]) -> bool {
    payload.trim_ascii_start().starts_with(b"{")
}

fn unquoted(payload: &[u8]) -> Option<Bytes> {
    serde_json::from_slice::<String>(payload).ok().map(Bytes::from)
}

fn has_status_code(payload: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Probe {
        #[serde(default, rename = "statusCode", deserialize_with = "present")]
        has_status_code: bool,
    }
    fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| true)
    }
    serde_json::from_slice(payload).is_ok_and(|probe: Probe| probe.has_status_code)
}

fn headers(sent: BTreeMap<String, Scalar>) -> Result<HeaderMap, InvalidReply> {
    if sent.len() > MAX_HEADERS {
        return Err(InvalidReply::TooManyHeaders(sent.len()));
    }
    let mut headers = HeaderMap::with_capacity(sent.len() + ADDED_HEADERS);
    for (text, scalar) in sent {
        let name = name(text)?;
        if let Some(text) = scalar.into_text()
            && !is_gateways_own(&name)
        {
            let value = value(name.as_str(), text)?;
            headers.append(name, value);
        }
    }
    Ok(headers)
}

/// Headers that a function cannot set, since the gateway says them itself. Undocumented for
/// HTTP APIs; REST APIs rename or drop them
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>).
fn is_gateways_own(name: &HeaderName) -> bool {
    is_hop_by_hop(name)
        || *name == header::CONTENT_LENGTH
        || *name == header::DATE
        || *name == super::response::REQUEST_ID
}
