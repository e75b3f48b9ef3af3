//! The credential of a signature: which key, and for what.

use super::complaint;
use super::date::SigningTime;
use super::presented::Presented;
use crate::authorizer::Denial;

/// `<key id>/<date>/<region>/<service>/aws4_request`, cut into its parts. Signature Version 4A has no region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credential<'a> {
    pub(super) access_key: &'a str,
    /// All but the key.
    pub(super) scope: &'a str,
    pub(super) region: &'a str,
    pub(super) date: &'a str,
    pub(super) service: &'a str,
    pub(super) terminator: &'a str,
}

impl<'a> Credential<'a> {
    /// Cuts the credential of a signature.
    pub(super) fn new(presented: &'a Presented) -> Result<Self, Denial> {
        let text = presented.credential.as_str();
        let parts: Vec<_> = text.split('/').collect();
        let (access_key, date, region, service, terminator) = match parts[..] {
            [key, date, region, service, end] => (key, date, region, service, end),
            [key, date, service, end] if presented.algorithm == super::ASYMMETRIC => {
                (key, date, "*", service, end)
            }
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

    /// Compares the scope with what the front door is.
    ///
    /// Not AWS's (IAM-6): a region that is not the API's is taken, since nothing says where the API will be.
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
}
