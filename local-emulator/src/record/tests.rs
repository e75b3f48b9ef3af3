use std::time::Duration;

use http::Request;
use http::request::Parts;
use serde_json::Value;
use uuid::Uuid;

use super::{
    DoorName, LogStyle, PendingAnswer, Recorder, Report, SandboxId, Sequence, Status, Store, SystemLog,
};
use crate::printer::{Log, Printer};

fn recorder(style: LogStyle) -> (Recorder, Log) {
    let (printer, log) = Printer::recorded();
    (Recorder::new(printer, style, None), log)
}

fn with_store() -> (Recorder, Store, Log) {
    let (printer, log) = Printer::recorded();
    let store = Store::default();
    (Recorder::new(printer, LogStyle::Requests, Some(store.clone())), store, log)
}

const SANDBOX: SandboxId = SandboxId { process: Some(7), version: 1 };

fn one_door() -> DoorName {
    DoorName { name: "http-api".into(), is_one_of_several: false }
}

fn one_of_several(name: &str) -> DoorName {
    DoorName { name: name.into(), is_one_of_several: true }
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
        produced_bytes: 2,
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
fn request_is_one_line_once_it_is_over() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let recording = recorder.request(&get("/api/posts/7?draft=1"), &one_door(), None);
    let unanswered = PendingAnswer::new(recording.clone());
    recording.started(&"/api/posts/[id]".into(), Uuid::nil(), SANDBOX, &SystemLog::Text);
    unanswered.answered(200, None);
    assert_eq!(log.text(), "");
    recording.reported(&report());
    assert_eq!(lines(&log), ["GET /api/posts/7?draft=1 200 N ms  /api/posts/[id] warm, billed 12 ms, 24 MB"]);
}

#[test]
fn init_failure_and_door_are_in_the_line() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let recording = recorder.request(&get("/"), &one_of_several("rest-api"), None);
    let unanswered = PendingAnswer::new(recording.clone());
    recording.started(&"/api/a".into(), Uuid::nil(), SANDBOX, &SystemLog::Text);
    let status = Some(Status::Error("Runtime.ExitError".to_owned()));
    recording.reported(&Report { init: Some(Duration::from_millis(5)), peak_mb: None, status, ..report() });
    unanswered.answered(502, Some("the invocation failed".to_owned()));
    let line = "rest-api GET / 502 N ms  /api/a cold, init 5.0 ms, billed 17 ms, failed: Runtime.ExitError: the \
                invocation failed";
    assert_eq!(lines(&log), [line]);
}

#[test]
fn request_without_an_invocation_is_logged_at_once() {
    let (recorder, log) = recorder(LogStyle::Requests);
    PendingAnswer::new(recorder.request(&get("/none"), &one_door(), None))
        .answered(404, Some("no route".to_owned()));
    drop(PendingAnswer::new(recorder.request(&get("/slow"), &one_door(), None)));
    assert_eq!(lines(&log), ["GET /none 404 N ms: no route", "GET /slow N ms: the client hung up"]);
}

#[test]
fn event_is_logged_when_it_is_over() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let recording = recorder.event("api-user");
    recording.started(&"/api/user".into(), Uuid::nil(), SANDBOX, &SystemLog::Text);
    recording.reported(&report());
    assert_eq!(lines(&log), ["event for api-user  /api/user warm, billed 12 ms, 24 MB"]);
}

#[test]
fn invocation_of_an_authorizer_has_its_own_record() {
    let (recorder, store, log) = with_store();
    let recording = recorder.request(&get("/api/me?x=1"), &one_door(), None);
    let asked = recording.authorizer("Session");
    let question = PendingAnswer::new(asked.clone());
    asked.made_event(b"{}");
    asked.started(&"authorizers/session".into(), Uuid::nil(), SANDBOX, &SystemLog::Text);
    asked.line("asked");
    asked.replied(b"{\"isAuthorized\":false}");
    question.finish();
    asked.reported(&report());
    PendingAnswer::new(recording.clone()).answered(403, Some("it may not".to_owned()));
    assert_eq!(
        lines(&log),
        [
            "authorizer Session of GET /api/me N ms  authorizers/session warm, billed 12 ms, 24 MB",
            "GET /api/me?x=1 403 N ms: it may not",
        ]
    );
    let question = store.get(2).unwrap();
    assert_eq!((question.authorizes(), store.get(1).unwrap().authorizes()), (Some(1), None));
    question.read(|_, detail, _| {
        assert_eq!(detail.reply().unwrap().bytes, b"{\"isAuthorized\":false}");
        assert_eq!(detail.log.lines.len(), 1);
    });
    store
        .get(1)
        .unwrap()
        .read(|_, detail, _| assert!(detail.event().is_none() && detail.log.lines.is_empty()));
}

#[test]
fn authorizer_without_an_invocation_is_logged() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let recording = recorder.request(&get("/api/me"), &one_door(), None);
    PendingAnswer::new(recording.authorizer("Session")).finish();
    drop(PendingAnswer::new(recording.authorizer("Session")));
    let line = "authorizer Session of GET /api/me N ms";
    assert_eq!(lines(&log), [line.to_owned(), format!("{line}: the client hung up")]);
}

#[test]
fn control_characters_of_a_client_are_shown() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let target = format!("/{}", "x".repeat(500));
    PendingAnswer::new(recorder.request(&get("/a\u{9b}2J\u{202e}"), &one_door(), None))
        .answered(404, Some("\u{1b}[2J\r\n".to_owned()));
    PendingAnswer::new(recorder.request(&get(&target), &one_door(), None)).answered(404, None);
    let lines = lines(&log);
    assert_eq!(lines[0], "GET /a<U+009B>2J<U+202E> 404 N ms: \u{241b}[2J\u{240d}\u{240a}");
    assert!(lines[1].len() < 200 && lines[1].contains("x… 404"), "{}", lines[1]);
}

#[test]
fn lambda_style_logs_only_problems_of_requests() {
    let (recorder, log) = recorder(LogStyle::Lambda);
    PendingAnswer::new(recorder.request(&get("/a?b"), &one_door(), None)).answered(200, None);
    PendingAnswer::new(recorder.request(&get("/a?b"), &one_door(), None))
        .answered(404, Some("no route".to_owned()));
    assert_eq!(log.text(), "GET /a 404: no route\n");
}

#[test]
fn json_line_has_the_members_of_a_request() {
    let (printer, log) = Printer::recorded();
    let recorder = Recorder::new(printer.with_json(), LogStyle::Requests, None);
    let recording = recorder.request(&get("/api/user?a=b"), &one_door(), None);
    let unanswered = PendingAnswer::new(recording.clone());
    recording.started(&"/api/user".into(), Uuid::nil(), SANDBOX, &SystemLog::Text);
    recording.reported(&Report { init: Some(Duration::from_millis(5)), ..report() });
    unanswered.answered(200, None);
    let mut line: Value = serde_json::from_str(&log.text()).unwrap();
    for measured in ["time", "duration_ms"] {
        assert!(line.as_object_mut().unwrap().remove(measured).is_some(), "{measured}");
    }
    let expected = serde_json::json!({
        "type": "request", "method": "GET", "path": "/api/user", "query": "a=b", "front_door": "http-api", "status": 200,
        "function": "/api/user", "request_id": Uuid::nil().to_string(), "cold": true, "init_ms": 5.0, "billed_ms": 17,
        "max_memory_mb": 24,
    });
    assert_eq!(line, expected);
}

#[tokio::test(start_paused = true)]
async fn unfinished_invocation_is_logged_after_a_second() {
    let (recorder, log) = recorder(LogStyle::Requests);
    let late = tokio::spawn(recorder.clone().log_late());
    let recording = recorder.request(&get("/"), &one_door(), None);
    recording.started(&"/api/a".into(), Uuid::nil(), SANDBOX, &SystemLog::Text);
    PendingAnswer::new(recording.clone()).answered(200, None);
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(log.text(), "");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(lines(&log), ["GET / 200 N ms  /api/a, still running"]);
    recording.reported(&report());
    assert_eq!(lines(&log).len(), 1);
    late.abort();
}

#[test]
fn oldest_request_is_forgotten_for_the_newest() {
    let (recorder, store, _log) = with_store();
    for at in 0..1_001 {
        PendingAnswer::new(recorder.request(&get(&format!("/{at}")), &one_door(), None)).answered(200, None);
    }
    assert!(store.get(1).is_none() && store.get(2).is_some() && store.get(1_001).is_some());
    assert!(store.get(1_002).is_none() && store.get(0).is_none());
    assert_eq!(store.newest().iter().map(|record| record.id()).take(2).collect::<Vec<_>>(), [1_001, 1_000]);
}

/// A request takes up to four bodies of 64 KiB.
#[test]
fn requests_take_at_most_64_mib() {
    let (recorder, store, _log) = with_store();
    let body = vec![b'x'; 1024 * 1024];
    for _ in 0..1_000 {
        let recording = recorder.request(&get("/"), &one_door(), None);
        let unanswered = PendingAnswer::new(recording.clone());
        recording.made_event(&body);
        recording.replied(&body);
        recording.response_body(&body);
        unanswered.answered(200, None);
    }
    let kept = store.newest().len();
    assert!((300..=64 * 16 / 3).contains(&kept), "{kept}");
}

#[test]
fn change_is_reported_once_with_its_last_state() {
    let (recorder, store, _log) = with_store();
    let seen = store.changes(Sequence(0)).until;
    let first = recorder.request(&get("/first"), &one_door(), None);
    let unanswered = PendingAnswer::new(first);
    PendingAnswer::new(recorder.request(&get("/second"), &one_door(), None)).answered(200, None);
    unanswered.answered(200, None);
    let changes = store.changes(seen);
    let ids = |changes: &super::store::Changes| {
        changes.records.iter().map(|(_, record)| record.id()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&changes), [2, 1], "in the order of their last changes");
    assert!(changes.cleared.is_none() && ids(&store.changes(changes.until)).is_empty());
    store.clear();
    let cleared = store.changes(changes.until);
    assert!(cleared.cleared.is_some() && cleared.records.is_empty() && store.get(1).is_none());
}

#[test]
fn forgotten_request_is_still_logged() {
    let (recorder, store, log) = with_store();
    let recording = recorder.request(&get("/slow"), &one_door(), None);
    let unanswered = PendingAnswer::new(recording.clone());
    store.clear();
    recording.started(&"/api/a".into(), Uuid::nil(), SANDBOX, &SystemLog::Text);
    recording.reported(&report());
    unanswered.answered(200, None);
    assert_eq!(lines(&log), ["GET /slow 200 N ms  /api/a warm, billed 12 ms, 24 MB"]);
    assert!(store.newest().is_empty());
}
