//! Errors on the way to the key of a token.

use std::path::PathBuf;
use std::sync::Arc;

use api_routes_project::tool::command;

use super::discovery::DiscoveryError;
use super::text::{listed, short};

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JwksFileError {
    /// The file cannot be read.
    #[error("cannot read `{}`, the file of `--jwks`: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        cause: std::io::Error,
    },
    /// The file is not JSON, or has an unknown form.
    #[error(
        "{}:{}:{}: this is not a JWK set, `{{\"keys\": […]}}`, nor an object that has one for each issuer, \
         `{{\"https://issuer.example\": {{\"keys\": […]}}}}`: {cause}",
        path.display(), cause.line().max(1), cause.column().max(1)
    )]
    Content {
        /// The file.
        path: PathBuf,
        /// The reason.
        cause: serde_json::Error,
    },
}

/// The reason why a token has no key.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum KeySetError {
    /// The keys of the issuer cannot be fetched.
    #[error("{error}; `{with_file}` reads the keys from a file", error = .0, with_file = command("dev --jwks FILE"))]
    Discovery(Arc<DiscoveryError>),
    /// The file of `--jwks` cannot be read.
    #[error("{0}")]
    File(Arc<JwksFileError>),
    /// The file has no set for the issuer.
    #[error(
        "the file of `--jwks` has no keys of the issuer `{}`; it has those of {}",
        short(issuer),
        listed(issuers)
    )]
    NotInFile { issuer: String, issuers: Vec<String> },
    /// No key has the id.
    #[error("the keys of {source_of_keys} have no `kid` `{}`; they have {}", short(id), listed(known))]
    UnknownKey { id: String, source_of_keys: String, known: Vec<String> },
    /// The template does not name the issuer, and there is no file.
    #[error(
        "only AWS knows the issuer of this authorizer, as the template writes it: `{}` signs a token that is accepted here, and \
         `{}` accepts the tokens of the keys in a file",
        command("token"),
        command("dev --jwks FILE")
    )]
    UnknownIssuer,
}

impl KeySetError {
    /// Returns the words of an HTTP API. The words for an issuer that does not answer were seen on AWS: a timeout there
    /// is a 401, and its `error_description` names the document that is missing (JWT-4).
    pub(super) fn description(&self) -> &'static str {
        const DISCOVERY: &str = "OIDC discovery endpoint communication error";
        match self {
            Self::Discovery(error) if error.is_about_keys() => "JWKS communication error",
            Self::File(_) => "JWKS communication error",
            Self::Discovery(_) | Self::UnknownIssuer => DISCOVERY,
            Self::NotInFile { .. } | Self::UnknownKey { .. } => "the token does not have a valid kid",
        }
    }

    /// Whether the keys are unavailable, so that the token cannot be judged.
    pub(super) fn is_failure(&self) -> bool {
        !matches!(self, Self::UnknownKey { .. })
    }
}
