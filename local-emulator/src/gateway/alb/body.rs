//! How a request's body stands in a load balancer's event.

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde::{Serialize, Serializer};

/// A body as text, or as base64 with `isBase64Encoded`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Body<'a> {
    Text(&'a str),
    Base64(&'a [u8]),
}

impl<'a> Body<'a> {
    /// "If the content type is one of the following types, the load balancer sends the body to the Lambda function as
    /// is […]: text/*, application/json, application/javascript, and application/xml", and "if the content-encoding
    /// header is present, Base64 encoded"; all else is base64.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer>
    ///
    /// No body is an empty text, as in the page's own event of a health check.
    ///
    /// Undocumented (ALB-6): text that is not UTF-8. As base64 nothing of it is lost.
    pub(super) fn new(headers: &HeaderMap, bytes: &'a [u8]) -> Self {
        if bytes.is_empty() {
            return Self::Text("");
        }
        let text = if is_text(headers) { str::from_utf8(bytes).ok() } else { None };
        text.map_or(Self::Base64(bytes), Self::Text)
    }

    pub(super) fn is_base64(&self) -> bool {
        matches!(self, Self::Base64(_))
    }
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Body::Text(text) => serializer.serialize_str(text),
            Body::Base64(bytes) => serializer.collect_str(&Base64Display::new(bytes, &STANDARD)),
        }
    }
}

fn is_text(headers: &HeaderMap) -> bool {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_text = matches!(&*essence, "application/json" | "application/javascript" | "application/xml")
        || essence.starts_with("text/");
    is_text && !headers.contains_key(CONTENT_ENCODING)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn body<'a>(headers: &[(HeaderName, &'static str)], bytes: &'a [u8]) -> Body<'a> {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        Body::new(&headers.collect(), bytes)
    }

    #[test]
    fn these_types_arrive_as_text() {
        for content_type in [
            "text/plain",
            "TEXT/html; charset=utf-8",
            "application/json",
            "Application/JSON;charset=utf-8",
            "application/javascript",
            "application/xml",
        ] {
            assert_eq!(body(&[(CONTENT_TYPE, content_type)], b"x"), Body::Text("x"), "{content_type}");
        }
    }

    #[test]
    fn all_other_bodies_arrive_as_base64() {
        for content_type in [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/octet-stream",
            "application/problem+json",
            "image/svg+xml",
            "text",
            "",
        ] {
            assert_eq!(body(&[(CONTENT_TYPE, content_type)], b"x"), Body::Base64(b"x"), "{content_type}");
        }
        assert_eq!(body(&[], b"x"), Body::Base64(b"x"), "no type");
        let gzip = [(CONTENT_TYPE, "text/plain"), (CONTENT_ENCODING, "gzip")];
        assert_eq!(body(&gzip, b"x"), Body::Base64(b"x"), "an encoding");
        assert_eq!(body(&[(CONTENT_TYPE, "text/plain")], b"\xff"), Body::Base64(b"\xff"), "no UTF-8");
    }

    #[test]
    fn no_body_is_an_empty_text() {
        assert_eq!(body(&[], b""), Body::Text(""));
    }
}
