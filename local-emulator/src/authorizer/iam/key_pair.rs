//! An access key with its secret, and the reasons why credentials are missing.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::date::SigningTime;

/// An access key with its secret.
#[derive(Clone)]
pub(super) struct KeyPair {
    pub(super) access_key: String,
    pub(super) secret_key: String,
    pub(super) session_token: Option<String>,
    /// The end of temporary credentials, if it is known.
    pub(super) expiration: Option<SigningTime>,
}

/// Omits the secrets.
impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyPair").field(&self.access_key).finish()
    }
}

/// The reason why the developer's credentials are not known. Messages have no secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// No source has credentials.
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
    /// A file exists and cannot be read.
    #[error("cannot read `{}`, where AWS's programs keep credentials: make it readable, or set `{variable}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The variable that selects another file.
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
