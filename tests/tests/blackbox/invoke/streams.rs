//! `InvokeWithResponseStream`, which the runtime interface emulator lacks:
//! <https://github.com/aws/aws-lambda-runtime-interface-emulator/issues/175>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::invoke;
use crate::harness::post;

fn stream(payload: &Value, headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let target = "/2021-11-15/functions/Raw/response-streaming-invocations";
    let request = post(target, "application/octet-stream", payload.to_string());
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    let answer = invoke(&request);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/vnd.amazon.eventstream"));
    assert_eq!(answer.header("x-amz-executed-version"), Some("$LATEST"));
    events(&answer.body)
}

fn fault(fault: &str) -> Vec<(String, String)> {
    stream(&json!({ "rawPath": format!("/api/raw/{fault}") }), &[])
}

/// Returns the type and the payload of each event.
fn events(mut messages: &[u8]) -> Vec<(String, String)> {
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize;
    let mut events = Vec::new();
    while !messages.is_empty() {
        let (message, rest) = messages.split_at(number(messages));
        let (headers, payload) = message[12..message.len() - 4].split_at(number(&message[4..]));
        let headers = String::from_utf8_lossy(headers).into_owned();
        let mut types = ["PayloadChunk", "InvokeComplete"].into_iter();
        let event = types.find(|event| headers.contains(event)).unwrap();
        events.push((event.to_owned(), String::from_utf8_lossy(payload).into_owned()));
        messages = rest;
    }
    events
}

fn chunk(text: &str) -> (String, String) {
    ("PayloadChunk".to_owned(), text.to_owned())
}

fn complete(text: &str) -> (String, String) {
    ("InvokeComplete".to_owned(), text.to_owned())
}

#[test]
fn a_stream_comes_chunk_by_chunk_and_with_an_end() {
    let (end, chunks) =
        fault("stream").split_last().map(|(end, chunks)| (end.clone(), chunks.to_vec())).unwrap();
    assert_eq!(end, complete("{}"));
    assert!(chunks.len() > 1 && chunks.iter().all(|(event, _)| event == "PayloadChunk"), "{chunks:?}");
    let text: String = chunks.into_iter().map(|(_, payload)| payload).collect();
    assert_eq!(text, "onetwo\0\u{fffd}");
}

#[test]
fn an_answer_in_one_piece_is_one_chunk() {
    assert_eq!(fault("object"), [chunk(r#"{"name":"John Doe"}"#), complete("{}")]);
}

#[test]
fn error_is_in_the_last_event() {
    let error = r#"{"errorType":"Mine","errorMessage":"the password is hunter2"}"#;
    let end = json!({"ErrorCode": "Unhandled", "ErrorDetails": error});
    assert_eq!(fault("error"), [complete(&end.to_string())]);
}

#[test]
fn broken_stream_ends_with_the_functions_reason() {
    let events = fault("torn-stream");
    assert_eq!(events[0], chunk("one"));
    let (event, end) = events.last().unwrap();
    let end: Value = serde_json::from_str(end).unwrap();
    assert_eq!((event.as_str(), end["ErrorCode"].as_str()), ("InvokeComplete", Some("Runtime.Torn")));
}

#[test]
fn log_comes_with_the_last_event() {
    let payload = json!({"rawPath": "/api/raw/print"});
    let events = stream(&payload, &[("x-amz-log-type", "Tail")]);
    let end: Value = serde_json::from_str(&events.last().unwrap().1).unwrap();
    let log = STANDARD.decode(end["LogResult"].as_str().unwrap()).unwrap();
    let log = String::from_utf8_lossy(&log).into_owned();
    assert!(log.contains("begun, and ended\n") && log.contains("\nREPORT RequestId: "), "{log}");
}
