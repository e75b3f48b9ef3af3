//! When an invocation began and when it must be over.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The time that one invocation has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    began: Instant,
    pub(super) deadline: Instant,
    /// The same deadline for the runtime: milliseconds since 1970.
    pub(super) deadline_ms: u64,
}

impl Clock {
    pub(super) fn start(timeout: Duration) -> Self {
        let began = Instant::now();
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let deadline_ms = u64::try_from((since_epoch + timeout).as_millis()).unwrap_or(u64::MAX);
        Self { began, deadline: began + timeout, deadline_ms }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
