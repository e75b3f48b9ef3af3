use std::time::Duration;

use http::Request;
use http::request::Parts;
use serde_json::Value;
use uuid::Uuid;

use super::{LogStyle, Recorder, Report, Status, Unanswered};
use crate::printer::{Log, Printer};

fn recorder(style: LogStyle) -> (Recorder, Log) {
    let (printer, log) = Printer::recorded();
    (Recorder::new(printer, style), log)
}

fn get(target: &str) -> Parts {
    Request::get(target).body(()).unwrap().into_parts().0
}

fn report() -> Report {
    Report {
        request_id: Uuid::nil(),
        duration: Duration::from_millis(12),
        init: None,
        memory_mb: 128,
        peak_mb: Some(24),
        status: None,
    }
}

/// The lines without the time in front, and with each duration as `N ms`.
fn lines(log: &Log) -> Vec<String> {
    let text = log.text();
    text.lines().map(|line| durations_blotted(line.split_once(' ').unwrap().1)).collect()
}

fn durations_blotted(line: &str) -> String {
    let words: Vec<_> = line.split(' ').collect();
    let is_duration = |at: usize| words.get(at + 1).is_some_and(|unit| unit.starts_with("ms"));
    let is_measured = |at: usize| at > 0 && words[at - 1] != "billed" && words[at - 1] != "init";
    let blotted = (0..words.len()).map(|at| if is_duration(at) && is_measured(at) { "N" } else { words[at] });
    blotted.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_request_is_one_line_once_it_is_answered_and_over() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let recording = recorder.request(&get("/api/posts/7?draft=1"), None);
    let unanswered = Unanswered::new(recording.clone());
    recording.started("/api/posts/[id]", Uuid::nil());
    unanswered.answered(200, None);
    assert_eq!(log.text(), "");
    recording.reported(&report());
    assert_eq!(lines(&log), ["GET /api/posts/7?draft=1 200 N ms  /api/posts/[id] warm, billed 12 ms, 24 MB"]);
}

#[test]
fn init_failure_and_door_are_in_the_line() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let recording = recorder.request(&get("/"), Some("rest-api"));
    let unanswered = Unanswered::new(recording.clone());
    recording.started("/api/a", Uuid::nil());
    let status = Some(Status::Error("Runtime.ExitError".to_owned()));
    recording.reported(&Report { init: Some(Duration::from_millis(5)), peak_mb: None, status, ..report() });
    unanswered.answered(502, Some("the invocation failed".to_owned()));
    let line = "rest-api GET / 502 N ms  /api/a cold, init 5.0 ms, billed 17 ms, failed: Runtime.ExitError: the \
                invocation failed";
    assert_eq!(lines(&log), [line]);
}

#[test]
fn a_request_without_an_invocation_is_logged_at_once() {
    let (recorder, log) = recorder(LogStyle::Requests);
    Unanswered::new(recorder.request(&get("/none"), None)).answered(404, Some("no route".to_owned()));
    drop(Unanswered::new(recorder.request(&get("/slow"), None)));
    assert_eq!(lines(&log), ["GET /none 404 N ms: no route", "GET /slow N ms: the client hung up"]);
}

#[test]
fn an_event_is_logged_when_it_is_over() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let recording = recorder.event("api-user");
    recording.started("/api/user", Uuid::nil());
    recording.reported(&report());
    assert_eq!(lines(&log), ["event for api-user  /api/user warm, billed 12 ms, 24 MB"]);
}

#[test]
fn a_client_controls_neither_terminal_nor_line() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let target = format!("/{}", "x".repeat(500));
    Unanswered::new(recorder.request(&get("/a\u{9b}2J\u{202e}"), None))
        .answered(404, Some("\u{1b}[2J\r\n".to_owned()));
    Unanswered::new(recorder.request(&get(&target), None)).answered(404, None);
    let lines = lines(&log);
    assert_eq!(lines[0], "GET /a<U+009B>2J<U+202E> 404 N ms: \u{241b}[2J\u{240d}\u{240a}");
    assert!(lines[1].len() < 200 && lines[1].contains("x… 404"), "{}", lines[1]);
}

#[test]
fn in_lambdas_style_only_problems_are_told() {
    let (recorder, log) = recorder(LogStyle::Lambda);
    Unanswered::new(recorder.request(&get("/a?b"), None)).answered(200, None);
    Unanswered::new(recorder.request(&get("/a?b"), None)).answered(404, Some("no route".to_owned()));
    assert_eq!(log.text(), "GET /a 404: no route\n");
}

#[test]
fn programs_read_members() {
    let (printer, log) = Printer::recorded();
    let recorder = Recorder::new(printer.with_json(), LogStyle::Requests);
    let recording = recorder.request(&get("/api/user?a=b"), Some("http-api"));
    let unanswered = Unanswered::new(recording.clone());
    recording.started("/api/user", Uuid::nil());
    recording.reported(&Report { init: Some(Duration::from_millis(5)), ..report() });
    unanswered.answered(200, None);
    let mut line: Value = serde_json::from_str(&log.text()).unwrap();
    for measured in ["time", "duration_ms"] {
        assert!(line.as_object_mut().unwrap().remove(measured).is_some(), "{measured}");
    }
    let expected = serde_json::json!({
        "type": "request", "method": "GET", "path": "/api/user", "query": "a=b", "front_door": "http-api", "status": 200,
        "function": "/api/user", "request_id": Uuid::nil().to_string(), "cold": true, "init_ms": 5.0, "billed_ms": 17.0,
        "max_memory_mb": 24,
    });
    assert_eq!(line, expected);
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_invocation_goes_on_is_logged_after_a_second() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let late = tokio::spawn(recorder.clone().log_late());
    let recording = recorder.request(&get("/"), None);
    recording.started("/api/a", Uuid::nil());
    Unanswered::new(recording.clone()).answered(200, None);
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(log.text(), "");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(lines(&log), ["GET / 200 N ms  /api/a, which goes on"]);
    recording.reported(&report());
    assert_eq!(lines(&log).len(), 1);
    late.abort();
}
