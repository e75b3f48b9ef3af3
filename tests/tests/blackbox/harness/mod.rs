//! The basis of the tests: clients, projects and emulators.

pub(crate) mod command;
pub(crate) mod files;
pub(crate) mod http;
pub(crate) mod page;
pub(crate) mod process;
pub(crate) mod project;
pub(crate) mod served;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use http::{Connection, Request, Response, get, post, request};
pub(crate) use process::Program;
pub(crate) use project::Project;
pub(crate) use served::{ServedProject, faults, faults_alone, main_project};

/// The emulator's program.
pub(crate) const EXECUTABLE: &str = env!("CARGO_BIN_EXE_emulator-under-test");

/// The longest wait: long enough for a first build on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// Returns the folder of this repository.
pub(crate) fn checkout() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Returns the target folder of this build, whose dependencies are built already.
pub(crate) fn target_directory() -> PathBuf {
    Path::new(EXECUTABLE).parent().and_then(Path::parent).unwrap().to_owned()
}

/// Waits until `found` finds something.
pub(crate) fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "timed out waiting for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
