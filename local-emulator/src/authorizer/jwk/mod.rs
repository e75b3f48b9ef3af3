//! Public keys, and the signatures that they verify. Tokens of all issuers are verified here, including the emulator's
//! own.

mod algorithm;
mod key;
mod verified_signatures;

pub(super) use algorithm::Algorithm;
pub(crate) use key::PublicKey;
pub(super) use key::{KeyFault, KeySet};
