//! The emulators that the cases are sent to.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::environment::Mode;
use local_emulator::printer::{Log, Printer};
use local_emulator::{Config, Emulator, watchdog};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::project;
use crate::routing::Page;

/// A served project, until it is dropped.
pub(crate) struct ServedProject {
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) log: Log,
    runtime: Runtime,
    emulator: Option<Emulator>,
    _project: TempDir,
}

impl ServedProject {
    pub(crate) fn start(pages: &[Page], front_doors: &[FrontDoorKind], multi_value: bool) -> Self {
        let project = project::write(pages, multi_value);
        let (printer, log) = Printer::recorded();
        let mut config = Config::new(project.path(), printer);
        let watchdog = watchdog::Program::new(env!("CARGO_BIN_EXE_emulator-under-test"));
        config.watchdog = Some(watchdog.arg(cargo_api_routes::WATCHDOG));
        config.front_doors = front_doors.to_vec();
        config.allowed_hosts = vec!["api.example.test".parse().unwrap()];
        (config.port, config.watch) = (0, false);
        // The mode of `next start`.
        config.mode = Mode::production();
        // The shell of the developer who runs the tests has no influence.
        config.shell = BTreeMap::new();
        let runtime = Runtime::new().unwrap();
        let emulator = runtime.block_on(Emulator::start(config)).unwrap();
        let addresses = emulator.addresses().iter().map(|(_, address)| *address).collect();
        Self { addresses, log, runtime, emulator: Some(emulator), _project: project }
    }
}

impl Drop for ServedProject {
    fn drop(&mut self) {
        if let Some(emulator) = self.emulator.take() {
            self.runtime.block_on(emulator.stop());
        }
    }
}
