//! The call of Cargo.

use std::fs;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use api_routes_project::workspace::{Project, ReleaseProfile};
use tokio::process::{Child, Command};

use super::Profile;
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

impl Cargo {
    /// Starts a build of all functions. It selects all packages of the workspace, as `sam build` does: another set
    /// of packages would unify the features of their dependencies differently, and build those anew.
    pub(super) fn build(
        project: &Project,
        profile: Profile,
        watchdog: Option<&Arc<Watchdog>>,
    ) -> io::Result<Self> {
        let child = command(project, profile).spawn()?;
        let group = ProcessGroup::register(child.id(), None, watchdog)?;
        Ok(Self { group, child })
    }

    pub(super) async fn wait(mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        // Once reaped, its id may become another process's.
        self.group.release();
        status
    }
}

fn command(project: &Project, profile: Profile) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg("build").args(["--keep-going", "--message-format=json-diagnostic-rendered-ansi"]);
    command.arg("--target-dir").arg(&project.target_directory).arg("--workspace");
    for function in &project.functions {
        command.args(["--bin", &function.binary]);
    }
    if profile == Profile::Release {
        command.arg("--release");
        // The deployed function is built by cargo-lambda, with its own defaults where the project has none.
        let manifest = fs::read_to_string(project.root.join("Cargo.toml")).unwrap_or_default();
        for setting in ReleaseProfile::parse(&manifest).added_by_cargo_lambda() {
            command.args(["--config", &setting]);
        }
    }
    forget_own_package(&mut command);
    command.env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
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
    fn the_developers_own_settings_of_cargo_are_kept() {
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
