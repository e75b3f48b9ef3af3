use api_routes_project::aws::PayloadFormat;
use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerRequest, ApiGatewayCustomAuthorizerRequestTypeRequest,
};
use http::Request;
use http::request::Builder;
use serde_json::{Value, json};

use super::super::ResourceTable;
use super::super::ids::RestApiIds;
use super::super::media::BinaryMediaTypes;
use super::super::stage::Stage;
use super::*;
use crate::authorizer::Authorized;
use crate::gateway::{Api, identity};

const TIME_EPOCH: i64 = 1_758_143_857_805;
const EXTENDED_ID: &str = "RELJ2E1WoAMEiYg=";
const TRACE_ID: &str = "Root=1-68cb2571-2d49f2d01b5467b031f3085f";

/// The result of `check` for a request to a method.
fn with<T>(
    key: &str,
    request: Builder,
    check: impl FnOnce(Result<MethodAuthorizerRequest<'_, ()>, GatewayError>) -> T,
) -> T {
    let (head, ()) = request.body(()).unwrap().into_parts();
    let table = ResourceTable::new([(key.parse().unwrap(), ())]).unwrap();
    let stage = Stage { name: "prod".to_owned(), is_in_path: true };
    let addressed = stage.address(head.uri.path()).unwrap();
    let received = ResourceRequest {
        api: &Api {
            account_id: "123456789012".to_owned(),
            api_id: "a1b2c3d4e5".to_owned(),
            ..Api::default()
        },
        stage: "prod",
        binary: &BinaryMediaTypes::new(Vec::new()),
        head: &head,
        addressed: &addressed,
        body: &[],
        resource: &table.select(&head.method, addressed.path).unwrap(),
        peer: [143, 105, 18, 199].into(),
        ids: &RestApiIds::new(identity::RequestIds::captured(EXTENDED_ID, TRACE_ID, TIME_EPOCH)),
        authorized: &Authorized::default(),
    };
    check(MethodAuthorizerRequest::new(&received, "us-east-1"))
}

fn request_event(key: &str, request: Builder) -> Value {
    let form = AuthorizerEvent::Request {
        identity_sources: Vec::new(),
        payload_format: PayloadFormat::V1,
        simple_responses: false,
    };
    let json = with(key, request, |request| request.unwrap().event(&form, &[]).unwrap());
    serde_json::from_slice::<ApiGatewayCustomAuthorizerRequestTypeRequest>(&json).unwrap();
    serde_json::from_slice(&json).unwrap()
}

/// Based on an event of 2025-09-17 that the authorizer of a public project printed.
#[test]
fn event_of_request_has_the_members_that_aws_gives_it() {
    let request = Request::get("/prod")
        .header("Accept", "*/*")
        .header("Authorization", "Bearer 5c9dc7665ce7a0aa616779216e27e239")
        .header("Host", "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com")
        .header("User-Agent", "PostmanRuntime/7.45.0")
        .header("Connection", "keep-alive");
    let mut event = request_event("GET /", request);
    let context = &mut event["requestContext"];
    for id in [context["resourceId"].take(), context["deploymentId"].take(), context["requestId"].take()] {
        assert!(id.is_string());
    }
    assert_eq!(
        event,
        json!({
            "type": "REQUEST",
            "methodArn": "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/",
            "resource": "/",
            "path": "/",
            "httpMethod": "GET",
            "headers": {
                "Authorization": "Bearer 5c9dc7665ce7a0aa616779216e27e239",
                "Host": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
                "User-Agent": "PostmanRuntime/7.45.0",
                "X-Amzn-Trace-Id": TRACE_ID,
                "X-Forwarded-For": "143.105.18.199",
                "X-Forwarded-Port": "80",
                "X-Forwarded-Proto": "http",
                "accept": "*/*",
            },
            "multiValueHeaders": {
                "Authorization": ["Bearer 5c9dc7665ce7a0aa616779216e27e239"],
                "Host": ["a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"],
                "User-Agent": ["PostmanRuntime/7.45.0"],
                "X-Amzn-Trace-Id": [TRACE_ID],
                "X-Forwarded-For": ["143.105.18.199"],
                "X-Forwarded-Port": ["80"],
                "X-Forwarded-Proto": ["http"],
                "accept": ["*/*"],
            },
            "queryStringParameters": {},
            "multiValueQueryStringParameters": {},
            "pathParameters": {},
            "stageVariables": {},
            "requestContext": {
                "resourceId": null,
                "resourcePath": "/",
                "httpMethod": "GET",
                "extendedRequestId": EXTENDED_ID,
                "requestTime": "17/Sep/2025:21:17:37 +0000",
                "path": "/prod",
                "accountId": "123456789012",
                "protocol": "HTTP/1.1",
                "stage": "prod",
                "domainPrefix": "a1b2c3d4e5",
                "requestTimeEpoch": TIME_EPOCH,
                "requestId": null,
                "identity": {
                    "cognitoIdentityPoolId": null,
                    "accountId": null,
                    "cognitoIdentityId": null,
                    "caller": null,
                    "sourceIp": "143.105.18.199",
                    "principalOrgId": null,
                    "accessKey": null,
                    "cognitoAuthenticationType": null,
                    "cognitoAuthenticationProvider": null,
                    "userArn": null,
                    "userAgent": "PostmanRuntime/7.45.0",
                    "user": null,
                },
                "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
                "deploymentId": null,
                "apiId": "a1b2c3d4e5",
            },
        })
    );
}

#[test]
fn event_of_request_has_parameters() {
    let event = request_event("GET /pets/{id}", Request::get("/prod/pets/7?a=1&a=2"));
    assert_eq!(event["pathParameters"], json!({ "id": "7" }));
    assert_eq!(event["queryStringParameters"], json!({ "a": "2" }));
    assert_eq!(event["multiValueQueryStringParameters"], json!({ "a": ["1", "2"] }));
    assert_eq!(event["resource"], "/pets/{id}");
    assert_eq!(
        (&event["path"], &event["requestContext"]["path"]),
        (&json!("/pets/7"), &json!("/prod/pets/7"))
    );
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html>
#[test]
fn event_of_token_has_the_token_and_the_method() {
    let form = AuthorizerEvent::Token { header: "Authorization".to_owned(), validation: None };
    let json = with("GET /pets/{id}", Request::get("/prod/pets/7"), |request| {
        request.unwrap().event(&form, &["allow".into()]).unwrap()
    });
    serde_json::from_slice::<ApiGatewayCustomAuthorizerRequest>(&json).unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&json).unwrap(),
        json!({
            "type": "TOKEN",
            "authorizationToken": "allow",
            "methodArn": "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/pets/7",
        })
    );
}

/// The ARN of `GET` and `/ping` is from a capture of 2021-02-28.
#[test]
fn method_arn_has_the_path_of_the_request() {
    for (key, target, end) in [
        ("GET /ping", "/prod/ping", "prod/GET/ping"),
        ("GET /", "/prod/", "prod/GET/"),
        ("ANY /{proxy+}", "/prod/a/b", "prod/GET/a/b"),
        ("ANY /{proxy+}", "/prod/a%20b", "prod/GET/a%20b"),
        ("GET /a", "/prod//a?b=c", "prod/GET/a"),
    ] {
        let arn = with(key, Request::get(target), |request| request.unwrap().arn().to_owned());
        assert_eq!(arn, format!("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/{end}"), "{target}");
    }
}

#[test]
fn method_arn_over_1600_bytes_is_refused() {
    let around = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/".len();
    let fits = |length: usize| {
        let target = format!("/prod/{}", "x".repeat(length - around));
        with("ANY /{proxy+}", Request::get(target), |request| request.map(|_| ()))
    };
    assert_eq!(fits(METHOD_ARN), Ok(()));
    let refused = GatewayError::MethodArnTooLong { size: METHOD_ARN + 1, limit: METHOD_ARN };
    assert_eq!(fits(METHOD_ARN + 1), Err(refused));
}

#[test]
fn identity_is_found_where_its_source_says() {
    let request = || {
        Request::get("/prod/a/7?name=x&name=y&empty=")
            .header("Authorization", "Bearer 1")
            .header("Authorization", "Bearer 2")
            .header("User-Agent", "curl")
    };
    let header = |name: &str| IdentitySource::Header(name.to_owned());
    let query = |name: &str| IdentitySource::QueryString(name.to_owned());
    let context = |name: &str| IdentitySource::Context(name.to_owned());
    for (source, value) in [
        (header("authorization"), Some("Bearer 2")),
        (header("missing"), None),
        (query("name"), Some("y")),
        (query("empty"), Some("")),
        (query("missing"), None),
        (context("httpMethod"), Some("GET")),
        (context("identity.sourceIp"), Some("143.105.18.199")),
        (context("resourcePath"), Some("/a/{id}")),
        (context("path"), Some("/prod/a/7")),
        (context("stage"), Some("prod")),
        (context("extendedRequestId"), Some(EXTENDED_ID)),
        (context("routeKey"), None),
        (IdentitySource::StageVariable("name".to_owned()), None),
    ] {
        with("GET /a/{id}", request(), |request| {
            assert_eq!(request.unwrap().identity(&source).as_deref(), value, "{source:?}");
        });
    }
}
