//! The memory setting of a function, enforced.

use std::future::pending;
use std::sync::{MutexGuard, PoisonError};

use super::Sandbox;
use super::memory::Memory;

impl Sandbox {
    /// In megabytes; absent where it cannot be measured, or was not before the process ended.
    pub(super) fn peak_memory(&self) -> Option<u64> {
        self.memory().as_mut().and_then(Memory::peak_mb)
    }

    /// Never comes back to a runtime that holds, or held, more memory than its function has: that one is
    /// killed. On Lambda the kernel does it at once; here it is noticed at the next sample, and at the
    /// latest when the runtime calls.
    pub(crate) async fn within_memory(&self) {
        if self.holds_too_much(self.peak_memory()) {
            self.out_of_memory.notify_one();
            pending::<()>().await;
        }
    }

    /// The same, of all its processes.
    pub(super) fn sample_memory(&self) {
        let sampled = self.memory().as_mut().and_then(Memory::sample);
        if self.holds_too_much(sampled) {
            self.out_of_memory.notify_one();
        }
    }

    fn holds_too_much(&self, megabytes: Option<u64>) -> bool {
        matches!((megabytes, self.memory_limit), (Some(held), Some(limit)) if held > limit)
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Option<Memory>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
