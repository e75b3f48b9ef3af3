//! The program `cargo-api-routes`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_api_routes::main()
}
