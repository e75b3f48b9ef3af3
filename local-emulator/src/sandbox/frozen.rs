//! `--freeze`: between two invocations nothing of a sandbox runs, as on Lambda.
//!
//! Work that a function leaves running after its answer goes on here without that, and stops there.
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>: "Lambda freezes the
//! execution environment when the runtime and each extension have completed and there are no pending
//! events."

use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

/// The process group of a sandbox, while it may be stopped.
#[derive(Debug, Default)]
pub(super) struct Frozen(Mutex<Option<Group>>);

#[derive(Debug)]
struct Group {
    leader: Pid,
    stopped: bool,
}

impl Frozen {
    /// From now on `leader`'s group may be stopped.
    pub(super) fn watch(&self, leader: Pid) {
        *self.lock() = Some(Group { leader, stopped: false });
    }

    /// The group is about to be killed, and its id to be somebody else's: it is left alone, and runs, so that
    /// it may end by itself.
    pub(super) fn forget(&self) {
        let mut group = self.lock();
        if let Some(group) = &mut *group {
            group.signal(false, Signal::CONT);
        }
        *group = None;
    }

    /// Stops all of it.
    pub(super) fn freeze(&self) {
        self.signal(true, Signal::STOP);
    }

    /// Lets it run.
    pub(super) fn thaw(&self) {
        self.signal(false, Signal::CONT);
    }

    fn signal(&self, stop: bool, signal: Signal) {
        if let Some(group) = &mut *self.lock() {
            group.signal(stop, signal);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Group>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    fn signal(&mut self, stop: bool, signal: Signal) {
        if self.stopped != stop {
            self.stopped = stop;
            // An error means that nothing of the group is left.
            let _ = kill_process_group(self.leader, signal);
        }
    }
}
