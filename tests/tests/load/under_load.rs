//! The emulator under load, as a program.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rustix::process::{Pid, Signal};

use crate::clients::{CONNECTIONS, Question, ask};
use crate::harness::{Program, Project};
use crate::process::{self, Sandbox};
use crate::tally::OWN;

/// The functions of `tests/fixtures/load`.
pub(crate) const FUNCTIONS: [&str; 4] = ["/api/echo", "/api/panics", "/api/exits", "/api/sleeps"];

/// The emulator's program. No other emulator runs at the same time.
#[derive(Debug)]
pub(crate) struct UnderLoad {
    pub(crate) address: SocketAddr,
    id: Pid,
    /// Behind a lock, since it reads lines from a channel.
    program: Mutex<Program>,
    _alone: MutexGuard<'static, ()>,
}

impl UnderLoad {
    /// Serves the fixture, and waits until its functions are built and answer.
    pub(crate) fn start() -> Self {
        let emulator = Self::behind("http-api");
        emulator.check_each_function();
        emulator
    }

    /// Serves the fixture behind a front door.
    pub(crate) fn behind(front_door: &str) -> Self {
        let alone = alone();
        let limit = CONNECTIONS.to_string();
        let options = ["--no-watch", "--front-door", front_door, "--sandboxes", &limit];
        let (program, address) = Program::serve_with(project(), &options);
        Self { address, id: program.pid(), program: Mutex::new(program), _alone: alone }
    }

    /// Checks that every function answers.
    pub(crate) fn check_each_function(&self) {
        let questions = FUNCTIONS.map(|path| Question { path, ..Question::echo("each function", "again") });
        let questions = Mutex::new(questions.into_iter());
        let answers = ask(self.address, 1, || questions.lock().unwrap().next(), || ());
        assert_eq!(answers.tally.times(OWN), FUNCTIONS.len() as u64, "{}", answers.tally);
    }

    pub(crate) fn sandboxes(&self) -> Vec<Sandbox> {
        process::sandboxes(self.id)
    }

    /// Returns the largest number of sandboxes of a function.
    pub(crate) fn most_sandboxes(&self) -> usize {
        let mut of_each = BTreeMap::<_, usize>::new();
        for sandbox in self.sandboxes() {
            *of_each.entry(sandbox.function).or_default() += 1;
        }
        of_each.into_values().max().unwrap_or_default()
    }

    /// Returns the resident memory in kilobytes.
    pub(crate) fn memory(&self) -> u64 {
        process::resident_memory(self.id)
    }

    /// Ends the program, waits until all its processes have ended, and returns its log.
    pub(crate) fn end(self) -> String {
        let mut program = self.program.into_inner().unwrap();
        program.signal(Signal::TERM);
        program.wait_until_all_are_gone();
        program.end().text
    }
}

/// Returns a lock that only one emulator has at a time, so that emulators do not compete for processor time, and every
/// process belongs to the only emulator.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| Project::fixture("load"))
}
