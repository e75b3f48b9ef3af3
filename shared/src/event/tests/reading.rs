use bytes::Bytes;
use serde_json::{Value, json};

use super::{FrontDoor, arrival, decode, decoded, event};
use crate::test::TestRequest;

#[test]
fn each_front_door_is_known_by_its_event() {
    for (expected, event) in [
        (FrontDoor::HttpApi, json!({ "rawPath": "/x", "requestContext": { "http": { "method": "GET" } } })),
        (
            FrontDoor::FunctionUrl,
            json!({ "rawPath": "/x", "requestContext": {
                "domainName": "abc.lambda-url.eu-west-1.on.aws", "http": { "method": "GET" } } }),
        ),
        (FrontDoor::RestApi, json!({ "httpMethod": "GET", "path": "/x", "requestContext": {} })),
        (FrontDoor::RestApi, json!({ "httpMethod": "GET", "path": "/x", "version": null })),
        (FrontDoor::HttpApiPayload1, json!({ "version": "1.0", "httpMethod": "GET", "path": "/x" })),
        (
            FrontDoor::Alb,
            json!({ "requestContext": { "elb": {} }, "httpMethod": "GET", "path": "/x", "headers": {} }),
        ),
        (
            FrontDoor::AlbMultiValue,
            json!({ "requestContext": { "elb": {} }, "httpMethod": "GET", "path": "/x",
                "multiValueHeaders": { "host": ["localhost"] } }),
        ),
    ] {
        let (front_door, request) = decode(&event.to_string().into(), None).unwrap();
        assert_eq!((front_door, request.uri().path()), (expected, "/x"), "{event}");
    }
}

#[test]
fn other_event_gets_an_error_with_the_expectation() {
    for alien in [
        json!({}),
        json!([]),
        json!(null),
        json!("GET /"),
        json!({ "Records": [{ "s3": {} }] }),
        json!({ "version": "0", "detail-type": "Scheduled Event", "resources": [], "detail": {} }),
        // A WebSocket API, and VPC Lattice.
        json!({ "requestContext": { "connectionId": "a", "eventType": "CONNECT" }, "isBase64Encoded": false }),
        json!({ "version": "2.0", "path": "/x", "method": "GET", "requestContext": { "serviceArn": "arn" } }),
    ] {
        let error = decoded(&alien).unwrap_err().to_string();
        assert!(error.starts_with("this function answers HTTP: it expects an event of an API"), "{error}");
    }
}

#[test]
fn an_event_without_what_a_request_needs_names_it() {
    for (event, missing) in [
        (json!({ "rawPath": "/x" }), "`requestContext.http.method`"),
        (json!({ "rawPath": "/x", "requestContext": { "http": {} } }), "`requestContext.http.method`"),
        (json!({ "httpMethod": "GET" }), "`path`"),
        (json!({ "requestContext": { "elb": {} }, "path": "/x" }), "`httpMethod`"),
        (json!({ "requestContext": { "elb": {} }, "httpMethod": "GET" }), "`path`"),
    ] {
        let error = decoded(&event).unwrap_err().to_string();
        assert!(error.contains(missing), "{error}");
    }
}

/// An event of this front door, with these members in place of its own.
fn changed(front_door: FrontDoor, changes: &Value) -> Value {
    let mut event = event(TestRequest::get("/api/posts/7"), front_door, "/api/posts/[id]");
    merge(&mut event, changes);
    event
}

fn merge(event: &mut Value, changes: &Value) {
    match (event, changes) {
        (Value::Object(event), Value::Object(changes)) => {
            for (name, change) in changes {
                merge(event.entry(name).or_insert(Value::Null), change);
            }
        }
        (event, change) => *event = change.clone(),
    }
}

#[test]
fn stage_and_base_path_are_taken_from_the_path_once() {
    let stage = |path: &str, stage: &str| json!({ "rawPath": path, "requestContext": { "stage": stage } });
    let base = |path: &str| json!({ "path": path });
    for (front_door, changes, expected) in [
        (FrontDoor::HttpApi, stage("/prod/api/posts/7", "prod"), "/api/posts/7"),
        (FrontDoor::HttpApi, stage("/api/posts/7", "prod"), "/api/posts/7"),
        (FrontDoor::HttpApi, stage("/prod", "prod"), "/"),
        // A stage with the name of the first segment: the route shows whether the path has the stage.
        (FrontDoor::HttpApi, stage("/api/posts/7", "api"), "/api/posts/7"),
        (FrontDoor::HttpApi, stage("/api/api/posts/7", "api"), "/api/posts/7"),
        (FrontDoor::HttpApiPayload1, base("/shop/api/posts/7"), "/api/posts/7"),
        (FrontDoor::HttpApiPayload1, base("/shop/prod/api/posts/7"), "/api/posts/7"),
        (
            FrontDoor::HttpApiPayload1,
            json!({ "path": "/prod/x", "resource": "$default", "requestContext": { "stage": "prod" } }),
            "/x",
        ),
        (
            FrontDoor::HttpApiPayload1,
            json!({
                "path": "/shop/prod/api/posts/a%2Fb", "resource": "/{proxy+}",
                "pathParameters": { "proxy": "api/posts/a/b" }, "requestContext": { "stage": "prod" },
            }),
            "/api/posts/a%2Fb",
        ),
        (FrontDoor::RestApi, base("/api/posts/7"), "/api/posts/7"),
        (FrontDoor::RestApi, base("/shop/v1/api/posts/7"), "/api/posts/7"),
        (FrontDoor::RestApi, base("/shop/api/posts/7/"), "/api/posts/7/"),
        (FrontDoor::RestApi, base("/prod/api/posts/7"), "/api/posts/7"),
        (FrontDoor::RestApi, base("/prod/prod/api/posts/7"), "/api/posts/7"),
        // A path that does not fit the resource is unchanged.
        (FrontDoor::RestApi, base("/shop/api/notes/7"), "/shop/api/notes/7"),
        (FrontDoor::Alb, base("/prod/api/posts/7"), "/prod/api/posts/7"),
    ] {
        let event = changed(front_door, &changes);
        let request = decoded(&event).unwrap();
        assert_eq!(request.uri().path(), expected, "{front_door} {changes}");
        assert_eq!(arrival(&event).path, expected, "{front_door} {changes}");
    }
}

#[test]
fn invalid_path_and_query_are_escaped() {
    for (front_door, changes, expected) in [
        (
            FrontDoor::HttpApi,
            json!({ "rawPath": "/a b%?#", "rawQueryString": "a=<b>" }),
            "/a%20b%25%3F%23?a=%3Cb%3E",
        ),
        (
            FrontDoor::FunctionUrl,
            json!({ "rawPath": "/a b%20%zz?#é", "rawQueryString": "" }),
            "/a%20b%20%zz%3F%23%C3%A9",
        ),
        (FrontDoor::RestApi, json!({ "path": "x", "resource": null }), "/x"),
        (
            FrontDoor::RestApi,
            json!({ "path": "/x", "resource": null, "multiValueQueryStringParameters": { "a b": ["&=+", "é"] } }),
            "/x?a+b=%26%3D%2B&a+b=%C3%A9",
        ),
        (
            FrontDoor::RestApi,
            json!({ "path": "/x", "resource": null, "queryStringParameters": { "a": "1" } }),
            "/x?a=1",
        ),
        (
            FrontDoor::Alb,
            json!({ "path": "/a%20b", "queryStringParameters": { "a%20b": "%26 <", "c": "" } }),
            "/a%20b?a%20b=%26%20%3C&c=",
        ),
    ] {
        assert_eq!(decoded(&changed(front_door, &changes)).unwrap().uri(), expected, "{front_door}");
    }
}

#[test]
fn repeated_headers_are_kept_if_they_are_sent() {
    let request = || TestRequest::get("/api/posts/7").header("x-a", "1").append_header("x-a", "2");
    for (front_door, expected) in [
        (FrontDoor::HttpApi, &["1,2"][..]),
        (FrontDoor::HttpApiPayload1, &["1", "2"]),
        (FrontDoor::RestApi, &["1", "2"]),
        (FrontDoor::FunctionUrl, &["1,2"]),
        (FrontDoor::Alb, &["2"]),
        (FrontDoor::AlbMultiValue, &["1", "2"]),
    ] {
        let request = decoded(&event(request(), front_door, "/api/posts/[id]")).unwrap();
        let values: Vec<_> = request.headers().get_all("x-a").iter().collect();
        assert_eq!(values, expected, "{front_door}");
    }
}

#[test]
fn rest_api_without_multi_values_is_read() {
    let mut event = changed(FrontDoor::RestApi, &json!({}));
    event["headers"] = json!({ "X-A": "1" });
    event["queryStringParameters"] = json!({ "b": "2" });
    for absent in [json!(null), json!({})] {
        event["multiValueHeaders"] = absent.clone();
        event["multiValueQueryStringParameters"] = absent;
        let request = decoded(&event).unwrap();
        assert_eq!((request.headers().len(), &request.headers()["x-a"]), (1, &"1".parse().unwrap()));
        assert_eq!(request.uri().query(), Some("b=2"));
    }
}

#[test]
fn client_ip_is_that_of_the_front_door() {
    let forwarded = |text: &str| json!({ "headers": { "x-forwarded-for": text } });
    let multi = json!({ "multiValueHeaders": { "X-Forwarded-For": ["10.0.0.1, 10.0.0.2", "198.51.100.9"] } });
    for (front_door, changes, expected) in [
        (FrontDoor::HttpApi, json!({}), Some("203.0.113.7")),
        (FrontDoor::HttpApi, forwarded("10.0.0.1"), Some("203.0.113.7")),
        (
            FrontDoor::HttpApi,
            json!({ "requestContext": { "http": { "sourceIp": "2001:db8::1" } } }),
            Some("2001:db8::1"),
        ),
        (FrontDoor::HttpApi, json!({ "requestContext": { "http": { "sourceIp": "" } } }), None),
        (
            FrontDoor::RestApi,
            json!({ "requestContext": { "identity": { "sourceIp": "198.51.100.9" } } }),
            Some("198.51.100.9"),
        ),
        // The console's test of a method.
        (
            FrontDoor::RestApi,
            json!({ "requestContext": { "identity": { "sourceIp": "test-invoke-source-ip" } } }),
            None,
        ),
        (FrontDoor::RestApi, json!({ "requestContext": { "identity": null } }), None),
        (FrontDoor::Alb, forwarded("10.0.0.1, 198.51.100.9"), Some("198.51.100.9")),
        (FrontDoor::Alb, forwarded("198.51.100.9:4711"), Some("198.51.100.9")),
        (FrontDoor::Alb, forwarded("[2001:db8::1]:4711"), Some("2001:db8::1")),
        (FrontDoor::Alb, forwarded("2001:db8::1"), Some("2001:db8::1")),
        (FrontDoor::Alb, forwarded("unknown"), None),
        (FrontDoor::AlbMultiValue, multi, Some("198.51.100.9")),
    ] {
        let found = arrival(&changed(front_door, &changes)).client_ip().map(|ip| ip.to_string());
        assert_eq!(found.as_deref(), expected, "{front_door} {changes}");
    }
}

#[test]
fn a_cookie_is_one_header_also_where_it_comes_twice() {
    for front_door in FrontDoor::ALL {
        let event = event(
            TestRequest::get("/api/posts/7").header("cookie", "a=1; b=2"),
            *front_door,
            "/api/posts/[id]",
        );
        let request = decoded(&event).unwrap();
        let cookies: Vec<_> = request.headers().get_all("cookie").iter().collect();
        assert_eq!(cookies, ["a=1; b=2"], "{front_door}");
    }
}

#[test]
fn text_without_escapes_is_not_copied() {
    let mut event =
        event(TestRequest::get("/api/posts/7").header("x-a", "plain"), FrontDoor::HttpApi, "/api/posts/[id]");
    event["body"] = json!("plain");
    let event = Bytes::from(event.to_string());
    let (_, request) = decode(&event, None).unwrap();
    let parts = [request.body().as_bytes().unwrap(), request.headers()["x-a"].as_bytes()];
    for part in parts {
        assert!(event.as_ptr_range().contains(&part.as_ptr()), "{part:?}");
    }
}

#[test]
fn event_that_is_not_utf8_is_named_as_such() {
    let error = decode(&Bytes::from_static(b"{\"rawPath\":\"\xff\"}"), None).unwrap_err();
    assert!(error.to_string().ends_with("this event is not UTF-8"), "{error}");
}
