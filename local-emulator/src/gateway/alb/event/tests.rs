mod body;
mod trace;

use std::net::Ipv4Addr;

use aws_lambda_events::alb::AlbTargetGroupRequest;
use http::Request;
use http::request::Builder;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn event(multi_value_headers: bool, request: Builder, body: &[u8]) -> Value {
    let (head, ()) = request.body(()).unwrap().into_parts();
    let identity = RequestIds::new(&head.headers);
    let received = TargetRequest {
        target_group_arn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/0",
        multi_value_headers,
        head: &head,
        body,
        peer: Ipv4Addr::LOCALHOST.into(),
        identity: &identity,
    };
    let bytes = received.to_event().unwrap();
    let typed: AlbTargetGroupRequest = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((&typed.http_method, typed.path.as_deref()), (&head.method, Some(head.uri.path())));
    serde_json::from_slice(&bytes).unwrap()
}

fn without_trace(mut headers: Value) -> Value {
    headers.as_object_mut().unwrap().shift_remove("x-amzn-trace-id").unwrap();
    headers
}

#[test]
fn a_request_without_anything_has_empty_members() {
    let mut event = event(false, Request::get("/"), b"");
    event["headers"] = without_trace(event["headers"].take());
    assert_eq!(
        event,
        json!({
            "requestContext": {
                "elb": {
                    "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/0",
                },
            },
            "httpMethod": "GET",
            "path": "/",
            "queryStringParameters": {},
            "headers": {"x-forwarded-for": "127.0.0.1", "x-forwarded-port": "80", "x-forwarded-proto": "http"},
            "body": "",
            "isBase64Encoded": false,
        })
    );
}

#[test]
fn multi_value_members_replace_the_single_ones() {
    let request = || Request::get("/a?x=1&x=2").header("x-a", "1").header("x-a", "2");
    let single = event(false, request(), b"");
    assert_eq!(
        (&single["headers"]["x-a"], &single["queryStringParameters"]),
        (&json!("2"), &json!({"x": "2"}))
    );
    assert_eq!(
        (single.get("multiValueHeaders"), single.get("multiValueQueryStringParameters")),
        (None, None)
    );

    let multi = event(true, request(), b"");
    assert_eq!(multi["multiValueHeaders"]["x-a"], json!(["1", "2"]));
    assert_eq!(multi["multiValueHeaders"]["x-forwarded-for"], json!(["127.0.0.1"]));
    assert_eq!(multi["multiValueQueryStringParameters"], json!({"x": ["1", "2"]}));
    assert_eq!((multi.get("headers"), multi.get("queryStringParameters")), (None, None));
}

#[test]
fn path_and_query_are_not_decoded() {
    let event = event(false, Request::get("/a%20b/c%2Fd?q=%20&r=a+b&%61=1"), b"");
    assert_eq!(event["path"], "/a%20b/c%2Fd");
    assert_eq!(event["queryStringParameters"], json!({"q": "%20", "r": "a+b", "%61": "1"}));
}

#[test]
fn query_is_split_at_ampersand_and_first_equals_sign() {
    for (query, expected) in [
        ("&myKey=val1&myKey=val2", json!({"myKey": ["val1", "val2"]})),
        ("x", json!({"x": [""]})),
        ("x=", json!({"x": [""]})),
        ("=x", json!({"": ["x"]})),
        ("x=a=b", json!({"x": ["a=b"]})),
        ("a;b", json!({"a;b": [""]})),
        ("", json!({})),
    ] {
        let event = event(true, Request::get(format!("/?{query}")), b"");
        assert_eq!(event["multiValueQueryStringParameters"], expected, "{query}");
    }
}

#[test]
fn the_client_is_at_the_end_of_its_list_of_addresses() {
    let event = event(
        false,
        Request::get("/")
            .header("host", "localhost:3000")
            .header("x-forwarded-for", "10.0.0.1")
            .header("x-forwarded-port", "1")
            .header("x-forwarded-proto", "https"),
        b"",
    );
    for (name, value) in [
        ("host", "localhost:3000"),
        ("x-forwarded-for", "10.0.0.1, 127.0.0.1"),
        ("x-forwarded-port", "3000"),
        ("x-forwarded-proto", "http"),
    ] {
        assert_eq!(event["headers"][name], value, "{name}");
    }
}

#[test]
fn of_hop_by_hop_headers_only_connection_is_passed_on() {
    let request = Request::post("/")
        .header("connection", "keep-alive")
        .header("te", "trailers")
        .header("transfer-encoding", "chunked");
    let headers = without_trace(event(false, request, b"abc")["headers"].take());
    let names: Vec<_> = headers.as_object().unwrap().keys().collect();
    let added = ["x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"];
    assert_eq!(names, [&["connection", "content-length"], &added[..]].concat());
    assert_eq!(headers["content-length"], "3");
}

#[test]
fn a_cookie_is_a_header_and_nothing_else() {
    let request = || Request::get("/").header("cookie", "a=1").header("cookie", "b=2");
    assert_eq!(event(false, request(), b"")["headers"]["cookie"], "b=2");
    assert_eq!(event(true, request(), b"")["multiValueHeaders"]["cookie"], json!(["a=1", "b=2"]));
}

#[test]
fn a_body_is_text_or_base64() {
    let json = || Request::post("/").header("content-type", "application/json");
    let text = event(false, json(), b"{}");
    assert_eq!((&text["body"], &text["isBase64Encoded"]), (&json!("{}"), &json!(false)));
    let zipped = event(false, json().header("content-encoding", "gzip"), b"{}");
    assert_eq!((&zipped["body"], &zipped["isBase64Encoded"]), (&json!("e30="), &json!(true)));
}

proptest! {
    #[test]
    fn every_request_becomes_an_event(
        path in "/[!-~&&[^#?]]{0,40}",
        query in "[!-~&&[^#]]{0,40}",
        names in prop::collection::vec("[a-z-]{1,12}", 0..8),
        value in prop::collection::vec(any::<u8>().prop_filter("allowed", |b| *b >= 32 && *b != 127), 0..40),
        body in prop::collection::vec(any::<u8>(), 0..64),
        multi_value_headers in any::<bool>(),
    ) {
        let Ok(uri) = format!("{path}?{query}").parse::<http::Uri>() else { return Ok(()) };
        let request = names.iter().fold(Request::post(uri), |request, name| request.header(name, &value[..]));
        event(multi_value_headers, request, &body);
    }
}
