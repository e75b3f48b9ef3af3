//! The program `cargo-api-routes`, line for line, as the tests run it.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_api_routes::main()
}
