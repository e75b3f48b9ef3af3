//! What an event tells of its request beside the request itself.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::gateway::identity::common_log_format;
use crate::timestamp::Timestamp;

/// `requestContext`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gateway) struct RequestContext<'a> {
    pub(in crate::gateway) resource_id: &'a str,
    pub(in crate::gateway) resource_path: &'a str,
    pub(in crate::gateway) http_method: &'a str,
    pub(in crate::gateway) extended_request_id: &'a str,
    #[serde(serialize_with = "common_log_format")]
    pub(in crate::gateway) request_time: Timestamp,
    pub(in crate::gateway) path: &'a str,
    pub(in crate::gateway) account_id: &'a str,
    /// The caller, if an authorizer knows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gateway) authorizer: Option<Value>,
    /// Also for HTTP/2.
    pub(in crate::gateway) protocol: &'static str,
    pub(in crate::gateway) stage: &'a str,
    pub(in crate::gateway) domain_prefix: &'a str,
    /// In milliseconds.
    pub(in crate::gateway) request_time_epoch: i64,
    pub(in crate::gateway) request_id: &'a str,
    pub(in crate::gateway) identity: Identity<'a>,
    pub(in crate::gateway) domain_name: &'a str,
    /// An HTTP API has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gateway) deployment_id: Option<&'a str>,
    pub(in crate::gateway) api_id: &'a str,
}

impl RequestContext<'_> {
    /// Returns the value of a context variable, `identity.sourceIp`, as an identity source of an authorizer names it.
    pub(in crate::gateway) fn variable(&self, name: &str) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match name {
            "accountId" => self.account_id,
            "apiId" => self.api_id,
            "deploymentId" => self.deployment_id?,
            "domainName" => self.domain_name,
            "domainPrefix" => self.domain_prefix,
            "extendedRequestId" => self.extended_request_id,
            "httpMethod" => self.http_method,
            "identity.sourceIp" => self.identity.source_ip,
            "identity.userAgent" => self.identity.user_agent.as_deref()?,
            "path" => self.path,
            "protocol" => self.protocol,
            "requestId" => self.request_id,
            "requestTime" => return Some(self.request_time.common_log().into()),
            "requestTimeEpoch" => return Some(self.request_time_epoch.to_string().into()),
            "resourceId" => self.resource_id,
            "resourcePath" => self.resource_path,
            "stage" => self.stage,
            _ => return None,
        }))
    }
}

/// The caller's address and program, and what IAM and API keys know of the caller.
pub(in crate::gateway) struct Identity<'a> {
    /// The members that are there for every caller, which are not the same everywhere. `null` if they are not known.
    pub(in crate::gateway) members: &'static [&'static str],
    pub(in crate::gateway) known: &'a [(&'static str, String)],
    pub(in crate::gateway) source_ip: &'a str,
    pub(in crate::gateway) user_agent: Option<Cow<'a, str>>,
}

impl Serialize for Identity<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_known = |name: &&&str| self.known.iter().any(|(known, _)| known == *name);
        let unknown = self.members.iter().filter(|name| !is_known(name)).map(|name| (*name, None));
        let known = self.known.iter().map(|(name, value)| (*name, Some(value.as_str())));
        let always = [("sourceIp", Some(self.source_ip)), ("userAgent", self.user_agent.as_deref())];
        serializer.collect_map(unknown.chain(known).chain(always))
    }
}
