mod format_1;
mod headers;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use http::Request;
use http::request::Builder;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::fixture::with_routed_request;
use super::*;
use crate::gateway::limits;

const TIME_EPOCH: i64 = 1_783_711_145_766;
const REQUEST_ID: &str = "ATfSmjLgPHcESJw=";
const TRACE_ID: &str = "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0";

fn bytes_of(route_key: &str, request: Builder, body: &[u8]) -> Result<Bytes, GatewayError> {
    bytes_at(&Stage::default(), route_key, request, body)
}

fn bytes_at(stage: &Stage, route_key: &str, request: Builder, body: &[u8]) -> Result<Bytes, GatewayError> {
    let identity = RequestIds::captured(REQUEST_ID, TRACE_ID, TIME_EPOCH);
    with_routed_request(stage, route_key, request, body, &identity, |request| {
        request.to_event(PayloadFormat::V2)
    })
}

/// Returns the event as JSON, after `aws_lambda_events` has parsed it too.
fn event(route_key: &str, request: Builder, body: impl AsRef<[u8]>) -> Value {
    let json = bytes_of(route_key, request, body.as_ref()).unwrap();
    serde_json::from_slice::<ApiGatewayV2httpRequest>(&json).unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn get(target: &str) -> Builder {
    Request::get(target)
}

/// Based on an event captured from AWS on 2026-07-10, `vokerhttp/testdata/apigwv2-request.json` in
/// <https://github.com/hotsock/voker>.
#[test]
fn an_event_has_the_members_that_aws_gives_it() {
    let request = Request::post("/api/users/123/orders?status=pending&tag=important&tag=urgent")
        .header("Host", "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com")
        .header("User-Agent", "curl/8.7.1")
        .header("Accept", "*/*")
        .header("Content-Type", "application/json")
        .header("Content-Length", "2")
        .header("Cookie", "session=abc123; theme=dark")
        .header("X-Probe", "first")
        .header("X-Probe", "second")
        .header("Connection", "keep-alive");
    assert_eq!(
        event("POST /api/users/{userId}/orders", request, "{}"),
        json!({
            "version": "2.0",
            "routeKey": "POST /api/users/{userId}/orders",
            "rawPath": "/api/users/123/orders",
            "rawQueryString": "status=pending&tag=important&tag=urgent",
            "cookies": ["session=abc123", "theme=dark"],
            "headers": {
                "accept": "*/*",
                "content-length": "2",
                "content-type": "application/json",
                "host": "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
                "user-agent": "curl/8.7.1",
                "x-amzn-trace-id": TRACE_ID,
                "x-forwarded-for": "68.8.83.18",
                "x-forwarded-port": "80",
                "x-forwarded-proto": "http",
                "x-probe": "first,second",
            },
            "queryStringParameters": { "status": "pending", "tag": "important,urgent" },
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "a1b2c3d4e5",
                "domainName": "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
                "domainPrefix": "a1b2c3d4e5",
                "http": {
                    "method": "POST",
                    "path": "/api/users/123/orders",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "68.8.83.18",
                    "userAgent": "curl/8.7.1",
                },
                "requestId": REQUEST_ID,
                "routeKey": "POST /api/users/{userId}/orders",
                "stage": "$default",
                "time": "10/Jul/2026:19:19:05 +0000",
                "timeEpoch": TIME_EPOCH,
            },
            "pathParameters": { "userId": "123" },
            "body": "{}",
            "isBase64Encoded": false,
        })
    );
}

#[test]
fn members_with_nothing_in_them_are_left_out() {
    let event = event("$default", get("/"), "");
    for absent in ["body", "cookies", "queryStringParameters", "pathParameters", "stageVariables"] {
        assert_eq!(event.get(absent), None, "{absent}");
    }
    assert_eq!(event["rawQueryString"], "");
    assert_eq!(event["isBase64Encoded"], false);
    assert_eq!(event["requestContext"]["http"]["userAgent"], "");
    assert_eq!(event["requestContext"]["domainName"], "");
}

#[test]
fn the_route_key_is_the_one_of_the_route() {
    for key in ["GET /a/{id}", "ANY /a/{id}", "ANY /{proxy+}", "$default"] {
        let event = event(key, get("/a/7"), "");
        assert_eq!(event["routeKey"], key);
        assert_eq!(event["requestContext"]["routeKey"], key);
    }
}

#[test]
fn paths_include_a_named_stage_and_parameters_do_not() {
    let stage = Stage::from("prod".to_owned());
    for (target, path, slug) in [
        ("/prod/docs/a/b", "/prod/docs/a/b", "a/b"),
        ("/pro%64/docs/a%20b", "/prod/docs/a b", "a b"),
        ("/prod/docs/", "/prod/docs/", ""),
    ] {
        let json = bytes_at(&stage, "GET /docs/{slug+}", get(target), b"").unwrap();
        let event: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(event["rawPath"], path, "{target}");
        assert_eq!(event["requestContext"]["http"]["path"], path, "{target}");
        assert_eq!(event["requestContext"]["stage"], "prod", "{target}");
        assert_eq!(event["pathParameters"]["slug"], slug, "{target}");
        assert_eq!(event["routeKey"], "GET /docs/{slug+}", "{target}");
    }
}

#[test]
fn paths_and_their_parameters_are_decoded() {
    for (target, raw_path, parameter) in [
        ("/docs/a/b", "/docs/a/b", "a/b"),
        ("/docs/a%20b", "/docs/a b", "a b"),
        ("/docs/%E2%98%95", "/docs/☕", "☕"),
        ("/docs/a%2Fb", "/docs/a/b", "a/b"),
        ("/docs/a%3Fb", "/docs/a", "a?b"),
        ("/docs/", "/docs/", ""),
    ] {
        let event = event("GET /docs/{slug+}", get(target), "");
        assert_eq!(event["rawPath"], raw_path, "{target}");
        assert_eq!(event["requestContext"]["http"]["path"], raw_path, "{target}");
        assert_eq!(event["pathParameters"], json!({ "slug": parameter }), "{target}");
    }
}

#[test]
fn query_string_is_raw_and_parameters_are_decoded() {
    for (query, parameters) in [
        ("a=1&b=2", json!({ "a": "1", "b": "2" })),
        ("a=1&b=2&a=3", json!({ "a": "1,3", "b": "2" })),
        ("a=1,2&a=3", json!({ "a": "1,2,3" })),
        ("q=a%20b+c%2Bd", json!({ "q": "a b c+d" })),
        ("x=", json!({ "x": "" })),
        ("x", json!({ "x": "" })),
        ("a=b=c", json!({ "a": "b=c" })),
        ("%61=%zz%ff", json!({ "a": "%zz\u{fffd}" })),
    ] {
        let event = event("$default", get(&format!("/?{query}")), "");
        assert_eq!(event["rawQueryString"], query);
        assert_eq!(event["queryStringParameters"], parameters, "{query}");
    }
}

#[test]
fn the_protocol_is_that_of_http_1_for_every_client() {
    for version in [http::Version::HTTP_10, http::Version::HTTP_11, http::Version::HTTP_2] {
        let event = event("$default", get("/").version(version), "");
        assert_eq!(event["requestContext"]["http"]["protocol"], "HTTP/1.1");
    }
}

#[test]
fn missing_headers_are_not_invented() {
    let request = get("/").header("Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.");
    let event = event("$default", request, "");
    let mut names: Vec<_> = event["headers"].as_object().unwrap().keys().collect();
    names.sort_unstable();
    let added = ["x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"];
    assert_eq!(names, [&["authorization", "content-length"], &added[..]].concat());
    assert_eq!(event["requestContext"].get("authorizer"), None);
}

#[test]
fn a_lone_question_mark_is_no_query() {
    let event = event("$default", get("/?"), "");
    assert_eq!(event["rawQueryString"], "");
    assert_eq!(event.get("queryStringParameters"), None);
}

#[test]
fn json_arrives_as_text_and_a_form_as_base64() {
    for (content_type, text, is_base64) in [
        ("application/json", "a=1\u{1}\"é", false),
        ("application/x-www-form-urlencoded", "YT0xASLDqQ==", true),
    ] {
        let event = event("$default", get("/").header("Content-Type", content_type), "a=1\u{1}\"é");
        assert_eq!(event["body"], text, "{content_type}");
        assert_eq!(event["isBase64Encoded"], is_base64, "{content_type}");
    }
}

#[test]
fn an_event_over_lambdas_limit_is_refused() {
    let text = |len| bytes_of("$default", get("/").header("Content-Type", "text/plain"), &vec![b'x'; len]);
    // A length of as many digits.
    let around = text(1_000_000).unwrap().len() - 1_000_000;
    assert_eq!(text(limits::EVENT - around).unwrap().len(), limits::EVENT);
    let refused = GatewayError::EventTooLong { limit: limits::EVENT };
    assert_eq!(text(limits::EVENT - around + 1), Err(refused.clone()));
    assert_eq!(
        bytes_of("$default", get("/"), &vec![0; 5_000_000]),
        Err(refused),
        "base64 takes a third more"
    );
}

proptest! {
    #[test]
    fn every_request_becomes_an_event(
        path in "(/[!-~]{0,6}){1,3}",
        query in "[!-~]{0,12}",
        value in prop::collection::vec(prop_oneof![32..127_u8, 128..=255_u8], 0..12),
        name in prop::sample::select(vec!["host", "cookie", "content-type", "x-forwarded-for", "x-amzn-trace-id", "user-agent"]),
        body in prop::collection::vec(any::<u8>(), 0..32),
    ) {
        let target = format!("{path}?{query}");
        if let Ok(uri) = target.parse::<http::Uri>() {
            event("$default", Request::post(uri).header(name, value), body);
        }
    }
}

#[test]
fn raw_path_ends_at_an_encoded_question_mark() {
    for (sent, seen) in [
        ("/a/b", "/a/b"),
        ("/capture/space%20value", "/capture/space value"),
        ("/%E2%98%95", "/☕"),
        ("/a%2Fb%23c", "/a/b#c"),
        ("/a%3Fb/c", "/a"),
        ("/100%", "/100%"),
        ("/%zz%4", "/%zz%4"),
        ("/%ff", "/\u{fffd}"),
        ("/a+b", "/a+b"),
    ] {
        assert_eq!(raw_path(sent), seen, "{sent}");
    }
}
