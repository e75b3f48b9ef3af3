use std::time::Duration;

use futures_util::FutureExt;

use super::*;
use crate::printer::Printer;
use crate::sandbox::fixture;

fn host() -> SandboxHost {
    SandboxHost::new(Printer::recorded().0, None)
}

/// Returns a spec with a setting by which the tests distinguish it.
fn spec(memory_mb: u32) -> impl FnOnce(&Path) -> FunctionSpec {
    move |executable| FunctionSpec { memory_mb, ..fixture::spec(executable.to_owned()) }
}

/// Returns the pool that takes invocations, or the compiler's message. `None` while the function waits for a build.
fn asked(function: &Function) -> Option<Result<Arc<Pool>, String>> {
    let ready = function.ready().now_or_never()?;
    Some(ready.map_err(|NotReady(words)| String::from_utf8(words.to_vec()).unwrap()))
}

fn is_up(function: &Function) -> Arc<Pool> {
    asked(function).expect("no build is waited for").expect("it is not broken")
}

fn words(function: &Function) -> String {
    asked(function).expect("no build is waited for").expect_err("it is up")
}

#[test]
fn request_during_a_build_waits_for_it() {
    let function = Function::new(1);
    assert!(asked(&function).is_none());
    assert!(function.complete_build(1, "a".into(), &host(), spec(128)).is_none());
    is_up(&function);
    function.wait_for(2);
    assert!(asked(&function).is_none());
    function.fail_build(2, "error: oops");
    assert_eq!(words(&function), "error: oops");
}

#[tokio::test]
async fn finished_build_wakes_a_waiting_caller() {
    let function = Arc::new(Function::new(1));
    let waiting = tokio::spawn({
        let function = Arc::clone(&function);
        async move { function.ready().await.is_ok() }
    });
    tokio::task::yield_now().await;
    function.complete_build(1, "a".into(), &host(), spec(128));
    assert!(tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap().unwrap());
}

#[test]
fn result_of_an_older_build_is_ignored() {
    let function = Function::new(1);
    function.complete_build(1, "a".into(), &host(), spec(128));
    function.wait_for(3);
    assert!(function.fail_build(2, "of a text that is no longer there").is_none());
    assert!(function.complete_build(2, "b".into(), &host(), spec(128)).is_none());
    assert!(asked(&function).is_none());
    function.complete_build(3, "c".into(), &host(), spec(128));
    is_up(&function);
}

#[test]
fn failed_build_without_waiters_keeps_the_version() {
    let function = Function::new(1);
    function.complete_build(1, "a".into(), &host(), spec(128));
    assert!(function.fail_build(2, "error: a manifest was saved in the middle of it").is_none());
    is_up(&function);
}

#[test]
fn unchanged_binary_keeps_its_sandboxes() {
    let function = Function::new(1);
    function.complete_build(1, "a".into(), &host(), spec(128));
    let first = is_up(&function);
    function.wait_for(2);
    assert!(function.complete_build(2, "a".into(), &host(), spec(128)).is_none());
    assert!(Arc::ptr_eq(&first, &is_up(&function)));

    function.wait_for(3);
    let retired = function.complete_build(3, "b".into(), &host(), spec(128)).unwrap();
    assert!(Arc::ptr_eq(&first, &retired));
    assert!(!Arc::ptr_eq(&first, &is_up(&function)));
}

#[test]
fn settings_neither_end_nor_repair_a_build() {
    let function = Function::new(1);
    function.complete_build(1, "a".into(), &host(), spec(128));
    function.wait_for(2);
    assert!(function.configure(&host(), spec(256)).is_none());
    assert!(asked(&function).is_none());
    function.fail_build(2, "error: oops");
    assert!(function.configure(&host(), spec(512)).is_none());
    assert_eq!(words(&function), "error: oops");
}

#[test]
fn changed_settings_start_another_version() {
    let function = Function::new(1);
    function.complete_build(1, "a".into(), &host(), spec(128));
    let first = is_up(&function);
    assert!(function.configure(&host(), spec(128)).is_none());
    assert!(Arc::ptr_eq(&first, &is_up(&function)));
    assert!(Arc::ptr_eq(&first, &function.configure(&host(), spec(256)).unwrap()));
    assert!(!Arc::ptr_eq(&first, &is_up(&function)));
}

#[test]
fn changed_code_starts_another_version() {
    let function = Function::new(0);
    assert!(function.start_anew(&host()).is_none());
    function.complete_build(0, "legacy/bootstrap".into(), &host(), spec(128));
    let first = is_up(&function);
    assert!(Arc::ptr_eq(&first, &function.start_anew(&host()).unwrap()));
    assert!(!Arc::ptr_eq(&first, &is_up(&function)));
}

#[test]
fn removed_function_is_not_built_again() {
    let function = Function::new(1);
    function.complete_build(1, "a".into(), &host(), spec(128));
    assert!(function.remove("gone").is_some());
    assert!(function.complete_build(9, "b".into(), &host(), spec(128)).is_none());
    assert_eq!(words(&function), "gone");
}

#[tokio::test]
async fn rejected_invocation_finds_the_new_version() {
    let function = Function::new(1);
    function.complete_build(1, "a".into(), &host(), spec(128));
    let version = is_up(&function);
    function.remove("gone");
    let invocation = fixture::invocation(1, &serde_json::json!({}));
    assert_eq!(function.invoke(version, invocation).await.unwrap_err().0, "gone");
}
