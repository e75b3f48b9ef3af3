//! Options that cannot be met.

use std::sync::Arc;

use super::CredentialsError;
use super::jwt::JwksFileError;

/// Why authorizers cannot be asked as the options say.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorizerOptionsError {
    /// The file of `--jwks`.
    #[error(transparent)]
    Jwks(#[from] Arc<JwksFileError>),
    /// The credentials of `--iam strict`.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}
