//! The program `local-emulator`, line for line, as the tests run it.

use std::process::ExitCode;

fn main() -> ExitCode {
    local_emulator::command::main()
}
