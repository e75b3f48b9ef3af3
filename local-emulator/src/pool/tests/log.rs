//! The log of a function.

use api_routes_project::template::SystemLogLevel::{self, Debug, Info, Warn};
use serde_json::{Value, json};

use super::{Function, SHORT, Setup, invocation};
use crate::invocation::{Invocation, Tail};
use crate::record::{LogFormat, LogStyle};

/// Returns the log of one invocation.
async fn tail(function: &Function, event: &Value) -> String {
    let tail = Tail::new();
    let invocation = Invocation { tail: Some(tail.clone()), ..invocation(event) };
    function.pool.invoke(invocation).await.unwrap();
    String::from_utf8(tail.last().await).unwrap()
}

#[tokio::test]
async fn output_is_logged_line_by_line_after_the_route() {
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
async fn tail_has_the_whole_log_of_the_invocation() {
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

impl Setup {
    fn json(mut self, level: SystemLogLevel) -> Self {
        self.spec.log_format = LogFormat::Json(level);
        self
    }
}

/// Returns `type` without `platform.`, `status` and `phase` of each line.
fn events(lines: &str) -> Vec<String> {
    let event = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {lines}"));
        let kind = line["type"].as_str().unwrap().strip_prefix("platform.").unwrap().to_owned();
        let record = &line["record"];
        let words = [&record["status"], &record["phase"]].into_iter().filter_map(Value::as_str);
        words.fold(kind, |event, word| event + " " + word)
    };
    lines.lines().map(event).collect()
}

#[tokio::test]
async fn json_log_has_objects_of_its_level() {
    for (level, event, expected) in [
        (Info, json!({}), &["start", "report success"][..]),
        (Info, json!({ "do": "error" }), &["start", "report success"]),
        (Info, json!({ "do": "exit", "code": 3 }), &["start", "runtimeDone error", "report error"]),
        (Info, json!({ "do": "spin" }), &["start", "runtimeDone timeout", "report timeout"]),
        (Warn, json!({}), &[]),
        (Warn, json!({ "do": "spin" }), &["runtimeDone timeout", "report timeout"]),
        (Debug, json!({}), &["start", "runtimeDone success", "report success"]),
    ] {
        let function = Setup::new().json(level).timeout(SHORT).start();
        assert_eq!(events(&tail(&function, &event).await), expected, "{level:?} {event}");
    }
}

#[tokio::test]
async fn json_log_has_the_size_of_the_answer() {
    let function = Setup::new().json(Debug).start();
    for (event, length) in [(json!({ "do": "stream" }), 4), (json!({ "do": "error" }), 0)] {
        let log = tail(&function, &event).await;
        let done: Value = serde_json::from_str(log.lines().nth(1).unwrap()).unwrap();
        assert_eq!(done["record"]["metrics"]["producedBytes"], length, "{log}");
    }
}

/// An init phase comes before the first invocation, whose caller does not get the lines of that phase.
#[tokio::test]
async fn json_log_has_both_tries_of_an_init() {
    let setup = || Setup::new().json(Debug).init("exit3 once", super::LONG);
    let function = setup().start();
    let in_tail = ["initRuntimeDone success invoke", "initReport success invoke", "start"];
    let of_first = ["initStart init", "initRuntimeDone error init", "initReport error init"];
    let log = tail(&function, &json!({})).await;
    assert_eq!(events(&log)[..4], [&["initStart invoke"][..], &in_tail].concat());
    let printed = function.log.text();
    let printed: Vec<_> = printed.lines().filter_map(|line| line.strip_prefix("/api/probe | ")).collect();
    assert_eq!(events(&printed.join("\n"))[..3], of_first, "{printed:?}");

    let readable = setup().host(|host| host.log = LogStyle::Requests).start();
    readable.pid(json!({})).await;
    let text = readable.log.text();
    assert!(text.starts_with("/api/probe | INIT_REPORT Init Duration: "), "{text}");
    assert!(text.ends_with(" ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n"), "{text}");
}
