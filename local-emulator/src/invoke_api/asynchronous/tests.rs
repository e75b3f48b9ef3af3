use std::sync::Arc;

use bytes::Bytes;
use tokio::task::yield_now;
use tokio::time::{Duration, Instant, sleep};

use super::{AsynchronousEvent, EventQueue, OVERHEAD, RETRIES, ROOM};
use crate::gateway::fake::{Behavior, FakeBackend};
use crate::invocation::{AtLimit, Invocation};
use crate::invoke_api::error::InvokeError;
use crate::printer::{Log, Printer};
use crate::record::{LogStyle, Recorder};

fn event(backend: &Arc<FakeBackend>, payload: impl Into<Bytes>) -> (AsynchronousEvent<FakeBackend>, Log) {
    let (printer, log) = Printer::recorded();
    let recorder = Recorder::new(printer.clone(), LogStyle::Lambda, None);
    let backend = Arc::clone(backend);
    let invocation = Invocation::new(payload.into(), "Root=1-0-0".to_owned());
    (
        AsynchronousEvent { backend, function: (), name: "hello".to_owned(), invocation, printer, recorder },
        log,
    )
}

/// Runs an event of a function with this `behavior` to its end. Returns the attempts, their time, and the log.
async fn run(behavior: Behavior) -> (Vec<Invocation>, Duration, String) {
    let backend = Arc::new(FakeBackend::new(behavior));
    let (event, log) = event(&backend, "{}");
    let begun = Instant::now();
    event.run().await;
    (backend.invocations(), begun.elapsed(), log.text())
}

#[tokio::test(start_paused = true)]
async fn successful_event_has_one_attempt() {
    let (tries, took, log) = run(Behavior::Reply("null")).await;
    assert_eq!((tries.len(), took, log.as_str()), (1, Duration::ZERO, ""));
    assert_eq!(tries[0].at_limit, AtLimit::Wait);
}

#[tokio::test(start_paused = true)]
async fn failed_event_has_two_more_attempts_with_its_id() {
    let (tries, took, log) = run(Behavior::Fail).await;
    assert_eq!(tries.len(), 3);
    assert!(tries.iter().all(|other| other.request_id == tries[0].request_id));
    assert_eq!(took, RETRIES.iter().sum::<Duration>());
    let id = tries[0].request_id;
    let line = format!("asynchronous event {id} for hello: Runtime.ExitError: exit status 1;");
    let said = [
        format!("{line} as on Lambda, another attempt follows in 60 s"),
        format!("{line} as on Lambda, another attempt follows in 120 s"),
        format!("{line} the event is discarded"),
    ];
    assert_eq!(log.lines().collect::<Vec<_>>(), said);
}

#[tokio::test(start_paused = true)]
async fn event_for_a_broken_function_is_discarded() {
    let (tries, took, log) = run(Behavior::NotBuild).await;
    assert_eq!((tries.len(), took), (0, Duration::ZERO));
    assert!(log.ends_with("cannot find `x`; the event is discarded\n"), "{log}");
}

#[tokio::test(start_paused = true)]
async fn events_end_with_their_queue() {
    let backend = Arc::new(FakeBackend::new(Behavior::Fail));
    let queue = EventQueue::new();
    queue.push(event(&backend, "{}").0).unwrap();
    sleep(Duration::from_secs(1)).await;
    drop(queue);
    sleep(Duration::from_secs(3600)).await;
    assert_eq!(backend.events(), 1);
}

#[tokio::test]
async fn full_queue_refuses_events_until_one_is_done() {
    let queue = EventQueue::new();
    let payload = Bytes::from(vec![b' '; ROOM / 2 - OVERHEAD]);
    let hanging = Arc::new(FakeBackend::new(Behavior::Hang));
    let quick = Arc::new(FakeBackend::new(Behavior::Reply("null")));
    queue.push(event(&hanging, payload.clone()).0).unwrap();
    queue.push(event(&quick, payload.clone()).0).unwrap();
    assert!(matches!(queue.push(event(&quick, "{}").0), Err(InvokeError::QueueFull)));
    while queue.push(event(&quick, "{}").0).is_err() {
        yield_now().await;
    }
}
