//! What a function returned, in payload format 2.0. What HTTP APIs and Function URLs make of it is their own.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, SET_COOKIE};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use crate::gateway::error::{InvalidReply, Note};
use crate::gateway::headers::{MAX_HEADERS, is_hop_by_hop};
use crate::gateway::prelude;
use crate::gateway::reply::{Reply, Scalar, decoded, name, status, value};

/// `set-cookie`, and what the front door adds: type, length, its ids, and those of CORS.
const ADDED_HEADERS: usize = 10;

/// What a payload is.
pub(in crate::gateway) enum Payload<B> {
    /// An object with a `statusCode`.
    Response(Envelope<B>),
    /// Anything else, valid JSON or not: a body of its own.
    Body(Bytes),
}

/// `multiValueHeaders` belongs to payload 1.0 and is ignored, as everything else that has no
/// name here (<https://github.com/aws/aws-lambda-rust-runtime/issues/267>).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gateway) struct Envelope<B> {
    status_code: Scalar,
    headers: Option<BTreeMap<String, Scalar>>,
    cookies: Option<Vec<String>>,
    body: Option<B>,
    is_base64_encoded: Option<bool>,
    /// Whether a stream began with it, whose body is lost.
    #[serde(skip)]
    is_prelude: bool,
}

/// Reads what the function posted. Of a stream that its caller takes in one piece the head counts and not the
/// body, as <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>
/// says.
///
/// Undocumented (HTTP-16, URL-6): that so it is beyond REST APIs.
///
/// # Errors
/// An object with a `statusCode` that is no response.
pub(in crate::gateway) fn parse<B: DeserializeOwned>(payload: Bytes) -> Result<Payload<B>, InvalidReply> {
    if !is_object(&payload) {
        return Ok(Payload::Body(payload));
    }
    match serde_json::from_slice(&payload) {
        Ok(envelope) => Ok(Payload::Response(envelope)),
        Err(error) if has_status_code(&payload) => Err(InvalidReply::Malformed(error.to_string())),
        Err(_) => match prelude::find(&payload) {
            Some(head) => parse(Bytes::copy_from_slice(head)).map(Payload::of_stream),
            None => Ok(Payload::Body(payload)),
        },
    }
}

impl<B> Payload<B> {
    fn of_stream(self) -> Self {
        match self {
            Self::Response(envelope) => Self::Response(Envelope { is_prelude: true, ..envelope }),
            body @ Self::Body(_) => body,
        }
    }
}

impl<B> Envelope<B> {
    /// The response, with `text` of its body.
    pub(in crate::gateway) fn into_reply(
        self,
        text: impl FnOnce(B) -> String,
    ) -> Result<Reply, InvalidReply> {
        let status = status(self.status_code)?;
        let mut headers = headers(self.headers.unwrap_or_default())?;
        add_cookies(&mut headers, self.cookies.unwrap_or_default())?;
        let body = self.body.map(text).unwrap_or_default();
        let body = decoded(body, self.is_base64_encoded == Some(true))?;
        let reply = Reply::new(status, headers, body);
        Ok(if self.is_prelude { reply.noting(Note::StreamLost) } else { reply })
    }
}

/// One `set-cookie` for each, which counts as a header.
pub(in crate::gateway) fn add_cookies(
    headers: &mut HeaderMap,
    cookies: Vec<String>,
) -> Result<(), InvalidReply> {
    let count = headers.len() + cookies.len();
    if count > MAX_HEADERS {
        return Err(InvalidReply::TooManyHeaders(count));
    }
    for cookie in cookies {
        headers.append(SET_COOKIE, value("set-cookie", cookie)?);
    }
    Ok(())
}

/// A derived `Deserialize` would read an array as an [`Envelope`] too.
fn is_object(payload: &[u8]) -> bool {
    payload.trim_ascii_start().starts_with(b"{")
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

/// Headers that a function cannot set, since the front door says them itself.
///
/// Undocumented (HTTP-19, URL-12): which these are; REST APIs rename or drop them
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>).
pub(in crate::gateway) fn is_gateways_own(name: &HeaderName) -> bool {
    is_hop_by_hop(name)
        || *name == header::CONTENT_LENGTH
        || *name == header::DATE
        || ["apigw-requestid", "x-amzn-requestid"].contains(&name.as_str())
}
