mod cors;
mod stage;

use std::convert::Infallible;
use std::pin::Pin;

use api_routes_project::aws::PayloadFormat;
use api_routes_routing::RouteKey;
use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::Empty;

use super::*;
use crate::gateway::Note;
use crate::gateway::fake::{
    Behavior, ClientResponse, FakeBackend, PEER, answered, asked, get, megabytes, on_the_wire, pieces,
};

fn api(behavior: Behavior) -> HttpApi<FakeBackend> {
    let routes: [(RouteKey, Integration<()>); 3] =
        ["GET /hello", "POST /hello", "HEAD /head"].map(|key| (key.parse().unwrap(), ().into()));
    HttpApi::new(FakeBackend::new(behavior), RouteTable::new(routes).unwrap())
}

fn answer(api: &HttpApi<FakeBackend>, request: Request<impl RequestBody + Send>) -> ClientResponse {
    answered(Box::pin(api.handle(request, PEER)))
}

fn exchanged(api: &HttpApi<FakeBackend>, request: &str) -> String {
    on_the_wire(async |request| api.handle(request, PEER).await, request)
}

fn post(body: impl RequestBody + Send) -> Request<impl RequestBody + Send> {
    Request::post("/hello").body(body).unwrap()
}

#[test]
fn a_reply_becomes_the_response() {
    let api = api(Behavior::Reply(r#"{"statusCode":201,"headers":{"X-A":"1"},"body":"hi"}"#));
    let answer = answer(&api, get("/hello"));
    assert_eq!(answer.status, 201);
    assert_eq!(answer.body, "hi");
    assert_eq!(answer.header("x-a"), Some("1"));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.header("content-length"), Some("2"));
    assert_eq!(answer.header("server"), None);
    assert_eq!((answer.refusal, answer.note), (None, None));
}

#[test]
fn a_content_type_of_null_is_none() {
    let api = api(Behavior::Reply(r#"{"statusCode":200,"headers":{"content-type":null},"body":"hi"}"#));
    assert_eq!(answer(&api, get("/hello")).header("content-type"), Some("text/plain; charset=utf-8"));
}

#[test]
fn the_client_is_told_the_request_id_of_the_event() {
    let api = api(Behavior::Reply("{}"));
    let answer = answer(&api, get("/hello"));
    let event = api.backend.event();
    assert_eq!(event["requestContext"]["requestId"], answer.header("apigw-requestid").unwrap());
}

#[test]
fn each_failure_has_the_answer_of_aws() {
    let hello = || get("/hello");
    for (behavior, request, status, body) in [
        (Behavior::Reply("{}"), get("/nowhere"), 404, r#"{"message":"Not Found"}"#),
        (Behavior::Reply("{}"), get("/hello/"), 404, r#"{"message":"Not Found"}"#),
        (Behavior::Fail, hello(), 500, r#"{"message":"Internal Server Error"}"#),
        (Behavior::Reply(r#"{"statusCode":0}"#), hello(), 500, r#"{"message":"Internal Server Error"}"#),
        (Behavior::Hang, hello(), 503, r#"{"message":"Service Unavailable"}"#),
        (Behavior::Throttle, hello(), 503, r#"{"message":"Service Unavailable"}"#),
    ] {
        let answer = answer(&api(behavior), request);
        assert_eq!(answer.status, status);
        assert_eq!(answer.body, body);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("content-length"), Some(&*body.len().to_string()));
        assert_eq!(answer.header("apigw-requestid").map(str::len), Some(16));
        assert_eq!(answer.refusal.map(|refusal| error::status(&refusal)), Some(answer.status));
    }
}

#[test]
fn response_has_the_request_id_alone() {
    for behavior in [Behavior::Reply("{}"), Behavior::Fail] {
        let answer = answer(&api(behavior), get("/hello"));
        let mut names: Vec<_> = answer.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["apigw-requestid", "content-length", "content-type"]);
    }
}

#[test]
fn method_override_header_is_ignored() {
    let request = Request::put("/hello").header("x-http-method-override", "GET");
    let answer = answer(&api(Behavior::Hang), request.body(Empty::<Bytes>::new()).unwrap());
    assert_eq!(answer.status, 404);
}

#[test]
fn a_method_without_a_route_is_404_and_never_405() {
    assert_eq!(answer(&api(Behavior::Hang), asked(Method::PUT, "/hello")).status, 404);
    assert_eq!(
        answer(&api(Behavior::Hang), asked(Method::HEAD, "/hello")).status,
        404,
        "GET does not serve HEAD"
    );
}

#[test]
fn request_line_and_headers_share_a_limit() {
    let around = "GET /hello HTTP/1.1\r\n".len() + "x: \r\n".len();
    for (len, status) in [(HEAD - around, 200), (HEAD - around + 1, 431)] {
        let request =
            Request::get("/hello").header("x", "v".repeat(len)).body(Empty::<Bytes>::new()).unwrap();
        assert_eq!(answer(&api(Behavior::Reply("{}")), request).status, status);
    }
    let long_query = get(&format!("/hello?{}", "q".repeat(HEAD)));
    let answer = answer(&api(Behavior::Reply("{}")), long_query);
    assert_eq!(answer.body, r#"{"message":"Request Header Fields Too Large"}"#);
}

#[test]
fn a_flood_of_headers_is_refused() {
    let request = (0..2_000).fold(Request::get("/hello"), |request, n| request.header(format!("x-{n}"), ""));
    assert_eq!(answer(&api(Behavior::Hang), request.body(Empty::<Bytes>::new()).unwrap()).status, 431);
}

#[test]
fn a_body_announced_over_the_limit_is_not_read() {
    /// A body that announces its length and cannot be read.
    struct Announced;
    impl Body for Announced {
        type Data = Bytes;
        type Error = Infallible;
        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            unreachable!("the body is read")
        }
        fn size_hint(&self) -> http_body::SizeHint {
            http_body::SizeHint::with_exact(BODY as u64 + 1)
        }
    }
    let answer = answer(&api(Behavior::Hang), post(Announced));
    assert_eq!(answer.status, 413);
    assert_eq!(answer.body, r#"{"message":"Request Entity Too Large"}"#);
}

#[test]
fn a_body_is_read_no_further_than_the_limit() {
    let answer = answer(&api(Behavior::Hang), post(megabytes(usize::MAX)));
    assert_eq!(answer.refusal, Some(GatewayError::BodyTooLong { limit: BODY }));
}

#[test]
fn body_within_the_limit_may_be_too_long_for_lambda() {
    let answer = answer(&api(Behavior::Hang), post(megabytes(5)));
    assert_eq!(answer.status, 413);
    assert_eq!(answer.refusal, Some(GatewayError::EventTooLong { limit: limits::EVENT }));
}

#[test]
fn a_body_in_pieces_arrives_whole() {
    let api = api(Behavior::Reply("{}"));
    let body = pieces(["a", "b", "c"].map(|piece| Ok::<_, Infallible>(piece.into())));
    assert_eq!(answer(&api, post(body)).status, 200);
    let event = api.backend.event();
    assert_eq!(event["body"], "YWJj");
}

#[test]
fn head_on_the_wire_has_length_and_date_but_no_body() {
    let api = api(Behavior::Reply(r#"{"statusCode":200,"headers":{"Date":"never"},"body":"hi"}"#));
    let response = exchanged(&api, "HEAD /head HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n") && response.ends_with("\r\n\r\n"), "{response}");
    assert!(response.contains("\r\ncontent-length: 2\r\n"), "{response}");
    assert!(response.contains("\r\ndate: ") && !response.contains("never"), "{response}");
}

#[test]
fn on_the_wire_a_chunked_body_becomes_one_event() {
    let api = api(Behavior::Reply(r#""ok""#));
    let response = exchanged(
        &api,
        "POST /hello HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\
         connection: close\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
    );
    assert!(response.ends_with("\r\n\r\nok"), "{response}");
    let event = api.backend.event();
    assert_eq!(event["body"], "abc");
    assert_eq!(event["headers"]["content-length"], "3");
}

#[test]
fn on_the_wire_a_malformed_body_is_400() {
    let request = "POST /hello HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
    let response = exchanged(&api(Behavior::Hang), request);
    assert!(response.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{response}");
}

fn api_1(behavior: Behavior) -> HttpApi<FakeBackend> {
    let integration = Integration { payload_format: PayloadFormat::V1, ..().into() };
    let routes = RouteTable::new([("GET /hello".parse().unwrap(), integration)]).unwrap();
    HttpApi::new(FakeBackend::new(behavior), routes)
}

#[test]
fn route_of_format_1_has_its_events_and_replies() {
    let reply = r#"{"statusCode":201,"headers":{"x-a":"1"},"multiValueHeaders":{"x-a":["2"]},"cookies":["a=1"],"body":"hi"}"#;
    let api = api_1(Behavior::Reply(reply));
    let answer = answer(&api, get("/hello"));
    assert_eq!((answer.status.as_u16(), &*answer.body), (201, "hi"));
    assert_eq!(answer.headers.get_all("x-a").iter().collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.header("set-cookie"), None);
    let event = api.backend.event();
    assert_eq!(event["version"], "1.0");
    assert_eq!(event["requestContext"]["requestId"], answer.header("apigw-requestid").unwrap());
}

#[test]
fn invalid_reply_of_format_1_is_500() {
    for payload in [r#"{"statusCode":0}"#, r#"{"hello":"world"}"#, "\"text\""] {
        let answer = answer(&api_1(Behavior::Reply(payload)), get("/hello"));
        let expected = r#"{"message":"Internal Server Error"}"#;
        assert_eq!((answer.status.as_u16(), &*answer.body), (500, expected), "{payload}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>
#[test]
fn stream_to_a_route_of_format_1_loses_its_body() {
    let stream = &["{\"statusCode\":201,\"headers\":{\"X-A\":\"1\"}}\0\0\0\0\0", "\0\0\0body"];
    let answer = answer(&api_1(Behavior::Stream(stream, false)), get("/hello"));
    assert_eq!((answer.status.as_u16(), &*answer.body), (201, ""));
    assert_eq!(answer.header("x-a"), Some("1"));
    assert_eq!(answer.header("content-length"), Some("0"));
    assert_eq!(answer.note, Some(Note::StreamLost));
}
