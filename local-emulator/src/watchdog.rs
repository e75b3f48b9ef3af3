//! Kills the sandboxes and the build of an emulator that could not do it itself, because it was killed.
//!
//! A function that waits for its next event ends by itself when its Runtime API is gone; one that
//! spins, sleeps or is stopped does not. So a child process of the emulator, in a process group of its
//! own that Ctrl-C does not reach, reads from a pipe which process groups exist: `+123 MARK` for a new
//! one, with what its descendants outside the group are found by, and `-123` for one that has been killed. However the emulator ends, the kernel closes the pipe, and
//! the watchdog kills the groups that are left.
//!
//! A group is announced right after its process was started, not before, since its id is not known
//! earlier. An emulator killed in the microseconds between leaves a process that finds no Runtime API
//! when it gets to asking for one. The road not taken, starting every function through a second
//! program that waits for a go-ahead, would add its start to every cold start.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::descendants::Descendants;

/// A program that calls [`main`]: the host's own, with an argument by which it knows that it is the watchdog, or
/// a small one beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// The program at `path`, without arguments.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), arguments: Vec::new() }
    }

    /// With one more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// The emulator's side: a watchdog process that lives until this value is dropped.
#[derive(Debug)]
pub struct Watchdog {
    process: Child,
    pipe: Mutex<Option<ChildStdin>>,
}

impl Watchdog {
    /// Starts the watchdog. Call this before any other child process is started, so that no child can inherit
    /// the pipe on a system that cannot open one closed to children at once (macOS).
    ///
    /// # Errors
    /// If the program cannot be started.
    pub fn start(program: &Program) -> io::Result<Self> {
        let mut process = Command::new(&program.path)
            .args(&program.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let pipe = Mutex::new(process.stdin.take());
        Ok(Self { process, pipe })
    }

    pub(crate) fn watch(&self, group: Pid, mark: Option<&str>) {
        self.write(&format!("+{} {}\n", group.as_raw_nonzero(), mark.unwrap_or_default()));
    }

    pub(crate) fn forget(&self, group: Pid) {
        self.write(&format!("-{}\n", group.as_raw_nonzero()));
    }

    fn write(&self, line: &str) {
        if let Some(pipe) = &mut *self.pipe.lock().unwrap_or_else(PoisonError::into_inner) {
            // Somebody killed the watchdog. Functions run without it.
            let _ = pipe.write_all(line.as_bytes());
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner).take();
        // It ends with its pipe, at once.
        let _ = self.process.wait();
    }
}

/// The whole `main` of a watchdog: reads which process groups exist from standard input until the emulator is
/// gone, then kills every group that is left.
pub fn main() -> ExitCode {
    kill_left_over(io::stdin().lock());
    ExitCode::SUCCESS
}

fn kill_left_over(commands: impl BufRead) {
    for (group, mark) in left_over(commands) {
        let kill_group = || {
            // An error means that nothing of the group is left to kill.
            let _ = kill_process_group(group, Signal::KILL);
        };
        match mark {
            Some(mark) => Descendants::new(group, mark).end_with(kill_group),
            None => kill_group(),
        }
    }
}

fn left_over(commands: impl BufRead) -> HashMap<Pid, Option<String>> {
    let mut groups = HashMap::new();
    for line in commands.lines().map_while(Result::ok) {
        match line.split_at_checked(1) {
            Some(("+", words)) => {
                let (id, mark) = words.split_once(' ').unwrap_or((words, ""));
                let mark = Some(mark.to_owned()).filter(|mark| !mark.is_empty());
                groups.extend(group(id).map(|group| (group, mark)));
            }
            Some(("-", id)) => groups.retain(|&known, _| Some(known) != group(id)),
            _ => {}
        }
    }
    groups
}

fn group(id: &str) -> Option<Pid> {
    id.parse().ok().filter(|&id: &i32| id > 1).and_then(Pid::from_raw)
}

#[cfg(test)]
mod tests {
    use super::{group, left_over};

    #[test]
    fn groups_that_were_not_forgotten_are_left_over() {
        let left = left_over(&b"+12 a\n+34 b\n-12\n+56 \n"[..]);
        assert_eq!(left, [(group("34").unwrap(), Some("b".to_owned())), (group("56").unwrap(), None)].into());
    }

    #[test]
    fn lines_that_name_no_group_are_skipped() {
        // 0 would be the watchdog's own group, 1 and below every process there is.
        assert!(left_over(&b"+0\n+1\n+-5\nx\n\n+\n\xc3\xa9\n"[..]).is_empty());
    }
}
