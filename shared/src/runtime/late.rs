//! Work that goes on after the answer.

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
    /// Of whoever does the work, while it waits: another task may add to it.
    worker: Option<Waker>,
}

/// The work that an invocation still has to do once it is answered.
///
/// The default belongs to no invocation, as for a route that axum calls: its work is spawned at once, on the
/// runtime of whoever calls it.
#[derive(Clone, Default)]
pub(crate) struct LateWork(Option<Arc<Mutex<Queue>>>);

impl LateWork {
    /// Work that waits for [`finish`](Self::finish).
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

    /// Does all of it side by side, also what is added meanwhile.
    pub(crate) async fn finish(&self) {
        let Some(queue) = &self.0 else { return };
        // Polled as one: there are few of them, and a function that has none links no executor of futures.
        let mut running = Vec::new();
        poll_fn(|cx| {
            loop {
                running.append(&mut unpoisoned(queue).waiting);
                running.retain_mut(|work: &mut BoxFuture<'static, ()>| work.poll_unpin(cx).is_pending());
                // What has just run may have added to it.
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

/// A panic ends the work that it happened in, and nothing else.
async fn caught(work: impl Future<Output = ()>) {
    if let Err(panic) = AssertUnwindSafe(pin!(work)).catch_unwind().await {
        panics::log_caught("work after the answer", &*panic);
    }
}

/// No lock is held while foreign code runs, so that the list is whole whatever happened.
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
    async fn work_waits_until_it_is_asked_for_and_runs_side_by_side() {
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
    async fn work_may_add_work_and_a_panic_harms_no_other() {
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
        let (late, (told, tells)) = (LateWork::new(), tokio::sync::oneshot::channel());
        let more = late.clone();
        late.add(async move { tells.await.unwrap() });
        // It first runs when `finish` waits.
        tokio::spawn(async move { more.add(async move { told.send(()).unwrap() }) });
        tokio::time::timeout(Duration::from_secs(10), late.finish()).await.unwrap();
    }

    #[tokio::test]
    async fn without_an_invocation_it_is_spawned() {
        let (done, finished) = tokio::sync::oneshot::channel();
        LateWork::default().add(async move { done.send(()).unwrap() });
        finished.await.unwrap();
    }
}
