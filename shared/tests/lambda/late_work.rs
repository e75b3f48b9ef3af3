//! What is left to `wait_until`.

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
fn it_is_done_between_the_answer_and_the_next_event() {
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
    assert!(log.contains("work after the answer panicked: late"), "{log}");
}
