//! The command `cargo api-routes`, with a file or a folder for each verb.

mod arguments;
mod check;
mod cli;
mod completions;
mod create;
mod dev;
mod env;
mod exec;
mod init;
mod invoke;
mod json;
mod man;
mod new;
mod parity;
mod process;
mod routes;
mod sync;
mod token;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use api_routes_project::tool::{self, Tool};
use api_routes_project::with_causes;
use local_emulator::printer::Printer;
use local_emulator::watchdog;

use crate::arguments::ProjectFolder;
use crate::cli::{Cli, Verb};

pub use crate::process::WATCHDOG;

/// Runs the command. The exit code is 0 on success and 1 on failure; it is 2 for a command line that cannot be
/// read, and for a comparison that `parity` could not make.
pub fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    // The watchdog needs neither a command line nor a printer.
    if arguments.get(1).is_some_and(|argument| argument == WATCHDOG) {
        return watchdog::main();
    }
    let tool = tool_of(&arguments);
    // Cargo starts `cargo-api-routes api-routes dev` for `cargo api-routes dev`.
    if arguments.get(1).is_some_and(|argument| argument == "api-routes") {
        arguments.remove(1);
    }
    let matches = Cli::command().bin_name(tool.command("")).get_matches_from(arguments);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let tool = match ProjectFolder::given(&matches) {
        Some(folder) => tool.with_project(folder),
        None => tool,
    };
    tool.clone().name();
    run(cli, &tool)
}

fn tool_of(arguments: &[OsString]) -> Tool {
    let alias = std::env::var(tool::COMMAND).ok();
    let program = arguments.first().cloned().unwrap_or_default();
    Tool::new(&program, arguments.get(1).map(OsString::as_os_str), alias.as_deref())
}

fn run(cli: Cli, tool: &Tool) -> ExitCode {
    // Standard output belongs to the command that `exec` runs, and to the body that `invoke` gets.
    let printer = match cli.verb {
        Some(Verb::Exec(_) | Verb::Invoke(_)) => Printer::standard_error(),
        _ => Printer::terminal(),
    };
    let done = match cli.verb.unwrap_or(Verb::Dev(cli.dev)) {
        Verb::Dev(options) => dev::run(options, printer.clone()),
        Verb::Exec(options) => exec::run(options, printer.clone()),
        Verb::Init(options) => init::run(options, tool, &printer),
        Verb::New(options) => new::run(&options, &printer),
        Verb::Invoke(options) => invoke::run(&options, &printer),
        Verb::Routes(options) => routes::run(&options, &printer),
        Verb::Env(options) => env::run(&options, &printer),
        Verb::Check(options) => check::run(&options, &printer),
        Verb::Sync(options) => sync::run(&options, &printer),
        Verb::Parity(options) => Ok(parity::run(&options, &printer)),
        Verb::Token(options) => token::run(&options, &printer),
        Verb::Completions(options) => Ok(completions::run(&options, Cli::command(), &printer)),
        Verb::Man(_) => man::run(Cli::command(), &printer),
    };
    printer.flush();
    done.unwrap_or_else(|error| {
        // An error goes to standard error, since a script may read the output.
        let errors = Printer::standard_error();
        errors.error(with_causes(error.as_ref()));
        errors.flush();
        ExitCode::FAILURE
    })
}
