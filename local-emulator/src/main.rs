//! The command `local-emulator`.

use std::process::ExitCode;

fn main() -> ExitCode {
    local_emulator::command::main()
}
