use std::time::Duration;

use super::{error, function, warning};
use crate::aws::{FrontDoorKind, PayloadFormat};
use crate::template::{Event, Template};

fn events(kind: &str, properties: &str) -> String {
    format!("Events: {{One: {{Type: {kind}, Properties: {{{properties}}}}}}}")
}

fn event(kind: &str, properties: &str) -> Event {
    let [event] = function("", &events(kind, properties)).events.try_into().unwrap();
    event
}

#[test]
fn http_api_events_are_route_keys() {
    for (properties, route_key) in [
        ("Method: GET, Path: '/api/posts/{id}'", "GET /api/posts/{id}"),
        ("Method: any, Path: /api/posts", "ANY /api/posts"),
        ("Method: x-amazon-apigateway-any-method, Path: /api/posts", "ANY /api/posts"),
        ("Path: '/api/{proxy+}', ApiId: !Ref Api", "ANY /api/{proxy+}"),
        ("Path: $default, Method: any", "$default"),
        ("Path: /$default, Method: any", "$default"),
        ("ApiId: !Ref Api", "$default"),
    ] {
        let event = event("HttpApi", properties);
        assert_eq!(
            (event.kind, event.route_key.as_str()),
            (FrontDoorKind::HttpApi, route_key),
            "{properties}"
        );
    }
    assert_eq!(function("", "Events: {One: {Type: HttpApi}}").events[0].route_key, "$default");
}

#[test]
fn rest_api_events_are_methods_of_resources() {
    let event = event("Api", "Method: get, Path: '/api/posts/{id}'");
    assert_eq!((event.kind, event.route_key.as_str()), (FrontDoorKind::RestApi, "GET /api/posts/{id}"));
}

#[test]
fn rest_api_drops_one_slash_at_the_end_of_a_path() {
    for (kind, path, route_key) in [
        ("Api", "/plants/", "GET /plants"),
        ("Api", "'/plants/{id}/'", "GET /plants/{id}"),
        ("Api", "/", "GET /"),
        ("Api", "/plants//", "GET /plants//"),
        ("HttpApi", "/plants/", "GET /plants/"),
    ] {
        assert_eq!(event(kind, &format!("Method: get, Path: {path}")).route_key, route_key, "{kind} {path}");
    }
}

#[test]
fn function_may_have_events_of_several_kinds() {
    let properties = "Events: {One: {Type: Api, Properties: {Method: GET, Path: /a}}, \
                      Two: {Type: HttpApi, Properties: {Method: GET, Path: /b}}, Three: {Type: SQS}}";
    let keys: Vec<_> =
        function("", properties).events.into_iter().map(|event| (event.kind, event.route_key)).collect();
    let expected = [(FrontDoorKind::RestApi, "GET /a"), (FrontDoorKind::HttpApi, "GET /b")];
    assert_eq!(keys, expected.map(|(kind, key)| (kind, key.to_owned())));
}

#[test]
fn event_without_an_api_belongs_to_the_implicit_one() {
    for (kind, properties, api) in [
        ("HttpApi", "", "ServerlessHttpApi"),
        ("HttpApi", "ApiId: !Ref Public", "Public"),
        ("HttpApi", "ApiId: {Ref: Public}", "Public"),
        ("HttpApi", "ApiId: Public", "Public"),
        ("Api", "Method: GET, Path: /", "ServerlessRestApi"),
        ("Api", "Method: GET, Path: /, RestApiId: !Ref Public", "Public"),
    ] {
        assert_eq!(event(kind, properties).api, api, "{properties}");
    }
    let expected =
        "`ApiId` is `!ImportValue`, which only AWS can tell: the emulator takes `ServerlessHttpApi`";
    assert_eq!(warning("", &events("HttpApi", "ApiId: !ImportValue shared")), expected);
}

#[test]
fn event_says_how_its_function_is_called() {
    let plain = event("HttpApi", "Path: /a");
    assert_eq!((plain.payload_format, plain.timeout, plain.streams), (PayloadFormat::V2, None, false));
    for version in ["'1.0'", "1.0", "\"1.0\""] {
        let old = event("HttpApi", &format!("Path: /a, PayloadFormatVersion: {version}"));
        assert_eq!(old.payload_format, PayloadFormat::V1, "{version}");
    }
    assert_eq!(event("HttpApi", "TimeoutInMillis: 50").timeout, Some(Duration::from_millis(50)));
    let rest = |mode: &str| event("Api", &format!("Method: GET, Path: /a, ResponseTransferMode: {mode}"));
    assert!(rest("RESPONSE_STREAM").streams);
    assert!(!rest("BUFFERED").streams);
    let slow = event("Api", "Method: GET, Path: /a, TimeoutInMillis: 60000");
    assert_eq!(slow.timeout, Some(Duration::from_secs(60)));
}

#[test]
fn event_that_only_aws_can_tell_is_left_out() {
    let expected = "the emulator leaves out this event: only AWS can tell `!Sub`";
    assert_eq!(warning("", &events("HttpApi", "Method: GET, Path: !Sub '/${Stage}'")), expected);
}

#[test]
fn what_an_api_refuses_is_an_error_at_its_place() {
    for (kind, properties, expected) in [
        (
            "HttpApi",
            "Method: GET",
            "8:69: a `Method` needs a `Path`: add it, or drop both for the `$default` route",
        ),
        ("HttpApi", "Method: [GET], Path: /", "8:69: `Method` and `Path` must be text"),
        (
            "HttpApi",
            "TimeoutInMillis: 30001",
            "8:78: `TimeoutInMillis` must be a whole number of milliseconds from 50 to 30000",
        ),
        ("HttpApi", "PayloadFormatVersion: 3.0", "8:83: `PayloadFormatVersion` must be `1.0` or `2.0`"),
        ("Api", "Path: /a", "8:32: an `Api` event needs a `Method` and a `Path`"),
        (
            "Api",
            "Method: GET, Path: /a, ResponseTransferMode: STREAM",
            "8:102: `ResponseTransferMode` must be `BUFFERED` or `RESPONSE_STREAM`",
        ),
    ] {
        assert_eq!(error("", &events(kind, properties)), format!("template.yaml:{expected}"), "{properties}");
    }
}

#[test]
fn intrinsic_properties_may_hide_events() {
    let text = "Resources: {F: {Type: AWS::Serverless::Function, Metadata: {BuildProperties: {Binary: f}}, \
                Properties: {Fn::If: [C, {Timeout: 1}, {}]}}}";
    let template = Template::parse(text, "template.yaml").unwrap();
    assert!(template.function("f").unwrap().has_hidden_events);
}
