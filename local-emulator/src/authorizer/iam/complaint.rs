//! The messages with which AWS refuses a signature.
//!
//! The messages were recorded from REST APIs, and from other services of AWS with the same texts:
//! <https://github.com/dacut/scratchstack-aws-signature/blob/main/docs/AWS%20Auth%20Error%20Ordering.pdf>, `index.js`
//! of <https://github.com/mhart/dynalite>. Since 2023 AWS repeats less of the request: the hash of `Authorization`
//! instead of the header, and no region, service or date (`iamapi/iamerr` in <https://github.com/versity/versitygw>).

use crate::authorizer::digest::sha256_base64;
use crate::authorizer::{Denial, DenialKind};

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                        Secret Access Key and signing method. Consult the service documentation for details.";

const INVALID_TOKEN: &str = "The security token included in the request is invalid.";

/// A request without a signature.
pub(super) fn unsigned(service: &str) -> Denial {
    let reason = format!(
        "the request is not signed: sign it with AWS Signature Version 4 for the service `{service}`, as `awscurl \
         --service {service}` does"
    );
    Denial::new(DenialKind::MissingAuthenticationToken, reason)
}

/// A signature with a missing part.
pub(super) fn incomplete(message: impl Into<String>) -> Denial {
    with_message(DenialKind::IncompleteSignature, message.into())
}

/// A signature for another time, service or set of headers.
pub(super) fn invalid(message: impl Into<String>) -> Denial {
    with_message(DenialKind::InvalidSignature, message.into())
}

fn with_message(kind: DenialKind, message: String) -> Denial {
    let reason = format!("the signature is not accepted: {}", message.trim_end());
    Denial { message: Some(message), ..Denial::new(kind, reason) }
}

/// A signature of another request or another secret.
pub(super) fn mismatch(reason: impl Into<String>) -> Denial {
    Denial { message: Some(MISMATCH.to_owned()), ..Denial::new(DenialKind::InvalidSignature, reason) }
}

impl Denial {
    /// Adds the text that should have been signed to the message of a mismatch.
    pub(super) fn showing(self, request: &str, string_to_sign: &str) -> Self {
        let message = format!(
            "{MISMATCH}\n\nThe Canonical String for this request should have been\n'{request}'\n\nThe String-to-Sign should \
             have been\n'{string_to_sign}'\n"
        );
        Self { message: Some(message), ..self }
    }
}

/// Temporary credentials that have expired.
pub(super) fn expired(access_key: &str) -> Denial {
    let reason = format!("the temporary credentials of `{access_key}` are expired: log in again");
    let message = "The security token included in the request is expired".to_owned();
    Denial { message: Some(message), ..Denial::new(DenialKind::ExpiredCredentials, reason) }
}

/// Unknown credentials.
pub(super) fn unrecognized(reason: impl Into<String>) -> Denial {
    Denial { message: Some(INVALID_TOKEN.to_owned()), ..Denial::new(DenialKind::UnrecognizedClient, reason) }
}

/// A part of `Authorization` without an equal-sign, such as the token after `Bearer`.
///
/// The hash is the hash of the whole header. A report of 26 November 2025, in which AWS answered a header that is
/// known, shows the first letters of this hash.
pub(super) fn no_pair(authorization: &[u8]) -> Denial {
    incomplete(format!(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): \
         '{}'.",
        sha256_base64(authorization)
    ))
}

/// Parameters that `Authorization` lacks, each with its sentence.
///
/// Undocumented (IAM-1): the hash is the hash of the whole header here too.
pub(super) fn lacks_parameters(sentences: &[&str], authorization: &[u8]) -> Denial {
    incomplete(format!(
        "{} (Hashed with SHA-256 and encoded with Base64) Authorization={}",
        sentences.join(" "),
        sha256_base64(authorization)
    ))
}
