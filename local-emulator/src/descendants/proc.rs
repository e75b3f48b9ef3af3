//! The search for descendants in Linux's list of processes.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};

/// The longest wait for a process that is just starting a program, whose file may be on a slow disk.
const PROGRAM_START: Duration = Duration::from_secs(1);

/// The flag of the kernel's own threads, which have no environment. <https://elixir.bootlin.com/linux/v6.12/A/ident/PF_KTHREAD>
const KERNEL_THREAD: u64 = 0x0020_0000;

/// A process, identified by its id and the time of its start, since the system reuses ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Descendant {
    pid: Pid,
    started: u64,
}

/// The state of a process, from `/proc/PID/stat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stat {
    is_alive: bool,
    parent: i32,
    started: u64,
    /// Whether the process has an environment, or will have one when its program starts.
    has_environment: bool,
}

/// Returns `leader`, the processes with `mark` in their environment, and the descendants of those.
///
/// The processes of the leader's group are among them: one that leaves the group before the group is killed would be missed.
pub(super) fn find(leader: Pid, mark: &str) -> HashSet<Descendant> {
    let processes = processes();
    let leader = leader.as_raw_nonzero().get();
    // A process of the sandbox is not older than its leader. The environment of older processes need not be read.
    let earliest = processes.get(&leader).map_or(0, |leader| leader.started);
    let is_marked = |pid: i32, stat: &Stat| stat.started >= earliest && has_mark(pid, mark);
    let mut found: HashSet<i32> = HashSet::from([leader]);
    found.extend(
        processes.iter().filter(|(pid, stat)| stat.is_alive && is_marked(**pid, stat)).map(|(pid, _)| pid),
    );
    loop {
        let children =
            processes.iter().filter(|(pid, stat)| found.contains(&stat.parent) && !found.contains(*pid));
        let children: Vec<i32> = children.map(|(pid, _)| *pid).collect();
        if children.is_empty() {
            break;
        }
        found.extend(children);
    }
    let found = found.into_iter().filter_map(|pid| Some((pid, processes.get(&pid)?)));
    found
        .filter(|(_, stat)| stat.is_alive)
        .filter_map(|(pid, stat)| Some(Descendant { pid: Pid::from_raw(pid)?, started: stat.started }))
        .collect()
}

/// Kills a process, unless another process has its id by now.
pub(super) fn kill(Descendant { pid, started }: Descendant) {
    match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(process) => {
            if stat(pid.as_raw_nonzero().get()).is_some_and(|stat| stat.started == started) {
                // An error means that the process has ended.
                let _ = pidfd_send_signal(process, Signal::KILL);
            }
        }
        // Linux before 5.3, or a container that forbids the call. The process was there a moment ago.
        Err(Errno::NOSYS | Errno::PERM) => drop(kill_process(pid, Signal::KILL)),
        Err(_) => {}
    }
}

fn processes() -> HashMap<i32, Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((pid, stat(pid)?))).collect()
}

fn stat(pid: i32) -> Option<Stat> {
    parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Reads `123 (name) S parent group session …`; the name may have spaces and brackets.
/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
fn parse(stat: &str) -> Option<Stat> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
    let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    let is_alive = !matches!(*fields.first()?, "Z" | "X");
    let parent = fields.get(1)?.parse().ok()?;
    let is_kernel_thread = number(9).is_some_and(|flags| flags & KERNEL_THREAD != 0);
    // The addresses of an empty environment are equal. So are those of a program that is being loaded: `load_elf_binary` sets
    // the address of its code after those of its environment. <https://elixir.bootlin.com/linux/v6.12/source/fs/binfmt_elf.c>
    let is_loaded = number(26).is_none_or(|code| code != 0);
    let is_empty = is_loaded && number(50) == number(51);
    let has_environment = is_alive && !is_kernel_thread && !is_empty;
    Some(Stat { is_alive, parent, started: number(22)?, has_environment })
}

/// Whether a process has `mark` in its environment, which the processes of other users do not show.
///
/// Linux shows an empty environment while a process leaves one program for another.
fn has_mark(pid: i32, mark: &str) -> bool {
    let deadline = Instant::now() + PROGRAM_START;
    loop {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        if !environment.is_empty() {
            return environment.windows(mark.len()).any(|bytes| bytes == mark.as_bytes());
        }
        if !stat(pid).is_some_and(|stat| stat.has_environment) || Instant::now() >= deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command, Stdio};

    use rustix::process::Pid;

    use super::{KERNEL_THREAD, Stat, has_mark, parse, stat};
    use crate::descendants::Descendants;

    /// A line of `/proc/PID/stat` of a process named `a) R (b`, with the addresses of its code and of its environment.
    fn line(state: &str, flags: u64, code: u64, environment: [u64; 2]) -> String {
        let [start, end] = environment;
        let zeros = ["0"; 23].join(" ");
        format!(
            "12 (a) R (b) {state} 3 4 5 0 -1 {flags} 1 2 3 4 5 6 7 8 9 20 0 1 777 0 0 0 {code} {zeros} {start} {end} 0\n"
        )
    }

    #[test]
    fn name_with_brackets_is_not_a_field() {
        let expected = Stat { is_alive: true, parent: 3, started: 777, has_environment: true };
        assert_eq!(parse(&line("S", 64, 1, [8, 9])), Some(expected));
        assert_eq!(parse("12 (a)"), None);
    }

    #[test]
    fn program_has_an_environment_while_it_is_loaded() {
        let cases = [
            ("a running program", "S", 0, 1, [8, 9], true),
            ("a program that is being loaded", "R", 0, 0, [0, 0], true),
            ("a program whose arguments are loaded", "R", 0, 0, [8, 8], true),
            ("a program without variables", "S", 0, 1, [8, 8], false),
            ("a thread of the kernel", "I", KERNEL_THREAD, 0, [0, 0], false),
            ("a zombie", "Z", 0, 0, [0, 0], false),
        ];
        for (name, state, flags, code, environment, expected) in cases {
            let stat = parse(&line(state, flags, code, environment)).unwrap();
            assert_eq!(stat.has_environment, expected, "{name}");
        }
    }

    /// Starts a leader that runs `script`, which prints a line when its work is done.
    fn leader(script: &str, mark: &str) -> (Child, Pid) {
        let mut child = Command::new("bash")
            .args(["-c", script])
            .env("MARK", mark)
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
        let pid = line.trim().parse().ok().and_then(Pid::from_raw).unwrap();
        (child, pid)
    }

    fn is_gone(pid: Pid) -> bool {
        stat(pid.as_raw_nonzero().get()).is_none_or(|stat| !stat.is_alive)
    }

    #[test]
    fn daemon_without_parents_is_found_by_its_mark() {
        let script = "exec setsid -f bash -c 'echo $$; exec >/dev/null sleep 600'";
        let (mut leader, daemon) = leader(script, "mark-of-an-orphan");
        let mut descendants = Descendants::new(Pid::from_child(&leader), "mark-of-an-orphan".to_owned());
        leader.wait().unwrap();
        assert!(descendants.search());
        descendants.kill();
        while descendants.search() {
            descendants.kill();
        }
        while !is_gone(daemon) {
            std::thread::yield_now();
        }
    }

    /// A parent goes on as soon as its child has left the old program, which is before Linux copies the new environment.
    #[test]
    fn process_that_starts_a_program_shows_its_mark() {
        for round in 0..200 {
            let mut child = Command::new("sleep").arg("600").env("MARK", "mark-of-a-start").spawn().unwrap();
            let is_marked = has_mark(child.id().cast_signed(), "mark-of-a-start");
            child.kill().unwrap();
            child.wait().unwrap();
            assert!(is_marked, "round {round}");
        }
    }

    #[test]
    fn process_is_found_before_it_leaves_the_group() {
        let (mut leader, child) = leader("sleep 600 >/dev/null & echo $!; wait", "mark-of-a-group");
        let mut descendants = Descendants::new(Pid::from_child(&leader), "mark-of-a-group".to_owned());
        assert!(descendants.search());
        // The group is not killed, as if the child had left it.
        descendants.kill();
        while !is_gone(child) {
            std::thread::yield_now();
        }
        leader.wait().unwrap();
    }

    #[test]
    fn daemon_without_environment_is_found_by_parent() {
        let script = "env -i setsid bash -c 'echo $$; exec >/dev/null sleep 600' & wait";
        let (mut leader, daemon) = leader(script, "mark-of-a-child");
        let mut descendants = Descendants::new(Pid::from_child(&leader), "mark-of-a-child".to_owned());
        assert!(descendants.search());
        leader.kill().unwrap();
        descendants.kill();
        while !is_gone(daemon) {
            std::thread::yield_now();
        }
        leader.wait().unwrap();
    }
}
