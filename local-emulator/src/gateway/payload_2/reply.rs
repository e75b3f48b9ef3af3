//! The reply of a function, in payload format 2.0. HTTP APIs and Function URLs turn it into a response in their own ways.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, SET_COOKIE};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use crate::gateway::error::{InvalidReply, Note};
use crate::gateway::headers::{MAX_HEADERS, is_hop_by_hop};
use crate::gateway::prelude;
use crate::gateway::reply::{Reply, Scalar, decoded, name, status, value};

/// Room for `set-cookie` and the headers that the front door adds: type, length, ids and CORS.
const ADDED_HEADERS: usize = 10;

/// A payload: a response, or a body.
pub(in crate::gateway) enum Payload<B> {
    /// An object with a `statusCode`.
    Response(Envelope<B>),
    /// Any other payload, valid JSON or not.
    Body(Bytes),
}

/// The members of a response. Unknown members are ignored, and so is `multiValueHeaders` of format 1.0 (<https://github.com/aws/aws-lambda-rust-runtime/issues/267>).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gateway) struct Envelope<B> {
    status_code: Scalar,
    headers: Option<BTreeMap<String, Scalar>>,
    cookies: Option<Vec<String>>,
    body: Option<B>,
    is_base64_encoded: Option<bool>,
    /// Whether the members are the prelude of a stream, whose body is lost.
    #[serde(skip)]
    is_prelude: bool,
}

/// Reads what the function posted. If the function streamed to an integration that does not stream, the head counts and the
/// body is lost, says <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>.
///
/// Undocumented (HTTP-16, URL-6): that HTTP APIs and Function URLs do the same as REST APIs.
///
/// # Errors
/// An object with a `statusCode` that is not a valid response.
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
    /// Builds the response. `text` reads the body.
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
        Ok(if self.is_prelude { reply.with_note(Note::StreamLost) } else { reply })
    }
}

/// Adds a `set-cookie` for each cookie, which counts as a header.
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

/// Whether a payload is a JSON object. A derived `Deserialize` would also read an array as an [`Envelope`].
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

/// Whether a header is the front door's own, so that a function cannot set it.
///
/// Undocumented (HTTP-19, URL-12): the list; REST APIs rename or drop them
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>).
pub(in crate::gateway) fn is_gateways_own(name: &HeaderName) -> bool {
    is_hop_by_hop(name)
        || *name == header::CONTENT_LENGTH
        || *name == header::DATE
        || ["apigw-requestid", "x-amzn-requestid"].contains(&name.as_str())
}
