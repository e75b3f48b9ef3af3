//! Processes of the emulator and its sandboxes, as the system reports them.

use rustix::process::Pid;

/// A process of a function.
#[derive(Clone, Debug)]
pub(crate) struct Sandbox {
    pub(crate) id: Pid,
    /// The name of its function's program.
    pub(crate) function: String,
}

/// Finds the running processes of functions that `emulator` has started.
pub(crate) fn sandboxes(emulator: Pid) -> Vec<Sandbox> {
    let children = system::processes().into_iter().filter(|process| process.parent == number(emulator));
    let functions = children.filter(|process| process.program.starts_with("load-"));
    functions
        .map(|process| Sandbox { id: Pid::from_raw(process.id).unwrap(), function: process.program })
        .collect()
}

/// Returns the resident memory of a process in kilobytes.
pub(crate) fn resident_memory(process: Pid) -> u64 {
    system::resident_memory(number(process))
}

fn number(process: Pid) -> i32 {
    process.as_raw_nonzero().get()
}

struct Process {
    id: i32,
    parent: i32,
    program: String,
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs;

    use super::Process;

    pub(super) fn processes() -> Vec<Process> {
        let folders = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        // Some processes have ended since they were listed.
        folders.filter_map(|folder| process(&fs::read_to_string(folder.join("stat")).ok()?)).collect()
    }

    /// `7 (load-echo) S 1 …`: id, program, state and parent.
    fn process(stat: &str) -> Option<Process> {
        let (id, rest) = stat.split_once(" (")?;
        let (program, rest) = rest.rsplit_once(") ")?;
        let mut rest = rest.split(' ');
        let has_ended = rest.next()? == "Z";
        let process =
            Process { id: id.parse().ok()?, parent: rest.next()?.parse().ok()?, program: program.to_owned() };
        Some(process).filter(|_| !has_ended)
    }

    pub(super) fn resident_memory(process: i32) -> u64 {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::process::Command;

    use super::Process;

    pub(super) fn processes() -> Vec<Process> {
        ps(&["-A", "-o", "pid=,ppid=,comm="]).lines().filter_map(process).collect()
    }

    fn process(line: &str) -> Option<Process> {
        let mut words = line.split_whitespace();
        let (id, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let program = words.next()?.rsplit('/').next()?;
        Some(Process { id, parent, program: program.to_owned() })
    }

    pub(super) fn resident_memory(process: i32) -> u64 {
        ps(&["-o", "rss=", "-p", &process.to_string()]).trim().parse().unwrap()
    }

    fn ps(arguments: &[&str]) -> String {
        String::from_utf8(Command::new("ps").args(arguments).output().unwrap().stdout).unwrap()
    }
}
