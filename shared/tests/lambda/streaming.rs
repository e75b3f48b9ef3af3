//! Tests of the bytes that a route with `streaming()` posts.

use std::io::Write;
use std::net::TcpListener;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::events;
use crate::fake_lambda::{Call, FakeLambda};

/// Returns the post of a function behind a Function URL: head, chunks and trailers.
fn answer(how: &str) -> (String, Vec<Vec<u8>>, String) {
    let lambda = FakeLambda::running("streaming", &[]);
    lambda.event("1", &events::function_url("/api/streaming", &format!("as={how}")));
    assert_eq!(lambda.call(), Call::Next);
    posted(&lambda)
}

fn posted(lambda: &FakeLambda) -> (String, Vec<Vec<u8>>, String) {
    let (mut head, mut chunks) = (String::new(), Vec::new());
    loop {
        match lambda.call() {
            Call::Post(of_answer) => head = of_answer,
            Call::Data(chunk) => chunks.push(chunk),
            Call::End(trailers) => return (head, chunks, trailers),
            // Calls that follow the previous answer.
            _ => {}
        }
    }
}

/// The prelude, and the body behind the NULs.
fn parted(chunks: &[Vec<u8>]) -> (Value, Vec<u8>) {
    let stream = chunks.concat();
    let prelude = stream.iter().position(|byte| *byte == 0).unwrap();
    assert_eq!(&stream[prelude..prelude + 8], &[0; 8]);
    (serde_json::from_slice(&stream[..prelude]).unwrap(), stream[prelude + 8..].to_vec())
}

#[test]
fn an_answer_is_posted_as_lambda_wants_a_stream() {
    let (head, chunks, trailers) = answer("json");
    assert!(head.starts_with("POST /2018-06-01/runtime/invocation/1/response HTTP/1.1\r\n"), "{head}");
    for header in [
        "lambda-runtime-function-response-mode: streaming",
        "content-type: application/vnd.awslambda.http-integration-response",
        "transfer-encoding: chunked",
        "trailer: lambda-runtime-function-error-type, lambda-runtime-function-error-body",
        "connection: close",
    ] {
        assert!(head.contains(&format!("\r\n{header}\r\n")), "{header} in {head}");
    }
    assert_eq!(head.matches("content-type").count(), 1);
    let (prelude, body) = parted(&chunks);
    assert_eq!(prelude["statusCode"], 201);
    assert_eq!(prelude["headers"]["x-part"], "1, 2");
    assert_eq!((body.as_slice(), trailers.as_str()), (b"[1,2]".as_slice(), ""));
}

#[test]
fn each_frame_is_sent_when_it_is_there() {
    let gate = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = gate.local_addr().unwrap().to_string();
    let lambda = FakeLambda::running("streaming", &[("GATE", &at)]);
    lambda.event("1", &events::function_url("/api/streaming", "as=ticks"));
    let calls = lambda.calls_until(|call| matches!(call, Call::Data(chunk) if chunk == b"tick"));
    let Some(Call::Data(introduction)) = calls.get(2) else { panic!("{calls:?}") };
    assert_eq!(parted(std::slice::from_ref(introduction)).0["cookies"], json!(["a=1", "b=2"]));
    // `tock` is not made before this.
    gate.accept().unwrap().0.write_all(b"!").unwrap();
    assert_eq!(lambda.call(), Call::Data(b"tock".to_vec()));
    assert_eq!(lambda.call(), Call::End(String::new()));
}

#[test]
fn failing_stream_has_its_error_as_trailers() {
    for (how, kind, message) in [
        ("breaks", "Runtime.StreamError", "the response's body failed: no more"),
        ("panics", "Runtime.Panic", "the response's body panicked: no more"),
    ] {
        let lambda = FakeLambda::running("streaming", &[]);
        lambda.event("1", &events::function_url("/api/streaming", &format!("as={how}")));
        assert_eq!(lambda.call(), Call::Next);
        let (_, chunks, trailers) = posted(&lambda);
        assert_eq!(parted(&chunks).1, b"some", "no error text in the body");
        let error = BASE64_STANDARD.encode(json!({ "errorType": kind, "errorMessage": message }).to_string());
        assert_eq!(
            trailers,
            format!(
                "lambda-runtime-function-error-type: {kind}\r\nlambda-runtime-function-error-body: {error}\r\n"
            )
        );
        lambda.calls_until(|call| *call == Call::Closed);
    }
}

#[test]
fn panic_in_a_stream_logs_its_request_and_place() {
    let lambda = FakeLambda::running("streaming", &[]);
    lambda.event("1", &events::function_url("/api/streaming", "as=panics"));
    lambda.calls_until(|call| *call == Call::Closed);
    let log = lambda.log();
    let (head, message) = log.rsplit_once(": ").unwrap();
    assert!(head.starts_with("ERROR RequestId: 1 GET /api/streaming: panicked at "), "{log}");
    assert!(head.contains("examples/streaming.rs:"), "{log}");
    assert_eq!(message, "no more\n", "{log}");
}

#[test]
fn next_event_after_a_stream_has_a_new_connection() {
    let lambda = FakeLambda::running("streaming", &[]);
    lambda.event("1", &events::function_url("/api/streaming", "as=breaks"));
    lambda.event("2", &events::function_url("/api/streaming", "as=json"));
    assert_eq!(lambda.call(), Call::Next);
    posted(&lambda);
    let mut after = [lambda.call(), lambda.call()];
    after.sort_by_key(|call| *call == Call::Next);
    assert_eq!(after, [Call::Closed, Call::Next]);
    assert_eq!(parted(&posted(&lambda).1).1, b"[1,2]");
    let log = lambda.log();
    assert!(log.contains("RequestId: 1 the response's body failed: no more"), "{log}");
}

/// A Function URL does not end a response without one.
#[test]
fn answer_without_a_body_has_a_byte() {
    let (_, chunks, trailers) = answer("nothing");
    let (prelude, body) = parted(&chunks);
    assert_eq!((&prelude["statusCode"], prelude["headers"].get("content-length")), (&202.into(), None));
    assert_eq!((body, trailers.as_str()), (b"\n".to_vec(), ""));
}

#[test]
fn an_error_before_the_answer_is_an_answer() {
    let (_, chunks, _) = answer("no-such");
    let (prelude, body) = parted(&chunks);
    assert_eq!(prelude["statusCode"], 500);
    assert_eq!(body, br#"{"error":"Internal Server Error"}"#);
}

#[test]
fn a_front_door_that_buffers_gets_the_whole_answer() {
    let lambda = FakeLambda::running("streaming", &[]);
    lambda.event("1", &events::http_api("/api/streaming", "as=ticks"));
    assert_eq!(lambda.call(), Call::Next);
    let (head, chunks, _) = posted(&lambda);
    assert!(!head.contains("lambda-runtime-function-response-mode"), "{head}");
    let reply: Value = serde_json::from_slice(&chunks.concat()).unwrap();
    assert_eq!((&reply["statusCode"], &reply["body"]), (&json!(200), &json!("ticktock")));
}

/// The most memory that the process has had, in KB.
#[cfg(target_os = "linux")]
fn peak_memory(lambda: &FakeLambda) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", lambda.pid())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB")).unwrap();
    peak.trim().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn memory_of_a_stream_does_not_grow_with_its_size() {
    let lambda = FakeLambda::running("streaming", &[]);
    let peak_after = |id: &str, megabytes: usize| {
        lambda.event(id, &events::function_url("/api/streaming", &format!("as=megabytes&count={megabytes}")));
        let mut sent = 0;
        loop {
            match lambda.call() {
                Call::Data(chunk) => sent += chunk.len(),
                Call::End(trailers) => break assert_eq!(trailers, ""),
                _ => {}
            }
        }
        assert!(sent > megabytes * 1024 * 1024, "{sent}");
        peak_memory(&lambda)
    };
    let (small, large) = (peak_after("1", 10), peak_after("2", 200));
    assert!(large < small + 4096, "{small} KB, {large} KB");
}

#[test]
fn a_rest_api_gets_repeated_headers_apart() {
    let lambda = FakeLambda::running("streaming", &[]);
    for (id, how) in [("1", "json"), ("2", "ticks")] {
        lambda.event(id, &events::rest_api("/api/streaming", "as", how));
    }
    assert_eq!(lambda.call(), Call::Next);
    let (prelude, body) = parted(&posted(&lambda).1);
    assert_eq!(prelude["multiValueHeaders"]["x-part"], json!(["1", "2"]));
    assert_eq!(prelude.as_object().unwrap().len(), 2, "{prelude}");
    assert_eq!(body, b"[1,2]");
    let (prelude, _) = parted(&posted(&lambda).1);
    assert_eq!(prelude["multiValueHeaders"]["set-cookie"], json!(["a=1", "b=2"]));
}

#[test]
fn a_stream_that_is_refused_is_logged_and_given_up() {
    let lambda = FakeLambda::running("streaming", &[]);
    lambda.event("refused", &events::function_url("/api/streaming", "as=megabytes&count=100000"));
    lambda.event("2", &events::function_url("/api/streaming", "as=json"));
    assert_eq!(lambda.call(), Call::Next);
    lambda.calls_until(|call| *call == Call::Next);
    assert_eq!(parted(&posted(&lambda).1).1, b"[1,2]");
    let log = lambda.log();
    assert!(log.contains("ERROR RequestId: refused "), "{log}");
}

#[test]
fn stream_that_lambda_stops_reading_is_logged() {
    for (id, reason) in [
        ("cut", "Lambda closed the stream before its end"),
        ("lost", "the stream could not be sent: client error (SendRequest); caused by: "),
    ] {
        let lambda = FakeLambda::running("streaming", &[]);
        lambda.event(id, &events::function_url("/api/streaming", "as=megabytes&count=100000"));
        lambda.event("2", &events::function_url("/api/streaming", "as=json"));
        assert_eq!(lambda.call(), Call::Next);
        lambda.calls_until(|call| *call == Call::Next);
        assert_eq!(parted(&posted(&lambda).1).1, b"[1,2]");
        let log = lambda.log();
        assert!(log.starts_with(&format!("ERROR RequestId: {id} {reason}")), "{log}");
        assert_eq!(log.lines().count(), 1, "{log}");
    }
}
