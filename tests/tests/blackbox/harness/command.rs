//! Commands that run to their end.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::{EXECUTABLE, wait_for};

/// The exit code and the output of a command.
#[derive(Debug)]
pub(crate) struct CommandOutput {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Returns the installed tool as Cargo starts it in a folder, with the name of the subcommand repeated.
pub(crate) fn tool(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(EXECUTABLE);
    command.arg("api-routes").args(arguments).current_dir(folder);
    command
}

/// Returns the installed tool, which cannot write more than `limit` times 1024 bytes into a file, as if the disk were
/// full.
pub(crate) fn tool_with_file_limit(folder: &Path, arguments: &[&str], limit: u32) -> Command {
    let mut command = Command::new("bash");
    // Without the trap, a file that grows over the limit kills the tool.
    let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
    command.args(["-c", &script, "bash", EXECUTABLE, "api-routes"]).args(arguments).current_dir(folder);
    command
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> CommandOutput {
    // Files, since pipes would have to be read while the command runs.
    let mut streams = [tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap()];
    let [stdout, stderr] = [0, 1].map(|at: usize| streams[at].try_clone().unwrap());
    let mut child = command.stdin(Stdio::null()).stdout(stdout).stderr(stderr).spawn().unwrap();
    let status = wait_for("the command to end", || child.try_wait().unwrap());
    let [stdout, stderr] = streams.each_mut().map(text);
    CommandOutput { code: status.code(), stdout, stderr }
}

fn text(file: &mut File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}
