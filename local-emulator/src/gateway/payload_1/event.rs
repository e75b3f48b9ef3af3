//! The events of functions and of Lambda authorizers, in payload format 1.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::values::{All, Last, Map};
use crate::gateway::body::EventBody;
use crate::gateway::identity::common_log_format;
use crate::timestamp::Timestamp;

/// The event of a function.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gateway) struct Event<'a, V> {
    /// A REST API has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gateway) version: Option<&'static str>,
    pub(in crate::gateway) resource: &'a str,
    pub(in crate::gateway) path: &'a str,
    pub(in crate::gateway) http_method: &'a str,
    pub(in crate::gateway) headers: Last<'a>,
    pub(in crate::gateway) multi_value_headers: All<'a>,
    pub(in crate::gateway) query_string_parameters: Last<'a>,
    pub(in crate::gateway) multi_value_query_string_parameters: All<'a>,
    pub(in crate::gateway) path_parameters: PathParameters<'a, V>,
    /// The emulator has no such variables.
    pub(in crate::gateway) stage_variables: Option<&'static str>,
    pub(in crate::gateway) request_context: RequestContext<'a>,
    pub(in crate::gateway) body: Option<EventBody<'a>>,
    pub(in crate::gateway) is_base64_encoded: bool,
}

/// Name and value of each variable of a path.
pub(in crate::gateway) struct PathParameters<'a, V>(pub(in crate::gateway) &'a [(&'a str, V)]);

impl<V: Serialize> Serialize for PathParameters<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { serializer.serialize_none() } else { Map(Self(self.0)).serialize(serializer) }
    }
}

impl<V: Serialize> Serialize for Map<PathParameters<'_, V>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The event of a `REQUEST` authorizer. It has no body, and `{}` where an event of a function has `null`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gateway) struct AuthorizerEvent<'a, V: Serialize> {
    /// A REST API has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gateway) version: Option<&'static str>,
    #[serde(rename = "type")]
    pub(in crate::gateway) kind: &'static str,
    pub(in crate::gateway) method_arn: &'a str,
    /// The values of the identity sources with commas between them; a REST API has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gateway) identity_source: Option<&'a str>,
    /// The same as the identity source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gateway) authorization_token: Option<&'a str>,
    pub(in crate::gateway) resource: &'a str,
    pub(in crate::gateway) path: &'a str,
    pub(in crate::gateway) http_method: &'a str,
    pub(in crate::gateway) headers: Map<Last<'a>>,
    /// An HTTP API has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gateway) multi_value_headers: Option<Map<All<'a>>>,
    pub(in crate::gateway) query_string_parameters: Map<Last<'a>>,
    /// An HTTP API has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gateway) multi_value_query_string_parameters: Option<Map<All<'a>>>,
    pub(in crate::gateway) path_parameters: Map<PathParameters<'a, V>>,
    /// The emulator has no such variables.
    pub(in crate::gateway) stage_variables: BTreeMap<&'static str, &'static str>,
    pub(in crate::gateway) request_context: RequestContext<'a>,
}

/// `type` of the event of a `REQUEST` authorizer.
pub(in crate::gateway) const REQUEST: &str = "REQUEST";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenEvent<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    authorization_token: &'a str,
    method_arn: &'a str,
}

/// Writes the event of a `TOKEN` authorizer.
pub(in crate::gateway) fn token_event(token: &str, method_arn: &str) -> serde_json::Result<Bytes> {
    let event = TokenEvent { kind: "TOKEN", authorization_token: token, method_arn };
    serde_json::to_vec(&event).map(Bytes::from)
}

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
    /// The caller, if an authorizer identified them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gateway) authorizer: Option<Value>,
    /// Also for HTTP/2.
    pub(in crate::gateway) protocol: &'static str,
    pub(in crate::gateway) stage: &'a str,
    pub(in crate::gateway) domain_prefix: &'a str,
    /// In milliseconds.
    pub(in crate::gateway) request_time_epoch: i64,
    pub(in crate::gateway) request_id: &'a str,
    pub(in crate::gateway) identity: CallerIdentity<'a>,
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

/// The caller's address and user agent, and the facts that IAM and API keys add.
pub(in crate::gateway) struct CallerIdentity<'a> {
    /// The names of the members that every caller has; `null` if unknown. The names differ between kinds of API.
    pub(in crate::gateway) members: &'static [&'static str],
    pub(in crate::gateway) known: &'a [(&'static str, String)],
    pub(in crate::gateway) source_ip: &'a str,
    pub(in crate::gateway) user_agent: Option<Cow<'a, str>>,
}

impl Serialize for CallerIdentity<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_known = |name: &&&str| self.known.iter().any(|(known, _)| known == *name);
        let unknown = self.members.iter().filter(|name| !is_known(name)).map(|name| (*name, None));
        let known = self.known.iter().map(|(name, value)| (*name, Some(value.as_str())));
        let always = [("sourceIp", Some(self.source_ip)), ("userAgent", self.user_agent.as_deref())];
        serializer.collect_map(unknown.chain(known).chain(always))
    }
}
