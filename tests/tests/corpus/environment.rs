//! The environment that the pages ran in: what the emulator makes of the same files.

use std::any::type_name_of_val;
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::process::Command;

use api_routes_project::SilentWait;
use api_routes_project::environment::{Dotenv, DotenvContext, Mode};

const FILES: [(&str, &str); 2] =
    [(".env", "ORACLE_PLAIN=from-dotenv\n"), (".env.development", "ORACLE_DEV_ONLY=should-not-load\n")];

pub(crate) fn is_missing() -> bool {
    env::var_os("ORACLE_PLAIN").is_none()
}

/// Runs a test in a process of its own: a program cannot safely change its own environment.
pub(crate) fn run_again_within(test: impl Fn()) {
    let project = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        fs::write(project.path().join(name), text).unwrap();
    }
    let context = DotenvContext { mode: Mode::production(), shell: BTreeMap::new() };
    let variables = Dotenv::read(project.path(), &context, &SilentWait).unwrap();
    let (_, name) = type_name_of_val(&test).split_once("::").unwrap();
    let mut again = Command::new(env::current_exe().unwrap());
    again.args(["--exact", name, "--nocapture"]);
    // Without the log of each 500 that a case is about.
    again.env("AWS_LAMBDA_LOG_LEVEL", "FATAL");
    again.envs(variables.iter().map(|(name, value, _)| (name, value)));
    assert!(again.status().unwrap().success(), "see above");
}
