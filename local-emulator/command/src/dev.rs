//! `dev`: builds the functions, serves them, and ends on a signal.

use std::process::ExitCode;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use local_emulator::access::{AllowedHost, AllowedOrigin};
use local_emulator::compile::Order;
use local_emulator::config::{ALL_SANDBOXES, AttachOptions, Config, Debugged, PORT, SANDBOXES};
use local_emulator::emulator::Emulator;
use local_emulator::listen::ListenHost;
use local_emulator::printer::Printer;
use local_emulator::record::LogStyle;
use local_emulator::sandbox::DebugMode;

use crate::arguments::{
    AuthorizerArguments, BuildArguments, FrontDoorArguments, ModeArgument, ProjectFolder, StackArguments,
};
use crate::process::{self, Signals};

/// Options of `dev`.
#[derive(Args, Debug)]
pub(crate) struct Dev {
    /// The port of the first front door. Further front doors use the next ports. 0 chooses free ports
    #[arg(long, short, default_value_t = PORT, env = "API_ROUTES_PORT")]
    pub(crate) port: u16,
    /// The address or name to listen on. `localhost` means both 127.0.0.1 and `::1`. Any address other than loopback
    /// lets your network in
    #[arg(long, default_value_t = ListenHost::localhost(), env = "API_ROUTES_HOST")]
    pub(crate) host: ListenHost,
    /// The callers that are answered.
    #[command(flatten)]
    pub(crate) callers: Callers,
    /// Which front doors there are.
    #[command(flatten)]
    pub(crate) doors: FrontDoorArguments,
    /// The speed of streamed responses
    #[arg(long, value_enum, default_value_t, value_name = "SPEED", env = "API_ROUTES_BANDWIDTH")]
    pub(crate) bandwidth: Bandwidth,
    /// How functions are built.
    #[command(flatten)]
    pub(crate) builds: BuildArguments,
    /// Which `.env` files are read.
    #[command(flatten)]
    pub(crate) mode: ModeArgument,
    /// How sandboxes are run.
    #[command(flatten)]
    pub(crate) sandboxes: Sandboxes,
    /// The form of the log.
    #[command(flatten)]
    pub(crate) log: LogOptions,
    /// The inspector, and the requests that it records.
    #[command(flatten)]
    pub(crate) inspector: InspectorOptions,
    /// The functions under a debugger.
    #[command(flatten)]
    pub(crate) debugger: Debugger,
    /// How authorizers check callers.
    #[command(flatten)]
    pub(crate) authorizers: AuthorizerArguments,
    /// Build all functions at once, instead of those in use first
    #[arg(long, env = "API_ROUTES_EAGER", value_parser = FalseyValueParser::new())]
    pub(crate) eager: bool,
    /// Do not rebuild when a file is saved
    #[arg(long, env = "API_ROUTES_NO_WATCH", value_parser = FalseyValueParser::new())]
    pub(crate) no_watch: bool,
    /// The values that the deployment gets, and its stack.
    #[command(flatten)]
    pub(crate) deployed: StackArguments,
    /// The project to serve.
    #[command(flatten)]
    pub(crate) project: ProjectFolder,
}

/// The callers that are answered.
#[derive(Args, Debug)]
pub(crate) struct Callers {
    /// Host names to answer, in addition to those of this machine and of `template.yaml`. `.example.com` means all
    /// names below it. Separate several with commas
    #[arg(
        long = "allowed-host",
        value_name = "HOSTS",
        value_delimiter = ',',
        env = "API_ROUTES_ALLOWED_HOSTS"
    )]
    pub(crate) allowed_hosts: Vec<AllowedHost>,
    /// Web pages that may call the Invoke API of Lambda, in addition to those of allowed hosts, such as
    /// `https://app.example.com`. Separate several with commas
    #[arg(
        long = "allowed-origin",
        value_name = "ORIGINS",
        value_delimiter = ',',
        env = "API_ROUTES_ALLOWED_ORIGINS"
    )]
    pub(crate) allowed_origins: Vec<AllowedOrigin>,
}

/// The speed of streamed responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bandwidth {
    /// The speed of the function
    #[default]
    Full,
    /// The speed of AWS
    Aws,
}

/// How sandboxes are run.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option by itself")]
pub(crate) struct Sandboxes {
    /// The highest number of sandboxes of one function. `ReservedConcurrentExecutions` may lower it. Further requests
    /// are throttled
    #[arg(long = "sandboxes", default_value_t = SANDBOXES, value_name = "N", env = "API_ROUTES_SANDBOXES")]
    pub(crate) each: usize,
    /// The highest number of invocations of all functions at once
    #[arg(
        long = "all-sandboxes",
        default_value_t = ALL_SANDBOXES,
        value_name = "N",
        env = "API_ROUTES_ALL_SANDBOXES"
    )]
    pub(crate) all: usize,
    /// Let requests over a limit wait, instead of throttling them
    #[arg(long, env = "API_ROUTES_QUEUE", value_parser = FalseyValueParser::new())]
    pub(crate) queue: bool,
    /// Freeze a sandbox between two requests, as Lambda does
    #[arg(long, env = "API_ROUTES_FREEZE", value_parser = FalseyValueParser::new())]
    pub(crate) freeze: bool,
    /// Start a new sandbox for each request
    #[arg(long, env = "API_ROUTES_COLD", value_parser = FalseyValueParser::new())]
    pub(crate) cold: bool,
    /// Let a sandbox use more memory than its function has on AWS
    #[arg(long, env = "API_ROUTES_NO_MEMORY_LIMIT", value_parser = FalseyValueParser::new())]
    pub(crate) no_memory_limit: bool,
}

/// The functions under a debugger.
#[derive(Args, Debug)]
pub(crate) struct Debugger {
    /// Debug one function, named by its route, package or logical id. It has one sandbox, no deadline and no memory
    /// limit
    #[arg(long, value_name = "FUNCTION")]
    pub(crate) debug: Option<String>,
    /// Stop the process of the debugged function before `main`, until a debugger continues it
    #[arg(long, requires = "debug")]
    pub(crate) wait: bool,
    /// Start one function yourself, in a terminal or an IDE. Its requests wait for your process, and it has no deadline
    /// and no memory limit. Repeat the option for further functions
    #[arg(long, value_name = "FUNCTION")]
    pub(crate) attach: Vec<String>,
    /// The port of the Runtime API of the attached function. Further attached functions use the next ports. Without
    /// this option, the port is computed from the folder of the project and the name of the function
    #[arg(long, value_name = "PORT", requires = "attach", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) attach_port: Option<u16>,
    /// Add an entry to `.vscode/launch.json` that builds the attached function and starts it in the debugger of VS Code
    #[arg(long, requires = "attach")]
    pub(crate) write_launch: bool,
}

/// The form of the log.
#[derive(Args, Debug)]
pub(crate) struct LogOptions {
    /// The log lines of a request
    #[arg(long = "log", value_enum, default_value_t, value_name = "LINES", env = "API_ROUTES_LOG")]
    pub(crate) lines: Lines,
    /// Print only errors
    #[arg(long, short, conflicts_with = "json", env = "API_ROUTES_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
    /// Print one JSON object for each line
    #[arg(long)]
    pub(crate) json: bool,
}

/// The inspector, and the requests that it records.
#[derive(Args, Debug)]
pub(crate) struct InspectorOptions {
    /// Record no requests, and leave the path `/_emulator` to the front doors
    #[arg(long, env = "API_ROUTES_NO_INSPECTOR", value_parser = FalseyValueParser::new())]
    pub(crate) no_inspector: bool,
}

/// The lines about a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lines {
    /// One line for each request
    #[default]
    Requests,
    /// START, END and REPORT, as Lambda writes them
    Lambda,
}

impl Debugger {
    fn debugged(&self) -> Option<Debugged> {
        let mode = DebugMode { waits: self.wait };
        self.debug.clone().map(|function| Debugged { function, mode })
    }

    fn attached(self) -> AttachOptions {
        let Self { attach, attach_port, write_launch, .. } = self;
        AttachOptions { functions: attach, port: attach_port, write_launch }
    }
}

impl LogOptions {
    fn printer(&self, printer: Printer) -> Printer {
        match self {
            Self { json: true, .. } => printer.with_json(),
            Self { quiet: true, .. } => printer.with_quiet(),
            _ => printer,
        }
    }
}

/// # Errors
/// If the emulator cannot start.
pub(crate) fn run(options: Dev, printer: Printer) -> anyhow::Result<ExitCode> {
    process::raise_open_files();
    let config = config(options, printer)?;
    // A single thread is enough: the emulator does little for a request, and each further thread costs more in wake-ups
    // than it adds, while the functions need the other cores.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(serve(config));
    // This does not wait for a check of the project that still runs.
    runtime.shutdown_background();
    ended
}

fn config(options: Dev, printer: Printer) -> std::io::Result<Config> {
    let Dev { doors, sandboxes, .. } = options;
    let mut config = Config::new(options.project.folder, options.log.printer(printer));
    config.host = options.host;
    config.port = options.port;
    config.allowed_hosts = options.callers.allowed_hosts;
    config.allowed_origins = options.callers.allowed_origins;
    config.overrides = options.deployed.overrides();
    config.front_doors = doors.front_doors;
    config.no_stage = doors.no_stage;
    config.aws_bandwidth = options.bandwidth == Bandwidth::Aws;
    config.mode = options.mode.for_build(&options.builds);
    config.build = options.builds.options();
    if options.eager {
        config.build.order = Order::All;
    }
    config.authorizers = options.authorizers.options();
    config.sandboxes = sandboxes.each;
    config.all_sandboxes = sandboxes.all;
    config.queue = sandboxes.queue;
    config.freeze = sandboxes.freeze;
    config.cold = sandboxes.cold;
    config.memory_limit = !sandboxes.no_memory_limit;
    config.watch = !options.no_watch;
    config.debug = options.debugger.debugged();
    config.inspector = !options.inspector.no_inspector;
    config.attach = options.debugger.attached();
    config.log = match options.log.lines {
        Lines::Requests => LogStyle::Requests,
        Lines::Lambda => LogStyle::Lambda,
    };
    config.watchdog = Some(process::watchdog()?);
    Ok(config)
}

async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    // Signals are caught before anything starts that a signal would have to end.
    let mut signals = Signals::new()?;
    let emulator = tokio::select! {
        started = Emulator::start(config) => started?,
        _ = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    signals.next().await;
    tokio::select! {
        () = emulator.stop() => Ok(ExitCode::SUCCESS),
        // A second signal ends the wait. The watchdog ends the processes that are left.
        _ = signals.next() => Ok(ExitCode::FAILURE),
    }
}
