use futures_util::FutureExt;
use http_body_util::BodyExt;
use proptest::prelude::*;

use super::super::*;
use crate::gateway::GatewayError;
use crate::invocation::{EndSender, StreamWriter};

fn started(content_type: Option<&'static str>) -> (ReplyStream, StreamWriter, EndSender) {
    ReplyStream::new(content_type.map(HeaderValue::from_static))
}

/// Reads a stream that consists of this prelude.
fn of_prelude(json: &str) -> Result<Reply, ExchangeError> {
    let (stream, writer, end) = started(Some(prelude::CONTENT_TYPE));
    let written = Bytes::from(format!("{json}\0\0\0\0\0\0\0\0"));
    writer.write(written).now_or_never().unwrap();
    drop(writer);
    end.send(Ok(())).unwrap();
    streamed(stream, None).now_or_never().unwrap()
}

fn lines(reply: &Reply) -> Vec<(&str, &str)> {
    reply.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect()
}

#[test]
fn a_prelude_is_the_head_of_the_response() {
    let reply = of_prelude(
        r#"{"statusCode":201,"headers":{"content-type":"text/html","x-a":"1","vary":["a","b"]},"cookies":["a=1","b=2"]}"#,
    )
    .unwrap();
    assert_eq!(reply.status, 201);
    assert_eq!(
        lines(&reply),
        [
            ("content-type", "text/html"),
            ("vary", "a"),
            ("vary", "b"),
            ("x-a", "1"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
        ]
    );
}

#[test]
fn a_prelude_may_leave_out_anything() {
    for json in ["{}", r#"{"headers":null,"cookies":null}"#, r#"{"multiValueHeaders":{"x":["1"]},"more":1}"#]
    {
        let reply = of_prelude(json).unwrap();
        assert_eq!(reply.status, 200, "{json}");
        assert_eq!(lines(&reply), [("content-type", "application/octet-stream")], "{json}");
    }
}

#[test]
fn headers_of_the_connection_are_the_urls_own() {
    let reply = of_prelude(
        r#"{"headers":{"content-type":"a/b","content-length":"3","Transfer-Encoding":"chunked","date":"x"}}"#,
    );
    assert_eq!(lines(&reply.unwrap()), [("x-amzn-remapped-content-length", "3"), ("content-type", "a/b")]);
}

#[test]
fn gzip_alone_is_taken_from_the_headers() {
    for (encoding, is_kept) in [
        (r#""gzip""#, false),
        (r#"" GZip ""#, false),
        (r#""br""#, true),
        (r#""gzip, br""#, true),
        (r#"["gzip","br"]"#, true),
    ] {
        let reply = of_prelude(&format!(r#"{{"headers":{{"content-encoding":{encoding}}}}}"#)).unwrap();
        assert_eq!(reply.headers.contains_key("content-encoding"), is_kept, "{encoding}");
    }
}

#[test]
fn invalid_prelude_is_an_error() {
    for json in [
        "",
        "text",
        "[]",
        r#"{"statusCode":99}"#,
        r#"{"statusCode":null}"#,
        r#"{"headers":{"x a":"1"}}"#,
        r#"{"headers":{"x":{}}}"#,
        r#"{"cookies":["a\n"]}"#,
        r#"{"cookies":"a=1"}"#,
    ] {
        let refused = of_prelude(json).err();
        assert!(
            matches!(
                refused,
                Some(ExchangeError::Refused(GatewayError::InvalidStream(_) | GatewayError::InvalidReply(_)))
            ),
            "{json}"
        );
    }
}

#[test]
fn headers_without_end_fail_the_answer() {
    let many = |count| {
        let values = vec![r#""1""#; count].join(",");
        of_prelude(&format!(r#"{{"headers":{{"x":[{values}]}}}}"#))
    };
    // `content-type` is one more header.
    assert_eq!(many(1_000).unwrap().headers.len(), 1_001);
    assert!(many(1_001).is_err());
}

#[test]
fn any_other_stream_is_the_body_of_a_200() {
    for (content_type, sent) in [
        (Some("text/event-stream"), "text/event-stream"),
        (Some("application/json"), "application/json"),
        (None, "application/octet-stream"),
    ] {
        let (stream, writer, _end) = started(content_type);
        writer.write("{\"statusCode\":201}\0\0\0\0\0\0\0\0".into()).now_or_never().unwrap();
        let mut reply = streamed(stream, None).now_or_never().unwrap().unwrap();
        assert_eq!((reply.status.as_u16(), lines(&reply)), (200, vec![("content-type", sent)]));
        let first = reply.body.frame().now_or_never().unwrap().unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "{\"statusCode\":201}\0\0\0\0\0\0\0\0");
    }
}

#[test]
fn each_piece_goes_on_before_the_next_is_written() {
    let (stream, writer, _end) = started(Some("Application/vnd.awslambda.http-integration-response; v=1"));
    writer.write("{}\0\0\0\0\0\0\0\0one".into()).now_or_never().unwrap();
    let mut body = streamed(stream, None).now_or_never().unwrap().unwrap().body;
    let mut next = || body.frame().now_or_never().map(|frame| frame.unwrap().unwrap().into_data().unwrap());
    assert_eq!(next().as_deref(), Some(&b"one"[..]));
    assert_eq!(next(), None, "nothing is written yet");
    writer.write("two".into()).now_or_never().unwrap();
    assert_eq!(next().as_deref(), Some(&b"two"[..]));
}

#[test]
fn a_head_goes_out_before_any_of_the_body_is_written() {
    let (stream, writer, _end) = started(Some(prelude::CONTENT_TYPE));
    writer.write("{\"statusCode\":202}\0\0\0\0\0\0\0\0".into()).now_or_never().unwrap();
    let reply = streamed(stream, None).now_or_never().expect("more is waited for");
    assert_eq!(reply.unwrap().status, 202);
}

proptest! {
    #[test]
    fn no_prelude_makes_reading_panic(json in ".{0,64}", code in any::<i64>(), name in ".{0,8}", value in ".{0,8}") {
        let _ = of_prelude(&json);
        let json = serde_json::json!({ "statusCode": code, "headers": { name: [&value] }, "cookies": [value] });
        let _ = of_prelude(&json.to_string());
    }
}
