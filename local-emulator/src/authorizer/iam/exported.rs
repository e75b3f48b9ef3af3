//! Credentials that only the `aws` program can get: `aws configure export-credentials`, which its version 2 has.
//!
//! <https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html>

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;
use tokio::time::timeout;

use super::credentials::KeyPair;
use super::date::SigningTime;

/// The most time for the program, which may ask a network.
const PATIENCE: Duration = Duration::from_secs(30);

/// The form of `credential_process`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exported {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<String>,
}

/// Asks the program, with the profile of this shell. The error is its last words, which have no secret.
pub(super) async fn credentials(program: &OsStr) -> Result<KeyPair, String> {
    let mut command = Command::new(program);
    command
        .args(["configure", "export-credentials", "--format", "process"])
        .env("AWS_PAGER", "")
        .env("AWS_CLI_AUTO_PROMPT", "off")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = match timeout(PATIENCE, command.output()).await {
        Err(_) => return Err(format!("`aws` has no answer after {} s", PATIENCE.as_secs())),
        Ok(Err(cause)) if cause.kind() == ErrorKind::NotFound => {
            return Err("there is no `aws` to ask".to_owned());
        }
        Ok(Err(cause)) => return Err(format!("`aws` cannot be run: {cause}")),
        Ok(Ok(output)) => output,
    };
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let words = words.lines().map(str::trim).rfind(|line| !line.is_empty());
        return Err(format!("`aws configure export-credentials` says: {}", words.unwrap_or("nothing")));
    }
    let exported: Exported = serde_json::from_slice(&output.stdout).map_err(|_| {
        "the answer of `aws configure export-credentials` is not the JSON that AWS documents".to_owned()
    })?;
    Ok(KeyPair {
        access_key: exported.access_key_id,
        secret_key: exported.secret_access_key,
        session_token: exported.session_token,
        // `2026-11-30T12:00:00+00:00`
        expiration: exported
            .expiration
            .as_deref()
            .and_then(|time| SigningTime::parse(&time.replace("+00:00", "Z"))),
    })
}
