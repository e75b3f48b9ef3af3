//! The credential of a signature: its key with the owner, and its scope.

use super::complaint;
use super::date::SigningTime;
use super::presented::{ASYMMETRIC, PresentedSignature};
use crate::authorizer::digest::sha256;
use crate::authorizer::{Denial, IamCaller};

/// The role of all temporary credentials.
const ROLE: &str = "local";

/// The parts of `<key id>/<date>/<region>/<service>/aws4_request`. Signature Version 4A has no region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credential<'a> {
    pub(super) access_key: &'a str,
    /// All parts except the key.
    pub(super) scope: &'a str,
    pub(super) region: &'a str,
    pub(super) date: &'a str,
    pub(super) service: &'a str,
    pub(super) terminator: &'a str,
}

impl<'a> Credential<'a> {
    /// Splits the credential of a signature.
    pub(super) fn new(presented: &'a PresentedSignature) -> Result<Self, Denial> {
        let text = presented.credential.as_str();
        let parts: Vec<_> = text.split('/').collect();
        let (access_key, date, region, service, terminator) = match parts[..] {
            [key, date, region, service, end] => (key, date, region, service, end),
            [key, date, service, end] if presented.algorithm == ASYMMETRIC => (key, date, "*", service, end),
            _ => {
                return Err(complaint::incomplete(format!(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
                     '{text}'"
                )));
            }
        };
        let scope = text.split_once('/').map_or("", |(_, scope)| scope);
        Ok(Self { access_key, scope, region, date, service, terminator })
    }

    /// Compares the scope with the service and the time.
    ///
    /// Not AWS's (IAM-6): every region is accepted, since the region of the deployed API is not known.
    pub(super) fn check(&self, service: &str, time: SigningTime) -> Result<(), Denial> {
        let is_region = !self.region.is_empty() && !self.region.contains(char::is_whitespace);
        let sentences = [
            (!is_region).then(|| "Credential should be scoped to a valid region. ".to_owned()),
            (self.service != service)
                .then(|| format!("Credential should be scoped to correct service: '{service}'. ")),
            (self.terminator != "aws4_request")
                .then(|| "Credential should be scoped with a valid terminator: 'aws4_request'. ".to_owned()),
            (self.date != time.day()).then(|| {
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP. ".to_owned()
            }),
        ];
        let message: String = sentences.into_iter().flatten().collect();
        if message.is_empty() { Ok(()) } else { Err(complaint::invalid(message)) }
    }
    /// Returns the caller that signs with the key: a user, or for a key of temporary credentials (`ASIA…`) a session of a role.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
    ///
    /// Not AWS's (IAM-7): names and ids. The user and the session have the name of the key, so that each key is always the same
    /// caller.
    pub(super) fn caller(self, account_id: &str) -> IamCaller {
        let access_key = self.access_key;
        let (user_id, user_arn) = if access_key.starts_with("ASIA") {
            let user_id = format!("AROA{}:{access_key}", unique_id(ROLE));
            (user_id, format!("arn:aws:sts::{account_id}:assumed-role/{ROLE}/{access_key}"))
        } else {
            let user_id = format!("AIDA{}", unique_id(access_key));
            (user_id, format!("arn:aws:iam::{account_id}:user/{access_key}"))
        };
        IamCaller { access_key: access_key.to_owned(), account_id: account_id.to_owned(), user_id, user_arn }
    }
}

/// Returns the seventeen letters and digits after `AIDA`.
fn unique_id(name: &str) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let hash = sha256(name.as_bytes());
    hash.as_ref().iter().take(17).map(|byte| char::from(DIGITS[usize::from(byte & 31)])).collect()
}
