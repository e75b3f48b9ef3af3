//! Kills the sandboxes and the build of an emulator that was killed before it could do so.
//!
//! A function that waits for its next event ends by itself when its Runtime API is gone. A function that spins, sleeps or is
//! stopped does not. So a child process of the emulator, in a process group of its own that Ctrl-C does not reach, reads from a
//! pipe which process groups exist: `+123 MARK` for a new group, with the mark of its descendants outside the group, and
//! `-123` for a group that has been killed. However the emulator ends, the kernel closes the pipe, and the watchdog kills the
//! groups that are left.
//!
//! A group is announced right after the start of its process, since its id is not known earlier. An emulator that is killed in
//! the microseconds between leaves a process that finds no Runtime API when it asks for one. The other way, to start every
//! function through a second program that waits for permission, would add the start of that program to every cold start.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::descendants::Descendants;

/// A program that calls [`main`]: the host's own program, with an argument that makes it the watchdog, or a small one beside
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// Returns the program at `path`, without arguments.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), arguments: Vec::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// A watchdog process, which lives until this value is dropped.
#[derive(Debug)]
pub struct Watchdog {
    process: Child,
    pipe: Mutex<Option<ChildStdin>>,
}

impl Watchdog {
    /// Starts the watchdog. Call this before any other child process is started, so that no child inherits the pipe on a
    /// system that cannot close it to children as it opens it (macOS).
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
            // An error means that the watchdog was killed. Functions run without it.
            let _ = pipe.write_all(line.as_bytes());
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The watchdog ends at once with its pipe.
        let _ = self.process.wait();
    }
}

/// Runs a watchdog: reads from standard input which process groups exist until the emulator is gone, and then kills every group
/// that is left.
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
        // 0 would be the watchdog's own group, and 1 and below would be every process.
        assert!(left_over(&b"+0\n+1\n+-5\nx\n\n+\n\xc3\xa9\n"[..]).is_empty());
    }
}
