//! Finds the keys of an issuer: <https://openid.net/specs/openid-connect-discovery-1_0.html>

use serde::Deserialize;

use super::fetch::{FetchError, Fetcher};
use super::text::short;
use crate::authorizer::jwk::KeySet;

/// Below the URL of an issuer.
pub(super) const CONFIGURATION: &str = "/.well-known/openid-configuration";

/// Keys that cannot be found.
#[derive(Debug, thiserror::Error)]
pub(super) enum DiscoveryError {
    #[error("cannot fetch the configuration of the issuer: {0}")]
    Configuration(#[source] FetchError),
    #[error(
        "the configuration of the issuer at `{url}` is not a JSON object with `issuer` and `jwks_uri`: {cause}"
    )]
    NoConfiguration { url: String, cause: serde_json::Error },
    #[error(
        "the configuration of the issuer at `{url}` names the issuer `{}`: write that into the template, to the letter",
        short(found)
    )]
    OtherIssuer { url: String, found: String },
    #[error("cannot fetch the keys of the issuer: {0}")]
    Keys(#[source] FetchError),
    #[error("the keys of the issuer at `{url}` are not a JSON object with `keys`: {cause}")]
    NoKeys { url: String, cause: serde_json::Error },
}

#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

impl DiscoveryError {
    /// Whether the configuration was found, but not the keys.
    pub(super) fn is_about_keys(&self) -> bool {
        matches!(self, Self::Keys(_) | Self::NoKeys { .. })
    }
}

/// Fetches the configuration of an issuer, then its keys.
///
/// The configuration must name exactly this issuer, as
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_JwtIssuerInput.html> and the specification say. Here this
/// also holds for an HTTP API (JWT-8).
pub(super) async fn fetch_keys(fetcher: &Fetcher, issuer: &str) -> Result<KeySet, DiscoveryError> {
    // The URL gets one slash, even if the issuer ends with a slash, as Auth0's issuers do.
    let url = format!("{}{CONFIGURATION}", issuer.strip_suffix('/').unwrap_or(issuer));
    let json = fetcher.get(&url).await.map_err(DiscoveryError::Configuration)?;
    let Configuration { issuer: found, jwks_uri } = match serde_json::from_slice(&json) {
        Ok(configuration) => configuration,
        Err(cause) => return Err(DiscoveryError::NoConfiguration { url, cause }),
    };
    if found != issuer {
        return Err(DiscoveryError::OtherIssuer { url, found });
    }
    let json = fetcher.get(&jwks_uri).await.map_err(DiscoveryError::Keys)?;
    KeySet::read(&json).map_err(|cause| DiscoveryError::NoKeys { url: jwks_uri, cause })
}
