//! The command `local-emulator`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::SUCCESS
}
