//! The documents of the emulator's issuer, which libraries fetch: its configuration and its public key.

use serde_json::{Value, json};

use super::{OwnIssuer, PATH, url};

/// The names below [`PATH`].
const CONFIGURATION: &str = ".well-known/openid-configuration";
const KEYS: &str = "jwks.json";

/// Returns the document at a path below the issuer's URL, as a client at `authority` asks for it.
///
/// The URLs in it begin with that host and port, since a library compares them with the URL that it asked.
pub(crate) fn document(path: &str, authority: &str, issuer: &OwnIssuer) -> Option<Value> {
    match path {
        CONFIGURATION => Some(configuration(authority)),
        KEYS => Some(issuer.jwks()),
        _ => None,
    }
}

/// The members that are required: <https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata>. Nobody logs in
/// here, so that there is no address for that.
fn configuration(authority: &str) -> Value {
    json!({
        "issuer": url(authority),
        "jwks_uri": format!("http://{authority}{PATH}/{KEYS}"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}
