//! The body of a request in its event.

use std::borrow::Cow;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::{Serialize, Serializer};

use crate::ows::trimmed;

/// A body as text, or as base64 with `isBase64Encoded`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EventBody<'a> {
    Text(Cow<'a, str>),
    Base64(&'a [u8]),
}

impl<'a> EventBody<'a> {
    /// Chooses text or base64. An empty body is absent.
    ///
    /// Undocumented (HTTP-10): text that is not UTF-8 becomes base64, so that nothing is lost; a
    /// `content-encoding` has no effect.
    pub(super) fn new(headers: &HeaderMap, bytes: &'a [u8]) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        let text = if is_text(headers) { str::from_utf8(bytes).ok() } else { None };
        Some(text.map_or(EventBody::Base64(bytes), |text| EventBody::Text(text.into())))
    }

    pub(super) fn is_base64(&self) -> bool {
        matches!(self, EventBody::Base64(_))
    }
}

impl Serialize for EventBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            EventBody::Text(text) => serializer.serialize_str(text),
            EventBody::Base64(bytes) => serializer.collect_str(&Base64Display::new(bytes, &STANDARD)),
        }
    }
}

/// Whether a body is text. All other types become base64: forms, multipart, and bodies without a type. The split was verified
/// against AWS in <https://github.com/ministackorg/ministack/issues/766>.
///
/// Undocumented (HTTP-10): types such as `application/problem+json`. By that rule they are not text.
fn is_text(headers: &HeaderMap) -> bool {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = trimmed(sent.split(';').next().unwrap_or_default());
    ["application/json", "application/xml", "application/javascript"]
        .iter()
        .any(|text| essence.eq_ignore_ascii_case(text))
        || essence.get(.."text/".len()).is_some_and(|start| start.eq_ignore_ascii_case("text/"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn body<'a>(content_type: &str, bytes: &'a [u8]) -> Option<EventBody<'a>> {
        let value = HeaderValue::from_bytes(content_type.as_bytes()).unwrap();
        EventBody::new(&HeaderMap::from_iter([(CONTENT_TYPE, value)]), bytes)
    }

    #[test]
    fn these_types_arrive_as_text() {
        for content_type in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/xml",
            "application/javascript",
            "text/plain",
            "TEXT/html;charset=utf-8",
            "text/csv",
        ] {
            assert_eq!(body(content_type, b"x"), Some(EventBody::Text("x".into())), "{content_type}");
        }
    }

    #[test]
    fn all_other_types_arrive_as_base64() {
        for content_type in [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/octet-stream",
            "application/problem+json",
            "application/jsonp",
            "image/png",
            "text",
            "té",
            "",
        ] {
            assert_eq!(body(content_type, b"x"), Some(EventBody::Base64(b"x")), "{content_type}");
        }
        assert_eq!(EventBody::new(&HeaderMap::new(), b"x"), Some(EventBody::Base64(b"x")));
    }

    #[test]
    fn text_that_is_not_utf8_arrives_as_base64() {
        assert_eq!(body("text/plain", b"\xff"), Some(EventBody::Base64(b"\xff")));
    }

    #[test]
    fn an_empty_body_is_absent() {
        assert_eq!(body("text/plain", b""), None);
    }
}
