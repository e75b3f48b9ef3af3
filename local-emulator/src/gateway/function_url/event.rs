//! An HTTP request as an event of a Function URL, which is payload format 2.0 with differences.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload>, but the account is
//! `anonymous`, as captured in `vokerhttp/testdata/functionurl-request.json` of
//! <https://github.com/hotsock/voker>.

use std::borrow::Cow;
use std::net::IpAddr;

use api_routes_project::aws::path::decode;
use bytes::Bytes;
use http::request::Parts;

use crate::authorizer::{Authorized, Caller};
use crate::gateway::Api;
use crate::gateway::caller;
use crate::gateway::error::GatewayError;
use crate::gateway::headers::host_and_port;
use crate::gateway::identity::RequestIds;
use crate::gateway::payload_2::{Destination, InboundRequest};

#[cfg(test)]
mod tests;

/// The part of a host between the id of the URL and its region.
const DOMAIN: &str = ".lambda-url.";

/// The name of the only stage and of the only route.
const DEFAULT: &str = "$default";

/// A request to a Function URL, with all data for its event.
pub(super) struct UrlRequest<'a> {
    pub(super) api: &'a Api,
    pub(super) head: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) peer: IpAddr,
    pub(super) identity: &'a RequestIds,
    pub(super) authorized: &'a Authorized,
}

impl UrlRequest<'_> {
    /// Returns the JSON of the event.
    ///
    /// # Errors
    /// [`GatewayError::EventTooLong`] over what Lambda takes.
    pub(super) fn to_event(&self) -> Result<Bytes, GatewayError> {
        let path = decode(self.head.uri.path());
        let domain_name = self.domain_name();
        let Self { head, body, peer, identity, .. } = *self;
        InboundRequest { head, body, peer, identity, destination: self.destination(&domain_name, &path) }
            .to_event()
    }

    /// Returns a host of the form that URLs have on AWS, by which functions recognize a Function URL. A request to
    /// `<name>.localhost`, or to this machine's address, gets such a host too.
    ///
    /// Undocumented (URL-2): the id in the host.
    fn domain_name(&self) -> Cow<'_, str> {
        let (host, _) = host_and_port(&self.head.headers);
        if host.contains(DOMAIN) {
            return host.into();
        }
        let id = host.strip_suffix(".localhost").unwrap_or(&self.api.api_id);
        format!("{id}{DOMAIN}us-east-1.on.aws").into()
    }

    /// Undocumented (URL-4): the decoded path continues after a `%3F`, where the path of an HTTP API ends.
    fn destination<'a>(&'a self, domain_name: &'a str, path: &'a str) -> Destination<'a> {
        let authorizer = caller::payload_2(self.authorized);
        Destination {
            account_id: if authorizer.is_some() { &self.api.account_id } else { "anonymous" },
            api_id: domain_name.split('.').next().unwrap_or_default(),
            domain_name,
            stage: DEFAULT,
            route_key: DEFAULT,
            raw_path: self.head.uri.path(),
            path,
            path_parameters: &[],
            authorizer,
            always_has_length: false,
            keeps_cookie_header: true,
            // Two events of signed requests, from 2025, have all headers except `Authorization`. The events are in
            // public tests, with the hosts `bxdsranrgc5bkf5ph5b66dfz5i0okagy` and `rruaealyapf6huhzsnxhz4bi5q0azqkq`.
            drops_signature: matches!(self.authorized.caller, Some(Caller::Iam(_))),
        }
    }
}
