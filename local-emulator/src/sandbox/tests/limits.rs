//! How many invocations may be under way.

use std::sync::Arc;

use serde_json::json;

use super::{Gate, Setup, invocation, pid_in};
use crate::invocation::{AtLimit, Invocation, Outcome, Throttle};
use crate::sandbox::Concurrency;

#[tokio::test]
async fn who_is_to_wait_at_the_limit_waits_in_the_order_in_which_they_came() {
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
async fn over_its_limit_a_function_is_throttled_and_asynchronous_events_wait() {
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
async fn who_comes_right_behind_an_answer_is_not_throttled() {
    let function = Setup::new().start();
    for _ in 0..20 {
        function.pid(json!({})).await;
    }
}

#[tokio::test]
async fn without_any_concurrency_a_function_is_always_throttled() {
    for setup in [Setup::new(), Setup::new().queue()] {
        let function = setup.limit(0).start();
        assert_eq!(function.invoke(json!({})).await, Ok(Outcome::Throttled(Throttle::Function(0))));
    }
}

#[tokio::test]
async fn a_sandbox_that_works_on_after_its_answer_throttles_who_does_not_want_to_wait() {
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
async fn invocations_of_all_functions_share_the_accounts_concurrency() {
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
async fn who_waits_for_a_sandbox_takes_no_place_from_other_functions() {
    let concurrency = Concurrency::new(2);
    let shared = |host: &mut crate::sandbox::Host| host.concurrency = concurrency.clone();
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
    // All places are given back.
    while concurrency.try_enter().is_none_or(|_place| concurrency.try_enter().is_none()) {
        tokio::task::yield_now().await;
    }
}
