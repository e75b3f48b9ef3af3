//! An HTTP request as an event of a Function URL, which is payload format 2.0 with differences.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload>, but the account is
//! `anonymous`, as captured in `vokerhttp/testdata/functionurl-request.json` of
//! <https://github.com/hotsock/voker>.

use std::net::IpAddr;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::AuthType;
use crate::gateway::Api;
use crate::gateway::error::GatewayError;
use crate::gateway::headers::host_and_port;
use crate::gateway::identity::Identity;
use crate::gateway::path::decode;
use crate::gateway::payload_2::{Authorizer, Destination, Iam, Received};

#[cfg(test)]
mod tests;

/// The only stage and the only route.
const DEFAULT: &str = "$default";

/// All that an event is made of.
pub(super) struct Arrived<'a> {
    pub(super) api: &'a Api,
    pub(super) auth_type: AuthType,
    pub(super) head: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) peer: IpAddr,
    pub(super) identity: &'a Identity,
}

impl Arrived<'_> {
    /// The event's JSON.
    ///
    /// # Errors
    /// [`GatewayError::EventTooLong`] over what Lambda takes.
    pub(super) fn to_event(&self) -> Result<Bytes, GatewayError> {
        let path = decode(self.head.uri.path());
        let Self { head, body, peer, identity, .. } = *self;
        Received { head, body, peer, identity, destination: self.destination(&path) }.to_event()
    }

    /// Undocumented (URL-4): that the decoded path goes beyond a `%3F`, where that of an HTTP API ends.
    fn destination<'a>(&'a self, path: &'a str) -> Destination<'a> {
        let (host, _) = host_and_port(&self.head.headers);
        let authorizer = self.authorizer();
        Destination {
            account_id: if authorizer.is_some() { &self.api.account_id } else { "anonymous" },
            // Undocumented (URL-2): on AWS the URL's id, which is also the first label of its host.
            api_id: host.split('.').next().unwrap_or_default(),
            stage: DEFAULT,
            route_key: DEFAULT,
            raw_path: self.head.uri.path(),
            path,
            path_parameters: &[],
            authorizer,
            keeps_cookie_header: true,
        }
    }

    /// Undocumented (URL-3): who it is that calls, since nobody needs to sign here. The ids are those of the
    /// examples in AWS's guide.
    fn authorizer(&self) -> Option<Authorizer<'_>> {
        const USER_ID: &str = "AIDACKCEVSQ6C2EXAMPLE";
        const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
        let account_id = self.api.account_id.as_str();
        (self.auth_type == AuthType::AwsIam).then(|| Authorizer {
            iam: Iam {
                access_key: self.access_key().unwrap_or(ACCESS_KEY),
                account_id,
                caller_id: USER_ID,
                cognito_identity: None,
                principal_org_id: None,
                user_arn: format!("arn:aws:iam::{account_id}:user/local"),
                user_id: USER_ID,
            },
        })
    }

    /// Of a signed request: `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/lambda/aws4_request, …`.
    fn access_key(&self) -> Option<&str> {
        let sent = self.head.headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (_, credential) = sent.strip_prefix("AWS4-HMAC-SHA256 ")?.split_once("Credential=")?;
        credential.split_once('/').map(|(key, _)| key)
    }
}
