//! What a function returned, read by the rules of payload format 2.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use http::header::{self, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::headers::is_hop_by_hop;

#[cfg(test)]
mod tests;

/// How many headers a reply may have. AWS's limit is undocumented; this one keeps a reply well
/// below the 32,768 at which a [`HeaderMap`] panics.
pub const MAX_HEADERS: usize = 1_000;

/// `set-cookie`, and what the gateway adds: type, length, request id.
const ADDED_HEADERS: usize = 4;

/// A response before the gateway adds its own headers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A reply with a `statusCode` that is no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReply {
    /// A member has the wrong type, or `body` is not a string.
    #[error("a member has the wrong type: {0}")]
    Malformed(String),
    /// Not an HTTP status, or one that cannot be final.
    #[error("`statusCode` is `{0}`: return a whole number from 200 to 599")]
    StatusCode(String),
    /// A name or value that HTTP does not allow.
    #[error("the header `{0}` has a name or a value that HTTP does not allow")]
    Header(String),
    /// More than [`MAX_HEADERS`].
    #[error("`headers` has {0} members: return {MAX_HEADERS} at most")]
    TooManyHeaders(usize),
    /// `isBase64Encoded` is true and `body` is something else.
    #[error("`body` is not base64 though `isBase64Encoded` is `true`: {0}")]
    Base64(#[from] base64::DecodeError),
}

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

/// Functions write numbers and booleans where text belongs, and the other way round. That both are
/// taken is undocumented for HTTP APIs, as is a `null` header, which here is none.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a text, a number or a boolean")]
enum Scalar {
    Text(String),
    Number(serde_json::Number),
    Bool(bool),
    Null,
}

impl Scalar {
    fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number.to_string()),
            Self::Bool(bool) => Some(bool.to_string()),
            Self::Null => None,
        }
    }
}

impl Reply {
    /// Reads what the function posted.
    ///
    /// An object with a `statusCode` is a response, or a 500 if it is a bad one. Everything else is
    /// a body of its own, valid JSON or not: "In practice, API Gateway does not validate the JSON",
    /// says AWS's .NET test tool, <https://github.com/aws/aws-lambda-dotnet/blob/master/Tools/LambdaTestTool-v2>.
    pub(super) fn read(payload: Bytes) -> Result<Self, InvalidReply> {
        if !is_object(&payload) {
            return Ok(Self::inferred(unquoted(&payload).unwrap_or(payload)));
        }
        match serde_json::from_slice::<Envelope>(&payload) {
            Ok(envelope) => Self::from_envelope(envelope),
            Err(error) if has_status_code(&payload) => Err(InvalidReply::Malformed(error.to_string())),
            Err(_) => Ok(Self::inferred(payload)),
        }
    }

    /// The bytes as they are: whether AWS writes the JSON anew, without spaces, is undocumented,
    /// and the examples in its guide keep theirs.
    fn inferred(body: Bytes) -> Self {
        let json = HeaderValue::from_static("application/json");
        Self { status: StatusCode::OK, headers: HeaderMap::from_iter([(CONTENT_TYPE, json)]), body }
    }

    fn from_envelope(envelope: Envelope) -> Result<Self, InvalidReply> {
        let status = status(envelope.status_code)?;
        let mut headers = headers(envelope.headers.unwrap_or_default())?;
        for cookie in envelope.cookies.unwrap_or_default() {
            headers.append(SET_COOKIE, value("set-cookie", cookie)?);
        }
        let body = envelope.body.unwrap_or_default();
        let body =
            if envelope.is_base64_encoded == Some(true) { STANDARD.decode(body)? } else { body.into() };
        Ok(Self { status, headers, body: body.into() })
    }
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

/// A zero was seen to become a 500 on AWS, in the snapshots of the .NET test tool; that every other
/// number that is no status does too is undocumented. So is a 1xx, which cannot be the final status
/// of a response (<https://www.rfc-editor.org/rfc/rfc9110#section-15.2>).
fn status(status_code: Scalar) -> Result<StatusCode, InvalidReply> {
    let text = status_code.into_text().unwrap_or_else(|| "null".to_owned());
    let status = text.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
    status.filter(|status| (200..600).contains(&status.as_u16())).ok_or(InvalidReply::StatusCode(text))
}

fn headers(sent: BTreeMap<String, Scalar>) -> Result<HeaderMap, InvalidReply> {
    if sent.len() > MAX_HEADERS {
        return Err(InvalidReply::TooManyHeaders(sent.len()));
    }
    let mut headers = HeaderMap::with_capacity(sent.len() + ADDED_HEADERS);
    for (text, scalar) in sent {
        let name = HeaderName::from_bytes(text.as_bytes()).map_err(|_| InvalidReply::Header(text))?;
        if let Some(text) = scalar.into_text()
            && !is_gateways_own(&name)
        {
            let value = value(name.as_str(), text)?;
            headers.append(name, value);
        }
    }
    Ok(headers)
}

/// A value that HTTP does not allow fails the reply, so that its developer hears of it; whether AWS
/// drops the header instead is undocumented. Text beyond ASCII goes out as UTF-8.
fn value(name: &str, text: String) -> Result<HeaderValue, InvalidReply> {
    HeaderValue::from_maybe_shared(Bytes::from(text)).map_err(|_| InvalidReply::Header(name.to_owned()))
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
