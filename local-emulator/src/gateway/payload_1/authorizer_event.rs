//! The events of a Lambda authorizer, in payload format 1.0. They have no body, and `{}` where an event of a function has
//! `null`.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;

use super::{All, Last, Map, PathParameters, RequestContext};

/// The event of a `REQUEST` authorizer.
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

/// The event of a `TOKEN` authorizer.
pub(in crate::gateway) fn token_event(token: &str, method_arn: &str) -> serde_json::Result<Bytes> {
    let event = TokenEvent { kind: "TOKEN", authorization_token: token, method_arn };
    serde_json::to_vec(&event).map(Bytes::from)
}
