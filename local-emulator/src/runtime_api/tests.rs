//! The Runtime API over a real socket. The test plays the runtime.

mod extensions;
mod invocation_id;
mod restore;
mod streaming;

use std::sync::Arc;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::serve;
use crate::invocation::MAX_PAYLOAD;
use crate::invocation::{Invocation, Outcome};
use crate::sandbox::{Sandbox, fixture};

/// A sandbox without a process: the test plays its runtime and its callers.
struct Lambda {
    sandbox: Arc<Sandbox>,
    address: std::net::SocketAddr,
    server: JoinHandle<std::convert::Infallible>,
}

/// A keep-alive connection to the Runtime API.
struct Runtime(BufReader<TcpStream>);

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

const ID: &str = "00000000-0000-0000-0000-000000000001";
const INVALID_ID: &str = r#"{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#;

impl Lambda {
    /// Starts a sandbox that waits with its first event, number 1.
    async fn start() -> (Self, oneshot::Receiver<Outcome>) {
        Self::start_with(fixture::invocation(1, &json!({ "n": 1 }))).await
    }

    async fn start_with(first: Invocation) -> (Self, oneshot::Receiver<Outcome>) {
        Self::serving(fixture::sandbox(first, fixture::LONG)).await
    }

    async fn serving(
        (sandbox, outcome): (Arc<Sandbox>, oneshot::Receiver<Outcome>),
    ) -> (Self, oneshot::Receiver<Outcome>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(serve(listener, Arc::clone(&sandbox)));
        (Self { sandbox, address, server }, outcome)
    }

    async fn runtime(&self) -> Runtime {
        Runtime(BufReader::new(TcpStream::connect(self.address).await.unwrap()))
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Runtime {
    async fn send(&mut self, bytes: &str) {
        self.0.get_mut().write_all(bytes.as_bytes()).await.unwrap();
    }

    async fn call(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let length = body.len();
        let head = format!("{method} /2018-06-01/{path} HTTP/1.1\r\nhost: x\r\n{headers}");
        self.send(&format!("{head}content-length: {length}\r\n\r\n{body}")).await;
        self.receive().await
    }

    async fn next(&mut self) -> Answer {
        self.call("GET", "runtime/invocation/next", "", "").await
    }

    async fn post(&mut self, path: &str, body: &str) -> Answer {
        self.call("POST", path, "", body).await
    }

    async fn receive(&mut self) -> Answer {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(self.0.read_line(&mut head).await.unwrap(), 0, "closed after {head:?}");
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        let mut body = vec![0; length.parse().unwrap()];
        self.0.read_exact(&mut body).await.unwrap();
        Answer { status: head[9..12].parse().unwrap(), head, body: String::from_utf8(body).unwrap() }
    }
}

fn response(id: &str) -> String {
    format!("runtime/invocation/{id}/response")
}

#[tokio::test]
async fn event_has_its_context_in_headers() {
    let (lambda, _outcome) = Lambda::start().await;
    let event = lambda.runtime().await.next().await;
    assert_eq!((event.status, event.body.as_str()), (200, r#"{"n":1}"#));
    for header in [
        "content-type: application/json\r\n",
        "lambda-runtime-aws-request-id: 00000000-0000-0000-0000-000000000001\r\n",
        "lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:123456789012:function:Probe\r\n",
        "lambda-runtime-trace-id: Root=1-5f3e8f2a-0123456789abcdef01234567;Parent=0000000000000000;Sampled=0\r\n",
    ] {
        assert!(event.head.contains(header), "{header} in {}", event.head);
    }
    let deadline = event.head.lines().find_map(|line| line.strip_prefix("lambda-runtime-deadline-ms: "));
    let now = u64::try_from(crate::timestamp::Timestamp::now().milliseconds()).unwrap();
    assert!(deadline.unwrap().parse::<u64>().unwrap() > now);
}

#[tokio::test]
async fn event_is_delivered_again_until_it_is_answered() {
    let (lambda, outcome) = Lambda::start().await;
    let first = lambda.runtime().await.next().await;
    let mut runtime = lambda.runtime().await;
    assert_eq!(runtime.next().await.body, first.body);
    let accepted = runtime.post(&response(ID), "done").await;
    assert_eq!((accepted.status, accepted.body.as_str()), (202, r#"{"status":"OK"}"#));
    assert_eq!(outcome.await, Ok(Outcome::Reply("done".into())));
}

#[tokio::test]
async fn runtime_waits_for_events_on_either_connection() {
    let (lambda, _outcome) = Lambda::start().await;
    let (mut polling, mut posting) = (lambda.runtime().await, lambda.runtime().await);
    polling.next().await;
    posting.post(&response(ID), "1").await;
    polling.send("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let second = fixture::begin_when_ready(&lambda.sandbox, fixture::invocation(2, &json!({ "n": 2 }))).await;
    assert_eq!(polling.receive().await.body, r#"{"n":2}"#);
    posting.post(&response("00000000-0000-0000-0000-000000000002"), "2").await;
    assert_eq!(second.await, Ok(Outcome::Reply("2".into())));
}

#[tokio::test]
async fn only_the_running_invocation_is_answered_once() {
    let (lambda, _outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    let refused = |answer: Answer| assert_eq!((answer.status, answer.body.as_str()), (400, INVALID_ID));
    refused(runtime.post(&response(ID), "before /next").await);
    runtime.next().await;
    refused(runtime.post(&response("00000000-0000-0000-0000-000000000002"), "another").await);
    refused(runtime.post(&response("{00000000-0000-0000-0000-000000000001}"), "nearly").await);
    refused(runtime.post("runtime/invocation/%00/error", "").await);
    assert_eq!(runtime.post(&response(ID), "").await.status, 202);
    for (path, to) in [("response", "InvocationResponse"), ("error", "InvocationErrorResponse")] {
        let twice = runtime.post(&format!("runtime/invocation/{ID}/{path}"), "twice").await;
        let message = format!("from RuntimeResponseSentState to {to} failed for runtime.");
        assert!(twice.status == 403 && twice.body.contains(&message), "{twice:?}");
    }
}

#[tokio::test]
async fn posted_error_is_passed_on_word_for_word() {
    let (lambda, outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    runtime.next().await;
    let accepted = runtime.post(&format!("runtime/invocation/{ID}/error"), "{oh").await;
    assert_eq!(accepted.status, 202);
    assert_eq!(outcome.await, Ok(Outcome::FunctionError("{oh".into())));
}

#[tokio::test]
async fn init_error_is_refused_after_the_first_event() {
    let (lambda, _outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    assert_eq!(runtime.post("runtime/init/error", "{}").await.status, 202);
    assert_eq!(runtime.post("runtime/init/error", "{}").await.status, 403);
    let refused = runtime.next().await;
    assert_eq!(refused.status, 403);

    let (lambda, _outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    runtime.next().await;
    let refused = runtime.post("runtime/init/error", "{}").await;
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (
            403,
            r#"{"errorMessage":"State transition from Running to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}"#
        )
    );
}

#[tokio::test]
async fn response_may_have_6291556_bytes_and_no_more() {
    for (length, status) in [(MAX_PAYLOAD, 202), (MAX_PAYLOAD + 1, 413)] {
        let (lambda, outcome) = Lambda::start().await;
        let mut runtime = lambda.runtime().await;
        runtime.next().await;
        let answer = runtime.post(&response(ID), &"x".repeat(length)).await;
        assert_eq!(answer.status, status);
        assert_eq!(matches!(outcome.await, Ok(Outcome::Reply(body)) if body.len() == length), status == 202);
        if status == 413 {
            assert_eq!(
                answer.body,
                r#"{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}"#
            );
        }
    }
}

#[tokio::test]
async fn buffered_caller_gets_a_streamed_response_whole() {
    let (lambda, outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    runtime.next().await;
    runtime
        .send(&format!(
            "POST /2018-06-01/{} HTTP/1.1\r\nhost: x\r\nlambda-runtime-function-response-mode: streaming\r\n\
             transfer-encoding: chunked\r\n\r\n2\r\n{{}}\r\n1\r\n\0\r\n5\r\nhello\r\n0\r\n\r\n",
            response(ID)
        ))
        .await;
    assert_eq!(runtime.receive().await.status, 202);
    assert_eq!(outcome.await, Ok(Outcome::Reply("{}\0hello".into())));
}

#[tokio::test]
async fn truncated_response_is_a_function_error() {
    let upload =
        |framing: &str| format!("POST /2018-06-01/{} HTTP/1.1\r\nhost: x\r\n{framing}", response(ID));
    for (framing, can_be_answered) in [
        ("content-length: 10\r\n\r\nhalf", false),
        ("transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nno\r\n", true),
    ] {
        let (lambda, outcome) = Lambda::start().await;
        let mut runtime = lambda.runtime().await;
        runtime.next().await;
        runtime.send(&upload(framing)).await;
        if can_be_answered {
            let answer = runtime.receive().await;
            assert_eq!(
                (answer.status, answer.body.as_str()),
                (
                    400,
                    r#"{"errorMessage":"HTTP request detected as truncated","errorType":"TruncatedHTTPRequest"}"#
                )
            );
        }
        drop(runtime);
        let Ok(Outcome::FunctionError(body)) = outcome.await else { panic!("no error") };
        assert!(body.starts_with(br#"{"errorType":"Runtime.TruncatedResponse""#), "{body:?}");
    }
}

#[tokio::test]
async fn unknown_response_mode_is_refused() {
    let (lambda, outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    runtime.next().await;
    let mode = "lambda-runtime-function-response-mode: Streaming\r\n";
    let answer = runtime.call("POST", &response(ID), mode, "{}").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (
            400,
            r#"{"errorMessage":"Invalid function response mode","errorType":"InvalidFunctionResponseMode"}"#
        )
    );
    assert!(matches!(outcome.await, Ok(Outcome::FunctionError(_))));
}

#[tokio::test]
async fn unknown_path_is_not_found_and_ping_is_answered() {
    let (lambda, _outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    for (method, path, status, body) in [
        ("GET", "ping", 200, "pong"),
        ("GET", "runtime/restore/next", 404, "404 page not found\n"),
        ("POST", "runtime/invocation/next", 405, ""),
    ] {
        let answer = runtime.call(method, path, "", "").await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{path}");
    }
}
