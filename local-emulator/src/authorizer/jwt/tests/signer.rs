//! Keys of tests, which each process makes again, and the tokens that they sign.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaKeyPair,
};
use serde_json::{Value, json};

use crate::authorizer::issuer::new_key;

pub(super) static RSA: LazyLock<Signer> = LazyLock::new(|| Signer::rsa("first"));
pub(super) static OTHER_RSA: LazyLock<Signer> = LazyLock::new(|| Signer::rsa("second"));
pub(super) static P256: LazyLock<Signer> = LazyLock::new(|| Signer::ec("p256", "P-256"));
pub(super) static P384: LazyLock<Signer> = LazyLock::new(|| Signer::ec("p384", "P-384"));

pub(super) struct Signer {
    pub(super) id: &'static str,
    pair: Pair,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair, &'static str),
}

impl Signer {
    fn rsa(id: &'static str) -> Self {
        Self { id, pair: Pair::Rsa(RsaKeyPair::from_pkcs8(&new_key().unwrap()).unwrap()) }
    }

    fn ec(id: &'static str, curve: &'static str) -> Self {
        let algorithm = match curve {
            "P-256" => &ECDSA_P256_SHA256_FIXED_SIGNING,
            _ => &ECDSA_P384_SHA384_FIXED_SIGNING,
        };
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self {
            id,
            pair: Pair::Ec(EcdsaKeyPair::from_pkcs8(algorithm, der.as_ref(), &random).unwrap(), curve),
        }
    }

    /// The public half, as a JWK.
    pub(super) fn jwk(&self) -> Value {
        match &self.pair {
            Pair::Rsa(pair) => {
                let PublicKeyComponents::<Vec<u8>> { n, e } = pair.public().into();
                json!({ "kty": "RSA", "kid": self.id, "n": encode(&n), "e": encode(&e) })
            }
            Pair::Ec(pair, curve) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "kid": self.id, "crv": curve, "x": encode(x), "y": encode(y) })
            }
        }
    }

    /// A set with this key alone.
    pub(super) fn set(&self) -> Value {
        json!({ "keys": [self.jwk()] })
    }

    /// A token with the header that issuers write.
    pub(super) fn token(&self, claims: &Value) -> String {
        let algorithm = match &self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::Ec(_, "P-256") => "ES256",
            Pair::Ec(..) => "ES384",
        };
        self.sign(&json!({ "alg": algorithm, "kid": self.id, "typ": "JWT" }), claims)
    }

    /// A token with any header, signed as its `alg` says, or as this key usually does.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::Rsa(pair) => {
                let padding = match header["alg"].as_str() {
                    Some("RS384") => &RSA_PKCS1_SHA384,
                    Some("RS512") => &RSA_PKCS1_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Pair::Ec(pair, _) => pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
        };
        format!("{signed}.{}", encode(signature))
    }

    /// A token signed with the public key as if it were a secret, which an unwary verifier would accept.
    pub(super) fn confused(&self, claims: &Value) -> String {
        let header = json!({ "alg": "HS256", "kid": self.id });
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let secret = hmac::Key::new(hmac::HMAC_SHA256, self.jwk().to_string().as_bytes());
        format!("{signed}.{}", encode(hmac::sign(&secret, signed.as_bytes())))
    }
}

/// A token with any parts, and no signature.
pub(super) fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}.", encode(header.to_string()), encode(claims.to_string()))
}

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
