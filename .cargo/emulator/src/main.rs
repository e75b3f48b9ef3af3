//! `cargo emulator`: builds the tool and a first function in one call of Cargo, then becomes the tool.
//!
//! The tool and the functions use many crates in common, with different features. Built one after the other, these crates
//! are built twice. A call that selects the whole workspace builds each once, for all. The emulator selects the whole
//! workspace too, so that its own builds find these crates. This program has no dependencies: it is there in no time.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

const TOOL: &str = "cargo-api-routes";

/// Built beside the tool, so that its dependencies do not wait for the tool to be linked.
const FIRST_FUNCTION: &str = "api-hello";

/// How the tool is typed, for its hints.
const COMMAND: &str = "cargo emulator";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    // A function that does not compile is the tool's to report.
    let features = features(&arguments);
    let is_built =
        (serves(&arguments) && build(features, &[TOOL, FIRST_FUNCTION])) || build(features, &[TOOL]);
    if !is_built {
        return ExitCode::FAILURE;
    }
    let error = become_tool(&arguments);
    // An error means that nobody reads what goes wrong.
    let _ = writeln!(io::stderr(), "error: cannot start `{TOOL}`: {error}");
    ExitCode::FAILURE
}

/// Whether the verb runs functions. Without a verb, the tool serves them.
fn serves(arguments: &[OsString]) -> bool {
    const INFORMATION: [&str; 4] = ["--help", "-h", "--version", "-V"];
    let Some(first) = arguments.first().and_then(|argument| argument.to_str()) else { return true };
    ["dev", "exec"].contains(&first) || (first.starts_with('-') && !INFORMATION.contains(&first))
}

/// Only `parity` needs TLS, which takes a tenth of a first build, and only `token` makes a key.
fn features(arguments: &[OsString]) -> &'static [&'static str] {
    match arguments.first().and_then(|verb| verb.to_str()) {
        Some("parity") => &[],
        Some("token") => &["--no-default-features", "--features", "cargo-api-routes/token"],
        _ => &["--no-default-features"],
    }
}

fn build(features: &[&str], binaries: &[&str]) -> bool {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--workspace"]).args(features);
    cargo.args(binaries.iter().flat_map(|binary| ["--bin", binary]));
    cargo.status().is_ok_and(|status| status.success())
}

/// Returns only if the tool cannot be started. It lies beside this program.
fn become_tool(arguments: &[OsString]) -> io::Error {
    match env::current_exe() {
        Ok(program) => Command::new(program.with_file_name(TOOL))
            .args(arguments)
            .env("API_ROUTES_COMMAND", COMMAND)
            .exec(),
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::serves;
    use std::ffi::OsString;

    #[test]
    fn functions_are_built_for_verbs_that_run_them() {
        for (arguments, expected) in [
            ("", true),
            ("--port 3001", true),
            ("dev --release", true),
            ("exec -- true", true),
            ("check", false),
            ("--help", false),
            ("new /api/a", false),
        ] {
            let arguments: Vec<_> = arguments.split_whitespace().map(OsString::from).collect();
            assert_eq!(serves(&arguments), expected, "{arguments:?}");
        }
    }
}
