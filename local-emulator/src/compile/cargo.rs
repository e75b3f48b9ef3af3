//! A call of `cargo build`, and the functions that it selects.

use std::fs;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use api_routes_project::workspace::{Function, Project, ReleaseProfile};
use rustix::process::setpriority_pgrp;
use tokio::process::{Child, Command};

use super::request::{BuildOptions, BuildProfile};
use crate::process_group::ProcessGroup;
use crate::watchdog::Watchdog;

/// The functions of a round.
pub(super) struct BuildSelection {
    pub(super) functions: Vec<Function>,
    /// Whether no request waits for these functions. The round then ends early for a function with a waiting request.
    pub(super) may_give_way: bool,
    /// Whether functions are in use, and this round is for others.
    pub(super) is_in_background: bool,
}

/// A `cargo build` and every compiler and linker that it starts. Dropping it kills them all.
#[derive(Debug)]
pub(super) struct Cargo {
    /// Declared before `child`, since fields are dropped in this order: [`ProcessGroup::kill`] must come before the leader
    /// is reaped.
    group: ProcessGroup,
    pub(super) child: Child,
}

/// The priority of a build in the background, on the scale of `nice`.
const BACKGROUND: i32 = 10;

impl Cargo {
    /// Starts a build of some functions. The call selects all packages of the workspace, as `sam build` does: another set of
    /// packages would unify the features of their dependencies differently, and build them again.
    pub(super) fn build(
        project: &Project,
        selection: &BuildSelection,
        options: &BuildOptions,
        watchdog: Option<&Arc<Watchdog>>,
    ) -> io::Result<Self> {
        let child = command(project, selection, options).spawn()?;
        let group = ProcessGroup::register(child.id(), None, watchdog)?;
        if selection.is_in_background {
            // After an error, the build keeps its priority, and slows down the functions that run meanwhile.
            let _ = setpriority_pgrp(Some(group.leader()), BACKGROUND);
        }
        Ok(Self { group, child })
    }

    /// Kills Cargo and everything that it started, and waits for its end, so that the next call need not wait for Cargo's
    /// lock.
    pub(super) async fn kill(mut self) {
        self.group.kill();
        // An error means that Cargo is gone.
        let _ = self.child.wait().await;
    }

    /// Waits until Cargo has ended by itself.
    pub(super) async fn wait(mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        // After Cargo is reaped, another process may get its id.
        self.group.release();
        status
    }
}

/// The width of the terminal for Cargo, at which it cuts off the list of units.
const WIDTH: &str = "120";

/// Returns the command of the Cargo that runs this program, or of the one in `PATH`.
pub(super) fn program() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    forget_own_package(&mut command);
    command.env("CARGO_TERM_COLOR", "never");
    command
}

fn command(project: &Project, selection: &BuildSelection, options: &BuildOptions) -> Command {
    let mut command = program();
    command.arg("build").args(["--keep-going", "--message-format=json-diagnostic-rendered-ansi"]);
    command.arg("--target-dir").arg(&project.target_directory).arg("--workspace");
    for function in &selection.functions {
        command.args(["--bin", &function.binary]);
    }
    for feature in options.features.iter().chain(&project.exceptions.features) {
        command.args(["--features", feature]);
    }
    if options.profile == BuildProfile::Release {
        command.arg("--release");
        // cargo-lambda builds the deployed function, with its own defaults where the project has none.
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

/// Removes the variables that Cargo sets for the emulator's own package under `cargo run`. A build script that watches such a
/// variable would run again, with all that depends on it.
fn forget_own_package(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(describes_a_package) {
            command.env_remove(name);
        }
    }
}

/// Whether a variable describes a package:
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
