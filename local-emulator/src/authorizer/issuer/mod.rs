//! The emulator's own issuer: a key of the project's own, the tokens that it signs, and the documents by which libraries find
//! it.
//!
//! Each JWT and Cognito authorizer accepts these tokens beside those of the template's issuer, so that the path of a token
//! is tried without an account. The key never leaves the target folder.

mod documents;
mod key;
mod key_file;

use http::Uri;
use http::uri::Scheme;

pub(crate) use documents::document;
pub use key::{OwnKey, SignError};
#[cfg(test)]
pub(super) use key_file::new_key;
pub use key_file::{OwnIssuer, OwnKeyError};

/// The path of the issuer, at any port of the emulator.
pub const PATH: &str = "/_emulator/issuer";

/// Returns the URL of the issuer at a host and port, such as `localhost:3000`: `iss` of its tokens.
pub fn url(authority: &str) -> String {
    format!("http://{authority}{PATH}")
}

/// Whether a URL is one of the emulator's issuer, at whatever host and port. The key decides whose token it is.
pub(crate) fn is_own(issuer: &str) -> bool {
    let Ok(uri) = issuer.parse::<Uri>() else { return false };
    uri.scheme() == Some(&Scheme::HTTP) && uri.path() == PATH && uri.query().is_none()
}

#[cfg(test)]
mod tests;
