//! Tests of the log of a function, in each format of Lambda.

use serde_json::{Value, json};

use crate::events;
use crate::fake_lambda::{Call, FakeLambda};

/// The log of one request from `name`.
fn log(name: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let lambda = FakeLambda::running("logging", environment);
    lambda.event("8f5", &events::function_url("/api/logging", &format!("name={name}")));
    for _ in 0..2 {
        lambda.calls_until(|call| *call == Call::Next);
    }
    lambda.log().lines().map(str::to_owned).collect()
}

#[test]
fn without_settings_it_is_text_from_info_on() {
    assert_eq!(
        log("ann", &[]),
        [
            "INFO RequestId: 8f5 hello ann",
            "INFO RequestId: 8f5 in the stream",
            "WARN RequestId: 8f5 after the answer",
        ]
    );
}

#[test]
fn json_line_has_members_of_lambda_and_its_fields() {
    let lines = log("ann", &[("AWS_LAMBDA_LOG_FORMAT", "JSON"), ("AWS_LAMBDA_LOG_LEVEL", "DEBUG")]);
    let lines: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["greeted", "again", "hello ann", "in the stream", "after the answer"]);
    for line in &lines {
        assert_eq!(line["requestId"], "8f5");
        let timestamp = line["timestamp"].as_str().unwrap();
        assert_eq!((timestamp.len(), &timestamp[..2], &timestamp[23..]), (24, "20", "Z"));
    }
    assert_eq!((&lines[1]["path"], &lines[1]["name"]), (&json!("\"/api/logging\""), &json!("\"ann\"")));
    let mut greeted = lines[0].clone();
    greeted.as_object_mut().unwrap().remove("timestamp");
    assert_eq!(
        greeted,
        json!({
            "level": "DEBUG", "message": "greeted", "requestId": "8f5",
            "name": "ann", "length": 3, "method": "GET", "tags": ["a", "b"],
        })
    );
}

#[test]
fn the_librarys_own_lines_are_lines_like_others() {
    let [line] = log("mallory", &[("AWS_LAMBDA_LOG_FORMAT", "json"), ("AWS_LAMBDA_LOG_LEVEL", "error")])
        .try_into()
        .unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["level"], &line["requestId"]), (&json!("ERROR"), &json!("8f5")));
    assert!(line["message"].as_str().unwrap().contains("no entry"), "{line}");
}

#[test]
fn a_process_that_ends_says_why() {
    let lambda = FakeLambda::running("streaming", &[]);
    lambda.event("lost", &events::http_api("/api/streaming", "as=json"));
    let log = lambda.last_words();
    let (what, why) = log.split_once("ERROR client error (SendRequest); caused by: ").unwrap_or((&log, ""));
    assert!(what.is_empty() && why.trim().len() > 10, "{log}");
}

#[test]
fn a_client_cannot_write_a_line() {
    let lines = log("x%0AERROR%20forged", &[("AWS_LAMBDA_LOG_FORMAT", "Text")]);
    assert_eq!(lines[0], r"INFO RequestId: 8f5 hello x\nERROR forged");
}

#[test]
fn events_of_tracing_are_lines_like_others() {
    let log = |environment: &[(&str, &str)]| {
        let lambda = FakeLambda::running("tracing", environment);
        lambda.event("8f5", &events::function_url("/api/tracing", "name=ann"));
        for _ in 0..2 {
            lambda.calls_until(|call| *call == Call::Next);
        }
        lambda.log()
    };
    assert_eq!(
        log(&[]),
        "INFO RequestId: 8f5 hello target=\"tracing\" name=\"ann\" found=true tries=3 method=\"GET\"\n\
         ERROR RequestId: 8f5 in the stream target=\"tracing\" spans=\"Some(\\\"invocation\\\")\"\n\
         WARN RequestId: 8f5 after the answer target=\"tracing\"\n"
    );
    let json = log(&[("AWS_LAMBDA_LOG_FORMAT", "JSON"), ("AWS_LAMBDA_LOG_LEVEL", "WARN")]);
    let lines: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{json}");
    assert_eq!((&lines[1]["message"], &lines[1]["requestId"]), (&json!("after the answer"), &json!("8f5")));
}
