//! Public keys, and the signatures that they verify. Tokens of the emulator's own issuer and of all others are verified
//! here.

mod algorithm;
mod key;
mod verified_signatures;

pub(super) use algorithm::Algorithm;
pub(crate) use key::PublicKey;
pub(super) use key::{KeyFault, KeySet};
