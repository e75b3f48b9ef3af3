//! Errors in the options `--jwks` and `--iam`.

use std::sync::Arc;

use super::CredentialsError;
use super::jwt::JwksFileError;

/// An option of authorizers that cannot be used.
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
