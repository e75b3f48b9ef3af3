//! The program `cargo-api-routes` for the tests, the same line for line.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_api_routes::main()
}
