//! Tests of `wait_until` in a real process.

use crate::events;
use crate::fake_lambda::{Call, FakeLambda};

/// The first lines of what is posted, and when it asks for events.
fn order(calls: &[Call]) -> Vec<&str> {
    calls
        .iter()
        .filter_map(|call| match call {
            Call::Next => Some("next"),
            Call::Post(head) => head.split(' ').nth(1),
            _ => None,
        })
        .collect()
}

#[test]
fn late_work_runs_between_the_answer_and_next_event() {
    let lambda = FakeLambda::running("late_work", &[]);
    lambda.event("1", &events::http_api("/api/late", ""));
    lambda.event("2", &events::http_api("/api/late", "do=fail"));
    let mut asked = 0;
    let calls = lambda.calls_until(|call| {
        asked += usize::from(*call == Call::Next);
        asked == 3
    });
    assert_eq!(
        order(&calls),
        [
            "next",
            "/2018-06-01/runtime/invocation/1/response",
            "/late",
            "next",
            "/2018-06-01/runtime/invocation/2/error",
            "/late",
            "next"
        ]
    );
    let log = lambda.log();
    for (id, message) in [(1, "late"), (2, "early"), (2, "late")] {
        let panicked =
            |line: &&str| line.starts_with(&format!("ERROR RequestId: {id} GET /api/late: panicked at "));
        assert!(log.lines().filter(panicked).any(|line| line.ends_with(message)), "{log}");
    }
    assert_eq!(log.lines().count(), 3, "{log}");
}

#[test]
fn late_work_waits_for_the_end_of_a_stream() {
    for id in ["1", "early"] {
        let lambda = FakeLambda::running("logging", &[]);
        lambda.event(id, &events::function_url("/api/logging", ""));
        for _ in 0..2 {
            lambda.calls_until(|call| *call == Call::Next);
        }
        let log = lambda.log();
        let (in_stream, after) = (log.find("in the stream"), log.find("after the answer"));
        assert!(in_stream.is_some() && in_stream < after, "{log}");
    }
}
