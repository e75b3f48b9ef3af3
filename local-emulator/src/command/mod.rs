//! What the command line does, one file per verb.

mod routes;
mod serve;

use std::io;
use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::printer::Printer;
use crate::watchdog;

/// Does what the command line says. The exit code is 0 if all went well and 1 if not; clap ends the
/// program with 2 if it cannot read the command line.
pub fn run(cli: Cli) -> ExitCode {
    let printer = Printer::terminal();
    let done = match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(options) => serve::run(options, printer.clone()),
        Command::Routes(options) => routes::run(&options, &printer),
        Command::Watchdog => {
            watchdog::run(io::stdin().lock());
            Ok(ExitCode::SUCCESS)
        }
    };
    let code = done.unwrap_or_else(|error| {
        printer.error(format_args!("{error:#}"));
        ExitCode::FAILURE
    });
    printer.flush();
    code
}
