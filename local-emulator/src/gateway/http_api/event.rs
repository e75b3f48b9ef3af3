//! An HTTP request as an event of an HTTP API, in payload format 2.0.

use bytes::Bytes;

use api_routes_project::aws::PayloadFormat;
use api_routes_project::aws::http_api::Match;

use super::{Api, Stage};
use crate::authorizer::Authorized;
use crate::gateway::caller;
use crate::gateway::error::GatewayError;
use crate::gateway::headers::host_and_port;
use crate::gateway::identity::Identity;
use crate::gateway::path::raw_path;
use crate::gateway::payload_2::{Destination, Received};
use http::request::Parts;
use std::net::IpAddr;

#[cfg(test)]
mod tests;

/// All that an event is made of.
pub(super) struct Arrived<'a, T> {
    pub(super) api: &'a Api,
    pub(super) stage: &'a Stage,
    pub(super) head: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) route: &'a Match<'a, T>,
    pub(super) peer: IpAddr,
    pub(super) identity: &'a Identity,
    pub(super) authorized: &'a Authorized,
}

impl<T> Arrived<'_, T> {
    /// The event's JSON, in one of the two forms.
    ///
    /// # Errors
    /// [`GatewayError::EventTooLong`] over what Lambda takes.
    pub(super) fn to_event_of(&self, payload_format: PayloadFormat) -> Result<Bytes, GatewayError> {
        match payload_format {
            PayloadFormat::V1 => self.to_event_1(),
            PayloadFormat::V2 => self.to_event(),
        }
    }

    /// The event's JSON.
    ///
    /// # Errors
    /// [`GatewayError::EventTooLong`] over what Lambda takes.
    pub(super) fn to_event(&self) -> Result<Bytes, GatewayError> {
        let path = raw_path(self.head.uri.path());
        self.received(&path).to_event()
    }

    /// The request, whose path is decoded.
    pub(super) fn received<'a>(&'a self, path: &'a str) -> Received<'a> {
        let Self { head, body, peer, identity, .. } = *self;
        Received { head, body, peer, identity, destination: self.destination(path) }
    }

    /// The path includes a named stage, as in the event of
    /// <https://github.com/awsdocs/aws-lambda-developer-guide/blob/main/sample-apps/nodejs-apig/event-v2.json>.
    fn destination<'a>(&'a self, path: &'a str) -> Destination<'a> {
        Destination {
            account_id: &self.api.account_id,
            api_id: &self.api.api_id,
            domain_name: host_and_port(&self.head.headers).0,
            stage: self.stage.name(),
            route_key: self.route.key,
            raw_path: path,
            path,
            path_parameters: &self.route.parameters,
            authorizer: caller::payload_2(self.authorized),
            // Seen in seven captures of requests without a body, from curl and browsers.
            always_tells_length: true,
            keeps_cookie_header: false,
            // A capture of 2023 has it: README.md of
            // <https://github.com/applicationdesignframework/iam-session-broker>.
            drops_signature: false,
        }
    }
}
