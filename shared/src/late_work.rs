//! Work that runs after the response.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, poll_fn};

use crate::panics;

#[derive(Default)]
struct Queue {
    waiting: Vec<BoxFuture<'static, ()>>,
    /// Wakes the task that does the work: another task may add work while it waits.
    worker: Option<Waker>,
}

/// The work that an invocation does after its response.
///
/// The default belongs to no invocation, as for a route under axum: its work is spawned at once.
#[derive(Clone, Default)]
pub(crate) struct LateWork(Option<Arc<Mutex<Queue>>>);

impl LateWork {
    /// Makes a queue whose work waits for [`finish`](Self::finish).
    pub(crate) fn new() -> Self {
        Self(Some(Arc::default()))
    }

    pub(crate) fn add(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.push(Box::pin(caught(work)));
    }

    fn push(&self, work: BoxFuture<'static, ()>) {
        match &self.0 {
            Some(queue) => {
                let mut queue = unpoisoned(queue);
                queue.waiting.push(work);
                let worker = queue.worker.take();
                drop(queue);
                if let Some(worker) = worker {
                    worker.wake();
                }
            }
            None => drop(tokio::spawn(work)),
        }
    }

    /// Does all work concurrently, including work that is added meanwhile.
    pub(crate) async fn finish(&self) {
        let Some(queue) = &self.0 else { return };
        // All work is polled by this task: there is little of it, and a function without such work links no executor.
        let mut running = Vec::new();
        poll_fn(|cx| {
            loop {
                running.append(&mut unpoisoned(queue).waiting);
                running.retain_mut(|work: &mut BoxFuture<'static, ()>| work.poll_unpin(cx).is_pending());
                // The work that has just run may have added more.
                let mut queue = unpoisoned(queue);
                if queue.waiting.is_empty() {
                    if running.is_empty() {
                        return Poll::Ready(());
                    }
                    queue.worker = Some(cx.waker().clone());
                    return Poll::Pending;
                }
            }
        })
        .await;
    }
}

/// Runs work. A panic ends only this work.
async fn caught(work: impl Future<Output = ()>) {
    if let Err(panic) = AssertUnwindSafe(pin!(work)).catch_unwind().await {
        panics::log_caught("work after the answer", &*panic);
    }
}

/// Locks the queue. No other code runs under the lock, so the list is valid even after a panic.
fn unpoisoned(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for LateWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.0.as_deref().map(|queue| unpoisoned(queue).waiting.len());
        f.debug_struct("LateWork").field("waiting", &waiting).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::sync::Barrier;

    use super::LateWork;

    #[tokio::test]
    async fn work_waits_for_finish_and_runs_side_by_side() {
        let late = LateWork::new();
        let (done, both) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
        for _ in 0..2 {
            let (done, both) = (Arc::clone(&done), Arc::clone(&both));
            late.add(async move {
                both.wait().await;
                done.fetch_add(1, Ordering::Relaxed);
            });
        }
        assert_eq!(done.load(Ordering::Relaxed), 0);
        late.finish().await;
        assert_eq!(done.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn work_may_add_work_and_panics_stay_apart() {
        let (late, done) = (LateWork::new(), Arc::new(AtomicUsize::new(0)));
        let (more, counted) = (late.clone(), Arc::clone(&done));
        late.add(async { panic!("on purpose") });
        late.add(async move {
            tokio::task::yield_now().await;
            more.add(async move {
                counted.fetch_add(1, Ordering::Relaxed);
            });
        });
        late.finish().await;
        assert_eq!(done.load(Ordering::Relaxed), 1);
        late.finish().await;
    }

    #[tokio::test]
    async fn work_that_another_task_adds_is_not_waited_out() {
        let (late, (sender, receiver)) = (LateWork::new(), tokio::sync::oneshot::channel());
        let more = late.clone();
        late.add(async move { receiver.await.unwrap() });
        // The task first runs when `finish` waits.
        tokio::spawn(async move { more.add(async move { sender.send(()).unwrap() }) });
        tokio::time::timeout(Duration::from_secs(10), late.finish()).await.unwrap();
    }

    #[tokio::test]
    async fn without_an_invocation_it_is_spawned() {
        let (done, finished) = tokio::sync::oneshot::channel();
        LateWork::default().add(async move { done.send(()).unwrap() });
        finished.await.unwrap();
    }
}
