//! The process groups that the emulator starts, for each function and each build.

use std::io;
use std::mem;
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::task::spawn_blocking;

use crate::descendants::Descendants;
use crate::watchdog::Watchdog;

/// A process group that lives at most as long as this value, and as the emulator.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    leader: Pid,
    watchdog: Option<Arc<Watchdog>>,
    alive: bool,
    /// The search for processes that end with the group, even if they leave it.
    descendants: Option<Descendants>,
}

impl ProcessGroup {
    /// Registers the group of a leader that has just been started. With a `mark`, which only the environment of its processes
    /// has, descendants that leave the group end with it.
    pub(crate) fn register(
        leader: Option<u32>,
        mark: Option<String>,
        watchdog: Option<&Arc<Watchdog>>,
    ) -> io::Result<Self> {
        let leader = leader.and_then(|id| Pid::from_raw(id.cast_signed()));
        let leader = leader.ok_or_else(|| io::Error::other("the process has no id"))?;
        if let Some(watchdog) = watchdog {
            watchdog.watch(leader, mark.as_deref());
        }
        let descendants = mark.map(|mark| Descendants::new(leader, mark));
        Ok(Self { leader, watchdog: watchdog.cloned(), alive: true, descendants })
    }

    pub(crate) fn leader(&self) -> Pid {
        self.leader
    }

    /// Kills the group as [`kill`](Self::kill) does, with the search for descendants on another thread.
    pub(crate) async fn kill_all(&mut self) {
        while let Some(mut descendants) = self.descendants.clone() {
            let search = spawn_blocking(move || descendants.search().then_some(descendants));
            // An error means that the runtime is about to end: then this thread searches.
            let Ok(searched) = search.await else { break };
            self.descendants = searched;
            self.kill_group();
            self.descendants.iter_mut().for_each(Descendants::kill);
        }
        self.kill();
    }

    /// Kills the group, and then reports it to the watchdog. The leader may be reaped only after that, so that the watchdog
    /// never knows a group whose id may be that of another one.
    pub(crate) fn kill(&mut self) {
        if !self.alive {
            return;
        }
        match self.descendants.take() {
            Some(mut descendants) => descendants.end_with(|| self.kill_group()),
            None => self.kill_group(),
        }
        self.release();
    }

    fn kill_group(&self) {
        if self.alive {
            // An error means that nothing of the group is left to kill.
            let _ = kill_process_group(self.leader, Signal::KILL);
        }
    }

    /// Forgets a group that has done its work. A process that it leaves on purpose, such as the server of a compiler cache, may
    /// stay.
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
