//! Sandboxes between two invocations.

use serde_json::json;

use super::{Gate, Setup, is_alive, pid_in};

#[tokio::test]
async fn cold_pool_starts_a_process_per_invocation() {
    let function = Setup::new().host(|host| host.cold = true).start();
    let first = function.pid(json!({})).await;
    let second = function.pid(json!({})).await;
    assert_ne!(first, second);
    while is_alive(first) || is_alive(second) {
        tokio::task::yield_now().await;
    }
}

#[cfg(target_os = "linux")]
async fn wait_for_state(process: u64, state: char) {
    loop {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
        if stat.rsplit(") ").next().unwrap().starts_with(state) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn frozen_sandbox_does_not_run_between_invocations() {
    let function = Setup::new().host(|host| host.freeze = true).start();
    let gate = Gate::new().await;
    let pid = function.pid(json!({})).await;
    for _ in 0..3 {
        wait_for_state(pid, 'T').await;
        let running = function.begin(&gate.event("gate"));
        drop(gate.reached().await);
        assert_eq!(pid_in(running.await.unwrap()), pid);
    }
    wait_for_state(pid, 'T').await;
    function.pool.shutdown().await;
    assert!(!is_alive(pid));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn frozen_sandbox_ends_after_its_idle_limit() {
    let function = Setup::new().host(|host| (host.freeze, host.idle_limit) = (true, super::SHORT)).start();
    let pid = function.pid(json!({})).await;
    while is_alive(pid) {
        tokio::task::yield_now().await;
    }
}
