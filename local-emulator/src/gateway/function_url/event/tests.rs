use aws_lambda_events::lambda_function_urls::LambdaFunctionUrlRequest;
use http::Request;
use http::request::Builder;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::authorizer::IamCaller;

const TIME_EPOCH: i64 = 1_783_711_146_671;
const REQUEST_ID: &str = "d16a6b55-dea9-4b23-8499-eb85c3d2d904";
const TRACE_ID: &str = "Root=1-6a5145aa-290a323a5de9a2e0636377d4";
const HOST: &str = "2cxn22odiwguak4feg4jtt7cwm0ziblr.lambda-url.us-west-2.on.aws";

/// Returns the event as JSON, after `aws_lambda_events` has parsed it too.
fn event_of(authorized: &Authorized, request: Builder, body: &[u8]) -> Value {
    let (head, ()) = request.body(()).unwrap().into_parts();
    let arrived = UrlRequest {
        api: &Api::default(),
        head: &head,
        body,
        peer: [68, 8, 83, 18].into(),
        identity: &RequestIds::captured(REQUEST_ID, TRACE_ID, TIME_EPOCH),
        authorized,
    };
    let json = arrived.to_event().unwrap();
    serde_json::from_slice::<LambdaFunctionUrlRequest>(&json).unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn event(request: Builder, body: impl AsRef<[u8]>) -> Value {
    event_of(&Authorized::default(), request, body.as_ref())
}

/// Based on an event captured from AWS on 2026-07-10, `vokerhttp/testdata/functionurl-request.json` in
/// <https://github.com/hotsock/voker>, without TLS and the members that its typed log adds.
#[test]
fn an_event_has_the_members_that_aws_gives_it() {
    let query = "repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty=";
    let request = Request::post(format!("/capture/space%20value?{query}"))
        .header("Host", HOST)
        .header("User-Agent", "curl/8.7.1")
        .header("Accept", "*/*")
        .header("Content-Type", "application/json")
        .header("Content-Length", "2")
        .header("Cookie", "session=abc123; theme=dark")
        .header("X-Probe", "first")
        .header("X-Probe", "second")
        .header("Connection", "keep-alive");
    assert_eq!(
        event(request, "{}"),
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/capture/space%20value",
            "rawQueryString": query,
            "cookies": ["session=abc123", "theme=dark"],
            "headers": {
                "accept": "*/*",
                "content-length": "2",
                "content-type": "application/json",
                "cookie": "session=abc123; theme=dark",
                "host": HOST,
                "user-agent": "curl/8.7.1",
                "x-amzn-trace-id": TRACE_ID,
                "x-forwarded-for": "68.8.83.18",
                "x-forwarded-port": "80",
                "x-forwarded-proto": "http",
                "x-probe": "first,second",
            },
            "queryStringParameters": {
                "empty": "",
                "encodedPlus": "a+b",
                "literalPlus": "a b",
                "redirect": "https://example.com/a/b",
                "repeat": "one,two",
            },
            "requestContext": {
                "accountId": "anonymous",
                "apiId": "2cxn22odiwguak4feg4jtt7cwm0ziblr",
                "domainName": HOST,
                "domainPrefix": "2cxn22odiwguak4feg4jtt7cwm0ziblr",
                "http": {
                    "method": "POST",
                    "path": "/capture/space value",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "68.8.83.18",
                    "userAgent": "curl/8.7.1",
                },
                "requestId": REQUEST_ID,
                "routeKey": "$default",
                "stage": "$default",
                "time": "10/Jul/2026:19:19:06 +0000",
                "timeEpoch": TIME_EPOCH,
            },
            "body": "{}",
            "isBase64Encoded": false,
        })
    );
}

#[test]
fn members_with_nothing_in_them_are_left_out() {
    let event = event(Request::get("/"), "");
    for absent in ["body", "cookies", "queryStringParameters", "pathParameters", "stageVariables"] {
        assert_eq!(event.get(absent), None, "{absent}");
    }
    assert_eq!(event["requestContext"].get("authorizer"), None);
    assert_eq!(event["rawQueryString"], "");
    assert_eq!(event["isBase64Encoded"], false);
}

#[test]
fn raw_path_stays_encoded_and_path_is_decoded() {
    for (raw_path, path) in [
        ("/", "/"),
        ("/pa2%Fth/1", "/pa2%Fth/1"),
        ("/a%2Fb%23c", "/a/b#c"),
        ("/a%3Fb/c", "/a?b/c"),
        ("/%E2%98%95", "/☕"),
        ("//a//", "//a//"),
    ] {
        let event = event(Request::get(raw_path), "");
        assert_eq!(event["rawPath"], raw_path);
        assert_eq!(event["requestContext"]["http"]["path"], path, "{raw_path}");
    }
}

#[test]
fn domain_has_the_form_of_a_function_url() {
    for (host, id) in [
        ("api-user.localhost:3001", "api-user"),
        ("localhost:3001", "localhost0"),
        ("[::1]:3001", "localhost0"),
    ] {
        let context = &event(Request::get("/").header("host", host), "")["requestContext"];
        assert_eq!((&context["apiId"], &context["domainPrefix"]), (&json!(id), &json!(id)));
        assert_eq!(context["domainName"], format!("{id}.lambda-url.us-east-1.on.aws"));
    }
}

#[test]
fn a_form_arrives_base64_encoded_and_text_does_not() {
    for (content_type, body, is_base64) in [
        ("text/plain", "text", false),
        ("application/json", "text", false),
        ("multipart/form-data; boundary=x", "dGV4dA==", true),
        ("application/x-www-form-urlencoded", "dGV4dA==", true),
    ] {
        let event = event(Request::post("/").header("content-type", content_type), "text");
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(body), &json!(is_base64)));
    }
}

fn signed() -> Authorized {
    let caller = Caller::Iam(IamCaller {
        access_key: "AKIDOFTHEUSER".to_owned(),
        account_id: "123456789012".to_owned(),
        user_id: "AIDACKCEVSQ6C2EXAMPLE".to_owned(),
        user_arn: "arn:aws:iam::123456789012:user/local".to_owned(),
    });
    Authorized { caller: Some(caller), ..Authorized::default() }
}

#[test]
fn signer_is_in_the_event_of_a_url() {
    let context = &event_of(&signed(), Request::get("/"), b"")["requestContext"];
    assert_eq!(context["accountId"], "123456789012");
    assert_eq!(
        context["authorizer"],
        json!({ "iam": {
            "accessKey": "AKIDOFTHEUSER",
            "accountId": "123456789012",
            "callerId": "AIDACKCEVSQ6C2EXAMPLE",
            "cognitoIdentity": null,
            "principalOrgId": null,
            "userArn": "arn:aws:iam::123456789012:user/local",
            "userId": "AIDACKCEVSQ6C2EXAMPLE",
        } })
    );
}

#[test]
fn signature_ends_at_a_url_of_aws_iam() {
    const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=AKIDOFTHEUSER/20261125/us-east-1/lambda/aws4_request, \
                             SignedHeaders=host, Signature=0";
    for (authorized, sent, is_there) in [
        (signed(), SIGNATURE, false),
        (Authorized::default(), SIGNATURE, true),
        (Authorized::default(), "Bearer x", true),
    ] {
        let request =
            Request::get("/").header("authorization", sent).header("x-amz-date", "20261125T120000Z");
        let headers = &event_of(&authorized, request, b"")["headers"];
        assert_eq!(headers["authorization"], if is_there { json!(sent) } else { Value::Null }, "{sent}");
        assert_eq!(headers["x-amz-date"], "20261125T120000Z");
    }
}

proptest! {
    #[test]
    fn every_request_becomes_an_event(
        path in "(/[!-~]{0,6}){1,3}",
        query in "[!-~]{0,12}",
        value in prop::collection::vec(prop_oneof![32..127_u8, 128..=255_u8], 0..12),
        name in prop::sample::select(vec!["host", "cookie", "content-type", "authorization", "user-agent"]),
        body in prop::collection::vec(any::<u8>(), 0..32),
    ) {
        if let Ok(uri) = format!("{path}?{query}").parse::<http::Uri>() {
            event_of(&signed(), Request::post(uri).header(name, value), &body);
        }
    }
}
