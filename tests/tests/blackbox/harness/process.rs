//! The emulator as a program, for tests of its process.

use std::fs;
use std::io::{self, BufRead, BufReader, PipeReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::command::tool;
use super::{PATIENCE, Project, wait_for};

/// The tool in its own process group, as a shell starts it.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    guard: Guard,
    lines: Receiver<String>,
    root: PathBuf,
}

/// The exit code and the output of a program that has ended.
#[derive(Debug)]
pub(crate) struct ProgramOutput {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
}

impl Program {
    pub(crate) fn start(project: &Project, arguments: &[&str]) -> Self {
        Self::start_with(project, arguments, &[])
    }

    pub(crate) fn start_with(project: &Project, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start_in(project.root(), arguments, variables)
    }

    pub(crate) fn start_in(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = tool(folder, arguments);
        command.envs(variables.iter().copied());
        Self::spawn_terminal(command, folder)
    }

    /// Starts a command in the folder, and reads both of its streams as one, as a terminal does.
    pub(crate) fn spawn_terminal(mut command: Command, folder: &Path) -> Self {
        let (output, terminal) = io::pipe().unwrap();
        command.stderr(terminal.try_clone().unwrap()).stdout(terminal);
        Self::read(command, output, folder)
    }

    /// Starts a command in the folder, and reads its standard output.
    pub(crate) fn spawn(mut command: Command, folder: &Path) -> Self {
        let (output, stdout) = io::pipe().unwrap();
        command.stdout(stdout);
        Self::read(command, output, folder)
    }

    /// Starts a command in its own process group.
    fn read(mut command: Command, output: PipeReader, folder: &Path) -> Self {
        command.process_group(0).stdin(Stdio::null());
        let child = command.spawn().unwrap();
        // The command holds the ends for writing, and the output ends only after all of them are closed.
        drop(command);
        let guard = Guard::over(&child);
        let output = BufReader::new(output);
        let (sender, lines) = channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, guard, lines, root: folder.canonicalize().unwrap() }
    }

    pub(crate) fn serve(project: &Project) -> (Self, SocketAddr) {
        Self::serve_with(project, &[])
    }

    pub(crate) fn serve_with(project: &Project, options: &[&str]) -> (Self, SocketAddr) {
        let program = Self::start(project, &[&["--port", "0"], options].concat());
        // Function URLs have a host each, so only their port is printed.
        let words = if options.contains(&"function-url") { "  port " } else { "http://127.0.0.1:" };
        let address = program.address_after(words);
        (program, address)
    }

    /// Waits until the emulator prints where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address_after("http://127.0.0.1:")
    }

    fn address_after(&self, words: &str) -> SocketAddr {
        let port = self.wait_for_line(words).split_once(words).and_then(|(_, port)| port.parse().ok());
        SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap()))
    }

    pub(crate) fn wait_for_line(&self, words: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(words) => return line,
                Ok(_) => {}
                Err(error) => panic!("timed out waiting for `{words}`: {error}"),
            }
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Sends the signal of Ctrl-C, as a terminal does.
    pub(crate) fn interrupt_group(&self) {
        kill_process_group(self.pid(), Signal::INT).unwrap();
    }

    pub(crate) fn end(mut self) -> ProgramOutput {
        let status = self.wait();
        let text = self.lines.iter().collect::<Vec<_>>().join("\n");
        ProgramOutput { code: status.code(), text }
    }

    /// Waits until the program and all processes that it started have ended.
    pub(crate) fn wait_until_all_are_gone(&mut self) {
        self.wait();
        wait_until_nothing_runs_in(&self.root);
    }

    /// Returns the command line of each process that works in the project's folder.
    pub(crate) fn processes(&self) -> Vec<String> {
        processes_in(&self.root)
    }

    fn wait(&mut self) -> ExitStatus {
        wait_for("the program to end", || self.child.try_wait().unwrap())
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Closes what the kernel closes when the process of the tests is killed.
    pub(crate) fn lose_test(&mut self) {
        self.guard.shell.stdin.take();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Before the program is reaped, so that its id is not reused.
        self.guard.end();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A shell that kills a program when the process of the tests is gone, whose end closes the pipe that the shell reads.
#[derive(Debug)]
struct Guard {
    shell: Child,
}

impl Guard {
    fn over(program: &Child) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", "read -r _; kill -KILL \"$0\"", &program.id().to_string()]);
        // In a group of its own, which Ctrl-C does not reach.
        let shell = shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { shell: shell.spawn().unwrap() }
    }

    fn end(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

/// Waits until no process works in the folder or below it.
pub(crate) fn wait_until_nothing_runs_in(folder: &Path) {
    wait_for("all processes to end", || processes_in(folder).is_empty().then_some(()));
}

/// Finds the processes of an emulator, all of which work below its project.
#[cfg(target_os = "linux")]
fn processes_in(root: &Path) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let inside =
        processes.filter(|process| fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(root)));
    inside
        .map(|process| fs::read_to_string(process.join("cmdline")).unwrap_or_default().replace('\0', " "))
        .collect()
}

/// Finds the processes of an emulator with `lsof`, on systems without `/proc`.
#[cfg(not(target_os = "linux"))]
fn processes_in(root: &Path) -> Vec<String> {
    let listed = Command::new("lsof").args(["-a", "-d", "cwd", "-F", "n"]).output().unwrap().stdout;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let folders = listed.lines().filter_map(|line| line.strip_prefix('n'));
    folders.filter(|folder| Path::new(folder).starts_with(root)).map(str::to_owned).collect()
}
