//! Algorithms of signatures: <https://www.rfc-editor.org/rfc/rfc7518#section-3.1>

use std::fmt;

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, EcdsaVerificationAlgorithm, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
};

/// An algorithm that an API of AWS may accept. Each needs a public key, so that no text that is public can sign a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::authorizer) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Es256,
    Es384,
    Es512,
}

use Algorithm::{Es256, Es384, Es512, Rs256, Rs384, Rs512};

/// A family of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::authorizer) enum KeyType {
    Rsa,
    P256,
    P384,
    P521,
}

impl Algorithm {
    /// HTTP APIs take RSA alone: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>
    pub(in crate::authorizer) const RSA: [Self; 3] = [Rs256, Rs384, Rs512];

    /// REST APIs take these: <https://docs.aws.amazon.com/apigateway/latest/api/API_JwtConfigurationInput.html>
    pub(in crate::authorizer) const ALL: [Self; 6] = [Rs256, Rs384, Rs512, Es256, Es384, Es512];

    /// The name in the header of a token.
    pub(in crate::authorizer) fn name(self) -> &'static str {
        match self {
            Rs256 => "RS256",
            Rs384 => "RS384",
            Rs512 => "RS512",
            Es256 => "ES256",
            Es384 => "ES384",
            Es512 => "ES512",
        }
    }

    pub(in crate::authorizer) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Returns the type of key that can sign with the algorithm.
    pub(in crate::authorizer) fn key_type(self) -> KeyType {
        match self {
            Rs256 | Rs384 | Rs512 => KeyType::Rsa,
            Es256 => KeyType::P256,
            Es384 => KeyType::P384,
            Es512 => KeyType::P521,
        }
    }

    pub(in crate::authorizer) fn rsa(self) -> Option<&'static RsaParameters> {
        match self {
            Rs256 => Some(&RSA_PKCS1_2048_8192_SHA256),
            Rs384 => Some(&RSA_PKCS1_2048_8192_SHA384),
            Rs512 => Some(&RSA_PKCS1_2048_8192_SHA512),
            Es256 | Es384 | Es512 => None,
        }
    }

    /// `ring` has no curve P-521 (JWT-2).
    pub(in crate::authorizer) fn ecdsa(self) -> Option<&'static EcdsaVerificationAlgorithm> {
        match self {
            Es256 => Some(&ECDSA_P256_SHA256_FIXED),
            Es384 => Some(&ECDSA_P384_SHA384_FIXED),
            Rs256 | Rs384 | Rs512 | Es512 => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "RSA",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        })
    }
}
