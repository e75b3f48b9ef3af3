//! A request to an HTTP API as a Lambda authorizer sees it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use api_routes_project::aws::{AuthorizerEvent, IdentitySource, PayloadFormat};
use bytes::Bytes;
use http::header::{REFERER, USER_AGENT};

use super::event::{RoutedRequest, raw_path};
use crate::authorizer::lambda::{AuthorizerRequest, ConditionFacts};
use crate::gateway::api::method_arn;
use crate::gateway::headers::{joined, text};
use crate::gateway::payload_1::{self, Map, MultiValues, PathParameters, REQUEST};
use crate::record::Recording;

#[cfg(test)]
mod tests;

/// A request and the route that takes it.
pub(super) struct RouteAuthorizerRequest<'a, T> {
    arrived: &'a RoutedRequest<'a, T>,
    /// The decoded path, with the stage.
    path: Cow<'a, str>,
    source_ip: String,
    route_arn: String,
}

impl<'a, T> RouteAuthorizerRequest<'a, T> {
    /// Reads the request. `region` is the region of the project.
    ///
    /// Undocumented (LAUTH-3): the ARN has the decoded path, like `rawPath`.
    pub(super) fn new(arrived: &'a RoutedRequest<'a, T>, region: &str) -> Self {
        let RoutedRequest { api, stage, head, peer, .. } = arrived;
        let rest = raw_path(stage.rest(head.uri.path()).unwrap_or_else(|| head.uri.path()));
        Self {
            path: raw_path(head.uri.path()),
            source_ip: peer.to_canonical().to_string(),
            route_arn: method_arn(region, api, stage.name(), &head.method, &rest),
            arrived,
        }
    }

    /// Undocumented (LAUTH-1): neither AWS's example nor this event has members with all values of repeated headers and
    /// parameters. The context is the context of a function's event.
    fn to_event_1(&self, identity: &[Cow<'_, str>]) -> serde_json::Result<Bytes> {
        let RoutedRequest { head, route, .. } = self.arrived;
        let headers = self.arrived.headers_1(&self.source_ip);
        let query = MultiValues::from_query(head.uri.query().unwrap_or_default(), &['&']);
        let identity = Some(identity.join(",")).filter(|_| !identity.is_empty());
        let event = payload_1::AuthorizerEvent {
            version: Some("1.0"),
            kind: REQUEST,
            method_arn: &self.route_arn,
            identity_source: identity.as_deref(),
            authorization_token: identity.as_deref(),
            resource: self.arrived.resource(),
            path: head.uri.path(),
            http_method: head.method.as_str(),
            headers: Map(headers.last()),
            multi_value_headers: None,
            query_string_parameters: Map(query.last()),
            multi_value_query_string_parameters: None,
            path_parameters: Map(PathParameters(&route.parameters)),
            stage_variables: BTreeMap::new(),
            request_context: self.arrived.request_context(&self.path, &self.source_ip, &[]),
        };
        serde_json::to_vec(&event).map(Bytes::from)
    }
}

impl<T: Sync> AuthorizerRequest for RouteAuthorizerRequest<'_, T> {
    /// Undocumented (LAUTH-4): several values of a header or a parameter are joined, as in an event of payload format 2.0.
    fn identity(&self, source: &IdentitySource) -> Option<Cow<'_, str>> {
        let head = self.arrived.head;
        match source {
            // Several empty values count as a missing value.
            IdentitySource::Header(name)
                if head.headers.get_all(name).iter().any(|value| !value.is_empty()) =>
            {
                Some(joined(&head.headers.get_all(name), ","))
            }
            IdentitySource::QueryString(name) => {
                let query = MultiValues::from_query(head.uri.query().unwrap_or_default(), &['&']);
                query.get(name).map(|values| values.join(",").into())
            }
            IdentitySource::Context(name) if name == "routeKey" => Some(self.arrived.route.key.into()),
            IdentitySource::Context(name) => {
                let context = self.arrived.request_context(&self.path, &self.source_ip, &[]);
                context.variable(name).map(|value| value.into_owned().into())
            }
            // The emulator has no stage variables.
            _ => None,
        }
    }

    fn arn(&self) -> &str {
        &self.route_arn
    }

    fn event(&self, form: &AuthorizerEvent, identity: &[Cow<'_, str>]) -> serde_json::Result<Bytes> {
        match form {
            AuthorizerEvent::Request { payload_format: PayloadFormat::V2, .. } => {
                self.arrived.received(&self.path).to_authorizer_event(&self.route_arn, identity)
            }
            _ => self.to_event_1(identity),
        }
    }

    fn facts(&self) -> ConditionFacts<'_> {
        let RoutedRequest { head, peer, identity, .. } = self.arrived;
        ConditionFacts {
            source_ip: *peer,
            user_agent: head.headers.get(USER_AGENT).map(text),
            referer: head.headers.get(REFERER).map(text),
            time: identity.time.seconds(),
        }
    }

    fn trace_id(&self) -> String {
        self.arrived.identity.trace_id.clone()
    }

    fn recording(&self) -> Option<&Recording> {
        self.arrived.head.extensions.get()
    }
}
