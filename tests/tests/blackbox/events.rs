//! Events in payload format 2.0.

use serde_json::{Value, json};

use crate::harness::{Request, faults, get, main_project, post, request};

/// Returns the event of a request.
fn event(request: &Request) -> Value {
    let answer = faults().send(request);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[test]
fn an_event_describes_the_request_to_its_last_member() {
    let mut event = event(&get("/api/raw/event?a=1&b=x%20y&a=2").header("user-agent", "black box"));
    let id = event["requestContext"]["requestId"].take();
    let time = event["requestContext"]["time"].take();
    let epoch = event["requestContext"]["timeEpoch"].take();
    let trace = event["headers"]["x-amzn-trace-id"].take();
    assert_eq!(
        event,
        json!({
            "version": "2.0",
            "routeKey": "ANY /api/raw/{fault}",
            "rawPath": "/api/raw/event",
            "rawQueryString": "a=1&b=x%20y&a=2",
            "headers": {
                "content-length": "0",
                "host": "localhost:3000",
                "user-agent": "black box",
                "x-amzn-trace-id": null,
                "x-forwarded-for": "127.0.0.1",
                "x-forwarded-port": "3000",
                "x-forwarded-proto": "http",
            },
            "queryStringParameters": { "a": "1,2", "b": "x y" },
            "pathParameters": { "fault": "event" },
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "localhost0",
                "domainName": "localhost",
                "domainPrefix": "localhost",
                "http": {
                    "method": "GET",
                    "path": "/api/raw/event",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "black box",
                },
                "requestId": null,
                "routeKey": "ANY /api/raw/{fault}",
                "stage": "$default",
                "time": null,
                "timeEpoch": null,
            },
            "isBase64Encoded": false,
        })
    );
    assert!(id.as_str().is_some_and(|id| id.len() == 16));
    assert!(time.as_str().is_some_and(|time| time.ends_with(" +0000")));
    assert!(epoch.as_i64().is_some_and(|epoch| epoch > 1_700_000_000_000));
    assert!(trace.as_str().is_some_and(|trace| trace.starts_with("Root=1-")));
}

#[test]
fn the_event_and_the_response_have_one_request_id() {
    let answer = faults().get("/api/raw/event");
    assert_eq!(answer.json()["requestContext"]["requestId"], answer.header("apigw-requestid").unwrap());
}

#[test]
fn cookies_stand_apart_from_the_headers() {
    let event = event(&get("/api/raw/event").header("cookie", "a=1; b=\"x y\"").header("cookie", "c=%20"));
    assert_eq!(event["cookies"], json!(["a=1", "b=\"x y\"", "c=%20"]));
    assert_eq!(event["headers"]["cookie"], Value::Null);
}

#[test]
fn repeated_headers_become_one_value() {
    let event = event(&get("/api/raw/event").header("X-Tag", "one").header("x-tag", "two, three"));
    assert_eq!(event["headers"]["x-tag"], "one,two, three");
}

#[test]
fn the_gateway_lengthens_the_list_of_forwarders() {
    let event = event(&get("/api/raw/event").header("x-forwarded-for", "10.0.0.1"));
    assert_eq!(event["headers"]["x-forwarded-for"], "10.0.0.1, 127.0.0.1");
}

#[test]
fn a_body_is_text_or_base64_by_its_content_type() {
    for (content_type, sent, body, is_base64) in [
        ("application/json", b"{\"a\":1}".as_slice(), "{\"a\":1}", false),
        ("text/plain; charset=utf-8", "déjà".as_bytes(), "déjà", false),
        ("application/x-www-form-urlencoded", b"a=1&b=2", "YT0xJmI9Mg==", true),
        ("application/octet-stream", &[0, 159, 255], "AJ//", true),
        ("text/plain", &[0xff], "/w==", true),
    ] {
        let event = event(&post("/api/raw/event", content_type, sent));
        assert_eq!(
            (&event["body"], &event["isBase64Encoded"]),
            (&json!(body), &json!(is_base64)),
            "{content_type}"
        );
    }
}

#[test]
fn a_request_without_a_body_has_none_in_its_event() {
    let event = event(&request("POST", "/api/raw/event"));
    assert_eq!(event.get("body"), None);
}

#[test]
fn the_raw_path_is_decoded_despite_its_name() {
    let event = event(&get("/api/raw/%65v%65nt"));
    assert_eq!(event["rawPath"], "/api/raw/event");
}

#[test]
fn a_handler_reads_what_the_client_wrote() {
    let request = post("/api/echo?a=1&b=x+y&a=%C3%A9", "application/octet-stream", vec![0, 255, 7])
        .header("cookie", "session=abc; theme=dark%20blue");
    let asked = faults().send(&request).json();
    assert_eq!(asked["method"], "POST");
    assert_eq!(asked["query"], json!([["a", "1"], ["b", "x y"], ["a", "é"]]));
    assert_eq!(asked["cookies"], json!([["session", "abc"], ["theme", "dark blue"]]));
    assert_eq!(asked["length"], 3);
}

#[test]
fn a_form_logs_in() {
    let form = post("/api/login", "application/x-www-form-urlencoded", "name=ann&password=correct+horse");
    let answer = main_project().send(&form);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/api/user")));
    assert!(answer.header("set-cookie").is_some_and(|cookie| cookie.starts_with("session=")));
}

#[test]
fn function_sees_its_variables_and_none_of_the_shell() {
    let asked = faults().get("/api/echo").json();
    for (name, value) in [
        ("greeting", json!("from .env")),
        ("local", json!("from .env.local")),
        // An intrinsic function, whose value only AWS can resolve.
        ("table", Value::Null),
        ("home", Value::Null),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    faults().wait_for_log("`TABLE` is not set: its value is `!Ref`");
}
