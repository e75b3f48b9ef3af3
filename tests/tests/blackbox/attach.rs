//! `--attach`: functions whose processes the developer starts.

mod process;
mod setup;

use std::fs;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use local_emulator::config::AttachOptions;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::harness::{Project, ServedProject};

/// Answers with its process id, or never.
const USER: &str = r#"{
    if _event.query() == "hang" {
        std::thread::sleep(std::time::Duration::from_secs(600));
    }
    std::process::id().to_string()
}"#;

/// The log's words before the id of a process.
const IS_PROCESS: &str = "`/api/user` is process ";

/// An emulator that does not start its function `/api/user`.
struct AttachedEmulator {
    served: ServedProject,
    project: Project,
}

/// A process of the function, as the printed command starts it.
struct StartedProcess {
    /// The command, in a process group of its own with its children: rustup's `cargo` may start another one.
    command: Child,
    id: String,
}

impl AttachedEmulator {
    fn start() -> Self {
        Self::start_with(Project::new().answering("api/user", USER))
    }

    fn start_with(project: Project) -> Self {
        let served = ServedProject::start_with(project.root(), |config| config.attach = options("/api/user"));
        Self { served, project }
    }

    /// Runs the command that the log shows, and waits until its process has asked for an event.
    fn run(&self) -> StartedProcess {
        let line = self.served.wait_for_log("`/api/user` is not started here: start it with `sh -c ");
        let command = line.split('`').nth(3).unwrap().to_owned();
        let mut shell = Command::new("sh");
        shell.args(["-c", &command]).current_dir(self.project.root()).process_group(0);
        let before = self.count(IS_PROCESS);
        let shell = shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        self.served.wait_until(|log| log.matches(IS_PROCESS).count() > before);
        let line = self.served.wait_for_log(IS_PROCESS);
        StartedProcess { command: shell, id: line.replace(IS_PROCESS, "") }
    }

    fn file(&self) -> PathBuf {
        env_file(&self.project)
    }

    /// Reads a variable of the file. Its value must need no quotes.
    fn variable(&self, name: &str) -> String {
        let text = fs::read_to_string(self.file()).unwrap();
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap().to_owned()
    }

    fn runtime_api(&self) -> SocketAddr {
        self.variable("AWS_LAMBDA_RUNTIME_API").parse().unwrap()
    }

    fn count(&self, words: &str) -> usize {
        self.served.log().matches(words).count()
    }
}

impl StartedProcess {
    fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // An error means that the processes have ended.
        let _ = kill_process_group(Pid::from_child(&self.command), Signal::KILL);
        let _ = self.command.wait();
    }
}

impl Drop for StartedProcess {
    fn drop(&mut self) {
        self.end();
    }
}

fn options(function: &str) -> AttachOptions {
    AttachOptions { functions: vec![function.to_owned()], ..AttachOptions::default() }
}

fn env_file(project: &Project) -> PathBuf {
    project.target_directory().join("api-routes").join(format!("{}.env", project.package("api/user")))
}
