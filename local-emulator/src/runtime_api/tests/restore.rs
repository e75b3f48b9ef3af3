//! Functions with a snapshot.

use std::path::PathBuf;

use api_routes_project::template::InitializationType;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{Answer, ID, Lambda, Runtime, response};
use crate::invocation::Outcome;
use crate::sandbox::{FunctionSpec, fixture};

const ERROR: &str = r#"{"errorType":"Config","errorMessage":"no table"}"#;

async fn snap_start() -> (Lambda, oneshot::Receiver<Outcome>) {
    let initialization = InitializationType::SnapStart;
    let spec = FunctionSpec { initialization, ..fixture::spec(PathBuf::new()) };
    Lambda::serving(fixture::sandbox_with(spec, fixture::invocation(1, &json!({ "n": 1 })))).await
}

impl Runtime {
    async fn restore(&mut self) -> Answer {
        self.call("GET", "runtime/restore/next", "", "").await
    }
}

fn refused(answer: &Answer, from: &str, to: &str) {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let expected = format!("State transition from {from} to {to} failed for runtime.");
    assert_eq!((answer.status, &body["errorType"]), (403, &json!("InvalidStateTransition")));
    assert!(body["errorMessage"].as_str().unwrap().starts_with(&expected), "{body}");
}

#[tokio::test]
async fn on_demand_function_has_no_restore_paths() {
    let (lambda, _outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    assert_eq!(runtime.restore().await.status, 404);
    assert_eq!(runtime.post("runtime/restore/error", ERROR).await.status, 404);
    assert_eq!(runtime.next().await.status, 200);
}

#[tokio::test]
async fn restored_runtime_goes_on_to_its_first_event() {
    let (lambda, outcome) = snap_start().await;
    let mut runtime = lambda.runtime().await;
    refused(&runtime.post("runtime/restore/error", ERROR).await, "Started", "RuntimeRestoreErrorState");
    let restored = runtime.restore().await;
    assert_eq!((restored.status, restored.body.as_str()), (200, ""));
    refused(&runtime.restore().await, "Restoring", "Ready");
    let late = runtime.register("late", &json!([])).await;
    assert!(late.body.contains("Extension.RegistrationClosed"), "{late:?}");
    assert_eq!(runtime.next().await.body, r#"{"n":1}"#);
    refused(&runtime.restore().await, "Running", "Ready");
    assert_eq!(runtime.post(&response(ID), "done").await.status, 202);
    assert_eq!(outcome.await, Ok(Outcome::Reply("done".into())));
}

#[tokio::test]
async fn runtime_may_skip_its_snapshot() {
    let (lambda, _outcome) = snap_start().await;
    assert_eq!(lambda.runtime().await.next().await.body, r#"{"n":1}"#);
}

#[tokio::test]
async fn error_after_restoring_fails_the_invocation() {
    // Runtimes that know only one path for errors post to it, and AWS's emulator accepts that.
    for path in ["runtime/restore/error", "runtime/init/error"] {
        let (lambda, outcome) = snap_start().await;
        let mut runtime = lambda.runtime().await;
        runtime.restore().await;
        let accepted = runtime.post(path, ERROR).await;
        assert_eq!((accepted.status, accepted.body.as_str()), (202, r#"{"status":"OK"}"#), "{path}");
        assert_eq!(outcome.await, Ok(Outcome::FunctionError(ERROR.into())));
        refused(&runtime.next().await, "RuntimeRestoreErrorState", "Ready");
    }
}
