//! Functions with a snapshot.

use api_routes_project::template::InitializationType;
use serde_json::{Value, json};

use super::{Function, SHORT, Setup};
use crate::invocation::Outcome;
use crate::sandbox::fixture::LONG;

/// Starts a function whose restored runtime has a short time.
fn restored(init: &str) -> Function {
    let mut setup = Setup::new().init(init, LONG).host(|host| host.restore_limit = SHORT);
    setup.spec.initialization = InitializationType::SnapStart;
    setup.start()
}

#[tokio::test]
async fn restored_runtime_serves_as_any_other() {
    let function = restored("is restored");
    let pid = function.idle_pid(json!({})).await;
    assert_eq!(function.pid(json!({})).await, pid);
}

#[tokio::test]
async fn restored_runtime_that_fails_is_not_restarted() {
    for (init, message) in [
        ("is restored, and exits", "Error: Runtime exited with error: exit status 3"),
        ("is restored, and spins", "Error: Task timed out after 0.20 seconds"),
    ] {
        let function = restored(init);
        let Ok(Outcome::FunctionError(error)) = function.invoke(json!({})).await else { panic!("{init}") };
        let error: Value = serde_json::from_slice(&error).unwrap();
        assert!(error["errorMessage"].as_str().unwrap().ends_with(message), "{error}");
        function.has_reported().await;
        let log = function.log.text();
        assert_eq!(log.matches("INIT_REPORT").count(), 1, "{log}");
    }
}
