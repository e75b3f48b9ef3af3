//! The limits of concurrent invocations.

use std::sync::Arc;

use serde_json::json;

use super::{Gate, Setup, invocation, pid_in};
use crate::invocation::{AtLimit, Invocation, Outcome, Throttle};
use crate::sandbox::Concurrency;

#[tokio::test]
async fn queued_callers_are_served_in_order() {
    let function = Setup::new().queue().start();
    let gate = Gate::new().await;
    let first = function.begin(&gate.event("gate"));
    let held = gate.reached().await;
    let second = function.begin(&json!({ "do": "print" }));
    tokio::task::yield_now().await;
    let third = function.begin(&json!({ "do": "exit", "code": 0 }));
    drop(held);
    let first = pid_in(first.await.unwrap());
    assert_eq!(pid_in(second.await.unwrap()), first);
    assert!(matches!(third.await.unwrap(), Ok(Outcome::FunctionError(_))));
}

#[tokio::test]
async fn over_the_limit_only_asynchronous_events_wait() {
    let function = Setup::new().start();
    let gate = Gate::new().await;
    let first = function.begin(&gate.event("gate"));
    let held = gate.reached().await;
    let throttled = Ok(Outcome::Throttled(Throttle::Function(1)));
    assert_eq!(function.invoke(json!({})).await, throttled);
    let event = Invocation { at_limit: AtLimit::Wait, ..invocation(&json!({})) };
    let pool = Arc::clone(&function.pool);
    let waiting = tokio::spawn(async move { pool.invoke(event).await });
    tokio::task::yield_now().await;
    assert_eq!(function.invoke(json!({})).await, throttled);
    drop(held);
    let first = pid_in(first.await.unwrap());
    assert_eq!(pid_in(waiting.await.unwrap()), first);
}

#[tokio::test]
async fn request_right_after_an_answer_is_not_throttled() {
    let function = Setup::new().start();
    for _ in 0..20 {
        function.pid(json!({})).await;
    }
}

#[tokio::test]
async fn zero_concurrency_throttles_every_invocation() {
    for setup in [Setup::new(), Setup::new().queue()] {
        let function = setup.limit(0).start();
        assert_eq!(function.invoke(json!({})).await, Ok(Outcome::Throttled(Throttle::Function(0))));
    }
}

#[tokio::test]
async fn work_after_the_answer_throttles_the_next_caller() {
    let function = Setup::new().start();
    let gate = Gate::new().await;
    function.pid(gate.event("answer, then gate")).await;
    let held = gate.reached().await;
    assert_eq!(function.invoke(json!({})).await, Ok(Outcome::Throttled(Throttle::Function(1))));
    drop(held);
    function.has_reported().await;
    function.pid(json!({})).await;
}

#[tokio::test]
async fn functions_share_the_accounts_concurrency() {
    let function = Setup::new().limit(10).host(|host| host.concurrency = Concurrency::new(2)).start();
    let gate = Gate::new().await;
    let running = [function.begin(&gate.event("gate")), function.begin(&gate.event("gate"))];
    let held = (gate.reached().await, gate.reached().await);
    assert_eq!(function.invoke(json!({})).await, Ok(Outcome::Throttled(Throttle::Account(2))));
    drop(held);
    for running in running {
        pid_in(running.await.unwrap());
    }
    function.pid(json!({})).await;
}

#[tokio::test]
async fn queued_caller_holds_no_permit() {
    let concurrency = Concurrency::new(2);
    let shared = |host: &mut crate::sandbox::SandboxHost| host.concurrency = concurrency.clone();
    let busy = Setup::new().host(shared).start();
    let gate = Gate::new().await;
    let first = busy.begin(&gate.event("gate"));
    let held = gate.reached().await;
    let events = [(); 5].map(|()| {
        let event = Invocation { at_limit: AtLimit::Wait, ..invocation(&json!({})) };
        let pool = Arc::clone(&busy.pool);
        tokio::spawn(async move { pool.invoke(event).await })
    });
    tokio::task::yield_now().await;
    Setup::new().host(shared).start().pid(json!({})).await;
    drop(held);
    pid_in(first.await.unwrap());
    for event in events {
        pid_in(event.await.unwrap());
    }
    // All permits are given back.
    while concurrency.try_enter().is_none_or(|_place| concurrency.try_enter().is_none()) {
        tokio::task::yield_now().await;
    }
}
