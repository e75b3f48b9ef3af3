use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use http::Request;
use http::request::Builder;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::ResourceTable;
use super::super::stage::Stage;
use super::*;
use crate::gateway::identity;

const TIME_EPOCH: i64 = 1_783_711_144_836;
const EXTENDED_ID: &str = "ATfSdF7nPHcErRA=";
const TRACE_ID: &str = "Root=1-6a5145a8-536f3e792f6be9b44c1f46fa";

fn ids() -> RestApiIds {
    RestApiIds::new(identity::RequestIds::captured(EXTENDED_ID, TRACE_ID, TIME_EPOCH))
}

fn bytes_of(key: &str, binary: &[&str], request: Builder, body: &[u8]) -> Result<Bytes, GatewayError> {
    let (head, ()) = request.body(()).unwrap().into_parts();
    let table = ResourceTable::new([(key.parse().unwrap(), ())]).unwrap();
    let addressed = Stage { name: "live".to_owned(), is_in_path: true }.address(head.uri.path())?;
    let received = ResourceRequest {
        api: &Api {
            account_id: "123456789012".to_owned(),
            api_id: "a1b2c3d4e5".to_owned(),
            ..Api::default()
        },
        stage: "live",
        binary: &BinaryMediaTypes::new(binary.iter().map(ToString::to_string).collect()),
        head: &head,
        addressed: &addressed,
        body,
        resource: &table.select(&head.method, addressed.path).ok_or(GatewayError::NoRoute)?,
        peer: [68, 8, 83, 18].into(),
        ids: &ids(),
        authorized: &Authorized::default(),
    };
    received.to_event()
}

/// Returns the event as JSON, after `aws_lambda_events` has parsed it too.
fn event(key: &str, request: Builder, body: impl AsRef<[u8]>) -> Value {
    let json = bytes_of(key, &[], request, body.as_ref()).unwrap();
    serde_json::from_slice::<ApiGatewayProxyRequest>(&json).unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn get(target: &str) -> Builder {
    Request::get(target)
}

/// Based on an event captured from AWS on 2026-07-10, `vokerhttp/testdata/apigwv1-request.json` in
/// <https://github.com/hotsock/voker>, and on the members that are `null` in
/// `tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` of <https://github.com/localstack/localstack>.
#[test]
fn an_event_has_the_members_that_aws_gives_it() {
    let request = Request::post(
        "/live/capture/space%20value?repeat=one&repeat=two&empty=&encodedPlus=a%2Bb&literalPlus=a+b",
    )
    .header("Host", "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com")
    .header("User-Agent", "curl/8.7.1")
    .header("Accept", "*/*")
    .header("Content-Type", "application/json")
    .header("Content-Length", "22")
    .header("Cookie", "session=abc123; theme=dark")
    .header("X-Probe", "first")
    .header("X-Probe", "second");
    let mut event = event("ANY /{proxy+}", request, r#"{"unicode":"lambda-λ"}"#);
    let request_id = event["requestContext"]["requestId"].take();
    Uuid::parse_str(request_id.as_str().unwrap()).unwrap();
    for id in [event["requestContext"]["resourceId"].take(), event["requestContext"]["deploymentId"].take()] {
        assert_eq!(id.as_str().map(str::len), Some(6));
    }
    assert_eq!(
        event,
        json!({
            "resource": "/{proxy+}",
            "path": "/capture/space%20value",
            "httpMethod": "POST",
            "headers": {
                "Host": "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
                "User-Agent": "curl/8.7.1",
                "X-Amzn-Trace-Id": TRACE_ID,
                "X-Forwarded-For": "68.8.83.18",
                "X-Forwarded-Port": "80",
                "X-Forwarded-Proto": "http",
                "accept": "*/*",
                "content-type": "application/json",
                "cookie": "session=abc123; theme=dark",
                "x-probe": "second",
            },
            "multiValueHeaders": {
                "Host": ["a1b2c3d4e5.execute-api.us-west-2.amazonaws.com"],
                "User-Agent": ["curl/8.7.1"],
                "X-Amzn-Trace-Id": [TRACE_ID],
                "X-Forwarded-For": ["68.8.83.18"],
                "X-Forwarded-Port": ["80"],
                "X-Forwarded-Proto": ["http"],
                "accept": ["*/*"],
                "content-type": ["application/json"],
                "cookie": ["session=abc123; theme=dark"],
                "x-probe": ["first", "second"],
            },
            "queryStringParameters": {
                "empty": "", "encodedPlus": "a+b", "literalPlus": "a b", "repeat": "two",
            },
            "multiValueQueryStringParameters": {
                "empty": [""], "encodedPlus": ["a+b"], "literalPlus": ["a b"], "repeat": ["one", "two"],
            },
            "pathParameters": { "proxy": "capture/space%20value" },
            "stageVariables": null,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "a1b2c3d4e5",
                "deploymentId": null,
                "domainName": "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
                "domainPrefix": "a1b2c3d4e5",
                "extendedRequestId": EXTENDED_ID,
                "httpMethod": "POST",
                "identity": {
                    "accessKey": null,
                    "accountId": null,
                    "caller": null,
                    "cognitoAuthenticationProvider": null,
                    "cognitoAuthenticationType": null,
                    "cognitoIdentityId": null,
                    "cognitoIdentityPoolId": null,
                    "principalOrgId": null,
                    "sourceIp": "68.8.83.18",
                    "user": null,
                    "userAgent": "curl/8.7.1",
                    "userArn": null,
                },
                "path": "/live/capture/space%20value",
                "protocol": "HTTP/1.1",
                "requestId": null,
                "requestTime": "10/Jul/2026:19:19:04 +0000",
                "requestTimeEpoch": TIME_EPOCH,
                "resourceId": null,
                "resourcePath": "/{proxy+}",
                "stage": "live",
            },
            "body": r#"{"unicode":"lambda-λ"}"#,
            "isBase64Encoded": false,
        })
    );
}

#[test]
fn members_with_nothing_in_them_are_null() {
    let event = event("GET /", get("/live"), "");
    let object = event.as_object().unwrap();
    for null in [
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    ] {
        assert_eq!(object.get(null), Some(&Value::Null), "{null}");
    }
    assert_eq!(event["requestContext"]["identity"].as_object().unwrap()["userAgent"], Value::Null);
    assert_eq!(event["isBase64Encoded"], false);
    assert_eq!(event["path"], "/");
    assert_eq!(event["requestContext"]["path"], "/live");
    assert_eq!(object.get("version"), None, "an HTTP API has one");
}

/// As recorded with `test_apigateway_header_remapping_aws[AWS_PROXY]` in
/// `tests/aws/services/apigateway/test_apigateway_integrations.snapshot.json` of
/// <https://github.com/localstack/localstack>.
#[test]
fn headers_of_the_connection_never_reach_a_function() {
    let dropped = [
        "Connection",
        "Content-Length",
        "Content-MD5",
        "Expect",
        "Max-Forwards",
        "Proxy-Authenticate",
        "Server",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "WWW-Authenticate",
    ];
    let kept = [
        "Accept",
        "Accept-Charset",
        "Accept-Encoding",
        "Age",
        "Authorization",
        "Content-Encoding",
        "Content-Type",
        "Date",
        "Host",
        "Pragma",
        "Range",
        "Referer",
        "User-Agent",
        "Via",
        "Warn",
    ];
    let request = dropped.iter().chain(&kept).fold(get("/live/"), |request, name| request.header(*name, "1"));
    let event = event("GET /", request, "");
    let mut names: Vec<_> =
        event["headers"].as_object().unwrap().keys().map(|name| name.to_lowercase()).collect();
    names.retain(|name| !name.starts_with("x-"));
    names.sort();
    assert_eq!(names, kept.map(str::to_lowercase));
    assert_eq!(event["headers"]["Authorization"], "1");
}

#[test]
fn a_signature_ends_at_the_api_and_a_token_does_not() {
    const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=AKIDOFTHEUSER/20261125/us-east-1/execute-api/aws4_request, \
                             SignedHeaders=host, Signature=0";
    for (authorization, seen) in [(SIGNATURE, Value::Null), ("Bearer AWS4-1", json!("Bearer AWS4-1"))] {
        let event = event("GET /", get("/live/").header("authorization", authorization), "");
        assert_eq!(event["headers"]["Authorization"], seen);
        assert_eq!(event["multiValueHeaders"]["Authorization"].is_null(), seen.is_null());
    }
}

#[test]
fn the_client_is_at_the_end_of_its_list_of_addresses() {
    let request = get("/live/")
        .header("X-Forwarded-For", "1.2.3.4")
        .header("X-Forwarded-Proto", "gopher")
        .header("X-Amzn-Trace-Id", "Root=1-0-0")
        .header("Host", "localhost:3000");
    let event = event("GET /", request, "");
    assert_eq!(event["headers"]["X-Forwarded-For"], "1.2.3.4, 68.8.83.18");
    assert_eq!(event["multiValueHeaders"]["X-Forwarded-Proto"], json!(["http"]));
    assert_eq!(event["headers"]["X-Forwarded-Port"], "3000");
    assert_eq!(event["headers"]["X-Amzn-Trace-Id"], TRACE_ID);
    assert_eq!(event["requestContext"]["domainName"], "localhost");
}

/// As recorded in `tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` of
/// <https://github.com/localstack/localstack>.
#[test]
fn paths_stay_encoded_with_one_slash_in_front() {
    for (key, sent, path, context_path, parameters) in [
        ("ANY /{proxy+}", "/live/a", "/a", "/live/a", json!({"proxy": "a"})),
        ("ANY /{proxy+}", "/live/a/", "/a/", "/live/a/", json!({"proxy": "a"})),
        ("ANY /{proxy+}", "/live/a//b", "/a//b", "/live/a//b", json!({"proxy": "a//b"})),
        ("ANY /{proxy+}", "//live/a", "/a", "/live/a", json!({"proxy": "a"})),
        ("ANY /{proxy+}", "/live//a", "/a", "/live//a", json!({"proxy": "a"})),
        ("ANY /hardcoded", "/live//hardcoded", "/hardcoded", "/live//hardcoded", Value::Null),
        (
            "ANY /{proxy+}",
            "/live/a%2Bb@c/d+e",
            "/a%2Bb@c/d+e",
            "/live/a%2Bb@c/d+e",
            json!({"proxy": "a%2Bb@c/d+e"}),
        ),
        (
            "ANY /{x}",
            "/live/%E2%98%95%20",
            "/%E2%98%95%20",
            "/live/%E2%98%95%20",
            json!({"x": "%E2%98%95%20"}),
        ),
    ] {
        let event = event(key, get(sent), "");
        assert_eq!(event["path"], path, "{sent}");
        assert_eq!(event["requestContext"]["path"], context_path, "{sent}");
        assert_eq!(event["pathParameters"], parameters, "{sent}");
    }
}

#[test]
fn a_semicolon_splits_the_query() {
    let event = event("GET /", get("/live/?a=1;b=2&c=3"), "");
    assert_eq!(event["queryStringParameters"], json!({"a": "1", "b": "2", "c": "3"}));
}

#[test]
fn body_of_a_binary_type_is_base64_and_others_text() {
    for (binary, content_type, body, seen, is_base64) in [
        (&[][..], "application/octet-stream", &b"\x01\xff\x02"[..], "\u{1}\u{fffd}\u{2}", false),
        (&["application/octet-stream"], "application/octet-stream", b"\x01\xff\x02", "Af8C", true),
        (&["application/octet-stream"], "application/json", b"{}", "{}", false),
        (&["*/*"], "application/json", b"{}", "e30=", true),
        (&[], "application/x-www-form-urlencoded", b"a=%20b", "a=%20b", false),
    ] {
        let request = Request::post("/live/").header("content-type", content_type);
        let json = bytes_of("POST /", binary, request, body).unwrap();
        let event: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(event["body"], seen, "{binary:?} {content_type}");
        assert_eq!(event["isBase64Encoded"], is_base64, "{binary:?} {content_type}");
    }
}

#[test]
fn an_event_over_the_limit_of_lambda_is_refused() {
    let too_long = vec![b'x'; limits::EVENT];
    let request = Request::post("/live/").header("content-type", "text/plain");
    let error = bytes_of("POST /", &[], request, &too_long).unwrap_err();
    assert_eq!(error, GatewayError::EventTooLong { limit: limits::EVENT });
}

proptest! {
    #[test]
    fn every_request_becomes_an_event_or_none(
        path in "/(live)?[ -~&&[^?#\"<>`{}|^ \\\\]]{0,20}",
        query in "[ -~&&[^#\"<>`{}|^ \\\\]]{0,20}",
        value in proptest::collection::vec(32_u8..=255, 0..12),
        body in proptest::collection::vec(any::<u8>(), 0..32),
        binary in prop_oneof![Just(&[][..]), Just(&["*/*"][..])],
    ) {
        let request = get(&format!("{path}?{query}"));
        prop_assume!(request.uri_ref().is_some());
        let value = value.into_iter().filter(|byte| *byte != 127).collect::<Vec<_>>();
        if let Ok(json) = bytes_of("ANY /{proxy+}", binary, request.header("x", value), &body) {
            serde_json::from_slice::<ApiGatewayProxyRequest>(&json).unwrap();
        }
    }
}
