//! The packages that a function is built from.

use std::collections::BTreeSet;
use std::io;
use std::process::Stdio;

use api_routes_project::workspace::Project;
use tokio::process::Command;
use tokio::task::JoinHandle;

/// The packages of the functions that were queried last, each as `tokio v1.46.0`.
#[derive(Debug, Default)]
pub(super) struct Needs {
    functions: BTreeSet<String>,
    known: Option<BTreeSet<String>>,
    task: Option<JoinHandle<io::Result<BTreeSet<String>>>>,
}

impl Needs {
    /// Returns the packages that these functions are built from, if they are known. Otherwise asks Cargo for them. The
    /// answer ends [`Needs::answered`].
    pub(super) fn known(
        &mut self,
        functions: &BTreeSet<String>,
        project: &Project,
    ) -> Option<&BTreeSet<String>> {
        if self.functions != *functions {
            if let Some(task) = self.task.take() {
                task.abort();
            }
            self.functions.clone_from(functions);
            self.known = None;
            self.task = Some(tokio::spawn(tree(command(functions, project))));
        }
        self.known.as_ref()
    }

    /// Waits for Cargo's answer, or forever without a question. If Cargo fails, the packages of these functions are unknown.
    pub(super) async fn answered(&mut self) {
        let Some(task) = &mut self.task else { return std::future::pending().await };
        let answer = task.await;
        self.task = None;
        self.known = answer.ok().and_then(Result::ok);
    }
}

impl Drop for Needs {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// Returns the command that lists packages: `cargo tree`, since the answer of `cargo metadata` is a thousand times as long.
fn command(functions: &BTreeSet<String>, project: &Project) -> Command {
    let mut command = super::cargo::program();
    command.args(["tree", "--offline", "--prefix", "none", "--edges", "normal,build"]);
    command.args(functions.iter().flat_map(|package| ["--package", package]));
    command.current_dir(&project.root).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

async fn tree(mut command: Command) -> io::Result<BTreeSet<String>> {
    let output = command.output().await?;
    if !output.status.success() {
        return Err(io::Error::other("`cargo tree` failed"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(package).collect())
}

/// Reads a line such as `tokio v1.46.0`, which may go on with `(*)`, `(proc-macro)` or a folder.
fn package(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    Some(format!("{} {}", words.next()?, words.next()?))
}
