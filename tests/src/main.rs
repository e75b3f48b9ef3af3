//! The program `local-emulator`, line for line, as the tests run it.

use std::process::ExitCode;

use clap::Parser;
use local_emulator::cli::Cli;
use local_emulator::command;

fn main() -> ExitCode {
    command::run(Cli::parse())
}
