//! The processes that a function starts. Daemons leave its process group, since `setsid` puts them into sessions of their own.
//! On Lambda they end with the sandbox.
//!
//! They are found in two ways: as descendants of the sandbox's process while it lives, and by the name of the sandbox's log
//! stream in their environment. The second way also finds a process whose parents have ended. Only a daemon without parents
//! and without its environment is missed. The emulator could adopt such a daemon (`PR_SET_CHILD_SUBREAPER`), but could not
//! distinguish it from a process that a build leaves on purpose, such as the server of a compiler cache.
//!
//! macOS has no `/proc`: there, only the process group ends with the sandbox.

use std::collections::HashSet;
use std::mem;

use rustix::process::Pid;

#[cfg(target_os = "linux")]
mod proc;

#[cfg(target_os = "linux")]
use proc::{Descendant, find, kill};

#[cfg(not(target_os = "linux"))]
use without_proc::{Descendant, find, kill};

/// The most rounds of a search, for a sandbox that starts processes faster than they are found.
const ROUNDS: usize = 16;

/// The processes of one sandbox, within its group and outside it.
#[derive(Clone, Debug)]
pub(crate) struct Descendants {
    leader: Pid,
    /// A text in the environment of the sandbox's processes, and of no others.
    mark: String,
    found: HashSet<Descendant>,
    killed: HashSet<Descendant>,
    rounds: usize,
}

impl Descendants {
    /// Creates a search for the processes that `leader` starts, with `mark` in their environment.
    pub(crate) fn new(leader: Pid, mark: String) -> Self {
        Self { leader, mark, found: HashSet::new(), killed: HashSet::new(), rounds: 0 }
    }

    /// Searches for processes, which takes a few milliseconds. Returns whether there are more to kill.
    ///
    /// Search before the group is killed, since orphans no longer descend from it, and again after each [`kill`](Self::kill),
    /// since processes may have started meanwhile.
    pub(crate) fn search(&mut self) -> bool {
        let all = find(self.leader, &self.mark);
        self.found = all.difference(&self.killed).copied().collect();
        self.rounds += 1;
        !self.found.is_empty() && self.rounds <= ROUNDS
    }

    /// Kills all descendants, and the group with `kill_group`.
    pub(crate) fn end_with(&mut self, kill_group: impl Fn()) {
        let mut is_more = self.search();
        kill_group();
        while is_more {
            self.kill();
            is_more = self.search();
        }
    }

    /// Kills the processes that the last search found.
    pub(crate) fn kill(&mut self) {
        for process in mem::take(&mut self.found) {
            kill(process);
            self.killed.insert(process);
        }
    }
}

/// The search on systems without `/proc`, which finds nothing.
#[cfg(not(target_os = "linux"))]
mod without_proc {
    use std::collections::HashSet;

    use rustix::process::Pid;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub(super) enum Descendant {}

    pub(super) fn find(_: Pid, _: &str) -> HashSet<Descendant> {
        HashSet::new()
    }

    pub(super) fn kill(found: Descendant) {
        match found {}
    }
}
