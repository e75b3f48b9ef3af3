//! Emulators inside the process of the tests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::OnceLock;

use api_routes_project::aws::FrontDoorKind;
use local_emulator::printer::{Log, Printer};
use local_emulator::record::LogStyle;
use local_emulator::{Config, Emulator, watchdog};
use tokio::runtime::Runtime;

use super::{EXECUTABLE, Project, Request, Response, checkout, get, wait_for};

/// A served project, until it is dropped.
#[derive(Debug)]
pub(crate) struct ServedProject {
    pub(crate) address: SocketAddr,
    log: Log,
    runtime: Runtime,
    emulator: Option<Emulator>,
}

/// Serves this repository's own functions, once for all tests. The emulator ends with the process of the tests, whose
/// end the watchdog sees.
pub(crate) fn main_project() -> &'static ServedProject {
    static SERVED: OnceLock<ServedProject> = OnceLock::new();
    SERVED.get_or_init(|| ServedProject::start_with(checkout(), |config| config.watch = false))
}

/// Serves the functions that fail, once for all tests.
pub(crate) fn faults() -> &'static ServedProject {
    static SERVED: OnceLock<ServedProject> = OnceLock::new();
    SERVED.get_or_init(|| ServedProject::start_with(faults_project().root(), |config| config.watch = false))
}

/// Serves the functions that fail with one sandbox each, for a test that counts sandboxes.
pub(crate) fn faults_alone() -> ServedProject {
    ServedProject::start_with(faults_project().root(), |config| {
        config.watch = false;
        (config.sandboxes, config.queue) = (1, true);
    })
}

fn faults_project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(Project::faults)
}

impl ServedProject {
    pub(crate) fn start(project: &Project) -> Self {
        Self::start_with(project.root(), |_| {})
    }

    pub(crate) fn start_with(folder: &Path, configure: impl FnOnce(&mut Config)) -> Self {
        let (printer, log) = Printer::recorded();
        let mut config = Config::new(folder, printer);
        config.watchdog = Some(watchdog::Program::new(EXECUTABLE).arg(cargo_api_routes::WATCHDOG));
        config.port = 0;
        config.log = LogStyle::Lambda;
        // The shell of the developer who runs the tests has no influence.
        config.shell = BTreeMap::from([("HOME".to_owned(), "/nowhere".to_owned())]);
        configure(&mut config);
        let runtime = Runtime::new().unwrap();
        let emulator = runtime.block_on(Emulator::start(config)).unwrap();
        Self { address: emulator.address(), log, runtime, emulator: Some(emulator) }
    }

    /// Returns the address of the front door of a kind.
    pub(crate) fn at(&self, kind: FrontDoorKind) -> SocketAddr {
        self.emulator.as_ref().and_then(|emulator| emulator.address_of(kind)).unwrap()
    }

    /// Returns the address of each front door.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.emulator.iter().flat_map(Emulator::addresses).map(|(_, address)| *address).collect()
    }

    pub(crate) fn kinds(&self) -> Vec<FrontDoorKind> {
        self.emulator.iter().flat_map(Emulator::addresses).map(|(kind, _)| *kind).collect()
    }

    pub(crate) fn get(&self, target: &str) -> Response {
        self.send(&get(target))
    }

    pub(crate) fn send(&self, request: &Request) -> Response {
        request.send(self.address)
    }

    pub(crate) fn log(&self) -> String {
        self.log.text()
    }

    /// Waits until the log has `words`, and returns the last line with them.
    pub(crate) fn wait_for_log(&self, words: &str) -> String {
        wait_for(&format!("`{words}` in the log"), || {
            let log = self.log.text();
            log.lines().rev().find(|line| line.contains(words)).map(str::to_owned)
        })
    }

    /// Waits until the log satisfies `condition`.
    pub(crate) fn wait_until(&self, condition: impl Fn(&str) -> bool) {
        wait_for("the log", || condition(&self.log.text()).then_some(()));
    }

    /// Waits until `target` answers with `status`.
    pub(crate) fn wait_for_status(&self, target: &str, status: u16) {
        wait_for(&format!("{status} from {target}"), || (self.get(target).status == status).then_some(()));
    }

    /// Waits until `target` answers with `text`.
    pub(crate) fn wait_for_answer(&self, target: &str, text: &str) {
        wait_for(&format!("`{text}` from {target}"), || (self.get(target).text() == text).then_some(()));
    }
}

impl Drop for ServedProject {
    fn drop(&mut self) {
        if let Some(emulator) = self.emulator.take() {
            self.runtime.block_on(emulator.stop());
        }
    }
}
