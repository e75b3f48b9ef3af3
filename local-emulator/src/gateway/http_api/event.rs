//! An HTTP request as an event of an HTTP API, in payload format 2.0 or 1.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>, and for
//! format 1.0 the recordings of AWS's .NET test tool, `Snapshots/V1_*HttpV1.json` in
//! <https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2/tests>.

use std::borrow::Cow;
use std::net::IpAddr;

use api_routes_project::aws::PayloadFormat;
use api_routes_project::aws::http_api::Match;
use api_routes_project::aws::path::decode;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, USER_AGENT};
use http::request::Parts;

use super::stage::Stage;
use crate::authorizer::Authorized;
use crate::gateway::api::Api;
use crate::gateway::body::EventBody;
use crate::gateway::caller;
use crate::gateway::error::GatewayError;
use crate::gateway::headers::{host_and_port, is_hop_by_hop, text};
use crate::gateway::identity::RequestIds;
use crate::gateway::limits;
use crate::gateway::payload_1::{self, MultiValues, Named, PathParameters, RequestContext};
use crate::gateway::payload_2::{Destination, InboundRequest};

#[cfg(test)]
mod tests;

/// The header names that an event of an HTTP/2 client shows, in
/// `aws-serverless-java-container-springboot3/src/test/java/com/amazonaws/serverless/proxy/spring/SpringDelegatingLambdaContainerHandlerTests.java`
/// of <https://github.com/aws/serverless-java-container>.
const NAMED: Named = Named {
    as_its_own: &["Content-Length", "Content-Type", "Host", "User-Agent"],
    drops: |name, _| is_hop_by_hop(name),
};

/// The members of `identity` in an event of format 1.0 for every caller.
const IDENTITY: &[&str] = &[
    "accessKey",
    "accountId",
    "caller",
    "cognitoAmr",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
];

/// A request and its route, with all data for the event.
pub(super) struct RoutedRequest<'a, T> {
    pub(super) api: &'a Api,
    pub(super) stage: &'a Stage,
    pub(super) head: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) route: &'a Match<'a, T>,
    pub(super) peer: IpAddr,
    pub(super) identity: &'a RequestIds,
    pub(super) authorized: &'a Authorized,
}

impl<T> RoutedRequest<'_, T> {
    /// Returns the JSON of the event, in one of the two formats.
    ///
    /// # Errors
    /// [`GatewayError::EventTooLong`] over what Lambda takes.
    pub(super) fn to_event(&self, payload_format: PayloadFormat) -> Result<Bytes, GatewayError> {
        match payload_format {
            PayloadFormat::V1 => self.to_event_1(),
            PayloadFormat::V2 => self.to_event_2(),
        }
    }

    fn to_event_2(&self) -> Result<Bytes, GatewayError> {
        let path = raw_path(self.head.uri.path());
        self.received(&path).to_event()
    }

    /// Returns the request for an event of format 2.0. `path` is decoded.
    pub(super) fn received<'a>(&'a self, path: &'a str) -> InboundRequest<'a> {
        let Self { head, body, peer, identity, .. } = *self;
        InboundRequest { head, body, peer, identity, destination: self.destination(path) }
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
            always_has_length: true,
            keeps_cookie_header: false,
            // A capture of 2023 has the signature: README.md of
            // <https://github.com/applicationdesignframework/iam-session-broker>.
            drops_signature: false,
        }
    }
    fn to_event_1(&self) -> Result<Bytes, GatewayError> {
        let source_ip = self.peer.to_canonical().to_string();
        let headers = self.headers_1(&source_ip);
        let query = MultiValues::from_query(self.head.uri.query().unwrap_or_default(), &['&']);
        let decoded = raw_path(self.head.uri.path());
        let body = EventBody::new(&self.head.headers, self.body);
        let known = caller::identity(self.authorized);
        let event = payload_1::Event {
            version: Some("1.0"),
            resource: self.resource(),
            path: self.head.uri.path(),
            http_method: self.head.method.as_str(),
            headers: headers.last(),
            multi_value_headers: headers.all(),
            query_string_parameters: query.last(),
            multi_value_query_string_parameters: query.all(),
            path_parameters: PathParameters(&self.route.parameters),
            stage_variables: None,
            request_context: self.request_context(&decoded, &source_ip, &known),
            is_base64_encoded: body.as_ref().is_some_and(EventBody::is_base64),
            body,
        };
        limits::write_event(&event, self.body)
    }

    /// Returns the headers. A chunked or missing body has a `Content-Length` too, as in format 2.0.
    pub(super) fn headers_1<'a>(&'a self, source_ip: &'a str) -> MultiValues<'a> {
        let sent = &self.head.headers;
        let headers = payload_1::values_of(sent, &NAMED, &self.identity.trace_id, source_ip);
        if sent.contains_key(CONTENT_LENGTH) {
            headers
        } else {
            headers.and("Content-Length", self.body.len().to_string().into())
        }
    }

    /// Returns the path of the route, or `$default`, as in the event of [`NAMED`].
    pub(super) fn resource(&self) -> &str {
        self.route.key.split_once(' ').map_or(self.route.key, |(_, path)| path)
    }

    pub(super) fn request_context<'a>(
        &'a self,
        decoded_path: &'a str,
        source_ip: &'a str,
        known: &'a [(&'static str, String)],
    ) -> RequestContext<'a> {
        let (domain_name, _) = host_and_port(&self.head.headers);
        RequestContext {
            resource_id: self.route.key,
            resource_path: self.resource(),
            http_method: self.head.method.as_str(),
            extended_request_id: &self.identity.request_id,
            request_time: self.identity.time,
            path: decoded_path,
            account_id: &self.api.account_id,
            authorizer: caller::payload_1(self.authorized),
            protocol: "HTTP/1.1",
            stage: self.stage.name(),
            domain_prefix: domain_name.split('.').next().unwrap_or_default(),
            request_time_epoch: self.identity.time.milliseconds(),
            request_id: &self.identity.request_id,
            identity: payload_1::CallerIdentity {
                members: IDENTITY,
                known,
                source_ip,
                user_agent: Some(self.user_agent()),
            },
            domain_name,
            deployment_id: None,
            api_id: &self.api.api_id,
        }
    }

    fn user_agent(&self) -> Cow<'_, str> {
        self.head.headers.get(USER_AGENT).map(text).unwrap_or_default()
    }
}

/// Returns the `rawPath` of an event. Despite its name it is decoded, as captured from AWS
/// (<https://github.com/honojs/hono/issues/2156>), and ends at a `%3F`
/// (<https://github.com/middleapi/standard-server/pull/93>).
pub(super) fn raw_path(path: &str) -> Cow<'_, str> {
    match decode(path) {
        Cow::Borrowed(path) => Cow::Borrowed(path),
        Cow::Owned(mut path) => {
            path.truncate(path.find('?').unwrap_or(path.len()));
            Cow::Owned(path)
        }
    }
}
