//! A signed token in its compact form: `header.claims.signature`, each part in base64url.
//! <https://www.rfc-editor.org/rfc/rfc7515#section-7.1>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::fault::{Fault, Part};

/// The word before a token. The name of a scheme may be in any case, by <https://www.rfc-editor.org/rfc/rfc9110#section-11.1>;
/// AWS does not say whether it takes `bearer` (JWT-13).
const SCHEME: &str = "Bearer";

/// A token whose form is right. Its signature and its claims are not judged yet.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) header: Header,
    pub(super) claims: Map<String, Value>,
    /// Header and claims as they came, which the signature is about.
    pub(super) signed: &'a str,
    pub(super) signature: Vec<u8>,
}

/// The members of a header that decide about a token.
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
