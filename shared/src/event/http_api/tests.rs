use api_routes_routing::PathEncoding;
use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::arrival::Arrival;
use crate::body::Body;
use crate::event::{EventError, collect, encode};
use crate::front_door::FrontDoor;

/// The example of an event, with the members of `changes` in place of its own; `null` leaves one out.
fn event(changes: &Value) -> Bytes {
    let mut event = json!({
        "version": "2.0",
        "routeKey": "POST /api/orders/{id}",
        "rawPath": "/api/orders/7",
        "rawQueryString": "tag=a&tag=b",
        "cookies": ["session=abc", "theme=dark"],
        "headers": { "content-type": "application/json", "x-twice": "first,second" },
        "queryStringParameters": { "tag": "a,b" },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "api.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "api",
            "http": {
                "method": "POST", "path": "/api/orders/7", "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7", "userAgent": "curl/8.7.1"
            },
            "requestId": "ATfSmjLgPHcESJw=",
            "routeKey": "POST /api/orders/{id}",
            "stage": "$default",
            "time": "10/Jul/2026:19:19:05 +0000",
            "timeEpoch": 1_783_711_145_766_u64
        },
        "pathParameters": { "id": "7" },
        "body": "{\"count\":2}",
        "isBase64Encoded": false
    });
    for (member, value) in changes.as_object().unwrap() {
        event[member] = value.clone();
    }
    event.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    event.to_string().into()
}

fn decode(event: &Bytes) -> Result<Request<Body>, EventError> {
    crate::event::decode(event, None).map(|(_, request)| request)
}

fn decoded(changes: &Value) -> Request<Body> {
    decode(&event(changes)).unwrap()
}

#[test]
fn an_event_becomes_the_request_that_the_client_sent() {
    let request = decoded(&json!({}));
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "/api/orders/7?tag=a&tag=b");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(request.headers()["x-twice"], "first,second");
    assert_eq!(request.headers()["cookie"], "session=abc; theme=dark");
    assert_eq!(request.body().as_bytes(), Some(br#"{"count":2}"#.as_slice()));
    let arrival = request.extensions().get::<std::sync::Arc<Arrival>>().unwrap();
    assert_eq!((arrival.path.as_str(), arrival.encoding), ("/api/orders/7", PathEncoding::Decoded));
    assert_eq!(arrival.path_parameters, [("id".to_owned(), "7".to_owned())]);
}

#[test]
fn missing_member_is_empty() {
    let absent = json!({
        "cookies": null, "headers": {}, "rawQueryString": "", "pathParameters": null, "body": null
    });
    let request = decoded(&absent);
    assert_eq!((request.uri().query(), request.headers().len()), (None, 0));
    assert_eq!(request.body().as_bytes(), Some([].as_slice()));
}

#[test]
fn a_query_that_is_null_is_none() {
    let event = String::from_utf8_lossy(&event(&json!({}))).replace(r#""tag=a&tag=b""#, "null");
    let request = decode(&event.into()).unwrap();
    assert_eq!(request.uri(), "/api/orders/7");
}

#[test]
fn a_body_in_base64_is_decoded() {
    let request = decoded(&json!({ "body": "/wAB", "isBase64Encoded": true }));
    assert_eq!(request.body().as_bytes(), Some([0xff, 0, 1].as_slice()));
}

#[test]
fn a_decoded_path_and_a_raw_query_are_a_uri_again() {
    for (path, query, expected) in [
        ("/api/a b", "", "/api/a%20b"),
        ("/api/☕", "", "/api/%E2%98%95"),
        ("/api/100%", "", "/api/100%25"),
        ("/api/a?b#c", "x=1", "/api/a%3Fb%23c?x=1"),
        ("", "", "/"),
        ("/x", "a=b c&d=\"<>\"", "/x?a=b%20c&d=%22%3C%3E%22"),
        ("/x", "a=%zz&é", "/x?a=%zz&%C3%A9"),
    ] {
        let request = decoded(&json!({ "rawPath": path, "rawQueryString": query }));
        assert_eq!(request.uri(), expected);
    }
}

#[test]
fn an_event_that_cannot_be_read_says_why() {
    let error = |changes| decode(&event(&changes)).unwrap_err().to_string();
    assert_eq!(
        error(json!({ "requestContext": { "http": { "method": "G T" } } })),
        "HTTP does not allow the method of the event"
    );
    assert!(error(json!({ "body": "*", "isBase64Encoded": true })).contains("but its body is not base64"));
    let alien = decode(&Bytes::from_static(br#"{"Records":[]}"#)).unwrap_err().to_string();
    assert!(alien.contains("HTTP API or REST API") && alien.contains("rawPath"), "{alien}");
}

#[test]
fn the_typed_event_of_aws_lambda_events_says_the_same() {
    let event = event(&json!({}));
    let typed: ApiGatewayV2httpRequest = serde_json::from_slice(&event).unwrap();
    let ours = decode(&event).unwrap();
    assert_eq!(typed.raw_path.unwrap(), ours.uri().path());
    assert_eq!(typed.raw_query_string.as_deref(), ours.uri().query());
    assert_eq!(typed.request_context.http.method, ours.method());
    assert_eq!(typed.cookies.unwrap().join("; "), ours.headers()["cookie"].to_str().unwrap());
    assert_eq!(typed.body.unwrap().as_bytes(), ours.body().as_bytes().unwrap());
}

/// Events of an HTTP API that `lambda_http` reads as we do, except that it adds the host to the URI.
#[test]
fn lambda_http_reads_the_same_request() {
    let form =
        json!({ "body": "YT0x", "isBase64Encoded": true, "rawQueryString": "a=%20&b", "cookies": null });
    for changes in [json!({}), form, json!({ "rawPath": "/prod/x", "body": null })] {
        let event = event(&changes);
        let theirs = lambda_http::request::from_str(std::str::from_utf8(&event).unwrap()).unwrap();
        let ours = decode(&event).unwrap();
        assert_eq!(theirs.method(), ours.method());
        assert_eq!(theirs.uri().path_and_query(), ours.uri().path_and_query());
        assert_eq!(theirs.headers(), ours.headers());
        assert_eq!(Some(theirs.body().as_ref()), ours.body().as_bytes());
    }
}

/// Events that `lambda_http` reads differently. Each is a reason to read events ourselves.
#[test]
fn lambda_http_reads_otherwise_what_it_gets_wrong() {
    let theirs = |event: &Bytes| {
        let text = std::str::from_utf8(event).unwrap().to_owned();
        std::panic::catch_unwind(move || lambda_http::request::from_str(&text).unwrap().uri().clone())
    };
    let dots = event(&json!({ "rawPath": "/a/../b" }));
    assert_eq!(theirs(&dots).unwrap().path(), "/b");
    assert_eq!(decode(&dots).unwrap().uri().path(), "/a/../b");

    let mut named = json!({});
    named["requestContext"] =
        serde_json::from_slice::<Value>(&event(&json!({}))).unwrap()["requestContext"].clone();
    named["requestContext"]["stage"] = json!("prod");
    named["rawPath"] = json!("/prod");
    let root = event(&named);
    assert_eq!(theirs(&root).unwrap().path(), "/prod/prod");
    assert_eq!(decode(&root).unwrap().uri().path(), "/");

    let hostile = event(&json!({ "rawQueryString": "a=<b>" }));
    assert!(theirs(&hostile).is_err(), "lambda_http panics no more: this reason is gone");
    assert_eq!(decode(&hostile).unwrap().uri().query(), Some("a=%3Cb%3E"));
}

fn reply(response: Response<Body>) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (mut head, body) = response.into_parts();
    let reply = runtime
        .block_on(collect(body, Some(FrontDoor::HttpApi)))
        .and_then(|body| encode(FrontDoor::HttpApi, &mut head, &body));
    serde_json::from_slice(&reply.unwrap()).unwrap()
}

#[test]
fn a_reply_has_all_its_members_always() {
    let empty = reply(Response::new(Body::empty()));
    let expected =
        json!({ "statusCode": 200, "headers": {}, "cookies": [], "isBase64Encoded": false, "body": "" });
    assert_eq!(empty, expected);
}

#[test]
fn repeated_header_is_joined_and_cookies_are_not() {
    let response = Response::builder()
        .status(StatusCode::CREATED)
        .header("vary", "a")
        .header("set-cookie", "a=1; Path=/")
        .header("vary", "b")
        .header("set-cookie", "b=2")
        .header("x-latin", HeaderValue::from_bytes(b"caf\xe9").unwrap())
        .body(Body::from("hi"))
        .unwrap();
    let expected = json!({
        "statusCode": 201,
        "headers": { "vary": "a, b", "x-latin": "café", "content-type": "text/plain; charset=utf-8" },
        "cookies": ["a=1; Path=/", "b=2"],
        "isBase64Encoded": false,
        "body": "hi"
    });
    assert_eq!(reply(response.map(|body: Body| body)), expected);
}

#[test]
fn bytes_that_are_not_utf_8_are_sent_as_base64() {
    let bytes =
        Response::builder().header("content-type", "text/plain").body(Body::from(vec![0xff, 0xfe])).unwrap();
    let sent = reply(bytes);
    assert_eq!((&sent["isBase64Encoded"], &sent["body"]), (&json!(true), &json!("//4=")));
    let text =
        Response::builder().header("content-type", "image/svg+xml").body(Body::from("<svg/>")).unwrap();
    assert_eq!(reply(text)["body"], "<svg/>");
}

#[test]
fn only_a_body_gets_a_default_content_type() {
    for (body, content_type) in [
        (Body::from("text"), json!("text/plain; charset=utf-8")),
        (Body::from(vec![0xff]), json!("application/octet-stream")),
        (Body::empty(), Value::Null),
    ] {
        assert_eq!(reply(Response::new(body))["headers"]["content-type"], content_type);
    }
}

#[test]
fn a_reply_is_one_that_aws_lambda_events_reads() {
    let response = Response::builder().header("set-cookie", "a=1").body(Body::from("x")).unwrap();
    let typed: ApiGatewayV2httpResponse = serde_json::from_value(reply(response)).unwrap();
    assert_eq!((typed.status_code, typed.cookies), (200, vec!["a=1".to_owned()]));
}

proptest! {
    #[test]
    fn any_path_and_query_of_a_client_is_accepted(path in "\\PC*", query in "\\PC*", name in "[a-z]{1,5}") {
        let request = decoded(&json!({ "rawPath": format!("/{path}"), "rawQueryString": query, "headers": { name: path } }));
        prop_assert!(request.uri().path().starts_with('/'));
    }

    #[test]
    fn any_bytes_survive_a_reply(body in any::<Vec<u8>>()) {
        let sent = reply(Response::new(Body::from(body.clone())));
        let text = sent["body"].as_str().unwrap();
        let received = if sent["isBase64Encoded"] == true { BASE64_STANDARD.decode(text).unwrap() } else { text.into() };
        prop_assert_eq!(received, body);
    }
}
