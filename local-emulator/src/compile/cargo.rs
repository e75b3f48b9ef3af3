//! The call of Cargo.

use std::fs;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use api_routes_project::workspace::{Project, ReleaseProfile};
use rustix::process::setpriority_pgrp;
use tokio::process::{Child, Command};

use super::workshop::Selection;
use super::{BuildOptions, Profile};
use crate::process_group::ProcessGroup;
use crate::watchdog::Watchdog;

/// A `cargo build` and every compiler and linker that it starts; all are killed when it is dropped.
#[derive(Debug)]
pub(super) struct Cargo {
    /// Before `child`, since fields are dropped in this order: the group is killed before its leader
    /// is reaped, as [`ProcessGroup::kill`] demands.
    group: ProcessGroup,
    pub(super) child: Child,
}

/// How much a build in the background leaves to others, on the scale of `nice`.
const BACKGROUND: i32 = 10;

impl Cargo {
    /// Starts a build of some functions. It selects all packages of the workspace, as `sam build` does: another set
    /// of packages would unify the features of their dependencies differently, and build those anew.
    pub(super) fn build(
        project: &Project,
        selection: &Selection,
        options: &BuildOptions,
        watchdog: Option<&Arc<Watchdog>>,
    ) -> io::Result<Self> {
        let child = command(project, selection, options).spawn()?;
        let group = ProcessGroup::register(child.id(), None, watchdog)?;
        if selection.is_in_background {
            // It is as well without, but for the functions that run meanwhile.
            let _ = setpriority_pgrp(Some(group.leader()), BACKGROUND);
        }
        Ok(Self { group, child })
    }

    /// Ends it with all that it started, and waits until it is gone, so that the next one need not wait for its lock.
    pub(super) async fn kill(mut self) {
        self.group.kill();
        // An error means that it is gone.
        let _ = self.child.wait().await;
    }

    pub(super) async fn wait(mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        // Once reaped, its id may become another process's.
        self.group.release();
        status
    }
}

/// How wide Cargo believes the terminal to be. What it compiles at the moment is cut off there.
const WIDTH: &str = "120";

/// The Cargo that runs this program, or else the one in `PATH`.
pub(super) fn program() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    forget_own_package(&mut command);
    command.env("CARGO_TERM_COLOR", "never");
    command
}

fn command(project: &Project, selection: &Selection, options: &BuildOptions) -> Command {
    let mut command = program();
    command.arg("build").args(["--keep-going", "--message-format=json-diagnostic-rendered-ansi"]);
    command.arg("--target-dir").arg(&project.target_directory).arg("--workspace");
    for function in &selection.functions {
        command.args(["--bin", &function.binary]);
    }
    for feature in options.features.iter().chain(&project.exceptions.features) {
        command.args(["--features", feature]);
    }
    if options.profile == Profile::Release {
        command.arg("--release");
        // The deployed function is built by cargo-lambda, with its own defaults where the project has none.
        let manifest = fs::read_to_string(project.root.join("Cargo.toml")).unwrap_or_default();
        for setting in ReleaseProfile::parse(&manifest).added_by_cargo_lambda() {
            command.args(["--config", &setting]);
        }
    }
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", WIDTH);
    command.current_dir(&project.root).process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Under `cargo run` the emulator has the variables of its own package, and would hand them to every
/// build script below; one that watches such a variable would run again, and all that builds on it.
fn forget_own_package(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(describes_a_package) {
            command.env_remove(name);
        }
    }
}

/// <https://doc.rust-lang.org/cargo/reference/environment-variables.html#environment-variables-cargo-sets-for-crates>
fn describes_a_package(name: &str) -> bool {
    const PREFIXES: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
    const NAMES: [&str; 3] = ["CARGO_PRIMARY_PACKAGE", "CARGO_TARGET_TMPDIR", "OUT_DIR"];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::describes_a_package;

    #[test]
    fn own_settings_of_cargo_are_kept() {
        for name in
            ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_BUILD_JOBS", "RUSTFLAGS", "CARGO_PROFILE_DEV_DEBUG"]
        {
            assert!(!describes_a_package(name), "{name}");
        }
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_BIN_NAME", "OUT_DIR"] {
            assert!(describes_a_package(name), "{name}");
        }
    }
}
