//! The credentials of the developer, by which signatures are verified.
//!
//! Like AWS's own programs, this module looks first in the variables of the shell, then in the files of `aws
//! configure`. If neither has credentials, it runs the `aws` program, which knows all other ways to log in (SSO, roles,
//! programs). <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html>

use std::collections::HashMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;
use tokio::time::timeout;

use super::date::SigningTime;
use super::key_pair::{CredentialsError, KeyPair};
use super::profile::{self, ConfiguredProfile};

/// The places where credentials may be.
#[derive(Debug)]
pub(super) struct Sources {
    variables: HashMap<String, String>,
    home: Option<PathBuf>,
    aws: OsString,
}

impl Sources {
    /// Returns the sources of this process.
    pub(super) fn new() -> Self {
        let variables = env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with("AWS_"))?;
            Some((name, value.into_string().ok()?))
        });
        Self { variables: variables.collect(), home: env::home_dir(), aws: "aws".into() }
    }

    #[cfg(test)]
    pub(super) fn fake(variables: &[(&str, &str)], home: PathBuf, aws: PathBuf) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { variables: variables.collect(), home: Some(home), aws: aws.into() }
    }

    /// Reads all credentials.
    pub(super) async fn read(&self) -> Result<Vec<KeyPair>, CredentialsError> {
        let mut pairs: Vec<_> = self.shell_key_pair()?.into_iter().collect();
        pairs.extend(self.file_key_pairs()?);
        if pairs.is_empty() {
            let exported = exported(&self.aws).await;
            pairs.push(exported.map_err(|words| CredentialsError::Missing { words })?);
        }
        Ok(pairs)
    }

    fn shell_key_pair(&self) -> Result<Option<KeyPair>, CredentialsError> {
        const ID: &str = "AWS_ACCESS_KEY_ID";
        const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
        let half = |has, lacks| CredentialsError::Half { place: "the environment".to_owned(), has, lacks };
        match (self.variable(ID), self.variable(SECRET)) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(half(ID, SECRET)),
            (None, Some(_)) => Err(half(SECRET, ID)),
            (Some(access_key), Some(secret)) => Ok(Some(KeyPair {
                access_key: access_key.to_owned(),
                secret_key: secret.to_owned(),
                session_token: self.variable("AWS_SESSION_TOKEN").map(str::to_owned),
                expiration: None,
            })),
        }
    }

    /// Returns the keys of the profile, from both files.
    fn file_key_pairs(&self) -> Result<Vec<KeyPair>, CredentialsError> {
        let name = self.variable("AWS_PROFILE").unwrap_or("default");
        let section = if name == "default" { name.to_owned() } else { format!("profile {name}") };
        let mut pairs = Vec::new();
        for (variable, file, section) in
            [("AWS_SHARED_CREDENTIALS_FILE", "credentials", name), ("AWS_CONFIG_FILE", "config", &section)]
        {
            let Some(path) = self.file(variable, file) else { continue };
            let Some(profile) = ConfiguredProfile::read(&path, variable, section)? else { continue };
            pairs.extend(profile::key_pair(&path, &profile)?);
        }
        Ok(pairs)
    }

    fn file(&self, variable: &str, name: &str) -> Option<PathBuf> {
        match self.variable(variable) {
            Some(path) => match (path.strip_prefix("~/"), &self.home) {
                (Some(rest), Some(home)) => Some(home.join(rest)),
                _ => Some(path.into()),
            },
            None => Some(self.home.as_ref()?.join(".aws").join(name)),
        }
    }

    fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// The time limit for the program, which may use a network.
const PATIENCE: Duration = Duration::from_secs(30);

/// The form of `credential_process`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ExportedCredentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<String>,
}

/// Runs the `aws` program, version 2, for the credentials of this shell's profile: `aws configure export-credentials`.
/// The error is the last line of its output, which has no secret.
/// <https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html>
async fn exported(program: &OsStr) -> Result<KeyPair, String> {
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
    let exported: ExportedCredentials = serde_json::from_slice(&output.stdout).map_err(|_| {
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
