//! The emulator's own issuer: a key for each project, the tokens that it signs, and the documents in which libraries
//! find the key.
//!
//! Each JWT and Cognito authorizer accepts these tokens as well as the tokens of the template's issuer, so that a route
//! can be tried without an account. The key never leaves the target folder.

mod key;
mod key_file;

use http::Uri;
use http::uri::Scheme;
use serde_json::{Value, json};

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

/// Whether a URL belongs to an emulator's issuer, at any host and port. The key decides which emulator signed a token.
pub(crate) fn is_own(issuer: &str) -> bool {
    let Ok(uri) = issuer.parse::<Uri>() else { return false };
    uri.scheme() == Some(&Scheme::HTTP) && uri.path() == PATH && uri.query().is_none()
}

/// The names below [`PATH`].
const CONFIGURATION: &str = ".well-known/openid-configuration";
const KEYS: &str = "jwks.json";

/// Returns the document at a path below the issuer's URL, for a client that calls the issuer at `authority`.
///
/// The URLs in the document begin with that host and port, since a library compares them with the URL that it fetched.
pub(crate) fn document(path: &str, authority: &str, issuer: &OwnIssuer) -> Option<Value> {
    match path {
        CONFIGURATION => Some(configuration(authority)),
        KEYS => Some(issuer.jwks()),
        _ => None,
    }
}

/// Returns the required members: <https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata>. There
/// is no address for a login.
fn configuration(authority: &str) -> Value {
    json!({
        "issuer": url(authority),
        "jwks_uri": format!("http://{authority}{PATH}/{KEYS}"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}

#[cfg(test)]
mod tests;
