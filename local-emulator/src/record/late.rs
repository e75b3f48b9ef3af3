//! Requests whose invocations go on after the answer: the function still works, or the client gave up.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::request::Record;

/// How long the line of a request waits for the end of the invocation, which has the billed time and the memory.
const PATIENCE: Duration = Duration::from_secs(1);

/// Requests in the order of their answers. Nearly all invocations end a moment after the answer, so one timer for all of them is
/// cheaper than a timer for each.
#[derive(Debug, Default)]
pub(super) struct LateRequests {
    answered: Mutex<VecDeque<(Instant, Weak<Record>)>>,
    pushed: Notify,
}

impl LateRequests {
    /// Adds a request that is answered now.
    pub(super) fn push(&self, request: &Arc<Record>) {
        let entry = (Instant::now() + PATIENCE, Arc::downgrade(request));
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.push_back(entry);
        if answered.len() == 1 {
            self.pushed.notify_one();
        }
    }

    /// Waits for the next request whose time is up. A request that is gone has been logged, and is skipped.
    pub(super) async fn next(&self) -> Arc<Record> {
        loop {
            match self.first() {
                Some((at, _)) if at > Instant::now() => sleep_until(at).await,
                Some((_, request)) => {
                    self.answered.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    if let Some(request) = request.upgrade() {
                        return request;
                    }
                }
                None => self.pushed.notified().await,
            }
        }
    }

    fn first(&self) -> Option<(Instant, Weak<Record>)> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).front().cloned()
    }
}
