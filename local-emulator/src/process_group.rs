//! The process groups that the emulator starts: each function, and each build.

use std::io;
use std::mem;
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::watchdog::Watchdog;

/// A process group that lives at most as long as this value, and as the emulator.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    leader: Pid,
    watchdog: Option<Arc<Watchdog>>,
    alive: bool,
}

impl ProcessGroup {
    /// The group of a process that has just been started as the leader of one.
    pub(crate) fn register(leader: Option<u32>, watchdog: Option<&Arc<Watchdog>>) -> io::Result<Self> {
        let leader = leader.and_then(|id| Pid::from_raw(id.cast_signed()));
        let leader = leader.ok_or_else(|| io::Error::other("the process has no id"))?;
        if let Some(watchdog) = watchdog {
            watchdog.watch(leader);
        }
        Ok(Self { leader, watchdog: watchdog.cloned(), alive: true })
    }

    pub(crate) fn leader(&self) -> Pid {
        self.leader
    }

    /// Kills first, then tells the watchdog, and only then may the leader be reaped: at no time does
    /// the watchdog know a group whose id could be somebody else's.
    pub(crate) fn kill(&mut self) {
        if self.alive {
            // An error means that nothing of the group is left to kill.
            let _ = kill_process_group(self.leader, Signal::KILL);
            self.release();
        }
    }

    /// The group has done its work. What it leaves behind on purpose, such as the server of a compiler
    /// cache, may stay.
    pub(crate) fn release(&mut self) {
        if mem::take(&mut self.alive)
            && let Some(watchdog) = &self.watchdog
        {
            watchdog.forget(self.leader);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}
