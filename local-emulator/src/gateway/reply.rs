//! The response of a front door, and the parts of a function's reply that all front doors read alike.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Extensions, Method, Response, StatusCode};
use http_body::Body;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer};
use serde_json::Number;

use super::answer::AnswerBody;
use super::error::{InvalidReply, Note};
use crate::backend::NotReady;

/// A response before the front door adds its own headers.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: AnswerBody,
    /// Facts for the developer's log, or for hyper.
    pub(super) extensions: Extensions,
}

/// A text, number or boolean of a reply: functions may write any of them where another is expected.
///
/// Undocumented (HTTP-17): that HTTP APIs accept all of them, as REST APIs do, and treat a header of `null` as missing.
pub(super) enum Scalar {
    Text(String),
    Number(Number),
    Bool(bool),
    Null,
}

/// Written by hand: for every `statusCode`, the derived code builds an error for each variant that does not fit.
impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number or a boolean")
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
        // Every number of JSON can be converted.
        Ok(Number::from_f64(number).map_or(Scalar::Null, Scalar::Number))
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(bool))
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }
}

impl Scalar {
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number.to_string()),
            Self::Bool(bool) => Some(bool.to_string()),
            Self::Null => None,
        }
    }
}

/// Reads a `statusCode`. A zero fails the reply on AWS, in the snapshots of the .NET test tool.
///
/// Undocumented (HTTP-15, URL-20): every other number that is not a status fails the reply too, and so does a 1xx,
/// which cannot be the final status of a response (<https://www.rfc-editor.org/rfc/rfc9110#section-15.2>).
pub(super) fn status(status_code: Scalar) -> Result<StatusCode, InvalidReply> {
    let text = status_code.into_text().unwrap_or_else(|| "null".to_owned());
    let status = text.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
    status.filter(|status| (200..600).contains(&status.as_u16())).ok_or(InvalidReply::StatusCode(text))
}

/// Reads the value of a header.
///
/// Undocumented (HTTP-18): text beyond ASCII is sent as UTF-8. A value that HTTP does not allow fails the reply, so that the
/// developer notices it; AWS may drop the header instead.
pub(super) fn value(name: &str, text: String) -> Result<HeaderValue, InvalidReply> {
    HeaderValue::from_maybe_shared(Bytes::from(text)).map_err(|_| InvalidReply::Header(name.to_owned()))
}

/// Reads the name of a header. A name that HTTP does not allow fails the reply, as in [`value`].
pub(super) fn name(text: String) -> Result<HeaderName, InvalidReply> {
    HeaderName::from_bytes(text.as_bytes()).map_err(|_| InvalidReply::Header(text))
}

/// Returns the bytes of a body.
pub(super) fn decoded(body: String, is_base64: bool) -> Result<Bytes, InvalidReply> {
    if is_base64 { Ok(STANDARD.decode(body)?.into()) } else { Ok(body.into()) }
}

impl Reply {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: impl Into<AnswerBody>) -> Self {
        Self { status, headers, body: body.into(), extensions: Extensions::new() }
    }

    /// A reply without headers or a body.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self::new(status, HeaderMap::new(), AnswerBody::default())
    }

    /// A reply with a body and its type.
    pub(super) fn plain(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        Self::new(status, headers, body.into())
    }

    /// Builds the response to a request of `method`. A body without a type of its own has
    /// `default_type`. The answer to `HEAD` has the headers of the body, and no body. `date` and `connection` come
    /// from hyper, which alone knows the connection.
    pub(super) fn into_response(self, method: &Method, default_type: &'static str) -> Response<AnswerBody> {
        let Self { status, mut headers, body, extensions } = self;
        let has_body = may_have_body(status);
        if has_body {
            describe(&body, &mut headers, default_type);
        }
        let mut response =
            Response::new(if has_body && method != Method::HEAD { body } else { AnswerBody::default() });
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        *response.extensions_mut() = extensions;
        response
    }

    /// Adds a note for the developer.
    pub(super) fn with_note(mut self, note: Note) -> Self {
        self.extensions.insert(note);
        self
    }
}

/// A 502 that AWS does not have, since only functions that build are deployed. The reason is also among the extensions, so
/// that the server can write it in the format that the client accepts.
impl From<NotReady> for Reply {
    fn from(reason: NotReady) -> Self {
        let mut reply = Self::plain(StatusCode::BAD_GATEWAY, "text/plain; charset=utf-8", reason.0.clone());
        reply.extensions.insert(reason);
        reply
    }
}

/// <https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1>
fn may_have_body(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

fn describe(body: &AnswerBody, headers: &mut HeaderMap, default_type: &'static str) {
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(default_type));
    if let Some(length) = body.size_hint().exact() {
        headers.insert(CONTENT_LENGTH, length.into());
    }
}

/// Adds an id as a header. Ids are ASCII, which a header accepts.
pub(super) fn insert_id(response: &mut Response<AnswerBody>, name: HeaderName, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert(name, id);
    }
}
