//! The owner of a key, made from the key.

use crate::authorizer::IamCaller;
use crate::authorizer::digest::sha256;

/// The role of all temporary credentials.
const ROLE: &str = "local";

/// The caller that signs with a key: a user, or for a key of temporary credentials (`ASIA…`) a session of a role.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
///
/// Not AWS's (IAM-7): names and ids. The user and the session have the name of the key, so that two keys are two callers,
/// and the same ones tomorrow.
pub(super) fn caller(access_key: &str, account_id: &str) -> IamCaller {
    let (user_id, user_arn) = if access_key.starts_with("ASIA") {
        let user_id = format!("AROA{}:{access_key}", unique_id(ROLE));
        (user_id, format!("arn:aws:sts::{account_id}:assumed-role/{ROLE}/{access_key}"))
    } else {
        let user_id = format!("AIDA{}", unique_id(access_key));
        (user_id, format!("arn:aws:iam::{account_id}:user/{access_key}"))
    };
    IamCaller { access_key: access_key.to_owned(), account_id: account_id.to_owned(), user_id, user_arn }
}

/// The seventeen letters and digits behind `AIDA`.
fn unique_id(name: &str) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let hash = sha256(name.as_bytes());
    hash.as_ref().iter().take(17).map(|byte| char::from(DIGITS[usize::from(byte & 31)])).collect()
}
