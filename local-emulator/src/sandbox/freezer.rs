//! `--freeze`: nothing of a sandbox runs between two invocations, as on Lambda.
//!
//! Without the option, work that a function leaves running after its answer goes on.
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>: "Lambda freezes the
//! execution environment when the runtime and each extension have completed and there are no pending
//! events."

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

/// The process group of a sandbox, while it may be stopped.
#[derive(Debug, Default)]
pub(super) struct Freezer(Mutex<Option<Group>>);

#[derive(Debug)]
struct Group {
    leader: Pid,
    stopped: bool,
}

impl Freezer {
    /// Allows `leader`'s group to be stopped from now on.
    pub(super) fn attend(&self, leader: Pid) {
        *self.lock() = Some(Group { leader, stopped: false });
    }

    /// Lets the group run, so that it can end by itself, and leaves it alone: it is about to be killed, and its id may
    /// become that of another group.
    pub(super) fn release(&self) {
        let mut group = self.lock();
        if let Some(group) = &mut *group {
            group.signal(false, Signal::CONT);
        }
        *group = None;
    }

    /// Stops the whole group.
    pub(super) fn freeze(&self) {
        self.signal(true, Signal::STOP);
    }

    /// Lets the group run.
    pub(super) fn thaw(&self) {
        self.signal(false, Signal::CONT);
    }

    fn signal(&self, stop: bool, signal: Signal) {
        if let Some(group) = &mut *self.lock() {
            group.signal(stop, signal);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Group>> {
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
