//! The command line of API routes, one file for each verb.

mod check;
mod cli;
mod dev;
mod parity;
mod routes;
mod sync;

use std::process::ExitCode;
use std::{env, io};

use clap::Parser;
use local_emulator::printer::Printer;
use local_emulator::watchdog;

use crate::cli::{Cli, Command};

/// The program. Its exit code is 0 if all went well and 1 if not; clap ends it with 2 if it cannot read the
/// command line, and `parity` if it could not compare.
pub fn main() -> ExitCode {
    // Before all else: it lives as long as the emulator beside it, and needs no command line and no printer.
    if env::args_os().nth(1).is_some_and(|argument| argument == watchdog::ARGUMENT) {
        watchdog::run(io::stdin().lock());
        return ExitCode::SUCCESS;
    }
    run(Cli::parse())
}

fn run(cli: Cli) -> ExitCode {
    let printer = Printer::terminal();
    let done = match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(options) => dev::run(options, printer.clone()),
        Command::Routes(options) => routes::run(&options, &printer),
        Command::Check(options) => check::run(&options, &printer),
        Command::Parity(options) => Ok(parity::run(&options, &printer)),
        Command::Sync(options) => sync::run(&options, &printer),
    };
    let code = done.unwrap_or_else(|error| {
        printer.error(format_args!("{error:#}"));
        ExitCode::FAILURE
    });
    printer.flush();
    code
}
