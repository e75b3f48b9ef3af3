//! The log of a function.

use serde_json::{Value, json};

use super::{Function, SHORT, Setup, invocation};
use crate::invocation::{Invocation, Tail};

/// The log of one invocation.
async fn tail(function: &Function, event: &Value) -> String {
    let tail = Tail::new();
    let invocation = Invocation { tail: Some(tail.clone()), ..invocation(event) };
    function.pool.invoke(invocation).await.unwrap();
    String::from_utf8(tail.last().await).unwrap()
}

#[tokio::test]
async fn output_comes_line_by_line_with_the_route_in_front() {
    let function = Setup::new().start();
    function.pid(json!({ "do": "print" })).await;
    assert!(function.invoke(json!({ "do": "exit", "code": 0 })).await.is_ok());
    let log = function.log.text();
    for line in ["to stdout", "half a line", "to stderr"] {
        assert!(log.contains(&format!("/api/probe | {line}\n")), "{log}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn who_asks_for_the_log_of_an_invocation_gets_all_of_it() {
    let function = Setup::new().start();
    let log = tail(&function, &json!({ "do": "print" })).await;
    let lines: Vec<_> = log.lines().collect();
    assert!(lines[0].starts_with("START RequestId: ") && lines.len() == 5, "{log}");
    assert!(lines[lines.len() - 1].starts_with("REPORT RequestId: "), "{log}");
    for line in ["to stdout", "to stderr"] {
        assert!(lines.contains(&line), "{log}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn failure_adds_its_status_alone_to_the_log() {
    for (event, status) in [
        (json!({ "do": "error" }), ""),
        (json!({ "do": "exit", "code": 3 }), "Status: error\tError Type: Runtime.ExitError"),
        (json!({ "do": "spin" }), "Status: timeout"),
        (json!({ "do": "answer, then exit" }), "Status: error\tError Type: Runtime.ExitError"),
        (json!({ "do": "answer, then spin" }), "Status: timeout"),
    ] {
        let function = Setup::new().timeout(SHORT).start();
        let log = tail(&function, &event).await;
        let lines: Vec<_> = log.lines().collect();
        let [start, end, report] = lines[..] else { panic!("{log}") };
        assert!(start.starts_with("START RequestId: ") && end.starts_with("END RequestId: "), "{log}");
        let (_, words) = report.split_once(" MB\tMax Memory Used: ").unwrap();
        let words: Vec<_> = words.split('\t').collect();
        let words = words.iter().filter(|word| !word.starts_with("Init ") && !word.ends_with(" MB"));
        assert_eq!(words.copied().collect::<Vec<_>>().join("\t").trim_end(), status, "{event}");
    }
}
