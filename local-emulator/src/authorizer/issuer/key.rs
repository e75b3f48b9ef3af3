//! The key of the emulator's issuer.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Map, Value, json};

use crate::authorizer::jwk::PublicKey;

/// The beginning of ids. Tokens of other issuers are recognized without reading the file.
const PREFIX: &str = "emulator-";

/// The number of bytes of a thumbprint in an id. The id distinguishes keys; only the signature is trusted.
const THUMBPRINT: usize = 12;

/// A key that signs tokens with RS256.
pub struct OwnKey {
    pair: RsaKeyPair,
    public: PublicKey,
    modulus: String,
    exponent: String,
}

/// A token that cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot sign a token: the system gives no random numbers")]
#[non_exhaustive]
pub struct SignError;

impl OwnKey {
    /// Reads a key in the form of PKCS#8, or returns the reason why it cannot be used.
    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, String> {
        let pair = RsaKeyPair::from_pkcs8(der).map_err(|error| error.to_string())?;
        let PublicKeyComponents::<Vec<u8>> { n, e } = pair.public().into();
        let (modulus, exponent) = (URL_SAFE_NO_PAD.encode(&n), URL_SAFE_NO_PAD.encode(&e));
        let public = PublicKey::rsa(id(&modulus, &exponent), n, e);
        Ok(Self { pair, public, modulus, exponent })
    }

    /// Returns a token with these claims.
    ///
    /// # Errors
    /// [`SignError`], if the system has no random numbers.
    pub fn sign(&self, claims: &Map<String, Value>) -> Result<String, SignError> {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.id() });
        let claims = Value::Object(claims.clone());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|ring::error::Unspecified| SignError)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Returns the `kid` of the tokens that this key signs.
    pub fn id(&self) -> &str {
        &self.public.id
    }

    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The public half, as a JWK.
    pub(super) fn jwk(&self) -> Value {
        let Self { modulus, exponent, .. } = self;
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id(), "n": modulus, "e": exponent })
    }
}

impl fmt::Debug for OwnKey {
    /// Omits the private half.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnKey").field("id", &self.id()).finish_non_exhaustive()
    }
}

/// Whether a key id can belong to an emulator.
pub(super) fn is_own_id(id: &str) -> bool {
    id.starts_with(PREFIX)
}

/// Returns the id of a key, made from its thumbprint: <https://www.rfc-editor.org/rfc/rfc7638>
fn id(modulus: &str, exponent: &str) -> String {
    let members = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
    let thumbprint = digest::digest(&digest::SHA256, members.as_bytes());
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(&thumbprint.as_ref()[..THUMBPRINT]))
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
