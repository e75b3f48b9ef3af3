mod cors;
mod streaming;

use std::time::Duration;

use bytes::Bytes;
use http::HeaderName;
use http_body_util::{Empty, Full};

use super::*;
use crate::gateway::fake::{Behavior, ClientResponse, FakeBackend, PEER, answered, get, on_the_wire};

fn door(behavior: Behavior, url: Url<()>) -> FunctionUrl<FakeBackend> {
    let mut urls = Urls::default();
    assert_eq!(urls.add(["api-user"], ["ANY /api/user".parse().unwrap()], url), []);
    FunctionUrl::new(FakeBackend::new(behavior), urls)
}

fn buffered(behavior: Behavior) -> FunctionUrl<FakeBackend> {
    door(behavior, ().into())
}

fn streaming(behavior: Behavior) -> FunctionUrl<FakeBackend> {
    door(behavior, Url { invoke_mode: InvokeMode::ResponseStream, ..().into() })
}

fn answer(door: &FunctionUrl<FakeBackend>, request: Request<impl RequestBody + Send>) -> ClientResponse {
    answered(Box::pin(door.handle(request, PEER)))
}

fn with_method(method: &str, headers: &[(&str, &str)]) -> Request<Empty<Bytes>> {
    let request = Request::builder().method(method).uri("/api/user");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Empty::new()).unwrap()
}

#[test]
fn a_reply_becomes_the_response() {
    let door = buffered(Behavior::Reply(r#"{"statusCode":201,"headers":{"X-A":"1"},"body":"hi"}"#));
    let answer = answer(&door, get("/api/user"));
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (201, "hi"));
    assert_eq!(answer.header("x-a"), Some("1"));
    assert_eq!(answer.header("content-type"), Some("application/json"), "also with a `statusCode`");
    assert_eq!(answer.header("content-length"), Some("2"));
    assert_eq!(answer.refusal, None);
}

#[test]
fn invocation_event_and_client_have_the_same_id() {
    let door = buffered(Behavior::Reply("{}"));
    let answer = answer(&door, get("/api/user"));
    let id = answer.header("x-amzn-requestid").unwrap();
    assert!(Uuid::try_parse(id).is_ok(), "{id}");
    assert_eq!(door.backend.event()["requestContext"]["requestId"], id);
    assert_eq!(door.backend.invocations()[0].request_id.to_string(), id);
    let root = answer.header("x-amzn-trace-id").unwrap().strip_prefix("root=").unwrap();
    let root = root.strip_suffix(";sampled=0").unwrap();
    assert_eq!(door.backend.event()["headers"]["x-amzn-trace-id"], format!("Root={root}"));
}

#[test]
fn response_has_the_ids_of_lambda_alone() {
    for behavior in [Behavior::Reply("{}"), Behavior::Fail] {
        let answer = answer(&buffered(behavior), get("/api/user"));
        let mut names: Vec<_> = answer.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["content-length", "content-type", "x-amzn-requestid", "x-amzn-trace-id"]);
    }
}

#[test]
fn each_failure_has_the_answer_of_aws() {
    const THROTTLED: &str = r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#;
    for (behavior, path, status, error_type, body) in [
        (Behavior::Hang, "/nowhere", 403, Some("AccessDeniedException"), r#"{"Message":null}"#),
        (Behavior::Throttle, "/api/user", 429, Some("TooManyRequestsException"), THROTTLED),
        (Behavior::Fail, "/api/user", 502, None, "Internal Server Error"),
        (Behavior::Reply(r#"{"statusCode":600}"#), "/api/user", 502, None, "Internal Server Error"),
    ] {
        let answer = answer(&buffered(behavior), get(path));
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (status, body));
        assert_eq!(answer.header("x-amzn-errortype"), error_type, "{status}");
        let content_type = if status == 502 { "text/plain" } else { "application/json" };
        assert_eq!(answer.header("content-type"), Some(content_type), "{status}");
        assert!(answer.header("x-amzn-requestid").is_some(), "{status}");
        assert!(answer.refusal.is_some(), "{status}");
    }
}

#[test]
fn a_url_takes_every_method_and_every_path() {
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"] {
        let door = buffered(Behavior::Reply("{}"));
        let request =
            Request::builder().method(method).uri("/any/path").header("host", "api-user.localhost:3001");
        assert_eq!(answer(&door, request.body(Empty::<Bytes>::new()).unwrap()).status, 200, "{method}");
        assert_eq!(door.backend.event()["requestContext"]["http"]["method"], method);
        assert_eq!(door.backend.event()["rawPath"], "/any/path");
    }
}

#[tokio::test(start_paused = true)]
async fn no_time_out_of_a_gateway_cuts_an_invocation_short() {
    let door = buffered(Behavior::Hang);
    let request = door.handle(get("/api/user"), PEER);
    assert!(tokio::time::timeout(Duration::from_secs(900), request).await.is_err());
}

#[test]
fn event_over_the_limit_is_413_and_invokes_nothing() {
    let door = buffered(Behavior::Hang);
    let post = |body: Vec<u8>| Request::post("/api/user").body(Full::<Bytes>::from(body)).unwrap();
    for (len, refusal) in [
        (BODY + 1, GatewayError::BodyTooLong { limit: BODY }),
        (5_000_000, GatewayError::EventTooLong { limit: limits::EVENT }),
    ] {
        let answer = answer(&door, post(vec![0; len]));
        assert_eq!(answer.header("x-amzn-errortype"), Some("RequestEntityTooLargeException"));
        assert_eq!((answer.status.as_u16(), answer.refusal), (413, Some(refusal)));
    }
    assert_eq!(door.backend.events(), 0);
}

#[test]
fn a_megabyte_of_headers_is_the_limit() {
    for (len, status) in [(HEAD - 1_000, 200), (HEAD, 431)] {
        let value = "v".repeat(len);
        let answer = answer(&buffered(Behavior::Reply("{}")), with_method("GET", &[("x", &value)]));
        assert_eq!(answer.status, status);
    }
}
