//! The id of an attempt at an invocation, which goes back with its answer.

use serde_json::{Value, json};

use crate::events;
use crate::fake_lambda::{Call, FakeLambda};

/// An example, the event for it, and how it is answered.
fn answers() -> [(&'static str, Value, &'static str); 3] {
    [
        ("failures", events::http_api("/api/failures", "do=question-mark"), "response"),
        ("failures", json!({}), "error"),
        ("streaming", events::function_url("/api/streaming", "as=json"), "response"),
    ]
}

/// The request line and the headers of the next answer.
fn head_of_answer(lambda: &FakeLambda) -> String {
    let calls = lambda.calls_until(|call| matches!(call, Call::Post(_)));
    calls.into_iter().find_map(|call| if let Call::Post(head) = call { Some(head) } else { None }).unwrap()
}

#[test]
fn every_answer_has_the_id_of_its_attempt() {
    for (example, event, kind) in answers() {
        let lambda = FakeLambda::running(example, &[]);
        for id in ["1", "2"] {
            lambda.event(id, &event);
            let head = head_of_answer(&lambda);
            assert!(head.starts_with(&format!("POST /2018-06-01/runtime/invocation/{id}/{kind} ")), "{head}");
            let echo = format!("lambda-runtime-invocation-id: attempt at {id}\r\n");
            assert_eq!(head.matches(&echo).count(), 1, "{head}");
        }
    }
}

/// Lambda has given up the attempt, and the process is to serve the next event.
#[test]
fn late_answer_is_logged_and_the_next_event_asked_for() {
    for (example, event, _) in answers() {
        let lambda = FakeLambda::running(example, &[]);
        lambda.event("stale", &event);
        lambda.event("2", &event);
        assert!(head_of_answer(&lambda).contains("/stale/"));
        assert!(head_of_answer(&lambda).contains("/2/"));
        lambda.calls_until(|call| *call == Call::Next);
        let log = lambda.log();
        let words = |line: &str| line.starts_with("ERROR RequestId: stale ") && line.contains("410");
        assert_eq!(log.lines().filter(|line| words(line)).count(), 1, "{example}: {log}");
    }
}
