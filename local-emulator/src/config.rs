//! The settings of an emulator: the project, its front doors, and how functions run.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::environment::{DotenvContext, Mode, shell};
use api_routes_project::template::Overrides;

use crate::access::{AllowedHost, AllowedOrigin};
use crate::authorizer::AuthMode;
use crate::compile::BuildOptions;
use crate::listen::ListenHost;
use crate::printer::Printer;
use crate::record::LogStyle;
use crate::sandbox::{DebugMode, SandboxHost};
use crate::watchdog;

/// The port of Next's own development server.
pub const PORT: u16 = 3000;

/// How many sandboxes a function may have at once. A request beyond that is throttled.
pub const SANDBOXES: usize = 100;

/// How many invocations may be under way at once.
pub const ALL_SANDBOXES: usize = SandboxHost::CONCURRENCY;

/// How long a client may take for its request line and headers.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The settings of an emulator. Start from [`Config::new`], and change the fields.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line by itself")]
#[non_exhaustive]
pub struct Config {
    /// The folder of the project, or a folder in it.
    pub project: PathBuf,
    /// The host at which front doors listen.
    pub host: ListenHost,
    /// The port of the first front door. The others have the ports that follow. With 0, each takes a free port.
    pub port: u16,
    /// The hosts that requests may name besides those of this machine and of the template.
    pub allowed_hosts: Vec<AllowedHost>,
    /// The web pages that may call the Invoke API besides those of allowed hosts.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// The values of the template's parameters, and the table of `samconfig.toml` that applies.
    pub overrides: Overrides,
    /// The front doors. If the list is empty, the front doors that the template declares.
    pub front_doors: Vec<FrontDoorKind>,
    /// Whether APIs answer without their stage in the path, as behind a custom domain.
    pub no_stage: bool,
    /// Whether streams are as slow as on AWS.
    pub aws_bandwidth: bool,
    /// How functions are built.
    pub build: BuildOptions,
    /// How many sandboxes a function may have at once. `ReservedConcurrentExecutions` may lower the number.
    pub sandboxes: usize,
    /// How many invocations of all functions may be under way at once.
    pub all_sandboxes: usize,
    /// Whether requests over a limit wait instead of being throttled.
    pub queue: bool,
    /// Whether a sandbox is stopped between two invocations, as on Lambda.
    pub freeze: bool,
    /// Whether each request gets a sandbox of its own.
    pub cold: bool,
    /// Whether a sandbox that holds more memory than its function has is killed.
    pub memory_limit: bool,
    /// The function that is debugged.
    pub debug: Option<Debugged>,
    /// The functions whose processes you start yourself.
    pub attach: AttachOptions,
    /// How long a client may take for its request line and headers, and between two requests.
    pub head_timeout: Duration,
    /// Whether authorizers are asked, and how.
    pub authorizers: AuthorizerOptions,
    /// Whether a saved file rebuilds its functions.
    pub watch: bool,
    /// Chooses the `.env` files: `development`, `production`, `test`, or a name of the project's own.
    pub mode: Mode,
    /// The variables of the shell. Functions get those that the project declares, and `.env` files may use all of them.
    pub shell: BTreeMap<String, String>,
    /// The program that ends the processes of an emulator that was killed. Without it, they stay.
    pub watchdog: Option<watchdog::Program>,
    /// The lines that the log has of a request.
    pub log: LogStyle,
    /// Whether the last requests are kept for the inspector, at `/_emulator`.
    pub inspector: bool,
    /// The printer of the log.
    pub printer: Printer,
}

/// How callers are authorized.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizerOptions {
    /// Whether authorizers are asked.
    pub mode: AuthMode,
    /// A file with the keys of issuers, a JSON Web Key Set. It replaces the keys that issuers publish.
    pub jwks: Option<PathBuf>,
    /// Whether IAM signatures are verified with your credentials. Otherwise only their form is checked.
    pub strict_iam: bool,
}

/// The functions whose processes you start instead of the emulator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachOptions {
    /// The functions, each by its route, its package, its logical id in the template, or its name.
    pub functions: Vec<String>,
    /// The port of the first function's Runtime API. The others have the ports that follow. Without a port, each function
    /// has a port that comes from its name and is the same at each start.
    pub port: Option<u16>,
    /// Whether `.vscode/launch.json` gets an entry for each function.
    pub write_launch: bool,
}

/// A function under a debugger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debugged {
    /// The function's route, its package, its logical id in the template, or its name.
    pub function: String,
    /// How the function is debugged.
    pub mode: DebugMode,
}

impl Config {
    /// Returns the defaults of the command line.
    pub fn new(project: impl Into<PathBuf>, printer: Printer) -> Self {
        Self {
            project: project.into(),
            host: ListenHost::localhost(),
            port: PORT,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            overrides: Overrides::default(),
            front_doors: Vec::new(),
            no_stage: false,
            aws_bandwidth: false,
            build: BuildOptions::default(),
            sandboxes: SANDBOXES,
            all_sandboxes: ALL_SANDBOXES,
            queue: false,
            freeze: false,
            cold: false,
            memory_limit: true,
            debug: None,
            attach: AttachOptions::default(),
            head_timeout: HEAD_TIMEOUT,
            authorizers: AuthorizerOptions::default(),
            watch: true,
            mode: Mode::development(),
            shell: shell(),
            watchdog: None,
            log: LogStyle::default(),
            inspector: true,
            printer,
        }
    }
}

impl Config {
    /// Returns the mode and the variables with which `.env` files are read.
    pub(crate) fn dotenv_context(&self) -> DotenvContext {
        DotenvContext { mode: self.mode.clone(), shell: self.shell.clone() }
    }
}

impl fmt::Debug for Config {
    /// Leaves out the values of variables, since they may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("project", &self.project)
            .field("host", &self.host)
            .field("port", &self.port)
            .field("allowed_hosts", &self.allowed_hosts)
            .field("allowed_origins", &self.allowed_origins)
            .field("config_env", &self.overrides.config_env)
            .field("front_doors", &self.front_doors)
            .field("no_stage", &self.no_stage)
            .field("aws_bandwidth", &self.aws_bandwidth)
            .field("build", &self.build)
            .field("sandboxes", &self.sandboxes)
            .field("all_sandboxes", &self.all_sandboxes)
            .field("queue", &self.queue)
            .field("freeze", &self.freeze)
            .field("cold", &self.cold)
            .field("memory_limit", &self.memory_limit)
            .field("debug", &self.debug)
            .field("attach", &self.attach)
            .field("head_timeout", &self.head_timeout)
            .field("authorizers", &self.authorizers)
            .field("watch", &self.watch)
            .field("mode", &self.mode)
            .field("shell", &self.shell.keys().collect::<Vec<_>>())
            .field("watchdog", &self.watchdog)
            .field("log", &self.log)
            .field("inspector", &self.inspector)
            .finish_non_exhaustive()
    }
}
