//! The signatures that a key has verified.
//!
//! A client sends the same token with each request, and the signature is most of the cost of a token. A verified
//! signature stays valid as long as the key is used, so that the key owns the memory. Everything else about a token is
//! checked for each request.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::algorithm::Algorithm;

/// The maximum number of signatures.
const MOST: usize = 1_000;

/// The maximum size in bytes of all signatures together, with the texts that they sign.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The signatures of one key. Over the limits the oldest are forgotten. Only valid signatures are kept, so that strangers
/// cannot fill the memory.
#[derive(Debug, Default)]
pub(super) struct VerifiedSignatures(Mutex<SignatureMemory>);

#[derive(Debug, Default)]
struct SignatureMemory {
    signatures: HashSet<Arc<Signature>>,
    /// In the order in which they came.
    order: VecDeque<Arc<Signature>>,
    bytes: usize,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Signature {
    algorithm: Algorithm,
    signed: String,
    bytes: Vec<u8>,
}

impl VerifiedSignatures {
    /// Returns the result of `verify`, which is not called again for a signature that it accepted.
    pub(super) fn check<E>(
        &self,
        algorithm: Algorithm,
        signed: &str,
        signature: &[u8],
        verify: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let signature = Signature { algorithm, signed: signed.to_owned(), bytes: signature.to_vec() };
        if self.kept().signatures.contains(&signature) {
            return Ok(());
        }
        verify()?;
        self.kept().keep(signature);
        Ok(())
    }

    fn kept(&self) -> MutexGuard<'_, SignatureMemory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SignatureMemory {
    fn keep(&mut self, signature: Signature) {
        let signature = Arc::new(signature);
        if !self.signatures.insert(Arc::clone(&signature)) {
            return;
        }
        self.bytes += signature.size();
        self.order.push_back(signature);
        while self.order.len() > MOST || self.bytes > MOST_BYTES {
            let Some(oldest) = self.order.pop_front() else { return };
            self.bytes -= oldest.size();
            self.signatures.remove(&oldest);
        }
    }
}

impl Signature {
    fn size(&self) -> usize {
        self.signed.len() + self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{MOST, MOST_BYTES, VerifiedSignatures};
    use crate::authorizer::jwk::algorithm::Algorithm;

    /// Whether a check verifies a signature, instead of finding it in the memory.
    fn is_verified(
        signatures: &VerifiedSignatures,
        algorithm: Algorithm,
        signed: &str,
        signature: &[u8],
    ) -> bool {
        let asked = Cell::new(false);
        let result = signatures.check(algorithm, signed, signature, || {
            asked.set(true);
            Ok::<_, ()>(())
        });
        assert_eq!(result, Ok(()));
        asked.get()
    }

    #[test]
    fn same_signature_is_verified_once() {
        let signatures = VerifiedSignatures::default();
        for (algorithm, signed, signature, expected) in [
            (Algorithm::Rs256, "header.claims", &b"signature"[..], true),
            (Algorithm::Rs256, "header.claims", b"signature", false),
            (Algorithm::Rs384, "header.claims", b"signature", true),
            (Algorithm::Rs256, "header.claim", b"ssignature", true),
            (Algorithm::Rs256, "header.other", b"signature", true),
            (Algorithm::Rs256, "header.claims", b"other", true),
            (Algorithm::Rs256, "header.claims", b"signature", false),
        ] {
            assert_eq!(is_verified(&signatures, algorithm, signed, signature), expected, "{signed}");
        }
    }

    #[test]
    fn wrong_signature_is_wrong_each_time() {
        let signatures = VerifiedSignatures::default();
        for _ in 0..2 {
            assert_eq!(signatures.check(Algorithm::Rs256, "a.b", b"c", || Err(7)), Err(7));
        }
        assert!(is_verified(&signatures, Algorithm::Rs256, "a.b", b"c"));
    }

    #[test]
    fn oldest_signatures_are_forgotten_over_the_limits() {
        let signatures = VerifiedSignatures::default();
        for number in 0..=MOST {
            assert!(is_verified(&signatures, Algorithm::Rs256, &number.to_string(), b""));
        }
        assert!(!is_verified(&signatures, Algorithm::Rs256, "1", b""));
        assert!(is_verified(&signatures, Algorithm::Rs256, "0", b""));
        // This signature fills the memory.
        assert!(is_verified(&signatures, Algorithm::Rs256, "", &vec![0; MOST_BYTES]));
        assert!(is_verified(&signatures, Algorithm::Rs256, "2", b""));
    }
}
