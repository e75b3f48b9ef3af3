mod format_1;

use futures_util::FutureExt;
use http::HeaderMap;
use http_body_util::BodyExt;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::gateway::MAX_HEADERS;

/// A reply, with its body collected.
#[derive(Debug, PartialEq)]
struct Read {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

fn read(payload: impl AsRef<[u8]>) -> Result<Read, InvalidReply> {
    let Reply { status, headers, body, .. } =
        super::read(PayloadFormat::V2, Bytes::copy_from_slice(payload.as_ref()))?;
    let body = body.collect().now_or_never().unwrap().unwrap().to_bytes();
    Ok(Read { status, headers, body })
}

fn lines(reply: &Read) -> Vec<(&str, &str)> {
    reply
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), str::from_utf8(value.as_bytes()).unwrap()))
        .collect()
}

#[test]
fn payload_without_status_code_is_a_body() {
    for (payload, body) in [
        (r#"{"message": "Hello"}"#, r#"{"message": "Hello"}"#),
        (r#"{"headers":{"x-a":"1"},"body":"b"}"#, r#"{"headers":{"x-a":"1"},"body":"b"}"#),
        (r#"{"headers":5}"#, r#"{"headers":5}"#),
        (r#"{"nested":{"statusCode":201}}"#, r#"{"nested":{"statusCode":201}}"#),
        (r#""Hello""#, "Hello"),
        (r#" "caf\u00e9\n" "#, "café\n"),
        (r#""{\"statusCode\":201}""#, r#"{"statusCode":201}"#),
        ("3", "3"),
        ("true", "true"),
        ("null", "null"),
        (r#"["hello",3,true]"#, r#"["hello",3,true]"#),
        // An array of an envelope's members, in their order.
        (r#"[201,{},[],"body",false]"#, r#"[201,{},[],"body",false]"#),
        ("{invalid json}", "{invalid json}"),
        (r#"{"statusCode":200,"body":"#, r#"{"statusCode":200,"body":"#),
        ("", ""),
    ] {
        let reply = read(payload).unwrap();
        assert_eq!(reply.status, 200, "{payload}");
        assert_eq!(lines(&reply), [("content-type", "application/json")], "{payload}");
        assert_eq!(reply.body, body, "{payload}");
    }
    assert_eq!(read(b"\xff\xfe").unwrap().body, &b"\xff\xfe"[..]);
}

#[test]
fn an_object_with_a_status_code_is_a_response() {
    let reply = read(
        r#"{"statusCode":201,"headers":{"Content-Type":"application/json","X-A":"a,b"},
            "cookies":["a=1; Path=/","b=2"],"body":"{}","isBase64Encoded":false}"#,
    )
    .unwrap();
    assert_eq!(reply.status, 201);
    assert_eq!(
        lines(&reply),
        [
            ("content-type", "application/json"),
            ("x-a", "a,b"),
            ("set-cookie", "a=1; Path=/"),
            ("set-cookie", "b=2"),
        ]
    );
    assert_eq!(reply.body, "{}");
}

#[test]
fn members_that_are_absent_or_null_are_empty() {
    for payload in [
        r#"{"statusCode":200}"#,
        r#"{"statusCode":200,"headers":null,"cookies":null,"body":null,"isBase64Encoded":null}"#,
    ] {
        let reply = read(payload).unwrap();
        assert!(reply.headers.is_empty() && reply.body.is_empty(), "{payload}");
    }
}

#[test]
fn a_status_code_is_a_whole_number_from_200_to_599() {
    for code in ["200", "404", "599", r#""302""#] {
        let reply = read(format!(r#"{{"statusCode":{code}}}"#)).unwrap();
        assert_eq!(reply.status.as_str(), code.trim_matches('"'));
    }
    for code in
        ["0", "99", "100", "101", "199", "600", "70000", "-200", "200.5", "200.0", r#""x""#, "null", "true"]
    {
        let error = read(format!(r#"{{"statusCode":{code}}}"#)).unwrap_err();
        assert!(matches!(error, InvalidReply::StatusCode(_)), "{code}: {error}");
    }
}

#[test]
fn member_of_the_wrong_type_is_refused() {
    for member in [
        r#""statusCode":[200]"#,
        r#""statusCode":200,"headers":[]"#,
        r#""statusCode":200,"headers":{"x-a":["1","2"]}"#,
        r#""statusCode":200,"cookies":"a=1""#,
        r#""statusCode":200,"cookies":[1]"#,
        r#""statusCode":200,"body":{"a":1}"#,
        r#""statusCode":200,"isBase64Encoded":"true""#,
    ] {
        let error = read(format!("{{{member}}}")).unwrap_err();
        assert!(matches!(error, InvalidReply::Malformed(_)), "{member}: {error}");
    }
}

#[test]
fn header_may_be_a_number_a_boolean_or_null() {
    let reply = read(r#"{"statusCode":200,"headers":{"x-n":7,"x-b":true,"x-null":null,"x-t":"é"}}"#).unwrap();
    assert_eq!(lines(&reply), [("x-b", "true"), ("x-n", "7"), ("x-t", "é")]);
}

#[test]
fn a_set_cookie_header_stands_beside_the_cookies() {
    let reply = read(r#"{"statusCode":200,"headers":{"Set-Cookie":"a=1"},"cookies":["b=2"]}"#).unwrap();
    assert_eq!(lines(&reply), [("set-cookie", "a=1"), ("set-cookie", "b=2")]);
}

#[test]
fn multi_value_headers_are_ignored() {
    let reply = read(r#"{"statusCode":200,"multiValueHeaders":{"x-a":["1"]}}"#).unwrap();
    assert!(reply.headers.is_empty());
}

#[test]
fn headers_of_the_connection_are_the_gateways_own() {
    for name in [
        "Connection",
        "Content-Length",
        "Date",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "apigw-requestid",
    ] {
        let payload = json!({ "statusCode": 200, "headers": { name: "x" } });
        assert!(read(payload.to_string()).unwrap().headers.is_empty(), "{name}");
    }
}

#[test]
fn invalid_header_fails_the_reply() {
    for payload in [
        json!({ "statusCode": 200, "headers": { "x a": "1" } }),
        json!({ "statusCode": 200, "headers": { "": "1" } }),
        json!({ "statusCode": 200, "headers": { "x-a": "1\r\nx-b: 2" } }),
        json!({ "statusCode": 200, "cookies": ["a=1\n"] }),
    ] {
        let error = read(payload.to_string()).unwrap_err();
        assert!(matches!(error, InvalidReply::Header(_)), "{payload}: {error}");
    }
}

#[test]
fn headers_without_end_fail_the_reply() {
    let reply = |count| {
        let headers: serde_json::Map<_, _> = (0..count).map(|n| (format!("x-{n}"), json!("1"))).collect();
        read(json!({ "statusCode": 200, "headers": headers }).to_string())
    };
    assert_eq!(reply(MAX_HEADERS).unwrap().headers.len(), MAX_HEADERS);
    assert_eq!(reply(100_000), Err(InvalidReply::TooManyHeaders(100_000)));
}

#[test]
fn cookies_count_like_headers() {
    let reply = |count| {
        read(
            json!({ "statusCode": 200, "headers": { "x-a": "1" }, "cookies": vec!["a=1"; count] })
                .to_string(),
        )
    };
    assert_eq!(reply(MAX_HEADERS - 1).unwrap().headers.len(), MAX_HEADERS);
    assert_eq!(reply(MAX_HEADERS), Err(InvalidReply::TooManyHeaders(MAX_HEADERS + 1)));
    assert_eq!(reply(100_000), Err(InvalidReply::TooManyHeaders(100_001)));
}

#[test]
fn a_base64_body_is_decoded_whatever_its_type() {
    let body = |body| read(json!({ "statusCode": 200, "body": body, "isBase64Encoded": true }).to_string());
    assert_eq!(body("AP8=").unwrap().body, &b"\0\xff"[..]);
    assert_eq!(body("").unwrap().body, "");
    for bad in ["AP8", "A", "not base64", "é"] {
        assert!(matches!(body(bad), Err(InvalidReply::Base64(_))), "{bad}");
    }
}

proptest! {
    #[test]
    fn no_payload_makes_reading_panic(payload in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = super::read(PayloadFormat::V2, payload.into());
    }

    #[test]
    fn every_response_is_read_or_refused(
        name in ".{0,8}", value in ".{0,8}", cookie in ".{0,8}", body in ".{0,16}", base64 in any::<bool>(), code in any::<i32>(),
    ) {
        let payload = json!({
            "statusCode": code, "headers": { name: value }, "cookies": [cookie], "body": body, "isBase64Encoded": base64,
        });
        let read = super::read(PayloadFormat::V2, payload.to_string().into());
        prop_assert_eq!(read.is_ok_and(|reply| i32::from(reply.status.as_u16()) != code), false);
    }
}
