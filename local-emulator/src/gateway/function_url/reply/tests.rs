mod stream;

use futures_util::FutureExt;
use http_body_util::BodyExt;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn body(reply: Reply) -> Bytes {
    reply.body.collect().now_or_never().unwrap().unwrap().to_bytes()
}

/// The cases of `test_lambda_url_invocation`, and cases that follow from them.
#[test]
fn payload_without_status_code_becomes_compact_json() {
    for (payload, expected) in [
        (r#"{"hello": "world"}"#, r#"{"hello":"world"}"#),
        (r#"["hello", 3, true]"#, r#"["hello",3,true]"#),
        (r#""hello""#, "hello"),
        (r#" "caf\u00e9\n" "#, "café\n"),
        ("3", "3"),
        ("3.1", "3.1"),
        ("true", "true"),
        ("null", "null"),
        (r#"{"z": 1, "a": {"b": [ ]}}"#, r#"{"z":1,"a":{"b":[]}}"#),
        (r#"{"headers":{"x-a":"1"},"body":"b"}"#, r#"{"headers":{"x-a":"1"},"body":"b"}"#),
        ("{invalid json}", "{invalid json}"),
        ("plain words", "plain words"),
        ("", ""),
    ] {
        let reply = read(payload.into()).unwrap();
        assert_eq!(reply.status, 200, "{payload}");
        assert_eq!(reply.headers["content-type"], "application/json", "{payload}");
        assert_eq!(body(reply), expected, "{payload}");
    }
    assert_eq!(body(read(b"\xff\xfe"[..].into()).unwrap()), b"\xff\xfe"[..]);
}

#[test]
fn the_body_of_a_response_may_be_json() {
    for (sent, expected) in [
        (json!("body123"), "body123"),
        (json!({ "hello": "world", "n": [1, null] }), r#"{"hello":"world","n":[1,null]}"#),
        (json!(7), "7"),
        (json!(false), "false"),
        (json!(null), ""),
    ] {
        let reply = read(json!({ "statusCode": 200, "body": sent }).to_string().into()).unwrap();
        assert_eq!(body(reply), expected, "{sent}");
    }
}

#[test]
fn a_status_code_may_be_text_and_is_one_of_a_response() {
    for (code, status) in [
        (json!(201), Some(201)),
        (json!("418"), Some(418)),
        (json!(200), Some(200)),
        (json!(599), Some(599)),
        (json!(100), None),
        (json!(600), None),
        (json!(0), None),
        (json!("x"), None),
        (json!(200.5), None),
    ] {
        let reply = read(json!({ "statusCode": code, "body": "i'm a teapot" }).to_string().into());
        assert_eq!(reply.ok().map(|reply| reply.status.as_u16()), status, "{code}");
    }
}

#[test]
fn headers_cookies_and_base64_are_those_of_payload_2() {
    let reply = read(
        json!({
            "statusCode": 201,
            "headers": { "Content-Type": "text/html", "My-Custom-Header": "Custom Value", "x-amzn-requestid": "own" },
            "cookies": ["a=1", "b=2"],
            "multiValueHeaders": { "x-m": ["1"] },
            "body": "AP8=",
            "isBase64Encoded": true,
        })
        .to_string()
        .into(),
    )
    .unwrap();
    assert_eq!(reply.headers["content-type"], "text/html");
    assert_eq!(reply.headers["my-custom-header"], "Custom Value");
    assert_eq!(reply.headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(reply.headers.get("x-m"), None);
    assert_eq!(reply.headers.get("x-amzn-requestid"), None);
    assert_eq!(body(reply), b"\0\xff"[..]);
}

#[test]
fn stream_in_one_piece_loses_its_body() {
    let reply = read("{\"statusCode\":201}\0\0\0\0\0\0\0\0body".into()).unwrap();
    assert_eq!(reply.status, 201);
    assert_eq!(body(reply), "");
}

proptest! {
    #[test]
    fn no_payload_makes_reading_panic(payload in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = read(payload.into());
    }

    #[test]
    fn every_json_reply_is_read_or_refused(
        code in any::<i32>(), name in ".{0,8}", value in ".{0,8}", body in ".{0,16}", base64 in any::<bool>(),
    ) {
        for payload in [
            json!({ "statusCode": code, "headers": { &name: &value }, "cookies": [&value], "body": &body,
                "isBase64Encoded": base64 }),
            json!({ name: body }),
            json!([value]),
        ] {
            let _ = read(payload.to_string().into());
        }
    }
}
