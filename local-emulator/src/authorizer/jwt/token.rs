//! A signed token in its compact form: `header.claims.signature`, each part in base64url.
//! <https://www.rfc-editor.org/rfc/rfc7515#section-7.1>

use api_routes_project::aws;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::fault::{Fault, Part};
use super::key_error::KeySetError;
use super::key_sets::KeySets;
use crate::authorizer::ApiKind;
use crate::authorizer::issuer::is_own;
use crate::authorizer::jwk::{Algorithm, PublicKey};

/// The word before a token. The name of a scheme may be in any case, by <https://www.rfc-editor.org/rfc/rfc9110#section-11.1>;
/// AWS does not say whether it takes `bearer` (JWT-13).
const SCHEME: &str = "Bearer";

/// A well-formed token. Its signature and its claims are not checked yet.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) header: Header,
    pub(super) claims: Map<String, Value>,
    /// Header and claims as they were sent: the signed text.
    pub(super) signed: &'a str,
    pub(super) signature: Vec<u8>,
}

/// The members of a header that matter.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    alg: Option<String>,
    pub(super) kid: Option<String>,
    crit: Option<Value>,
}

impl Header {
    /// The name of the algorithm, or an empty text.
    pub(super) fn algorithm(&self) -> &str {
        self.alg.as_deref().unwrap_or_default()
    }

    /// Checks that the header names no extension as critical. A reader that does not know an extension must refuse such a
    /// token: <https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11>. AWS does not say what it does (JWT-1).
    pub(super) fn check_critical(&self) -> Result<(), Fault> {
        self.crit.as_ref().map_or(Ok(()), |crit| Err(Fault::Critical(crit.to_string())))
    }
}

impl<'a> Token<'a> {
    /// Reads the value of a header, with or without `Bearer` in front.
    pub(super) fn read(text: &'a str) -> Result<Self, Fault> {
        let text = without_scheme(text.trim());
        if text.is_empty() {
            return Err(Fault::NoToken);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts[..] else { return Err(Fault::Parts(parts.len())) };
        let signed = &text[..header.len() + 1 + claims.len()];
        Ok(Self {
            header: read_json(header, Part::Header)?,
            claims: read_json(claims, Part::Claims)?,
            signed,
            signature: decode(signature, Part::Signature)?,
        })
    }
}

/// A token whose signature is valid.
pub(super) struct VerifiedToken<'a> {
    pub(super) claims: Map<String, Value>,
    /// The issuers of which one must accept the claims.
    pub(super) trusted: Vec<&'a aws::JwtIssuer>,
}

/// Checks the form, the algorithm, the issuer and the signature of a token, in this order: a token of a foreign issuer must
/// not make the emulator fetch keys.
pub(super) async fn verified<'a>(
    text: &str,
    algorithms: &[Algorithm],
    issuers: &'a [aws::JwtIssuer],
    api: ApiKind,
    keys: &KeySets,
) -> Result<VerifiedToken<'a>, Fault> {
    let Token { header, claims, signed, signature } = Token::read(text)?;
    let algorithm = accepted(header.algorithm(), algorithms)?;
    header.check_critical()?;
    let id = header.kid.ok_or(Fault::NoKeyId)?;
    let issuer = claims.get("iss").and_then(Value::as_str);
    if let Some(own) = keys.own_key(&id) {
        let trusted = trusted_with_own(issuer, issuers)?;
        verify(own.public(), algorithm, signed, &signature)?;
        return Ok(VerifiedToken { claims, trusted });
    }
    let trusted = trusted(issuer, issuers, keys)?;
    let set = keys.set_with(issuer.unwrap_or_default(), &id, api.lifetime()).await?;
    // The set was chosen because it has the key.
    let key = set.find(&id, algorithm).ok_or(Fault::NoKeyId)?;
    verify(key, algorithm, signed, &signature)?;
    Ok(VerifiedToken { claims, trusted })
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

/// Returns the issuers that may have signed a token. If only AWS knows the issuer, every issuer is accepted, as long as
/// the keys come from a file.
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
    if keys.trusts_any_issuer() { Ok(open) } else { Err(KeySetError::UnknownIssuer.into()) }
}

/// Returns the issuers of a token that the emulator signed. It may name the emulator's issuer or an issuer of the template, and
/// is accepted for any of them.
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

/// The prefix is optional: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>
fn without_scheme(text: &str) -> &str {
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    if scheme.eq_ignore_ascii_case(SCHEME) { rest.trim_start() } else { text }
}

fn read_json<T: for<'de> Deserialize<'de>>(part: &str, name: Part) -> Result<T, Fault> {
    let json = decode(part, name)?;
    // Serde would take an array for a struct.
    if json.trim_ascii_start().first() != Some(&b'{') {
        return Err(Fault::Json(name, "it does not begin with `{`".to_owned()));
    }
    serde_json::from_slice(&json).map_err(|error| Fault::Json(name, error.to_string()))
}

fn decode(part: &str, name: Part) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(part).map_err(|error| Fault::Base64(name, error))
}
