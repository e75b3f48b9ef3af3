//! How sandboxes end: closed, idle for too long, shut down, or with their emulator.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use super::{Gate, SHORT, Setup, example, is_alive, pid_in, probe};
use crate::invocation::Outcome;
use crate::sandbox::Closed;
use crate::sandbox::fixture::LONG;

#[tokio::test]
async fn closing_lets_the_running_invocation_end_and_sends_the_waiting_ones_on() {
    let function = Setup::new().queue().start();
    let gate = Gate::new().await;
    let running = function.begin(&gate.event("gate"));
    let held = gate.reached().await;
    let waiting = function.begin(&json!({}));
    tokio::task::yield_now().await;
    function.pool.close();
    assert_eq!(waiting.await.unwrap(), Err(Closed));
    assert_eq!(function.invoke(json!({})).await, Err(Closed));
    drop(held);
    let pid = pid_in(running.await.unwrap());
    function.pool.drained().await;
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn closing_ends_idle_sandboxes_and_those_that_only_start() {
    let idle = Setup::new().start();
    let pid = idle.idle_pid(json!({})).await;
    idle.pid(json!({})).await;
    idle.pool.close();
    idle.pool.drained().await;
    assert!(!is_alive(pid));

    let starting = Setup::new().init("spin", LONG).start();
    let caller = starting.begin(&json!({}));
    tokio::task::yield_now().await;
    starting.pool.close();
    assert_eq!(caller.await.unwrap(), Err(Closed));
    starting.pool.drained().await;
}

#[tokio::test]
async fn a_sandbox_without_invocations_ends_after_a_while() {
    let function = Setup::new().limit(2).host(|host| host.idle_limit = SHORT).start();
    let gate = Gate::new().await;
    let burst = [(); 2].map(|()| function.begin(&gate.event("gate")));
    let (one, other) = (gate.reached().await, gate.reached().await);
    drop((one, other));
    for outcome in burst {
        let pid = pid_in(outcome.await.unwrap());
        while is_alive(pid) {
            tokio::task::yield_now().await;
        }
    }
    function.pid(json!({})).await;
    function.pool.close();
    function.pool.drained().await;
    let log = function.log.text();
    assert_eq!(
        log.matches("\tInit Duration: ").count(),
        3,
        "the third starts as if it were the first: {log}"
    );
    assert!(!log.contains("Status: "), "{log}");
}

#[tokio::test]
async fn shutdown_kills_what_is_busy() {
    let function = Setup::new().start();
    let pid = function.pid(json!({})).await;
    let gate = Gate::new().await;
    let running = function.begin(&gate.event("gate"));
    let _held = gate.reached().await;
    function.pool.shutdown().await;
    assert_eq!(running.await.unwrap(), Err(Closed));
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn the_children_of_a_function_end_with_it() {
    let function = Setup::new().start();
    let gate = Gate::new().await;
    let outcome = function.invoke(gate.event("start a child, and exit")).await;
    assert!(matches!(outcome, Ok(Outcome::FunctionError(_))));
    let mut child = gate.reached().await;
    assert_eq!(child.read(&mut [0]).await.unwrap_or(0), 0, "the kernel closed its connection");
}

#[tokio::test]
async fn nothing_outlives_an_emulator_that_is_killed() {
    let gate = Gate::new().await;
    let address = gate.0.local_addr().unwrap().to_string();
    let mut emulator =
        Command::new(probe()).args(["emulator", &address]).stdout(Stdio::null()).spawn().unwrap();
    let mut spinning = BufReader::new(gate.reached().await);
    let mut stopped = BufReader::new(gate.reached().await);
    spinning.read_line(&mut String::new()).await.unwrap();
    let mut pid = String::new();
    stopped.read_line(&mut pid).await.unwrap();
    kill_process(Pid::from_raw(pid.trim().parse().unwrap()).unwrap(), Signal::STOP).unwrap();

    emulator.kill().await.unwrap();
    for mut function in [spinning, stopped] {
        let closed = function.read(&mut [0]).await;
        assert_eq!(closed.unwrap_or(0), 0, "the kernel closed the connection of a killed function");
    }
}

#[tokio::test]
async fn with_an_internal_extension_a_function_has_time_to_say_goodbye() {
    for (init, says) in [
        ("says goodbye", false),
        ("says goodbye with an extension", true),
        ("ignores SIGTERM with an extension", false),
    ] {
        let function = Setup::new().init(init, LONG).start();
        let pid = function.pid(json!({})).await;
        function.has_reported().await;
        function.pool.shutdown().await;
        assert!(!is_alive(pid));
        let log = function.log.text();
        assert_eq!(log.contains("/api/probe | goodbye"), says, "{log}");
    }
}

#[tokio::test]
async fn a_frozen_sandbox_is_thawed_to_say_goodbye() {
    let function =
        Setup::new().init("says goodbye with an extension", LONG).host(|host| host.freeze = true).start();
    function.pid(json!({})).await;
    function.has_reported().await;
    function.pool.shutdown().await;
    assert!(function.log.text().contains("goodbye b"), "{}", function.log.text());
}

#[tokio::test]
async fn the_graceful_shutdown_of_awss_own_runtime_has_its_500_ms() {
    for (takes, finishes) in [("10", true), ("60000", false)] {
        let mut setup = Setup::new().binary(example("graceful"));
        for (name, value) in [
            ("AWS_LAMBDA_FUNCTION_NAME", "Graceful"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("FLUSHING_TAKES_MS", takes),
        ] {
            setup.spec.environment.set(name, value);
        }
        let function = setup.start();
        let pid = function.pid(json!({})).await;
        function.has_reported().await;
        let begun = Instant::now();
        function.pool.shutdown().await;
        let took = begun.elapsed();
        assert!(!is_alive(pid));
        let log = function.log.text();
        assert!(log.contains("/api/probe | flushing\n"), "{log}");
        assert_eq!(log.contains("/api/probe | flushed\n"), finishes, "{log}");
        assert!(finishes || took >= Duration::from_millis(500), "{took:?}");
    }
}
