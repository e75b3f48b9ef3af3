//! Nothing that a caller can send makes the decoder panic.

use std::collections::HashMap;

use http::Method;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{FrontDoor, decode, decoded, event};
use crate::test::{TestEvent, TestRequest};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec!["", "/", "//", "%", "%zz", "$default", "{", "GET", "*", "é", "\u{0}"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map(any::<String>(), inner, 0..4)
                .prop_map(|map: HashMap<_, _>| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn full(front_door: FrontDoor) -> Value {
    let sent =
        TestRequest::new(Method::POST, "/api/posts/7/x?q=1").cookie("a", "1").header("x-a", "1").body("a");
    event(sent, front_door, "/api/posts/[id]/[...rest]")
}

/// The place of every value within this one, as JSON pointers.
fn places(value: &Value, place: &str) -> Vec<String> {
    let inner: Vec<_> = match value {
        Value::Object(map) => {
            map.iter().map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let inner = inner.into_iter().flat_map(|(name, value)| places(value, &format!("{place}/{name}")));
    std::iter::once(place.to_owned()).chain(inner).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_json_makes_the_decoder_panic(value in any_json()) {
        let _ = decoded(&value);
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in any::<Vec<u8>>()) {
        let _ = decode(&bytes.into(), None);
    }

    #[test]
    fn no_change_of_an_event_makes_the_decoder_panic(
        front_door in prop::sample::select(FrontDoor::ALL),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_json()), 1..3),
    ) {
        let mut event = full(front_door);
        for (place, value) in changes {
            let places = places(&event, "");
            *event.pointer_mut(&places[place.index(places.len())]).unwrap() = value;
        }
        let _ = decoded(&event);
    }

    #[test]
    fn any_text_in_its_place_is_a_request(
        front_door in prop::sample::select(FrontDoor::ALL),
        path in "\\PC*",
        text in "[ -~]*",
    ) {
        let mut event = full(front_door);
        for member in ["rawPath", "path", "rawQueryString"] {
            if event.get(member).is_some() {
                event[member] = json!(path);
            }
        }
        for maps in ["headers", "multiValueHeaders", "multiValueQueryStringParameters", "queryStringParameters"] {
            if event[maps].is_object() {
                event[maps]["x-text"] = json!(text);
            }
        }
        let request = decoded(&event).unwrap();
        prop_assert_eq!(request.headers()["x-text"].as_bytes(), text.as_bytes());
        prop_assert!(request.uri().path().starts_with('/'));
    }
}

#[derive(Debug, serde::Deserialize)]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct Typed {
    sub: String,
    exp: Option<u64>,
    admin: Option<bool>,
    #[serde(default)]
    groups: Vec<Option<i8>>,
    nested: Option<Box<Self>>,
}

/// A handler that asks in every way, and must not panic.
fn ask(event: &Value) {
    // An event of no front door reaches no handler.
    if decoded(event).is_ok() {
        let request = TestEvent::new(event.to_string()).into_api_request("/[[...any]]");
        let caller = request.caller();
        let claims = request.claims::<Value>();
        assert!(caller.is_none() || claims.is_ok(), "{event}");
        let _ = request.claims::<Typed>();
        let _ = request.claims::<HashMap<String, Vec<String>>>();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_authorizer_makes_a_handler_panic(
        front_door in prop::sample::select(FrontDoor::ALL),
        place in prop::sample::select(vec![
            "/authorizer", "/authorizer/jwt", "/authorizer/jwt/claims", "/authorizer/jwt/claims/sub",
            "/authorizer/claims", "/authorizer/claims/exp", "/authorizer/lambda", "/authorizer/lambda/groups",
            "/authorizer/iam", "/authorizer/iam/cognitoIdentity", "/authorizer/principalId", "/identity/userArn",
            "/identity/cognitoIdentityId",
        ]),
        value in any_json(),
    ) {
        let mut event = full(front_door);
        event["requestContext"]["authorizer"] = json!({
            "jwt": { "claims": { "sub": "ann" } }, "claims": { "sub": "ann", "exp": "1" },
            "lambda": { "sub": "ann", "groups": [] }, "iam": { "userArn": "arn", "cognitoIdentity": null },
            "principalId": "ann",
        });
        event["requestContext"]["identity"]["cognitoIdentityId"] = Value::Null;
        event["requestContext"]["identity"]["userArn"] = "arn".into();
        *event["requestContext"].pointer_mut(place).unwrap() = value;
        ask(&event);
    }

    #[test]
    fn no_text_of_a_claim_makes_a_handler_panic(
        front_door in prop::sample::select(vec![FrontDoor::HttpApi, FrontDoor::RestApi]),
        text in r#"[\[\]{}",: a-c0-9UTC]{0,24}"#,
    ) {
        let request = TestRequest::get("/x").via(front_door);
        let claims = json!({ "sub": text, "exp": text, "admin": text, "groups": text, "nested": text, "scp": text });
        ask(&event(request.claims(claims), front_door, "/[[...any]]"));
    }
}

#[test]
fn deeply_nested_authorizer_is_a_hidden_500() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let event = format!(
        r#"{{"rawPath":"/x","requestContext":{{"http":{{"method":"GET"}},"authorizer":{{"lambda":{{"a":{deep}}}}}}}}}"#
    );
    let request = TestEvent::new(event).into_api_request("/x");
    assert_eq!(request.claims::<Value>().unwrap_err().status(), 500);
    assert_eq!(request.caller(), None);
}

#[test]
fn null_instead_of_any_member_does_not_panic() {
    for front_door in FrontDoor::ALL {
        let whole = full(*front_door);
        for name in whole.as_object().unwrap().keys() {
            let mut event = whole.clone();
            event[name] = Value::Null;
            let needed = matches!(name.as_str(), "rawPath" | "path" | "httpMethod")
                || name == "requestContext"
                    && matches!(front_door, FrontDoor::HttpApi | FrontDoor::FunctionUrl);
            assert_eq!(decoded(&event).is_err(), needed, "{front_door} without {name}");
        }
    }
}

#[test]
fn event_that_cannot_be_read_names_the_mistake() {
    for (member, value, expected) in [
        (
            "headers",
            (0..40_000).map(|n| (format!("x-{n}"), json!("1"))).collect(),
            "HTTP does not allow the number of headers of the event",
        ),
        ("multiValueHeaders", json!({ "a": vec!["1"; 40_000] }), "the number of headers of the event"),
        ("headers", json!({ "a": 1 }), "expected a string or a list of strings"),
        ("headers", json!("a"), "expected an object of strings"),
        ("rawPath", json!(7), "expected a string"),
        ("rawPath", json!("/x".repeat(70_000)), "HTTP does not allow the path or query of the event"),
        (
            "requestContext",
            json!({ "http": { "method": "GET /" } }),
            "HTTP does not allow the method of the event",
        ),
        (
            "requestContext",
            json!({ "http": { "method": "" } }),
            "HTTP does not allow the method of the event",
        ),
        ("requestContext", json!({ "http": "GET" }), "expected an object"),
        ("body", json!({}), "expected a string"),
        ("isBase64Encoded", json!("yes"), "expected a boolean"),
        ("isBase64Encoded", json!(true), "the event has `isBase64Encoded`, but its body is not base64"),
    ] {
        let mut event = full(FrontDoor::HttpApi);
        event["body"] = json!("*");
        event["isBase64Encoded"] = json!(false);
        event[member] = value;
        let error = decoded(&event).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    for text in ["", "{", r#"{"rawPath":"\ud800"}"#, r#"{"a":1e999}"#, &"[".repeat(100_000)] {
        assert!(decode(&text.to_owned().into(), None).is_err());
    }
}

#[test]
fn a_header_that_http_does_not_allow_is_left_out() {
    for front_door in FrontDoor::ALL {
        let mut event = full(*front_door);
        let several = event["multiValueHeaders"].is_object();
        for (name, value) in [("a b", "c"), ("x[y]", "c"), ("x-bell", "\u{7}"), ("", "c"), ("x-b", "é")] {
            if several {
                event["multiValueHeaders"][name] = json!([value]);
            } else {
                event["headers"][name] = json!(value);
            }
        }
        let request = decoded(&event).unwrap();
        let names: Vec<_> = request.headers().keys().map(http::HeaderName::as_str).collect();
        assert!(!names.iter().any(|name| ["a b", "x[y]", "x-bell", ""].contains(name)), "{names:?}");
        assert_eq!(request.headers()["x-b"].as_bytes(), "é".as_bytes(), "{front_door}");
        assert_eq!(request.headers()["x-a"], "1", "{front_door}");
    }
}

#[test]
fn last_of_two_members_of_one_name_counts() {
    let event =
        r#"{"rawPath":"/a","rawPath":"/b","requestContext":{"http":{"method":"GET","method":"PUT"}}}"#;
    let (_, request) = decode(&event.to_owned().into(), None).unwrap();
    assert_eq!((request.uri().path(), request.method()), ("/b", &Method::PUT));
}

#[test]
fn deeply_nested_member_is_skipped_or_refused() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let event = |member: &str| {
        format!(r#"{{"{member}":{deep},"rawPath":"/x","requestContext":{{"http":{{"method":"GET"}}}}}}"#)
    };
    for (member, is_read) in [("other", true), ("body", false), ("headers", false), ("requestContext", false)]
    {
        assert_eq!(decode(&event(member).into(), None).is_ok(), is_read, "{member}");
    }
}
