//! Streamed answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use tokio::time::{Duration, Instant};

use super::{STREAM, api, asked, post};
use crate::gateway::Bandwidth;
use crate::gateway::fake::Behavior;
use crate::invocation::ResponseMode;

/// Returns the payloads of the events of a function with this `behavior`, in their order.
#[tokio::main(flavor = "current_thread")]
async fn events(behavior: Behavior) -> Vec<String> {
    let (api, _) = api(behavior);
    let (head, body) = api.handle(post(STREAM, &[])).await.into_parts();
    assert_eq!(head.status, 200);
    assert_eq!(head.headers["content-type"], "application/vnd.amazon.eventstream");
    assert_eq!(head.headers["x-amz-executed-version"], "$LATEST");
    assert_eq!(api.backend.invocations()[0].mode, ResponseMode::Streaming);
    payloads(&body.collect().await.unwrap().to_bytes())
}

/// Returns the payload of each message. The payload of the last event has `end` in front.
fn payloads(mut messages: &[u8]) -> Vec<String> {
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize;
    let mut payloads = Vec::new();
    while !messages.is_empty() {
        let (message, rest) = messages.split_at(number(messages));
        let headers = 12 + number(&message[4..]);
        let event_type =
            if message[..headers].windows(12).any(|bytes| bytes == b"PayloadChunk") { "" } else { "end " };
        let payload = String::from_utf8_lossy(&message[headers..message.len() - 4]);
        payloads.push(format!("{event_type}{payload}"));
        messages = rest;
    }
    payloads
}

#[test]
fn each_piece_is_a_chunk_and_the_end_an_event() {
    assert_eq!(events(Behavior::Stream(&["one", "two"], false)), ["one", "two", "end {}"]);
}

#[test]
fn whole_answer_is_one_chunk() {
    assert_eq!(events(Behavior::Reply(r#"{"b":2}"#)), [r#"{"b":2}"#, "end {}"]);
}

#[test]
fn error_of_a_function_is_only_in_the_last_event() {
    let end = r#"end {"ErrorCode":"Unhandled","ErrorDetails":"{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"exit status 1\"}"}"#;
    assert_eq!(events(Behavior::Fail), [end]);
}

#[test]
fn broken_stream_ends_with_its_reason() {
    let end = r#"end {"ErrorCode":"Runtime.StreamError","ErrorDetails":"{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"exit status 1\"}"}"#;
    assert_eq!(events(Behavior::Stream(&["one"], true)), ["one", end]);
}

#[test]
fn throttled_caller_gets_no_stream() {
    let (answer, ..) = asked(Behavior::Throttle, STREAM, &[]);
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (429, Some("application/json")));
}

#[tokio::test]
async fn log_is_in_the_last_event() {
    let (api, _) = api(Behavior::Reply("null"));
    let answer = api.handle(post(STREAM, &[("x-amz-log-type", "Tail")])).await;
    let tail = api.backend.invocations()[0].tail.clone().unwrap();
    tail.line("REPORT");
    tail.end();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let log = STANDARD.encode("REPORT\n");
    assert_eq!(payloads(&body), ["null".to_owned(), format!(r#"end {{"LogResult":"{log}"}}"#)]);
}

#[tokio::test(start_paused = true)]
async fn stream_keeps_to_the_bandwidth() {
    let (api, _) = api(Behavior::Reply(r#"{"b":2}"#));
    let api = api.with_bandwidth(Some(Bandwidth { burst: 10, per_second: 10 }));
    let begun = Instant::now();
    let body = api.handle(post(STREAM, &[])).await.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(payloads(&body), [r#"{"b":2}"#, "end {}"]);
    assert!(begun.elapsed() > Duration::from_secs(8), "{:?}", begun.elapsed());
}
