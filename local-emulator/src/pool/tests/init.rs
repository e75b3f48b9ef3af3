//! How runtimes start, and what follows if a start fails.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{SHORT, Setup, function_error, invocation};
use crate::invocation::Outcome;
use crate::sandbox::fixture::LONG;

#[tokio::test]
async fn exit_in_both_inits_fails_the_first_invocation() {
    for (behaviour, message) in [
        ("exit0", "Runtime exited without providing a reason"),
        ("exit3", "Runtime exited with error: exit status 3"),
    ] {
        let function = Setup::new().init(behaviour, LONG).start();
        let invocation = invocation(&json!({}));
        let id = invocation.request_id;
        let outcome = function.pool.invoke(invocation).await;
        assert_eq!(outcome, Ok(function_error(id, "Runtime.ExitError", message)));
        let log = function.log.text();
        let reports: Vec<_> = log.lines().filter_map(|line| line.split_once(" ms\tPhase: ")).collect();
        let ends =
            ["init", "invoke"].map(|phase| format!("{phase}\tStatus: error\tError Type: Runtime.ExitError"));
        assert!(reports.iter().map(|(_, end)| *end).eq(ends), "{log}");
        let places = ["Phase: invoke", "START", "Error: Runtime exited", "END", "REPORT Req"];
        assert!(places.map(|words| log.find(words).unwrap()).is_sorted(), "{log}");
    }
}

#[tokio::test]
async fn failed_init_is_repeated_within_the_invocation() {
    for behaviour in ["exit3 once", "error once", "error once, and goes on"] {
        let function = Setup::new().init(behaviour, LONG).start();
        let first = function.idle_pid(json!({})).await;
        assert_eq!(function.pid(json!({})).await, first);
        let log = function.log.text();
        assert_eq!(log.matches("\tPhase: init\tStatus: error\tError Type: Runtime.").count(), 1, "{log}");
        assert!(!log.contains("\tInit Duration: "), "it counts as part of the invocation: {log}");
    }
}

#[tokio::test]
async fn posted_init_error_reaches_the_caller_unchanged() {
    let function = Setup::new().init("error", LONG).start();
    let outcome = function.invoke(json!({})).await;
    let body = Bytes::from_static(br#"{"errorType":"Config","errorMessage":"no table"}"#);
    assert_eq!(outcome, Ok(Outcome::FunctionError(body)));
    let log = function.log.text();
    assert!(log.starts_with("warning: `/api/probe` failed: Config: no table\n"), "{log}");
    assert!(log.contains("\tPhase: init\tStatus: error\tError Type: Runtime.Config\n"), "{log}");
    assert_eq!(log.matches("Config: no table\n").count(), 2, "{log}");
    function.pool.shutdown().await;
}

#[tokio::test]
async fn missing_binary_is_an_invalid_entrypoint() {
    let function = Setup::new().binary("/nowhere/bootstrap").start();
    let Ok(Outcome::FunctionError(body)) = function.invoke(json!({})).await else { panic!("no error") };
    let error: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(error["errorType"], "Runtime.InvalidEntrypoint");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("Error: Couldn't find valid bootstrap(s): [/nowhere/bootstrap]"), "{message}");
}

#[tokio::test]
async fn slow_init_is_repeated_within_the_invocation() {
    let function = Setup::new().init("spin once", SHORT).start();
    function.idle_pid(json!({})).await;
    function.idle_pid(json!({})).await;
    let log = function.log.text();
    assert!(log.contains("\tPhase: init\tStatus: timeout\n"), "{log}");
    assert!(!log.contains("\tInit Duration: "), "it counts as part of the invocation: {log}");
}

#[tokio::test]
async fn endless_init_ends_at_the_time_out() {
    let function = Setup::new().init("spin", SHORT).timeout(SHORT).start();
    let outcome = function.invoke(json!({})).await;
    assert!(
        matches!(outcome, Ok(Outcome::FunctionError(body)) if body.starts_with(br#"{"errorType":"Sandbox.Timedout""#))
    );
    let log = function.log.text();
    assert!(log.contains("\tPhase: invoke\tStatus: timeout\n"), "{log}");
}

#[tokio::test]
async fn init_after_a_crash_is_part_of_the_invocation() {
    let function = Setup::new().start();
    assert!(function.invoke(json!({ "do": "exit", "code": 1 })).await.is_ok());
    function.idle_pid(json!({})).await;
    function.pid(json!({})).await;
    assert_eq!(function.log.text().matches("\tInit Duration: ").count(), 1);
}
