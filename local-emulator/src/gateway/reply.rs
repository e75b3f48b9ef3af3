//! A function's reply, and what of it front doors read alike.

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
    /// What is told beside the response: to its developer, or to hyper.
    pub(super) extensions: Extensions,
}

/// Functions write numbers and booleans where text belongs, and the other way round.
///
/// Undocumented (HTTP-17): that HTTP APIs take both, as REST APIs do, and a `null` header for none.
pub(super) enum Scalar {
    Text(String),
    Number(Number),
    Bool(bool),
    Null,
}

/// By hand, since what serde derives for such an enumeration makes an error of each kind that a value is not,
/// and every reply has a `statusCode` that is no text.
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
        // No number of JSON is none.
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

/// A zero was seen to fail the reply on AWS, in the snapshots of the .NET test tool.
///
/// Undocumented (HTTP-15, URL-20): that every other number that is no status does too, and a 1xx, which cannot
/// be the final status of a response (<https://www.rfc-editor.org/rfc/rfc9110#section-15.2>).
pub(super) fn status(status_code: Scalar) -> Result<StatusCode, InvalidReply> {
    let text = status_code.into_text().unwrap_or_else(|| "null".to_owned());
    let status = text.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
    status.filter(|status| (200..600).contains(&status.as_u16())).ok_or(InvalidReply::StatusCode(text))
}

/// Undocumented (HTTP-18): text beyond ASCII goes out as UTF-8. A value that HTTP does not allow fails the reply, so that
/// its developer hears of it; AWS may drop the header instead.
pub(super) fn value(name: &str, text: String) -> Result<HeaderValue, InvalidReply> {
    HeaderValue::from_maybe_shared(Bytes::from(text)).map_err(|_| InvalidReply::Header(name.to_owned()))
}

/// As [`value`], of a name.
pub(super) fn name(text: String) -> Result<HeaderName, InvalidReply> {
    HeaderName::from_bytes(text.as_bytes()).map_err(|_| InvalidReply::Header(text))
}

/// A body as it goes to the client.
pub(super) fn decoded(body: String, is_base64: bool) -> Result<Bytes, InvalidReply> {
    if is_base64 { Ok(STANDARD.decode(body)?.into()) } else { Ok(body.into()) }
}

impl Reply {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: impl Into<AnswerBody>) -> Self {
        Self { status, headers, body: body.into(), extensions: Extensions::new() }
    }

    /// A status, and that is all.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self::new(status, HeaderMap::new(), AnswerBody::default())
    }

    /// A reply of the front door's own.
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

    /// With something that its developer should know.
    pub(super) fn noting(mut self, note: Note) -> Self {
        self.extensions.insert(note);
        self
    }
}

/// A 502 that AWS does not have, where a function that does not build is not deployed. The reason is among the extensions
/// too, so that the server can write it in the form that the client asks for.
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

/// Tells the client an id. All of them are ASCII, which a header takes.
pub(super) fn insert_id(response: &mut Response<AnswerBody>, name: HeaderName, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert(name, id);
    }
}
