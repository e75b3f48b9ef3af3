//! The memory of sandboxes, and its limit.
#![cfg(target_os = "linux")]

use serde_json::{Value, json};

use super::{Function, Gate, Setup, pid_in};
use crate::invocation::Outcome;

#[tokio::test]
async fn report_has_the_true_peak_memory() {
    let function = Setup::new().start();
    function.pid(json!({ "do": "allocate", "mb": 64 })).await;
    function.has_reported().await;
    let log = function.log.text();
    let peak = log.split("Max Memory Used: ").nth(1).unwrap().split(' ').next().unwrap();
    assert!((64..128).contains(&peak.parse::<u32>().unwrap()), "{log}");
}

fn killed(outcome: &Outcome) -> bool {
    let Outcome::FunctionError(error) = outcome else { return false };
    let error: Value = serde_json::from_slice(error).unwrap();
    let message = error["errorMessage"].as_str().unwrap();
    error["errorType"] == "Runtime.ExitError"
        && message.ends_with("Runtime exited with error: signal: killed")
}

fn reported(function: &Function) -> u64 {
    let log = function.log.text();
    let peak = log.rsplit("Max Memory Used: ").next().unwrap().split(' ').next().unwrap();
    peak.parse().unwrap()
}

#[tokio::test]
async fn sandbox_over_its_memory_is_killed_once() {
    let function = Setup::new().start();
    let before = function.idle_pid(json!({})).await;
    let outcome = function.invoke(json!({ "do": "allocate", "mb": 200 })).await.unwrap();
    assert!(killed(&outcome), "{outcome:?}");
    assert!((129..260).contains(&reported(&function)), "{}", function.log.text());
    assert!(function.log.text().contains("\tStatus: error\tError Type: Runtime.OutOfMemory\n"));
    assert!(
        function.log.text().contains("more than the 128 MB of its `MemorySize`"),
        "{}",
        function.log.text()
    );
    assert_ne!(function.pid(json!({})).await, before);
}

#[tokio::test]
async fn oversized_sandbox_is_killed_before_it_answers() {
    let function = Setup::new().start();
    let gate = Gate::new().await;
    let event = json!({ "do": "allocate, then gate", "mb": 200, "at": gate.address() });
    let outcome = function.invoke(event).await.unwrap();
    assert!(killed(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn memory_of_children_counts() {
    let function = Setup::new().start();
    let gate = Gate::new().await;
    let event = json!({ "do": "start a child that allocates", "mb": 200, "at": gate.address() });
    let outcome = function.invoke(event).await.unwrap();
    assert!(killed(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn disabled_memory_limit_kills_nothing() {
    let function = Setup::new().host(|host| host.memory_limit = false).start();
    pid_in(function.invoke(json!({ "do": "allocate", "mb": 200 })).await);
}
