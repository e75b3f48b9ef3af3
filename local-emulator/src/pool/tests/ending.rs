//! How sandboxes end: closed, idle for too long, shut down, or with their emulator.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use super::{Gate, SHORT, Setup, example, is_alive, pid_in, probe};
use crate::invocation::Outcome;
use crate::pool::PoolClosed;
use crate::sandbox::fixture::LONG;

/// Longer than a process needs to end.
const TOO_LONG: Duration = Duration::from_secs(10);

#[tokio::test]
async fn closed_pool_ends_its_invocation_and_its_queue() {
    let function = Setup::new().queue().start();
    let gate = Gate::new().await;
    let running = function.begin(&gate.event("gate"));
    let held = gate.reached().await;
    let waiting = function.begin(&json!({}));
    tokio::task::yield_now().await;
    function.pool.close();
    assert_eq!(waiting.await.unwrap(), Err(PoolClosed));
    assert_eq!(function.invoke(json!({})).await, Err(PoolClosed));
    drop(held);
    let pid = pid_in(running.await.unwrap());
    function.pool.drained().await;
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn closed_pool_ends_idle_and_starting_sandboxes() {
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
    assert_eq!(caller.await.unwrap(), Err(PoolClosed));
    starting.pool.drained().await;
}

#[tokio::test]
async fn idle_sandbox_ends_after_its_limit() {
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
async fn shutdown_kills_a_busy_sandbox() {
    let function = Setup::new().start();
    let pid = function.pid(json!({})).await;
    let gate = Gate::new().await;
    let running = function.begin(&gate.event("gate"));
    let _held = gate.reached().await;
    function.pool.shutdown().await;
    assert_eq!(running.await.unwrap(), Err(PoolClosed));
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn children_of_a_function_end_with_it() {
    let function = Setup::new().start();
    let gate = Gate::new().await;
    let outcome = function.invoke(gate.event("start a child, and exit")).await;
    assert!(matches!(outcome, Ok(Outcome::FunctionError(_))));
    let mut child = gate.reached().await;
    assert_eq!(child.read(&mut [0]).await.unwrap_or(0), 0, "the kernel closed its connection");
}

#[tokio::test]
async fn killed_emulator_leaves_no_process() {
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

/// The emulator in a test has no watchdog, and a test process may be killed too.
#[tokio::test]
async fn killed_test_process_leaves_no_probe() {
    let gate = Gate::new().await;
    let arguments = ["emulator without a watchdog", &gate.address()];
    let mut emulator = Command::new(probe()).args(arguments).stdout(Stdio::null()).spawn().unwrap();
    let spinning = [gate.reached().await, gate.reached().await];

    emulator.kill().await.unwrap();
    for function in spinning {
        let mut function = BufReader::new(function);
        let mut pid = String::new();
        function.read_line(&mut pid).await.unwrap();
        let end = tokio::time::timeout(TOO_LONG, function.read(&mut [0])).await;
        if end.is_err() {
            kill_process(Pid::from_raw(pid.trim().parse().unwrap()).unwrap(), Signal::KILL).unwrap();
            panic!("process {pid} outlived its emulator");
        }
    }
}

#[tokio::test]
async fn internal_extension_gives_time_to_shut_down() {
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
async fn frozen_sandbox_is_thawed_to_shut_down() {
    let function =
        Setup::new().init("says goodbye with an extension", LONG).host(|host| host.freeze = true).start();
    function.pid(json!({})).await;
    function.has_reported().await;
    function.pool.shutdown().await;
    assert!(function.log.text().contains("goodbye b"), "{}", function.log.text());
}

#[tokio::test]
async fn graceful_shutdown_of_awss_runtime_has_500_ms() {
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
