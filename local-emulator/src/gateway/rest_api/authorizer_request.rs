//! A request to a REST API as a Lambda authorizer sees it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use api_routes_project::aws::rest_api::short_id;
use api_routes_project::aws::{AuthorizerEvent, IdentitySource};
use bytes::Bytes;
use http::header::{REFERER, USER_AGENT};

use super::event::{NAMED, ResourceRequest};
use crate::authorizer::lambda::{AuthorizerRequest, ConditionFacts};
use crate::gateway::api::method_arn;
use crate::gateway::error::GatewayError;
use crate::gateway::headers::text;
use crate::gateway::payload_1::{self, Map, MultiValues, PathParameters, REQUEST, token_event};
use crate::record::Recording;

#[cfg(test)]
mod tests;

/// The longest ARN of a method with an authorizer, in bytes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
pub(super) const METHOD_ARN: usize = 1_600;

/// A request and the method that takes it.
pub(super) struct MethodAuthorizerRequest<'a, T> {
    received: &'a ResourceRequest<'a, T>,
    source_ip: String,
    deployment_id: String,
    trace_id: String,
    method_arn: String,
}

impl<'a, T> MethodAuthorizerRequest<'a, T> {
    /// Reads the request. `region` is the region of the project.
    ///
    /// Undocumented (LAUTH-2): the ARN has the path as the client sent it, like the member `path`.
    ///
    /// # Errors
    /// [`GatewayError::MethodArnTooLong`] over [`METHOD_ARN`] bytes.
    pub(super) fn new(received: &'a ResourceRequest<'a, T>, region: &str) -> Result<Self, GatewayError> {
        let ResourceRequest { api, stage, head, addressed, peer, ids, .. } = received;
        let method_arn = method_arn(region, api, stage, &head.method, addressed.path);
        if method_arn.len() > METHOD_ARN {
            return Err(GatewayError::MethodArnTooLong { size: method_arn.len(), limit: METHOD_ARN });
        }
        Ok(Self {
            source_ip: peer.to_canonical().to_string(),
            deployment_id: short_id(&api.api_id),
            trace_id: ids.identity.trace(),
            method_arn,
            received,
        })
    }

    fn query(&self) -> MultiValues<'_> {
        MultiValues::from_query(self.received.head.uri.query().unwrap_or_default(), &['&', ';'])
    }

    fn to_event(&self) -> serde_json::Result<Bytes> {
        let ResourceRequest { head, addressed, resource, .. } = self.received;
        let headers = payload_1::values_of(&head.headers, &NAMED, &self.trace_id, &self.source_ip);
        let query = self.query();
        let event = payload_1::AuthorizerEvent {
            version: None,
            kind: REQUEST,
            method_arn: &self.method_arn,
            identity_source: None,
            authorization_token: None,
            resource: resource.resource,
            path: addressed.path,
            http_method: head.method.as_str(),
            headers: Map(headers.last()),
            multi_value_headers: Some(Map(headers.all())),
            query_string_parameters: Map(query.last()),
            multi_value_query_string_parameters: Some(Map(query.all())),
            path_parameters: Map(PathParameters(&resource.parameters)),
            stage_variables: BTreeMap::new(),
            request_context: self.received.request_context(&self.source_ip, &self.deployment_id, &[]),
        };
        serde_json::to_vec(&event).map(Bytes::from)
    }
}

impl<T: Sync> AuthorizerRequest for MethodAuthorizerRequest<'_, T> {
    /// Undocumented (LAUTH-4): the last of several values of a header or a parameter counts, as in the single map of an
    /// event.
    fn identity(&self, source: &IdentitySource) -> Option<Cow<'_, str>> {
        match source {
            IdentitySource::Header(name) => {
                self.received.head.headers.get_all(name).iter().next_back().map(text)
            }
            IdentitySource::QueryString(name) => {
                self.query().get(name).and_then(<[_]>::last).map(|value| value.to_string().into())
            }
            IdentitySource::Context(name) => {
                let context = self.received.request_context(&self.source_ip, &self.deployment_id, &[]);
                context.variable(name).map(|value| value.into_owned().into())
            }
            // The emulator has no stage variables.
            _ => None,
        }
    }

    fn arn(&self) -> &str {
        &self.method_arn
    }

    fn event(&self, form: &AuthorizerEvent, identity: &[Cow<'_, str>]) -> serde_json::Result<Bytes> {
        match form {
            AuthorizerEvent::Token { .. } => {
                token_event(identity.first().map(AsRef::as_ref).unwrap_or_default(), &self.method_arn)
            }
            _ => self.to_event(),
        }
    }

    fn facts(&self) -> ConditionFacts<'_> {
        let ResourceRequest { head, peer, ids, .. } = self.received;
        ConditionFacts {
            source_ip: *peer,
            user_agent: head.headers.get(USER_AGENT).map(text),
            referer: head.headers.get(REFERER).map(text),
            time: ids.identity.time.seconds(),
        }
    }

    fn trace_id(&self) -> String {
        self.trace_id.clone()
    }

    fn recording(&self) -> Option<&Recording> {
        self.received.head.extensions.get()
    }
}
