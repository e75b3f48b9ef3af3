use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};

use super::super::*;

fn body<'a>(headers: &[(HeaderName, &'static str)], bytes: &'a [u8]) -> EventBody<'a> {
    let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
    event_body(&headers.collect(), bytes)
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
        assert_eq!(
            body(&[(CONTENT_TYPE, content_type)], b"x"),
            EventBody::Text("x".into()),
            "{content_type}"
        );
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
        assert_eq!(body(&[(CONTENT_TYPE, content_type)], b"x"), EventBody::Base64(b"x"), "{content_type}");
    }
    assert_eq!(body(&[], b"x"), EventBody::Base64(b"x"), "no type");
    let gzip = [(CONTENT_TYPE, "text/plain"), (CONTENT_ENCODING, "gzip")];
    assert_eq!(body(&gzip, b"x"), EventBody::Base64(b"x"), "an encoding");
    assert_eq!(body(&[(CONTENT_TYPE, "text/plain")], b"\xff"), EventBody::Base64(b"\xff"), "no UTF-8");
}

#[test]
fn no_body_is_an_empty_text() {
    assert_eq!(body(&[], b""), EventBody::Text("".into()));
}
