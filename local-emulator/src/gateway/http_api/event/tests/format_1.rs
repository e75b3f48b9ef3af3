use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use http::Request;
use http::request::Builder;
use serde_json::{Value, json};

use super::super::*;
use crate::gateway::http_api::fixture::with_routed_request;

const TIME_EPOCH: i64 = 1_744_668_983_126;
const REQUEST_ID: &str = "JCJgriq-vHcEPMg=";
const TRACE_ID: &str = "Root=1-67fd8937-6cd643e155b4258a556982c5";

/// Returns the event as JSON, after `aws_lambda_events` has parsed it too.
fn event_at(stage: &Stage, route_key: &str, request: Builder, body: &[u8]) -> Value {
    let identity = RequestIds::captured(REQUEST_ID, TRACE_ID, TIME_EPOCH);
    let json = with_routed_request(stage, route_key, request, body, &identity, |request| {
        request.to_event_1().unwrap()
    });
    serde_json::from_slice::<ApiGatewayProxyRequest>(&json).unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn event(route_key: &str, request: Builder, body: &[u8]) -> Value {
    event_at(&Stage::default(), route_key, request, body)
}

/// Based on an event recorded on 2025-04-14, `Snapshots/V1_SimpleGetRequestHttpV1.json` in
/// <https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2/tests>.
#[test]
fn an_event_has_the_members_that_aws_gives_it() {
    let request = Request::post("/api/users/123/orders?status=pending&tag=important&tag=urgent")
        .header("Content-Length", "0")
        .header("Content-Type", "text/plain; charset=utf-8")
        .header("Cookie", "session=abc123; theme=dark")
        .header("Host", "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com")
        .header("User-Agent", "TestAgent")
        .header("X-Custom-Header", "value0")
        .header("X-Custom-Header", "value1")
        .header("Connection", "close");
    let resource = "/api/users/{userId}/orders";
    assert_eq!(
        event("POST /api/users/{userId}/orders", request, b""),
        json!({
            "version": "1.0",
            "resource": resource,
            "path": "/api/users/123/orders",
            "httpMethod": "POST",
            "headers": {
                "Content-Length": "0",
                "Content-Type": "text/plain; charset=utf-8",
                "Host": "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
                "User-Agent": "TestAgent",
                "X-Amzn-Trace-Id": TRACE_ID,
                "X-Forwarded-For": "68.8.83.18",
                "X-Forwarded-Port": "80",
                "X-Forwarded-Proto": "http",
                "cookie": "session=abc123; theme=dark",
                "x-custom-header": "value1",
            },
            "multiValueHeaders": {
                "Content-Length": ["0"],
                "Content-Type": ["text/plain; charset=utf-8"],
                "Host": ["a1b2c3d4e5.execute-api.us-west-2.amazonaws.com"],
                "User-Agent": ["TestAgent"],
                "X-Amzn-Trace-Id": [TRACE_ID],
                "X-Forwarded-For": ["68.8.83.18"],
                "X-Forwarded-Port": ["80"],
                "X-Forwarded-Proto": ["http"],
                "cookie": ["session=abc123; theme=dark"],
                "x-custom-header": ["value0", "value1"],
            },
            "queryStringParameters": { "status": "pending", "tag": "urgent" },
            "multiValueQueryStringParameters": { "status": ["pending"], "tag": ["important", "urgent"] },
            "pathParameters": { "userId": "123" },
            "stageVariables": null,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "a1b2c3d4e5",
                "domainName": "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
                "domainPrefix": "a1b2c3d4e5",
                "extendedRequestId": REQUEST_ID,
                "httpMethod": "POST",
                "identity": {
                    "accessKey": null,
                    "accountId": null,
                    "caller": null,
                    "cognitoAmr": null,
                    "cognitoAuthenticationProvider": null,
                    "cognitoAuthenticationType": null,
                    "cognitoIdentityId": null,
                    "cognitoIdentityPoolId": null,
                    "principalOrgId": null,
                    "sourceIp": "68.8.83.18",
                    "user": null,
                    "userAgent": "TestAgent",
                    "userArn": null,
                },
                "path": "/api/users/123/orders",
                "protocol": "HTTP/1.1",
                "requestId": REQUEST_ID,
                "requestTime": "14/Apr/2025:22:16:23 +0000",
                "requestTimeEpoch": TIME_EPOCH,
                "resourceId": format!("POST {resource}"),
                "resourcePath": resource,
                "stage": "$default",
            },
            "body": null,
            "isBase64Encoded": false,
        })
    );
}

/// `Snapshots/V1_SpecialCharactersInPathHttpV1.json` and `V1_UnicodeCharactersInPathHttpV1.json`, in the folder
/// named above.
#[test]
fn path_is_encoded_and_that_of_the_context_decoded() {
    let event = event("GET /a/{b}", Request::get("/a/%E2%98%95%20Coffee"), b"");
    assert_eq!(event["path"], "/a/%E2%98%95%20Coffee");
    assert_eq!(event["requestContext"]["path"], "/a/☕ Coffee");
    assert_eq!(event["pathParameters"], json!({"b": "☕ Coffee"}));
}

/// The event that the comment on [`NAMED`] cites.
#[test]
fn the_default_route_is_its_own_resource() {
    let event = event("$default", Request::get("/async"), b"");
    assert_eq!(event["resource"], "$default");
    assert_eq!(event["requestContext"]["resourceId"], "$default");
    assert_eq!(event["requestContext"]["resourcePath"], "$default");
    assert_eq!(event["pathParameters"], Value::Null);
    assert_eq!(event["queryStringParameters"], Value::Null);
    assert_eq!(event["requestContext"]["identity"]["userAgent"], "");
}

#[test]
fn paths_include_a_named_stage() {
    let event = event_at(&"prod".to_owned().into(), "GET /a", Request::get("/prod/a"), b"");
    assert_eq!(event["path"], "/prod/a");
    assert_eq!(event["requestContext"]["path"], "/prod/a");
    assert_eq!(event["requestContext"]["stage"], "prod");
    assert_eq!(event["resource"], "/a");
}

/// `Snapshots/BinaryContentHttpV1.json`, in the folder named above.
#[test]
fn a_body_is_base64_by_the_rule_of_http_apis() {
    let binary = Request::post("/a").header("content-type", "application/octet-stream");
    let binary = event("POST /a", binary, &[1, 2, 3, 4, 5]);
    assert_eq!((&binary["body"], &binary["isBase64Encoded"]), (&json!("AQIDBAU="), &json!(true)));
    let text = event("POST /a", Request::post("/a").header("content-type", "application/json"), b"{}");
    assert_eq!((&text["body"], &text["isBase64Encoded"]), (&json!("{}"), &json!(false)));
}

#[test]
fn a_body_in_chunks_has_a_length() {
    let event = event("POST /a", Request::post("/a").header("transfer-encoding", "chunked"), b"abc");
    assert_eq!(event["headers"]["Content-Length"], "3");
    assert_eq!(event["headers"].get("transfer-encoding"), None);
}
