//! The command `local-emulator`.

use std::process::ExitCode;

use local_emulator::sandbox::watchdog;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(watchdog::ARGUMENT) {
        watchdog::run(std::io::stdin().lock());
    }
    ExitCode::SUCCESS
}
