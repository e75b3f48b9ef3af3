use std::time::Duration;

use bytes::Bytes;
use http::Method;
use http_body_util::{Empty, Full};

use super::*;
use crate::gateway::fake::{Behavior, ClientResponse, FakeBackend, PEER, answered, asked, get, on_the_wire};

fn alb(behavior: Behavior) -> Alb<FakeBackend> {
    let rules = ["/hello", "/posts/[id]"].map(|route| (route.parse().unwrap(), ()));
    Alb::new(FakeBackend::new(behavior), Rules::for_routes(rules).unwrap())
}

fn answer(alb: &Alb<FakeBackend>, request: Request<impl RequestBody + Send>) -> ClientResponse {
    answered(Box::pin(alb.handle(request, PEER)))
}

const OK: Behavior =
    Behavior::Reply(r#"{"statusCode":200,"headers":{"content-type":"text/plain"},"body":"hi"}"#);

#[test]
fn a_reply_becomes_the_response() {
    let answer = answer(&alb(OK), get("/hello"));
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "hi"));
    for (name, value) in [("content-type", "text/plain"), ("content-length", "2"), ("server", "awselb/2.0")] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    assert_eq!(answer.headers.len(), 3);
    assert_eq!(answer.refusal, None);
}

#[test]
fn a_body_without_a_type_is_bytes() {
    let answer = answer(&alb(Behavior::Reply(r#"{"statusCode":200,"body":"hi"}"#)), get("/hello"));
    assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
}

#[test]
fn failed_function_is_a_502_with_an_html_page() {
    for behavior in [
        Behavior::Fail,
        Behavior::Throttle,
        Behavior::Reply("\"hi\""),
        Behavior::Reply(r#"{"body":"hi"}"#),
        Behavior::Reply("{}"),
        Behavior::Reply(r#"{"statusCode":0}"#),
        Behavior::Reply(r#"{"statusCode":200,"headers":{"x-a":true}}"#),
        Behavior::Stream(&["{\"statusCode\":200}", "\0\0\0\0\0\0\0\0", "hi"], false),
    ] {
        let answer = answer(&alb(behavior.clone()), get("/hello"));
        assert_eq!(answer.status, 502, "{behavior:?}");
        let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
            <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
        assert_eq!(answer.body, page);
        for (name, value) in
            [("content-type", "text/html"), ("content-length", "122"), ("server", "awselb/2.0")]
        {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
        assert!(answer.refusal.is_some(), "{behavior:?}");
    }
}

#[test]
fn request_without_a_rule_gets_the_default_answer() {
    let slash = GatewayError::TrailingSlash("/hello".to_owned());
    for (target, refusal) in [
        ("/nowhere", GatewayError::NoRoute),
        ("/hello/", slash),
        ("/HELLO", GatewayError::NoRoute),
        ("/posts", GatewayError::NoRoute),
    ] {
        let answer = answer(&alb(Behavior::Hang), get(target));
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (404, ""), "{target}");
        assert_eq!(answer.refusal, Some(refusal));
    }
}

#[test]
fn any_method_goes_to_the_function_but_trace() {
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE] {
        let alb = alb(OK);
        assert_eq!(answer(&alb, asked(method.clone(), "/hello")).status, 200, "{method}");
        assert_eq!(alb.backend.event()["httpMethod"], method.as_str());
    }
    let answer = answer(&alb(Behavior::Hang), asked(Method::TRACE, "/hello"));
    assert_eq!(answer.status, 405);
    assert!(answer.body.contains("<h1>405 Not Allowed</h1>"), "{}", answer.body);
}

#[test]
fn a_body_of_one_megabyte_is_the_longest() {
    let post = |len| Request::post("/hello").body(Full::new(Bytes::from(vec![b'x'; len]))).unwrap();
    assert_eq!(answer(&alb(OK), post(BODY)).status, 200);
    let answer = answer(&alb(Behavior::Hang), post(BODY + 1));
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("<title>413 Request Entity Too Large</title>"), "{}", answer.body);
}

#[test]
fn a_head_has_three_limits() {
    let hello = || Request::get("/hello");
    let long = |len| "v".repeat(len);
    for (what, request, status) in [
        ("a header of 16 K", hello().header("x", long(16 * 1024 - 5)), 200),
        ("a header over 16 K", hello().header("x", long(16 * 1024 - 4)), 400),
        (
            "64 K in four headers",
            ["a", "b", "c", "d"].iter().fold(hello(), |h, n| h.header(*n, long(16_000))),
            200,
        ),
        (
            "more in five",
            ["a", "b", "c", "d", "e"].iter().fold(hello(), |h, n| h.header(*n, long(16_000))),
            400,
        ),
        ("a line of 16 K", Request::get(format!("/posts/{}", long(16 * 1024 - 22))), 200),
        ("a line over 16 K", Request::get(format!("/posts/{}", long(16 * 1024 - 21))), 414),
    ] {
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        assert_eq!(answer(&alb(OK), request).status, status, "{what}");
    }
}

#[test]
fn an_upgrade_to_websocket_is_a_bad_request() {
    for (protocol, status) in
        [("websocket", 400), ("h2c,\tWebSocket ", 400), ("h2c", 200), ("h2c, \u{a0}websocket", 200)]
    {
        let request = Request::get("/hello").header("connection", "upgrade").header("upgrade", protocol);
        let answer = answer(&alb(OK), request.body(Empty::<Bytes>::new()).unwrap());
        assert_eq!(answer.status, status, "{protocol}");
    }
}

#[test]
fn more_than_thirty_forwarders_are_a_463() {
    for (addresses, status) in [(30, 200), (31, 463)] {
        let list = vec!["10.0.0.1"; addresses].join(", ");
        let request =
            Request::get("/hello").header("x-forwarded-for", list).body(Empty::<Bytes>::new()).unwrap();
        assert_eq!(answer(&alb(OK), request).status, status);
    }
}

#[test]
fn the_attribute_changes_events_and_replies() {
    let reply = r#"{"statusCode":200,"multiValueHeaders":{"set-cookie":["a=1","b=2"]}}"#;
    let alb = alb(Behavior::Reply(reply)).with_multi_value_headers(true).with_api(&Api::default());
    let answer = answer(&alb, get("/hello"));
    assert_eq!(answer.headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
    let event = alb.backend.event();
    assert!(event["multiValueHeaders"].is_object() && event.get("headers").is_none(), "{event}");
    let arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/localhost0/49e9d65c45c6791a";
    assert_eq!(event["requestContext"]["elb"]["targetGroupArn"], arn);
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_waits_as_long_as_the_function_runs() {
    let alb = alb(Behavior::Hang);
    let handled = alb.handle(get("/hello"), PEER);
    assert!(tokio::time::timeout(Duration::from_secs(900), handled).await.is_err());
}

#[test]
fn the_functions_own_words_are_in_the_status_line() {
    let reply = r#"{"statusCode":299,"statusDescription":"299 Quite all right"}"#;
    let alb = alb(Behavior::Reply(reply));
    let request = "GET /hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let response = on_the_wire(async |request| alb.handle(request, PEER).await, request);
    assert!(response.starts_with("HTTP/1.1 299 Quite all right\r\n"), "{response}");
}
