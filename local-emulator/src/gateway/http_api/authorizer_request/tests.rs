use aws_lambda_events::apigw::{
    ApiGatewayV2CustomAuthorizerV1Request, ApiGatewayV2CustomAuthorizerV2Request,
};
use http::Request;
use http::request::Builder;
use serde_json::{Value, json};

use super::super::Stage;
use super::super::fixture::with_routed_request;
use super::*;
use crate::gateway::identity::RequestIds;

const TIME_EPOCH: i64 = 1_725_564_788_396;
const REQUEST_ID: &str = "dpYaOhEVLPEEMEA=";
const TRACE_ID: &str = "Root=1-66da0774-32c6e5112c547d2c43efbd3d";

/// The result of `check` for a request to a route.
fn with<T>(
    stage: &Stage,
    route_key: &str,
    request: Builder,
    check: impl FnOnce(&RouteAuthorizerRequest<'_, ()>) -> T,
) -> T {
    let identity = RequestIds::captured(REQUEST_ID, TRACE_ID, TIME_EPOCH);
    with_routed_request(stage, route_key, request, &[], &identity, |request| {
        check(&RouteAuthorizerRequest::new(&request, "eu-west-2"))
    })
}

fn form(payload_format: PayloadFormat) -> AuthorizerEvent {
    AuthorizerEvent::Request { identity_sources: Vec::new(), payload_format, simple_responses: false }
}

fn event(
    stage: &Stage,
    route_key: &str,
    request: Builder,
    format: PayloadFormat,
    identity: &[&str],
) -> Value {
    let identity: Vec<_> = identity.iter().map(|value| Cow::Borrowed(*value)).collect();
    let json = with(stage, route_key, request, |request| request.event(&form(format), &identity).unwrap());
    match format {
        PayloadFormat::V1 => {
            serde_json::from_slice::<ApiGatewayV2CustomAuthorizerV1Request>(&json).map(|_| ()).unwrap();
        }
        PayloadFormat::V2 => {
            // `cookies` has no default in the crate, although AWS leaves it out: the crate's own fixture
            // `example-apigw-v2-custom-authorizer-v2-request-without-cookies.json` has an empty list.
            serde_json::from_slice::<ApiGatewayV2CustomAuthorizerV2Request>(&json).map(|_| ()).unwrap();
        }
    }
    serde_json::from_slice(&json).unwrap()
}

/// Based on an event of 2024-09-05, `README.md` of <https://github.com/chrispsheehan/lambda-ssr-react-app>, with the
/// members of two more captures.
#[test]
fn event_2_0_has_the_members_that_aws_gives_it() {
    let request = Request::get("/dev/docs/a?limit=50&tag=a&tag=b")
        .header("Host", "a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com")
        .header("User-Agent", "curl/8.7.1")
        .header("Authorization", "Bearer secret")
        .header("Cookie", "session=abc123; theme=dark")
        .header("Connection", "keep-alive");
    let stage = Stage::from("dev".to_owned());
    assert_eq!(
        event(&stage, "ANY /docs/{proxy+}", request, PayloadFormat::V2, &["Bearer secret"]),
        json!({
            "version": "2.0",
            "type": "REQUEST",
            "routeArn": "arn:aws:execute-api:eu-west-2:123456789012:a1b2c3d4e5/dev/GET/docs/a",
            "identitySource": ["Bearer secret"],
            "routeKey": "ANY /docs/{proxy+}",
            "rawPath": "/dev/docs/a",
            "rawQueryString": "limit=50&tag=a&tag=b",
            "cookies": ["session=abc123", "theme=dark"],
            "headers": {
                "authorization": "Bearer secret",
                "content-length": "0",
                "host": "a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com",
                "user-agent": "curl/8.7.1",
                "x-amzn-trace-id": TRACE_ID,
                "x-forwarded-for": "68.8.83.18",
                "x-forwarded-port": "80",
                "x-forwarded-proto": "http",
            },
            "queryStringParameters": { "limit": "50", "tag": "a,b" },
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "a1b2c3d4e5",
                "domainName": "a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com",
                "domainPrefix": "a1b2c3d4e5",
                "http": {
                    "method": "GET",
                    "path": "/dev/docs/a",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "68.8.83.18",
                    "userAgent": "curl/8.7.1",
                },
                "requestId": REQUEST_ID,
                "routeKey": "ANY /docs/{proxy+}",
                "stage": "dev",
                "time": "05/Sep/2024:19:33:08 +0000",
                "timeEpoch": TIME_EPOCH,
            },
            "pathParameters": { "proxy": "a" },
        })
    );
}

/// The capture also lacks `cookies`, `queryStringParameters` and `pathParameters`. `identitySource` is `null` in
/// <https://github.com/aws-powertools/powertools-lambda-typescript/issues/3483>.
#[test]
fn event_2_0_without_identity_sources_has_null() {
    let event = event(&Stage::default(), "GET /a", Request::get("/a"), PayloadFormat::V2, &[]);
    assert_eq!(event["identitySource"], Value::Null);
    assert!(event.as_object().unwrap().contains_key("identitySource"));
    for absent in
        ["cookies", "queryStringParameters", "pathParameters", "stageVariables", "body", "isBase64Encoded"]
    {
        assert_eq!(event.get(absent), None, "{absent}");
    }
    assert_eq!(event["requestContext"].get("authorizer"), None);
}

/// The members are from the example in
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>; the members of the
/// context are from a function's event.
#[test]
fn event_1_0_has_the_members_that_aws_documents() {
    let request = Request::get("/pets/7?QueryString1=queryValue1")
        .header("Host", "a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com")
        .header("HeaderAuth1", "headerValue1")
        .header("User-Agent", "curl/8.7.1");
    let identity = ["user1", "123"];
    let mut event = event(&Stage::default(), "GET /pets/{id}", request, PayloadFormat::V1, &identity);
    let mut members: Vec<_> = event["requestContext"].as_object().unwrap().keys().cloned().collect();
    members.sort_unstable();
    for member in ["accountId", "apiId", "httpMethod", "identity", "path", "requestId", "resourceId", "stage"]
    {
        assert!(members.iter().any(|it| it == member), "{member}");
    }
    assert_eq!(event["requestContext"]["identity"]["sourceIp"], "68.8.83.18");
    event.as_object_mut().unwrap().remove("requestContext");
    assert_eq!(
        event,
        json!({
            "version": "1.0",
            "type": "REQUEST",
            "methodArn": "arn:aws:execute-api:eu-west-2:123456789012:a1b2c3d4e5/$default/GET/pets/7",
            "identitySource": "user1,123",
            "authorizationToken": "user1,123",
            "resource": "/pets/{id}",
            "path": "/pets/7",
            "httpMethod": "GET",
            "headers": {
                "Content-Length": "0",
                "Host": "a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com",
                "User-Agent": "curl/8.7.1",
                "X-Amzn-Trace-Id": TRACE_ID,
                "X-Forwarded-For": "68.8.83.18",
                "X-Forwarded-Port": "80",
                "X-Forwarded-Proto": "http",
                "headerauth1": "headerValue1",
            },
            "queryStringParameters": { "QueryString1": "queryValue1" },
            "pathParameters": { "id": "7" },
            "stageVariables": {},
        })
    );
}

#[test]
fn event_1_0_has_empty_objects_where_nothing_is() {
    let event = event(&Stage::default(), "$default", Request::get("/a"), PayloadFormat::V1, &[]);
    for member in ["queryStringParameters", "pathParameters", "stageVariables"] {
        assert_eq!(event[member], json!({}), "{member}");
    }
    assert_eq!((event.get("identitySource"), event.get("authorizationToken")), (None, None));
    assert_eq!(event["resource"], "$default");
}

/// The first three ARNs are from captures of 2021, 2024 and 2025, whose events have these paths.
#[test]
fn route_arn_has_method_and_path_of_the_request() {
    let default = Stage::default();
    let dev = Stage::from("dev".to_owned());
    for (stage, route_key, target, end) in [
        (&default, "ANY /reads/giab", "/reads/giab", "$default/GET/reads/giab"),
        (&dev, "ANY /{proxy+}", "/dev/", "dev/GET/"),
        (&default, "GET /api/{proxy+}", "/api/v1/graph-data", "$default/GET/api/v1/graph-data"),
        (&dev, "$default", "/dev", "dev/GET/"),
        (&default, "GET /a/{b}", "/a/caf%C3%A9%2Fx", "$default/GET/a/café/x"),
        (&default, "$default", "/a?b=c", "$default/GET/a"),
        (&default, "$default", "/a/", "$default/GET/a/"),
    ] {
        let arn = with(stage, route_key, Request::get(target), |request| request.arn().to_owned());
        assert_eq!(arn, format!("arn:aws:execute-api:eu-west-2:123456789012:a1b2c3d4e5/{end}"), "{target}");
    }
}

#[test]
fn identity_is_found_where_its_source_says() {
    let request = || {
        Request::get("/a/7?name=x&name=y&empty=&%6bey=v%20w")
            .header("Authorization", "Bearer 1")
            .header("X-Twice", "a")
            .header("X-Twice", "b")
            .header("Host", "example.com:3000")
            .header("User-Agent", "curl")
    };
    let header = |name: &str| IdentitySource::Header(name.to_owned());
    let query = |name: &str| IdentitySource::QueryString(name.to_owned());
    let context = |name: &str| IdentitySource::Context(name.to_owned());
    for (source, value) in [
        (header("authorization"), Some("Bearer 1")),
        (header("AUTHORIZATION"), Some("Bearer 1")),
        (header("X-Twice"), Some("a,b")),
        (header("missing"), None),
        (header("no header"), None),
        (query("name"), Some("x,y")),
        (query("key"), Some("v w")),
        (query("empty"), Some("")),
        (query("Name"), None),
        (context("routeKey"), Some("GET /a/{id}")),
        (context("identity.sourceIp"), Some("68.8.83.18")),
        (context("identity.userAgent"), Some("curl")),
        (context("httpMethod"), Some("GET")),
        (context("path"), Some("/a/7")),
        (context("stage"), Some("$default")),
        (context("apiId"), Some("a1b2c3d4e5")),
        (context("accountId"), Some("123456789012")),
        (context("domainName"), Some("example.com")),
        (context("requestTimeEpoch"), Some("1725564788396")),
        (context("requestTime"), Some("05/Sep/2024:19:33:08 +0000")),
        (context("identity.user"), None),
        (context("routekey"), None),
        (IdentitySource::StageVariable("name".to_owned()), None),
    ] {
        with(&Stage::default(), "GET /a/{id}", request(), |request| {
            assert_eq!(request.identity(&source).as_deref(), value, "{source:?}");
        });
    }
}
