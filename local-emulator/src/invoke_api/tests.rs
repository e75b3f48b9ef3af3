mod streams;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use http_body_util::Full;
use tokio::task::yield_now;

use super::{Bytes, Current, Directory, InvokeApi, RefusalWords};
use crate::gateway::fake::{Behavior, ClientResponse, FakeBackend, answered};
use crate::invocation::{AtLimit, Invocation, ResponseMode};
use crate::printer::{Log, Printer};
use crate::record::{LogStyle, Recorder};

const INVOKE: &str = "/2015-03-31/functions/hello/invocations";
const STREAM: &str = "/2021-11-15/functions/hello/response-streaming-invocations";

fn api(behavior: Behavior) -> (InvokeApi<FakeBackend>, Log) {
    let mut directory = Directory::new("us-east-1", "123456789012");
    directory.add("hello", ());
    let (printer, log) = Printer::recorded();
    let recorder = Recorder::new(printer.clone(), LogStyle::Lambda, None);
    (InvokeApi::new(FakeBackend::new(behavior), Current::new(directory), printer, recorder), log)
}

fn post(target: &str, headers: &[(&str, &str)]) -> Request<Full<Bytes>> {
    let mut request = Request::post(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::new(Bytes::from_static(br#"{"a": 1}"#))).unwrap()
}

fn asked(
    behavior: Behavior,
    target: &str,
    headers: &[(&str, &str)],
) -> (ClientResponse, Vec<Invocation>, String) {
    let (api, log) = api(behavior);
    let answer = answered(Box::pin(api.handle(post(target, headers))));
    (answer, api.backend.invocations(), log.text())
}

#[test]
fn trace_of_the_caller_keeps_its_segment() {
    let trace = "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0;Parent=53995c3f42cd8ad8;Sampled=1";
    for invocation_type in ["RequestResponse", "Event"] {
        let headers = [("x-amz-invocation-type", invocation_type), ("x-amzn-trace-id", trace)];
        let (answer, invocations, _) = asked(Behavior::Reply("1"), INVOKE, &headers);
        assert_eq!(
            answer.header("x-amzn-trace-id"),
            Some("root=1-6a5145a9-1bae89e2512ec92d5d9438a0;parent=53995c3f42cd8ad8;sampled=1")
        );
        assert!(invocations.iter().all(|invocation| invocation.trace_id == trace), "{invocations:?}");
    }
}

#[test]
fn reply_is_unchanged_and_has_the_headers_of_sdks() {
    let trace = "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0";
    let (answer, invocations, log) = asked(
        Behavior::Reply(r#"{ "b" : 2 }"#),
        INVOKE,
        &[("x-amzn-trace-id", trace), ("x-amz-client-context", "e30=")],
    );
    assert_eq!((answer.status.as_u16(), answer.body.as_str(), log.as_str()), (200, r#"{ "b" : 2 }"#, ""));
    let [
        Invocation {
            request_id,
            qualifier: None,
            trace_id,
            event,
            client_context,
            mode,
            tail,
            at_limit,
            recording,
        },
    ] = &invocations[..]
    else {
        panic!("{invocations:?}")
    };
    assert_eq!((&event[..], trace_id.as_str()), (&br#"{"a": 1}"#[..], trace));
    assert_eq!(
        (client_context.as_deref(), *mode, *at_limit),
        (Some("{}"), ResponseMode::Buffered, AtLimit::Throttle)
    );
    assert!(tail.is_none() && recording.is_none());
    for (name, value) in [
        ("content-type", Some("application/json")),
        ("x-amz-executed-version", Some("$LATEST")),
        ("x-amzn-requestid", Some(request_id.to_string().as_str())),
        ("x-amzn-trace-id", Some("root=1-6a5145a9-1bae89e2512ec92d5d9438a0;sampled=0")),
        ("x-amz-function-error", None),
        ("x-amz-log-result", None),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[test]
fn error_of_a_function_is_an_answer_with_a_header() {
    let (answer, ..) = asked(Behavior::Fail, INVOKE, &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("x-amz-function-error"), Some("Unhandled"));
    assert_eq!(answer.body, r#"{"errorType":"Runtime.ExitError","errorMessage":"exit status 1"}"#);
}

#[test]
fn dry_run_invokes_no_function() {
    for target in [INVOKE, STREAM] {
        let (answer, invocations, _) = asked(Behavior::Fail, target, &[("x-amz-invocation-type", "DryRun")]);
        assert_eq!((answer.status.as_u16(), answer.body.as_str(), invocations.len()), (204, "", 0));
        assert_eq!(answer.header("x-amz-executed-version"), None);
    }
}

#[test]
fn event_is_accepted_at_once() {
    let (answer, ..) = asked(Behavior::Hang, INVOKE, &[("x-amz-invocation-type", "Event")]);
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (202, ""));
    assert!(answer.header("x-amzn-requestid").is_some() && answer.header("x-amz-executed-version").is_none());
}

#[tokio::test]
async fn event_has_the_answered_id_and_no_client_context() {
    let (api, _) = api(Behavior::Reply("null"));
    let headers = [("x-amz-invocation-type", "Event"), ("x-amz-client-context", "e30=")];
    let answer = api.handle(post(INVOKE, &headers)).await;
    while api.backend.events() == 0 {
        yield_now().await;
    }
    let invocation = &api.backend.invocations()[0];
    assert_eq!(answer.headers()["x-amzn-requestid"], invocation.request_id.to_string());
    assert_eq!((invocation.client_context.as_deref(), invocation.at_limit), (None, AtLimit::Wait));
}

#[test]
fn events_have_1_mb_and_waiting_callers_6_mb() {
    for (length, kind, status) in
        [(1 << 20, "Event", 202), ((1 << 20) + 1, "Event", 413), (6 << 20, "RequestResponse", 200)]
    {
        let (api, _) = api(Behavior::Reply("null"));
        let payload = Bytes::from(format!("\"{}\"", "x".repeat(length - 2)));
        let request = Request::post(INVOKE).header("x-amz-invocation-type", kind).body(Full::new(payload));
        let answer = answered(Box::pin(api.handle(request.unwrap())));
        assert_eq!(answer.status, status, "{length} {kind}");
    }
}

#[tokio::test]
async fn refused_call_carries_its_reason_for_the_log() {
    let nobody = INVOKE.replace("hello", "nobody");
    let response = api(Behavior::Reply("null")).0.handle(post(&nobody, &[])).await;
    let RefusalWords(words) = response.extensions().get().unwrap();
    assert!(words.starts_with("ResourceNotFoundException: Function not found: "), "{words}");
    let response = api(Behavior::NotBuild).0.handle(post(INVOKE, &[])).await;
    let RefusalWords(words) = response.extensions().get().unwrap();
    assert_eq!(words, "the function does not build");
}

#[test]
fn refused_call_answers_with_its_reason() {
    let nobody = INVOKE.replace("hello", "nobody");
    let (answer, invocations, _) =
        asked(Behavior::Reply("null"), &nobody, &[("authorization", "AWS4-HMAC-SHA256 x")]);
    let words = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST";
    assert_eq!((answer.status.as_u16(), invocations.len()), (404, 0));
    assert_eq!(answer.header("x-amzn-errortype"), Some("ResourceNotFoundException"));
    assert_eq!(answer.body, format!(r#"{{"Message":"{words}","Type":"User"}}"#));
    assert!(answer.header("x-amzn-requestid").is_some());
}

#[test]
fn unsigned_call_gets_the_members_of_cargo_lambda() {
    let (answer, ..) = asked(Behavior::Throttle, INVOKE, &[]);
    assert_eq!(answer.status, 429);
    assert_eq!(
        answer.body,
        r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded.","errorType":"TooManyRequestsException","errorMessage":"Rate Exceeded."}"#
    );
}

#[test]
fn broken_function_answers_with_the_compilers_message() {
    for target in [INVOKE, STREAM] {
        let (answer, _, log) = asked(Behavior::NotBuild, target, &[]);
        assert_eq!((answer.status.as_u16(), log.as_str()), (409, ""));
        assert_eq!(answer.header("x-amzn-errortype"), Some("ResourceConflictException"));
        assert!(answer.body.contains("error[E0425]: cannot find `x`"), "{}", answer.body);
    }
}

#[test]
fn unknown_operation_is_a_404() {
    let (api, _) = api(Behavior::Reply("null"));
    for (method, target) in
        [("GET", INVOKE), ("GET", "/2015-03-31/functions/"), ("POST", "/2021-11-15/functions/x")]
    {
        let request = Request::builder().method(method).uri(target).body(Full::<Bytes>::default()).unwrap();
        let answer = answered(Box::pin(api.handle(request)));
        assert_eq!(answer.status, 404, "{method} {target}");
        assert_eq!(answer.header("x-amzn-errortype"), Some("UnknownOperationException"));
    }
}

#[tokio::test]
async fn requested_log_waits_until_it_is_complete() {
    let (api, _) = api(Behavior::Reply("null"));
    let api = Arc::new(api);
    let asking = tokio::spawn({
        let api = Arc::clone(&api);
        async move { api.handle(post(INVOKE, &[("x-amz-log-type", "Tail")])).await }
    });
    while api.backend.events() == 0 {
        yield_now().await;
    }
    let tail = api.backend.invocations()[0].tail.clone().unwrap();
    tail.line("REPORT");
    yield_now().await;
    assert!(!asking.is_finished());
    tail.end();
    let answer = asking.await.unwrap();
    assert_eq!(answer.headers()["x-amz-log-result"], STANDARD.encode("REPORT\n"));
}
