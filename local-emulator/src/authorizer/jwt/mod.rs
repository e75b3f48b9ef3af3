//! JWT authorizers of HTTP APIs and REST APIs, and Cognito authorizers of REST APIs.
//!
//! The signature is verified by `ring`; the rules about tokens and claims are those of API Gateway, each with its source or
//! with a number in `docs/contract/authorizers-jwt.md`.

mod algorithm;
mod claims;
mod cognito;
mod discovery;
mod fault;
mod fetch;
mod issuer_keys;
mod jwks_file;
mod key;
mod key_error;
mod key_sets;
mod rules;
mod text;
mod token;
mod verified_signatures;

use std::sync::Arc;

use api_routes_project::aws;
use serde_json::{Map, Value};

pub use cognito::CognitoVerifier;
pub use jwks_file::JwksFileError;
pub use key_sets::KeySets;

pub(crate) use claims::scopes_of;
pub(crate) use key::PublicKey;

use self::algorithm::Algorithm;
use self::claims::Judged;
use self::fault::Fault;
use self::token::Token;
use super::issuer::is_own;
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
    /// Verifies as an authorizer is configured, by the rules of its API.
    pub fn new(authorizer: &aws::JwtAuthorizer, api: ApiKind, keys: Arc<KeySets>) -> Self {
        Self {
            algorithms: api.algorithms(&authorizer.algorithms),
            issuers: authorizer.issuers.clone(),
            api,
            keys,
        }
    }

    /// Returns the claims of a token, which is the value of the authorizer's header, with or without `Bearer`. `scopes` are
    /// those of the route, of which the token must have one.
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

/// A token with the right signature.
struct Verified<'a> {
    claims: Map<String, Value>,
    /// The issuers of which one must accept the claims.
    trusted: Vec<&'a aws::JwtIssuer>,
}

/// Checks the form, the algorithm, the issuer and the signature of a token, in this order: a token of a foreign issuer must
/// not make the emulator fetch keys.
async fn verified<'a>(
    text: &str,
    algorithms: &[Algorithm],
    issuers: &'a [aws::JwtIssuer],
    api: ApiKind,
    keys: &KeySets,
) -> Result<Verified<'a>, Fault> {
    let Token { header, claims, signed, signature } = Token::read(text)?;
    let algorithm = accepted(header.algorithm(), algorithms)?;
    header.check_critical()?;
    let id = header.kid.ok_or(Fault::NoKeyId)?;
    let issuer = claims.get("iss").and_then(Value::as_str);
    if let Some(own) = keys.own_key(&id) {
        let trusted = trusted_with_own(issuer, issuers)?;
        verify(own.public(), algorithm, signed, &signature)?;
        return Ok(Verified { claims, trusted });
    }
    let trusted = trusted(issuer, issuers, keys)?;
    let set = keys.set_with(issuer.unwrap_or_default(), &id, api.lifetime()).await?;
    // The set was chosen because it has the key.
    let key = set.find(&id, algorithm).ok_or(Fault::NoKeyId)?;
    verify(key, algorithm, signed, &signature)?;
    Ok(Verified { claims, trusted })
}

fn accepted(name: &str, algorithms: &[Algorithm]) -> Result<Algorithm, Fault> {
    let algorithm = Algorithm::by_name(name).filter(|algorithm| algorithms.contains(algorithm));
    algorithm.ok_or_else(|| Fault::Algorithm {
        found: name.to_owned(),
        accepted: algorithms.iter().map(|algorithm| algorithm.name()).collect(),
    })
}

fn verify(key: &PublicKey, algorithm: Algorithm, signed: &str, signature: &[u8]) -> Result<(), Fault> {
    let verified = key.verify(algorithm, signed, signature);
    verified.map_err(|fault| Fault::Key { id: key.id.clone(), fault })
}

/// Returns the issuers that a token may be of. An issuer that only AWS can tell is any issuer, if its keys come from a
/// file.
fn trusted<'a>(
    issuer: Option<&str>,
    issuers: &'a [aws::JwtIssuer],
    keys: &KeySets,
) -> Result<Vec<&'a aws::JwtIssuer>, Fault> {
    let named = issuers.iter().filter(|trusted| trusted.url.is_some() && trusted.url.as_deref() == issuer);
    let named: Vec<_> = named.collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let open: Vec<_> = issuers.iter().filter(|trusted| trusted.url.is_none()).collect();
    if open.is_empty() {
        return Err(no_such_issuer(issuer, issuers));
    }
    if keys.trusts_any_issuer() { Ok(open) } else { Err(key_error::KeySetError::UnknownIssuer.into()) }
}

/// A token that the emulator signed may name the emulator's issuer or one of the template. It passes for any of them.
fn trusted_with_own<'a>(
    issuer: Option<&str>,
    issuers: &'a [aws::JwtIssuer],
) -> Result<Vec<&'a aws::JwtIssuer>, Fault> {
    let is_open = |trusted: &aws::JwtIssuer| trusted.url.is_none();
    let is_trusted = issuers.iter().any(|trusted| is_open(trusted) || trusted.url.as_deref() == issuer);
    if issuer.is_some_and(is_own) || is_trusted {
        return Ok(issuers.iter().collect());
    }
    Err(no_such_issuer(issuer, issuers))
}

fn no_such_issuer(found: Option<&str>, issuers: &[aws::JwtIssuer]) -> Fault {
    let trusted = issuers.iter().filter_map(|issuer| issuer.url.clone()).collect();
    Fault::Issuer { found: found.map(str::to_owned), trusted }
}

/// At least one issuer must accept the claims. The reason of the first is as good as any.
fn check_issuers(judged: Judged<'_>, issuers: &[&aws::JwtIssuer]) -> Result<(), Fault> {
    let mut results = issuers.iter().map(|issuer| judged.check_issuer(issuer));
    let Some(Err(first)) = results.next() else { return Ok(()) };
    if results.any(|result| result.is_ok()) { Ok(()) } else { Err(first) }
}

#[cfg(test)]
mod tests;
