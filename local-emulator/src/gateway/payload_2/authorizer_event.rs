//! The event of a Lambda authorizer, in payload format 2.0. It has no body.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>, and the captures in
//! <https://github.com/umccr/htsget-refserver>'s authorizer and others, which the tests name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;

use super::event::{InboundRequest, PathParameters, RequestContext, query_string_parameters};
use super::headers::EventHeaders;
use crate::gateway::headers::cookies;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthorizerEvent<'a> {
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    route_arn: &'a str,
    /// `null` for an authorizer without identity sources:
    /// <https://github.com/aws-powertools/powertools-lambda-typescript/issues/3483>.
    identity_source: Option<&'a [Cow<'a, str>]>,
    route_key: &'a str,
    raw_path: &'a str,
    raw_query_string: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<Cow<'a, str>>,
    headers: EventHeaders<'a>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    request_context: RequestContext<'a>,
    #[serde(skip_serializing_if = "PathParameters::is_empty")]
    path_parameters: PathParameters<'a>,
}

impl InboundRequest<'_> {
    /// The event of an authorizer for this request. `identity` are the values of its identity sources.
    pub(in crate::gateway) fn to_authorizer_event(
        &self,
        route_arn: &str,
        identity: &[Cow<'_, str>],
    ) -> serde_json::Result<Bytes> {
        let source_ip = self.peer.to_canonical().to_string();
        let query = self.head.uri.query().unwrap_or_default();
        let event = AuthorizerEvent {
            version: "2.0",
            kind: "REQUEST",
            route_arn,
            identity_source: Some(identity).filter(|identity| !identity.is_empty()),
            route_key: self.destination.route_key,
            raw_path: self.destination.raw_path,
            raw_query_string: query,
            cookies: cookies(&self.head.headers),
            headers: self.headers(&source_ip),
            query_string_parameters: query_string_parameters(query),
            request_context: self.request_context(&source_ip),
            path_parameters: PathParameters(self.destination.path_parameters),
        };
        serde_json::to_vec(&event).map(Bytes::from)
    }
}
