//! The hook of `on_shutdown`.

use crate::events;
use crate::fake_lambda::{Call, FakeLambda};

/// The paths that the function asks for and posts to, up to the first one that ends so.
fn paths_until(lambda: &FakeLambda, last: &str) -> Vec<String> {
    let path = |call: &Call| match call {
        Call::Next => Some("/runtime/invocation/next".to_owned()),
        Call::ExtensionNext => Some("/extension/event/next".to_owned()),
        Call::Post(head) => head.split(' ').nth(1).map(str::to_owned),
        _ => None,
    };
    let calls = lambda.calls_until(|call| path(call).is_some_and(|path| path.ends_with(last)));
    calls.iter().filter_map(path).collect()
}

fn request(lambda: &FakeLambda, query: &str) {
    lambda.event("1", &events::http_api("/api/notes", query));
}

#[test]
fn hook_runs_on_sigterm_with_the_state() {
    let mut lambda = FakeLambda::running("on_shutdown", &[]);
    request(&lambda, "");
    let registered = paths_until(&lambda, "/register");
    assert_eq!(registered, ["/2020-01-01/extension/register"], "before the first event");
    paths_until(&lambda, "/response");
    paths_until(&lambda, "/invocation/next");
    assert!(lambda.terminate().success());
    paths_until(&lambda, "/answered");
    assert_eq!(lambda.last_words(), "");
}

#[test]
fn overdue_invocation_is_dropped_before_the_hook() {
    let mut lambda = FakeLambda::running("on_shutdown", &[]);
    request(&lambda, "do=hang");
    paths_until(&lambda, "/hanging");
    assert!(lambda.terminate().success());
    paths_until(&lambda, "/hung");
}

#[test]
fn slow_hook_is_named_and_goes_on() {
    let mut lambda = FakeLambda::running("on_shutdown", &[("AT_THE_END", "slow")]);
    request(&lambda, "");
    paths_until(&lambda, "/response");
    paths_until(&lambda, "/invocation/next");
    assert!(lambda.terminate().success());
    paths_until(&lambda, "/answered");
    assert_eq!(
        lambda.last_words(),
        "WARN `on_shutdown` has run for 400 ms. Lambda kills the function after 500 ms\n"
    );
}

#[test]
fn error_of_the_hook_is_logged_with_its_line() {
    let mut lambda = FakeLambda::running("on_shutdown", &[("AT_THE_END", "fail")]);
    paths_until(&lambda, "/runtime/invocation/next");
    assert!(lambda.terminate().success());
    let log = lambda.last_words();
    // The folder before `examples` depends on where the package is.
    assert!(log.starts_with("ERROR `on_shutdown` failed at "), "{log}");
    assert!(log.contains("examples/on_shutdown.rs:"), "{log}");
    assert!(log.ends_with(": the last note is lost\n"), "{log}");
}

#[test]
fn panic_of_the_hook_is_logged() {
    let mut lambda = FakeLambda::running("on_shutdown", &[("AT_THE_END", "panic")]);
    paths_until(&lambda, "/runtime/invocation/next");
    assert!(lambda.terminate().success());
    let log = lambda.last_words();
    assert!(log.contains("on_shutdown.rs:") && log.contains("at the end"), "{log}");
}

#[test]
fn function_that_cannot_register_answers_all_the_same() {
    let lambda = FakeLambda::without_extensions("on_shutdown");
    request(&lambda, "");
    paths_until(&lambda, "/response");
    assert_eq!(
        lambda.log(),
        "ERROR cannot register an extension: status 403 Forbidden. `on_shutdown` will not run on Lambda\n"
    );
}
