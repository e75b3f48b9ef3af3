//! The credentials of the developer, by which signatures are verified.
//!
//! They are looked for where AWS's own programs look first: in the variables of the shell, then in the files of `aws
//! configure`. All other ways to log in (SSO, roles, programs) are known to the `aws` program, which is asked if neither has
//! any. <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html>

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;

use super::date::SigningTime;
use super::exported;
use super::profile::{self, Profile};

/// An access key with its secret.
#[derive(Clone)]
pub(super) struct KeyPair {
    pub(super) access_key: String,
    pub(super) secret_key: String,
    pub(super) session_token: Option<String>,
    /// The end of temporary credentials, as far as it is known.
    pub(super) expiration: Option<SigningTime>,
}

/// Shows the key id alone.
impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyPair").field(&self.access_key).finish()
    }
}

/// The reason why the developer's credentials are not known. None shows a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// There are none.
    #[error(
        "`--iam strict` has no credentials to verify signatures by: set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or \
         name a profile with keys in `AWS_PROFILE`, or log in with the AWS CLI, version 2; {words}"
    )]
    Missing {
        /// The words of the `aws` program.
        words: String,
    },
    /// Half of a pair is missing.
    #[error("{place} has `{has}` without `{lacks}`: set both, or none")]
    Half {
        /// The file and line, or the shell.
        place: String,
        /// The variable or setting that is set.
        has: &'static str,
        /// The other half.
        lacks: &'static str,
    },
    /// A file is there and cannot be read.
    #[error("cannot read `{}`, where AWS's programs keep credentials: make it readable, or set `{variable}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The variable that names another one.
        variable: &'static str,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// A line of a file is neither a section nor a setting.
    #[error("{}:{line}: expected `[section]` or `name = value`: mend the line, or write `#` before it", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
}

/// Where to look.
#[derive(Debug)]
pub(super) struct Sources {
    variables: HashMap<String, String>,
    home: Option<PathBuf>,
    aws: OsString,
}

impl Sources {
    /// The sources of this process.
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

    /// Reads all credentials anew.
    pub(super) async fn read(&self) -> Result<Vec<KeyPair>, CredentialsError> {
        let mut pairs: Vec<_> = self.of_shell()?.into_iter().collect();
        pairs.extend(self.of_files()?);
        if pairs.is_empty() {
            let exported = exported::credentials(&self.aws).await;
            pairs.push(exported.map_err(|words| CredentialsError::Missing { words })?);
        }
        Ok(pairs)
    }

    fn of_shell(&self) -> Result<Option<KeyPair>, CredentialsError> {
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

    /// The keys of the profile, from both files.
    fn of_files(&self) -> Result<Vec<KeyPair>, CredentialsError> {
        let name = self.variable("AWS_PROFILE").unwrap_or("default");
        let section = if name == "default" { name.to_owned() } else { format!("profile {name}") };
        let mut pairs = Vec::new();
        for (variable, file, section) in
            [("AWS_SHARED_CREDENTIALS_FILE", "credentials", name), ("AWS_CONFIG_FILE", "config", &section)]
        {
            let Some(path) = self.file(variable, file) else { continue };
            let Some(profile) = Profile::read(&path, variable, section)? else { continue };
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
