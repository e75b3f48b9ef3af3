//! The emulator as a whole, started and stopped from Rust: `local-emulator serve` is this, and so are
//! black-box tests.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::compile::{Compiler, Profile};
use crate::deployment::{Defaults, Deployment, Local};
use crate::invoke_api::InvokeApi;
use crate::printer::Printer;
use crate::project::{Project, ProjectError, Settings, SettingsError};
use crate::reload::Reload;
use crate::sandbox::Host;
use crate::server::{self, Doors};
use crate::watch::{WatchError, Watcher};
use crate::watchdog::Watchdog;

/// The port of Next's own development server.
pub const PORT: u16 = 3000;

/// How many sandboxes a function may have at once; a request beyond that is throttled.
pub const SANDBOXES: usize = 100;

/// What to serve, and how.
#[derive(Clone)]
pub struct Config {
    /// A folder of the project, not necessarily the topmost.
    pub project: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How functions are built.
    pub profile: Profile,
    /// How many sandboxes a function may have at once.
    pub sandboxes: usize,
    /// Whether requests over a limit wait instead of being throttled.
    pub queue: bool,
    /// How long a client may take for its request line and headers, and between two requests.
    pub head_timeout: Duration,
    /// Whether a saved file rebuilds its functions.
    pub watch: bool,
    /// The variables from which functions get those that the project declares.
    pub shell: BTreeMap<String, String>,
    /// The binary `local-emulator`, which also is the watchdog that cleans up after an emulator that was
    /// killed.
    pub executable: PathBuf,
    /// Where everything is told.
    pub printer: Printer,
}

impl Config {
    /// The defaults of the command line.
    pub fn new(project: impl Into<PathBuf>, executable: impl Into<PathBuf>, printer: Printer) -> Self {
        Self {
            project: project.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)),
            profile: Profile::Dev,
            sandboxes: SANDBOXES,
            queue: false,
            head_timeout: server::HEAD_TIMEOUT,
            watch: true,
            shell: shell(),
            executable: executable.into(),
            printer,
        }
    }
}

impl fmt::Debug for Config {
    /// Without the values of variables: there are secrets among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("project", &self.project)
            .field("listen", &self.listen)
            .field("profile", &self.profile)
            .field("sandboxes", &self.sandboxes)
            .field("queue", &self.queue)
            .field("head_timeout", &self.head_timeout)
            .field("watch", &self.watch)
            .field("shell", &self.shell.keys().collect::<Vec<_>>())
            .field("executable", &self.executable)
            .finish_non_exhaustive()
    }
}

/// This process's environment. A variable that is no text could be none of a function's either.
fn shell() -> BTreeMap<String, String> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    std::env::vars_os().filter_map(text).collect()
}

/// Why the emulator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody else listens there.
    #[error(
        "port {} is taken: stop the program that has it, or choose another with `--port` (`--port 0` takes a free one)",
        .0.port()
    )]
    PortTaken(SocketAddr),
    /// The address is none of this machine, or not ours to take.
    #[error(
        "cannot listen on {0}: {1}; choose an address of this machine with `--host`, and a port above 1023"
    )]
    Listen(SocketAddr, io::Error),
    /// There is no project to serve.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The project's settings are broken.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Files cannot be watched.
    #[error("{0}; `--no-watch` serves without it")]
    Watch(#[from] WatchError),
    /// The watchdog is this very program, so it should be there.
    #[error("cannot start `{}` as the watchdog: {cause}; build it with `cargo build -p local-emulator`", .executable.display())]
    Watchdog {
        /// What was to be started.
        executable: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

/// A running emulator. It ends with [`stop`](Self::stop); dropped, it ends as well, but nobody waits
/// until its sandboxes are gone.
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    server: JoinHandle<()>,
    reload: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
    printer: Printer,
}

impl Emulator {
    /// Starts to listen, to build, and to serve what is built already, in this order: a request that
    /// comes at once waits for its function.
    ///
    /// # Errors
    /// Any [`StartError`]. A function that does not compile is none: its requests are told.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let listener = listen(config.listen).await?;
        let address = listener.local_addr().map_err(|cause| StartError::Listen(config.listen, cause))?;
        // Before any other process, so that none inherits its pipe.
        let watchdog = Arc::new(watchdog(&config)?);
        let project = open(config.project).await?;
        let settings = Settings::read(&project.root)?;
        let watch = if config.watch { Some(Watcher::start(&project)?) } else { None };

        let printer = config.printer;
        let host = Host { queue: config.queue, ..Host::new(printer.clone(), Some(Arc::clone(&watchdog))) };
        printer.line(Banner { address, project: &project, settings: &settings });
        let builds = Compiler::start(&project, config.profile, printer.clone(), Some(watchdog));
        let defaults = Defaults { shell: config.shell, sandboxes: config.sandboxes };
        let deployment = Deployment::new(project, settings, defaults, host);
        let invoke_api = Arc::new(InvokeApi::new(Local, deployment.directory(), printer.clone()));
        let doors = Doors {
            front_door: deployment.front_door(),
            invoke_api,
            printer: printer.clone(),
            head_timeout: config.head_timeout,
        };
        let server = tokio::spawn(server::serve(listener, doors));
        let (stop, stopped) = oneshot::channel();
        let reload = tokio::spawn(Reload::new(deployment, builds, watch, printer.clone()).run(stopped));
        Ok(Self { address, server, reload, stop: Some(stop), printer })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hangs up on every client, ends every build and every sandbox, and waits until all are gone.
    pub async fn stop(mut self) {
        self.server.abort();
        // The port is free again once the task is gone.
        let _ = (&mut self.server).await;
        if let Some(stop) = self.stop.take() {
            // An error means that it has ended already.
            let _ = stop.send(());
        }
        let _ = (&mut self.reload).await;
        self.printer.flush();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|cause| match cause.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken(address),
        _ => StartError::Listen(address, cause),
    })
}

/// Cargo is asked, which blocks for a moment.
async fn open(project: PathBuf) -> Result<Project, ProjectError> {
    let opened = tokio::task::spawn_blocking(move || Project::open(&project)).await;
    opened.unwrap_or_else(|error| panic::resume_unwind(error.into_panic()))
}

fn watchdog(config: &Config) -> Result<Watchdog, StartError> {
    Watchdog::start(&config.executable)
        .map_err(|cause| StartError::Watchdog { executable: config.executable.clone(), cause })
}

/// What is told first: where to go, and what is there.
struct Banner<'a> {
    address: SocketAddr,
    project: &'a Project,
    settings: &'a Settings,
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "http://{}", self.address)?;
        write!(f, "{}", self.project.routes(self.settings))
    }
}
