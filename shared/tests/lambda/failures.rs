//! The log line of an error that the client does not see, and of a panic.

use serde_json::{Value, json};

use crate::events;
use crate::fake_lambda::{Call, FakeLambda};

const SOURCE: &str = include_str!("../../examples/failures.rs");

/// The place that the example marks with `// line: NAME`. The folder before it depends on where Cargo was started.
fn place(name: &str) -> String {
    let marked = |line: &str| line.split_once("// line: ").is_some_and(|(_, marked)| marked == name);
    let line = SOURCE.lines().position(marked).unwrap_or_else(|| panic!("no line is marked `{name}`"));
    format!("examples/failures.rs:{}", line + 1)
}

/// The lines that the function wrote to its log in one request.
fn log_of(event: &Value, environment: &[(&str, &str)]) -> String {
    let lambda = FakeLambda::running("failures", environment);
    lambda.event("8f5", event);
    for _ in 0..2 {
        lambda.calls_until(|call| *call == Call::Next);
    }
    without_folders(&lambda.log())
}

/// The log with places relative to the package: Cargo compiles its examples from the same folder as this file.
fn without_folders(log: &str) -> String {
    let package = file!().strip_suffix("tests/lambda/failures.rs").unwrap();
    log.replace(&format!("{package}examples/"), "examples/")
}

fn failure(name: &str, environment: &[(&str, &str)]) -> String {
    log_of(&events::http_api("/api/failures", &format!("do={name}&token=s3cret")), environment)
}

/// The one line of a failure.
fn line(name: &str) -> String {
    let log = failure(name, &[]);
    log.strip_suffix('\n').filter(|line| !line.contains('\n')).unwrap_or_else(|| panic!("{log}")).to_owned()
}

fn assert_line(name: &str, status: u16, reason: &str) {
    let place = place(name);
    let expected = format!("ERROR RequestId: 8f5 GET /api/failures: {status} at {place}: {reason}");
    assert_eq!(line(name), expected);
}

#[test]
fn question_mark_logs_its_line() {
    assert_line("question-mark", 500, "no such table: posts");
    assert_line("closure", 500, "no such table: posts");
}

#[test]
fn sources_are_logged_in_their_order() {
    assert_line("sources", 500, "no post; caused by: no such table: posts");
}

#[test]
fn chosen_5xx_logs_its_line_message_and_cause() {
    assert_line("or-status", 502, "Bad table: no such table: posts");
    assert_line("new", 503, "Come back later: no such table: posts");
}

#[test]
fn hidden_logs_its_line() {
    assert_line("hidden", 500, "no key");
}

#[test]
fn mistake_in_an_answer_logs_its_line() {
    assert_line("status", 500, "invalid status code");
    assert_line("header", 500, "invalid HTTP header name");
    assert_line("json", 500, "key must be a string");
}

#[test]
fn event_of_another_type_logs_its_line() {
    let line = line("event");
    let expected = format!("GET /api/failures: 500 at {}: the event of this front door", place("event"));
    assert!(line.contains(&expected), "{line}");
}

#[test]
fn function_passed_to_map_err_logs_no_place() {
    assert_eq!(line("map-err"), "ERROR RequestId: 8f5 GET /api/failures: 500: no such table: posts");
}

#[test]
fn error_for_the_client_logs_nothing() {
    for name in ["not-found", "deliberate"] {
        assert_eq!(failure(name, &[]), "", "{name}");
    }
}

#[test]
fn path_with_a_line_break_stays_in_one_line() {
    let log = log_of(&events::http_api("/api/failures/\nERROR forged", "do=hidden"), &[]);
    let path = "/api/failures/%0AERROR%20forged";
    assert_eq!(log, format!("ERROR RequestId: 8f5 GET {path}: 500 at {}: no key\n", place("hidden")));
}

#[test]
fn client_learns_nothing_of_the_place() {
    for name in ["question-mark", "panic"] {
        let lambda = FakeLambda::running("failures", &[("RUST_BACKTRACE", "1")]);
        lambda.event("8f5", &events::http_api("/api/failures", &format!("do={name}")));
        let calls = lambda.calls_until(|call| matches!(call, Call::End(_)));
        let reply = calls.iter().find_map(|call| match call {
            Call::Data(data) => serde_json::from_slice::<Value>(data).ok(),
            _ => None,
        });
        let reply = reply.unwrap();
        assert_eq!(reply["body"], r#"{"error":"Internal Server Error"}"#, "{name}");
        assert!(!reply.to_string().contains("failures.rs"), "{name}: {reply}");
    }
}

#[test]
fn panic_logs_one_line_with_place_and_request() {
    let place = place("panic");
    let expected = format!(r"ERROR RequestId: 8f5 GET /api/failures: panicked at {place}: no such\nluck");
    assert_eq!(line("panic"), expected);
    assert_eq!(failure("panic", &[("FAIL", "invocation")]), format!("{expected}\n"));
}

#[test]
fn panic_after_the_answer_logs_its_request() {
    for (name, message) in [("late", "too late"), ("body", "midway")] {
        let place = place(name);
        let expected = format!("ERROR RequestId: 8f5 GET /api/failures: panicked at {place}: {message}");
        assert_eq!(line(name), expected);
    }
}

#[test]
fn panic_of_a_spawned_task_is_left_to_the_hook() {
    let log = failure("spawned", &[]);
    assert!(log.contains(&format!("panicked at {}", place("task"))), "{log}");
    assert!(log.contains(&format!("GET /api/failures: 500 at {}: task", place("spawned"))), "{log}");
}

#[test]
fn hook_of_the_program_still_runs() {
    let log = failure("panic", &[("FAIL", "own-hook")]);
    let [line, hook] = log.lines().collect::<Vec<_>>().try_into().unwrap();
    assert!(line.contains(&format!("GET /api/failures: panicked at {}", place("panic"))), "{log}");
    assert_eq!(hook, "ERROR RequestId: 8f5 the hook of the program");
}

#[test]
fn backtrace_is_a_field_of_at_most_10_kb() {
    for (name, message) in [("question-mark", "no such table: posts"), ("panic", r"no such\nluck")] {
        let log = failure(name, &[("RUST_BACKTRACE", "1")]);
        let (line, frames) = log.split_once(" backtrace=").unwrap_or_else(|| panic!("{log}"));
        assert!(line.ends_with(&format!("{}: {message}", place(name))), "{line}");
        assert!(frames.len() <= 10_000, "{} bytes", frames.len());
        let frames: String = serde_json::from_str(frames).unwrap();
        assert!(frames.lines().any(|frame| frame.contains(&format!(" at ./{}:", place(name)))), "{frames}");
    }
}

#[test]
fn error_for_the_client_captures_no_backtrace() {
    assert_eq!(failure("not-found", &[("RUST_BACKTRACE", "1")]), "");
}

#[test]
fn json_format_keeps_one_record_with_the_backtrace() {
    for name in ["hidden", "panic"] {
        let log = failure(name, &[("AWS_LAMBDA_LOG_FORMAT", "JSON"), ("RUST_BACKTRACE", "1")]);
        let line: Value = serde_json::from_str(&log).unwrap_or_else(|error| panic!("{error}: {log}"));
        assert_eq!((&line["level"], &line["requestId"]), (&json!("ERROR"), &json!("8f5")));
        let message = line["message"].as_str().unwrap();
        assert!(message.starts_with("GET /api/failures: ") && message.contains(&place(name)), "{message}");
        assert!(line["backtrace"].as_str().is_some_and(|frames| frames.lines().count() > 5), "{line}");
    }
}

#[test]
fn failed_set_up_logs_its_line() {
    let log = |fail| {
        let lambda = FakeLambda::running("failures", &[("FAIL", fail)]);
        without_folders(&lambda.last_words())
    };
    let reason = "no post; caused by: no such table: posts";
    assert_eq!(log("init"), format!("ERROR the function could not start at {}: {reason}\n", place("init")));
    for (fail, message) in [("init-panic", "no luck"), ("state-panic", "no copy")] {
        assert_eq!(log(fail), format!("ERROR the set-up panicked at {}: {message}\n", place(fail)));
    }
}
