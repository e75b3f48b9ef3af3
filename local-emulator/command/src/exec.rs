//! `exec`: runs a command while the emulator serves the project, for tests from outside.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitCode, ExitStatus};

use anyhow::Context as _;
use api_routes_project::aws::FrontDoorKind;
use api_routes_project::environment::Mode;
use api_routes_project::tool;
use clap::Args;
use local_emulator::config::Config;
use local_emulator::emulator::Emulator;
use local_emulator::printer::Printer;
use rustix::process::{Pid, Signal, getpgrp, kill_process};
use tokio::process::{Child, Command};

use crate::arguments::{
    AuthorizerArguments, BuildArguments, FrontDoorArguments, ModeArgument, ProjectFolder, StackArguments,
};
use crate::process::{self, Signals};

/// Options of `exec`.
#[derive(Args, Debug)]
#[command(after_help = "\
The command gets these variables:
  API_ROUTES_URL               the URL of the first front door, with the stage of an API
  API_ROUTES_HTTP_API_URL      the URL of the HTTP API, if there is one
  API_ROUTES_REST_API_URL      the URL of the REST API, if there is one
  API_ROUTES_FUNCTION_URL_URL  the URL that leads to each function by its path, if there are Function URLs
  API_ROUTES_ALB_URL           the URL of the load balancer, if there is one

The exit code is that of the command, or 128 plus the number of the signal that ended it. If a function cannot be
built, the command does not run, and the exit code is 1. The emulator prints to standard error.")]
pub(crate) struct Exec {
    /// Which front doors there are.
    #[command(flatten)]
    doors: FrontDoorArguments,
    /// How functions are built.
    #[command(flatten)]
    builds: BuildArguments,
    /// How authorizers check callers.
    #[command(flatten)]
    authorizers: AuthorizerArguments,
    /// The values that the deployment gets, and its stack.
    #[command(flatten)]
    deployed: StackArguments,
    /// Which `.env` files are read.
    #[command(flatten)]
    mode: ModeArgument,
    /// The project to serve.
    #[command(flatten)]
    project: ProjectFolder,
    /// The command and its arguments, after `--`
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Serves the project on free ports, runs the command once all functions are built, and stops the emulator after it.
///
/// # Errors
/// If the emulator or the command cannot be started.
pub(crate) fn run(options: Exec, printer: Printer) -> anyhow::Result<ExitCode> {
    process::raise_open_files();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(exec(options, printer));
    runtime.shutdown_background();
    ended
}

async fn exec(options: Exec, printer: Printer) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::new()?;
    let mut config = Config::new(options.project.folder, printer.clone());
    config.overrides = options.deployed.overrides();
    config.port = 0;
    config.front_doors = options.doors.front_doors;
    config.no_stage = options.doors.no_stage;
    config.mode = options.mode.or(Mode::test());
    config.build = options.builds.options();
    config.authorizers = options.authorizers.options();
    config.watch = false;
    config.watchdog = Some(process::watchdog()?);
    let emulator = tokio::select! {
        started = Emulator::start(config) => started?,
        signal = signals.next() => return Ok(by_signal(signal)),
    };
    let ended = tokio::select! {
        is_built = emulator.built() => if is_built { None } else { Some(ExitCode::FAILURE) },
        signal = signals.next() => Some(by_signal(signal)),
    };
    let ended = if let Some(code) = ended {
        printer.error("the command was not run");
        Ok(code)
    } else {
        // The emulator's lines come before the first line of the command.
        printer.flush();
        run_command(&options.command, &urls(&emulator), &mut signals).await
    };
    emulator.stop().await;
    ended
}

/// Returns the variables with the URLs. If two front doors have one kind, the variable has the URL of the first.
fn urls(emulator: &Emulator) -> Vec<(&'static str, String)> {
    let mut urls: Vec<(&str, String)> = Vec::new();
    for (kind, url) in emulator.urls() {
        if urls.is_empty() {
            urls.push(("API_ROUTES_URL", url.clone()));
        }
        let name = variable(*kind);
        if urls.iter().all(|(known, _)| *known != name) {
            urls.push((name, url.clone()));
        }
    }
    urls
}

fn variable(kind: FrontDoorKind) -> &'static str {
    match kind {
        FrontDoorKind::HttpApi => "API_ROUTES_HTTP_API_URL",
        FrontDoorKind::RestApi => "API_ROUTES_REST_API_URL",
        FrontDoorKind::FunctionUrl => "API_ROUTES_FUNCTION_URL_URL",
        FrontDoorKind::Alb => "API_ROUTES_ALB_URL",
    }
}

async fn run_command(
    command: &[OsString],
    urls: &[(&str, String)],
    signals: &mut Signals,
) -> anyhow::Result<ExitCode> {
    let [program, arguments @ ..] = command else { anyhow::bail!("write a command after `--`") };
    let mut child = Command::new(program)
        .args(arguments)
        .envs(urls.iter().map(|(name, url)| (name, url)))
        // The command may start the tool in another way.
        .env_remove(tool::COMMAND)
        .spawn()
        .with_context(|| format!("cannot run `{}`", program.display()))?;
    loop {
        tokio::select! {
            status = child.wait() => return Ok(code(status?)),
            signal = signals.next() => pass_on(signal, &child),
        }
    }
}

/// Sends the signal to the command, unless the terminal has sent it to both. Ctrl-C goes to every process in the
/// foreground, and a test runner reads a second signal as "stop at once".
fn pass_on(signal: Signal, child: &Child) {
    let is_of_terminal = signal == Signal::INT && is_in_foreground();
    let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    if let Some(pid) = pid.filter(|_| !is_of_terminal) {
        // An error means that the command has just ended.
        let _ = kill_process(pid, signal);
    }
}

fn is_in_foreground() -> bool {
    std::fs::File::open("/dev/tty").ok().and_then(|tty| rustix::termios::tcgetpgrp(tty).ok())
        == Some(getpgrp())
}

/// Returns the exit code as a shell does: 128 plus the number of a signal.
fn code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn by_signal(signal: Signal) -> ExitCode {
    u8::try_from(128 + signal.as_raw()).map_or(ExitCode::FAILURE, ExitCode::from)
}
