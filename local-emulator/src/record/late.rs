//! Requests that are answered while their invocations go on: work after the answer, or a client that gave up.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::Record;

/// How long a line waits for the end of the invocation, when the billed time and the memory are known.
const PATIENCE: Duration = Duration::from_secs(1);

/// Requests in the order in which they were answered. Nearly all invocations end a moment later, so one timer for all of them
/// is cheaper than a timer for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Late(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    requests: Mutex<VecDeque<(Instant, Weak<Record>)>>,
    pushed: Notify,
}

impl Late {
    pub(super) fn push(&self, request: &Arc<Record>) {
        let entry = (Instant::now() + PATIENCE, Arc::downgrade(request));
        let mut requests = self.0.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push_back(entry);
        if requests.len() == 1 {
            self.0.pushed.notify_one();
        }
    }

    pub(super) async fn run(&self) -> Infallible {
        loop {
            match self.next() {
                Some(at) => sleep_until(at).await,
                None => self.0.pushed.notified().await,
            }
        }
    }

    /// Logs the requests whose time is up, and returns the time of the next one.
    fn next(&self) -> Option<Instant> {
        let now = Instant::now();
        loop {
            let due = {
                let mut requests = self.0.requests.lock().unwrap_or_else(PoisonError::into_inner);
                let at = requests.front()?.0;
                if at > now {
                    return Some(at);
                }
                requests.pop_front()
            };
            // A request that is gone has been logged.
            if let Some(request) = due.and_then(|(_, request)| request.upgrade()) {
                request.log();
            }
        }
    }
}
