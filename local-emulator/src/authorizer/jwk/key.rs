//! Public keys as an issuer publishes them: <https://www.rfc-editor.org/rfc/rfc7517>

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::Value;

use super::algorithm::{Algorithm, KeyType};
use super::verified_signatures::VerifiedSignatures;

/// The sizes of RSA keys that can be verified, in bits. AWS names no limits (JWT-3).
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The mark of a point that is not compressed: <https://www.secg.org/sec1-v2.pdf>, 2.3.3.
const UNCOMPRESSED: u8 = 4;

/// The keys of an issuer.
#[derive(Debug, Default)]
pub(in crate::authorizer) struct KeySet {
    keys: Vec<PublicKey>,
}

/// A key with its id.
#[derive(Debug)]
pub(crate) struct PublicKey {
    pub(crate) id: String,
    /// The only algorithm of the key, if the issuer says so.
    algorithm: Option<String>,
    material: Material,
    verified: VerifiedSignatures,
}

#[derive(Debug)]
enum Material {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    Point(KeyType, Vec<u8>),
    /// A broken key, or a key for tokens that AWS does not accept, with the reason.
    Useless(String),
}

/// A key that does not verify a signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::authorizer) enum KeyFault {
    #[error("the signature is not of this key and these claims")]
    Signature,
    #[error("the key is only for `{0}`")]
    OtherAlgorithm(String),
    #[error("the key has the type {0}")]
    OtherType(KeyType),
    #[error("{0}")]
    Useless(String),
    /// JWT-2.
    #[error("`{es512}` is not emulated, though AWS takes it; try `{es256}`", es512 = Algorithm::Es512, es256 = Algorithm::Es256)]
    NotEmulated,
}

/// A JWK set. Its keys are read one by one, so that an unknown kind of key does not affect the others.
#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
    n: String,
    e: String,
    crv: String,
    x: String,
    y: String,
}

impl KeySet {
    /// Reads a JWK set.
    ///
    /// # Errors
    /// A text that is not JSON, or not an object with the member `keys`.
    pub(in crate::authorizer) fn read(json: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(serde_json::from_slice::<Document>(json)?.into())
    }

    /// Reads an object with a JWK set for each name.
    ///
    /// # Errors
    /// A text that is not JSON, or a member that is not an object with the member `keys`.
    pub(in crate::authorizer) fn read_each(json: &[u8]) -> Result<BTreeMap<String, Self>, serde_json::Error> {
        let documents: BTreeMap<String, Document> = serde_json::from_slice(json)?;
        Ok(documents.into_iter().map(|(name, document)| (name, document.into())).collect())
    }

    pub(in crate::authorizer) fn has(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    /// The ids of all keys.
    pub(in crate::authorizer) fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// Returns the key with an id. If several keys have the id, a key for the algorithm comes first.
    pub(in crate::authorizer) fn find(&self, id: &str, algorithm: Algorithm) -> Option<&PublicKey> {
        let with_id = || self.keys.iter().filter(|key| key.id == id);
        with_id().find(|key| key.check(algorithm).is_ok()).or_else(|| with_id().next())
    }
}

impl From<Document> for KeySet {
    /// Keys without an id are left out: a token could not name them.
    fn from(document: Document) -> Self {
        let keys = document.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Self { keys: keys.filter_map(PublicKey::from_jwk).collect() }
    }
}

impl PublicKey {
    /// Builds an RSA key. The numbers are big-endian.
    pub(crate) fn rsa(id: String, modulus: Vec<u8>, exponent: Vec<u8>) -> Self {
        let material = Material::Rsa { modulus, exponent };
        Self { id, algorithm: None, material, verified: VerifiedSignatures::default() }
    }

    fn from_jwk(jwk: Jwk) -> Option<Self> {
        let material = if jwk.r#use.as_deref().is_some_and(|purpose| purpose != "sig") {
            Material::Useless("it is not for signatures".to_owned())
        } else {
            Material::from_jwk(&jwk)
        };
        Some(Self { id: jwk.kid?, algorithm: jwk.alg, material, verified: VerifiedSignatures::default() })
    }

    /// Checks that the key is for an algorithm.
    pub(in crate::authorizer) fn check(&self, algorithm: Algorithm) -> Result<(), KeyFault> {
        if let Some(own) = &self.algorithm
            && own != algorithm.name()
        {
            return Err(KeyFault::OtherAlgorithm(own.clone()));
        }
        match &self.material {
            Material::Useless(reason) => Err(KeyFault::Useless(reason.clone())),
            Material::Rsa { .. } if algorithm.key_type() == KeyType::Rsa => Ok(()),
            Material::Rsa { .. } => Err(KeyFault::OtherType(KeyType::Rsa)),
            Material::Point(curve, _) if *curve == algorithm.key_type() => Ok(()),
            Material::Point(curve, _) => Err(KeyFault::OtherType(*curve)),
        }
    }

    /// Verifies a signature.
    ///
    /// # Errors
    /// [`KeyFault`], also for a key of another algorithm.
    pub(in crate::authorizer) fn verify(
        &self,
        algorithm: Algorithm,
        signed: &str,
        signature: &[u8],
    ) -> Result<(), KeyFault> {
        self.check(algorithm)?;
        self.verified
            .check(algorithm, signed, signature, || self.material.verify(algorithm, signed, signature))
    }
}

impl Material {
    fn from_jwk(jwk: &Jwk) -> Self {
        let key = match (jwk.kty.as_str(), jwk.crv.as_str()) {
            ("RSA", _) => rsa(jwk),
            ("EC", "P-256") => point(jwk, KeyType::P256, 32),
            ("EC", "P-384") => point(jwk, KeyType::P384, 48),
            ("EC", "P-521") => point(jwk, KeyType::P521, 66),
            ("EC", curve) => Err(format!("its curve is `{curve}`")),
            (kind, _) => Err(format!("its type is `{kind}`")),
        };
        key.unwrap_or_else(Self::Useless)
    }

    fn verify(&self, algorithm: Algorithm, signed: &str, signature: &[u8]) -> Result<(), KeyFault> {
        let verified = match self {
            Self::Rsa { modulus: n, exponent: e } => {
                let parameters = algorithm.rsa().ok_or(KeyFault::NotEmulated)?;
                RsaPublicKeyComponents { n, e }.verify(parameters, signed.as_bytes(), signature)
            }
            Self::Point(_, point) => {
                let parameters = algorithm.ecdsa().ok_or(KeyFault::NotEmulated)?;
                UnparsedPublicKey::new(parameters, point).verify(signed.as_bytes(), signature)
            }
            Self::Useless(reason) => return Err(KeyFault::Useless(reason.clone())),
        };
        verified.map_err(|ring::error::Unspecified| KeyFault::Signature)
    }
}

fn rsa(jwk: &Jwk) -> Result<Material, String> {
    let (modulus, exponent) = (number(&jwk.n, "n")?, number(&jwk.e, "e")?);
    let bits = modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize);
    if !RSA_BITS.contains(&bits) {
        let (least, most) = (RSA_BITS.start(), RSA_BITS.end());
        return Err(format!("it has {bits} bits, and {least} to {most} can be verified here"));
    }
    Ok(Material::Rsa { modulus, exponent })
}

/// Some issuers write zeros in front, which RFC 7518 forbids and `ring` refuses.
fn number(text: &str, member: &str) -> Result<Vec<u8>, String> {
    let mut bytes = decode(text, member)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    Ok(bytes)
}

fn point(jwk: &Jwk, curve: KeyType, length: usize) -> Result<Material, String> {
    let mut point = vec![UNCOMPRESSED];
    for (text, member) in [(&jwk.x, "x"), (&jwk.y, "y")] {
        let bytes = decode(text, member)?;
        if bytes.len() != length {
            return Err(format!("its `{member}` has {} bytes instead of {length}", bytes.len()));
        }
        point.extend(bytes);
    }
    Ok(Material::Point(curve, point))
}

fn decode(text: &str, member: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD.decode(text).map_err(|error| format!("its `{member}` is not base64url: {error}"))
}
