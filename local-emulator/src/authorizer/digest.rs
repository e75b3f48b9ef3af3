//! SHA-256 and HMAC, from `ring`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::hmac;

/// Returns the SHA-256 of bytes in lower-case hexadecimal, the form in signatures.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex(sha256(bytes).as_ref())
}

/// Returns the SHA-256 of bytes in base64, the form in AWS's messages.
pub(super) fn sha256_base64(bytes: &[u8]) -> String {
    STANDARD.encode(sha256(bytes))
}

/// Returns the SHA-256 of bytes.
pub(super) fn sha256(bytes: &[u8]) -> impl AsRef<[u8]> {
    digest(&SHA256, bytes)
}

/// Compares two secrets in a time that does not depend on where they differ.
pub(super) fn are_equal(left: &[u8], right: &[u8]) -> bool {
    // `ring` compares tags in constant time.
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"equal");
    hmac::verify(&key, left, hmac::sign(&key, right).as_ref()).is_ok()
}

/// Returns the HMAC of a message, with SHA-256.
pub(super) fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().to_vec()
}

/// Writes bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of an empty text is in each signature of a request without a body; the other hash is an example of FIPS
    /// 180-2.
    #[test]
    fn hashes_are_those_of_the_standard() {
        for (text, hash) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            assert_eq!(sha256_hex(text.as_bytes()), hash);
        }
    }

    #[test]
    fn only_equal_secrets_are_equal() {
        for (left, right, equal) in
            [("", "", true), ("a", "a", true), ("a", "b", false), ("a", "aa", false), ("a", "", false)]
        {
            assert_eq!(are_equal(left.as_bytes(), right.as_bytes()), equal, "{left} {right}");
        }
    }
}
