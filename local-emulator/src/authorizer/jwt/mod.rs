//! JWT authorizers of HTTP APIs and REST APIs, and Cognito authorizers of REST APIs.
//!
//! The signature is verified by `ring`. The rules about tokens and claims are API Gateway's, each with its source or
//! with a number in `docs/contract/authorizers-jwt.md`.

mod claims;
mod cognito;
mod discovery;
mod fault;
mod fetch;
mod issuer_keys;
mod jwks_file;
mod key_error;
mod key_sets;
mod rules;
mod text;
mod token;

use std::sync::Arc;

use api_routes_project::aws;
use serde_json::{Map, Value};

pub use cognito::CognitoVerifier;
pub use key_error::JwksFileError;
pub use key_sets::KeySets;

pub(crate) use claims::scopes_of;

use self::claims::Judged;
use self::fault::Fault;
use self::token::verified;
use super::jwk::Algorithm;
use super::{ApiKind, Denial};
use crate::timestamp::Timestamp;

/// Verifies the tokens of one JWT authorizer.
#[derive(Debug)]
pub struct JwtVerifier {
    algorithms: Vec<Algorithm>,
    issuers: Vec<aws::JwtIssuer>,
    api: ApiKind,
    keys: Arc<KeySets>,
}

impl JwtVerifier {
    /// Builds a verifier from the configuration of an authorizer, by the rules of its API.
    pub fn new(authorizer: &aws::JwtAuthorizer, api: ApiKind, keys: Arc<KeySets>) -> Self {
        Self {
            algorithms: api.algorithms(&authorizer.algorithms),
            issuers: authorizer.issuers.clone(),
            api,
            keys,
        }
    }

    /// Returns the claims of a token, which is the value of the authorizer's header, with or without `Bearer`. `scopes`
    /// are the scopes of the route; the token must have one of them.
    ///
    /// # Errors
    /// A denial with the answer of the API, and with the reason for the developer's log.
    pub async fn verify(&self, token: &str, scopes: &[String]) -> Result<Map<String, Value>, Denial> {
        self.verify_at(token, scopes, Timestamp::now()).await
    }

    async fn verify_at(
        &self,
        token: &str,
        scopes: &[String],
        now: Timestamp,
    ) -> Result<Map<String, Value>, Denial> {
        let verified = async {
            let token = verified(token, &self.algorithms, &self.issuers, self.api, &self.keys).await?;
            let judged = Judged::new(&token.claims, now);
            judged.check_times()?;
            check_issuers(judged, &token.trusted)?;
            judged.check_scopes(scopes)?;
            Ok(token.claims)
        };
        verified.await.map_err(|fault: Fault| self.api.denial(&fault))
    }
}

/// Checks that at least one issuer accepts the claims. If none does, returns the reason of the first.
fn check_issuers(judged: Judged<'_>, issuers: &[&aws::JwtIssuer]) -> Result<(), Fault> {
    let mut results = issuers.iter().map(|issuer| judged.check_issuer(issuer));
    let Some(Err(first)) = results.next() else { return Ok(()) };
    if results.any(|result| result.is_ok()) { Ok(()) } else { Err(first) }
}

#[cfg(test)]
mod tests;
