//! An HTTP request as the event of a REST API's Lambda proxy integration.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format>,
//! and the captures `vokerhttp/testdata/apigwv1-request.json` in <https://github.com/hotsock/voker>,
//! `tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` in
//! <https://github.com/localstack/localstack>.

use std::net::IpAddr;

use api_routes_project::aws::rest_api::{Match, short_id};
use bytes::Bytes;
use http::header::USER_AGENT;
use http::request::Parts;
use http::{HeaderName, HeaderValue};

use super::ids::RestApiIds;
use super::media::BinaryMediaTypes;
use super::stage::Addressed;
use crate::authorizer::Authorized;
use crate::gateway::body::EventBody;
use crate::gateway::caller;
use crate::gateway::error::GatewayError;
use crate::gateway::headers::{host_and_port, is_signature, text};
use crate::gateway::payload_1::{self, CallerIdentity, MultiValues, Named, PathParameters, RequestContext};
use crate::gateway::{Api, limits};

#[cfg(test)]
mod tests;

/// A request and its resource, with all data for the event.
pub(super) struct ResourceRequest<'a, T> {
    pub(super) api: &'a Api,
    pub(super) stage: &'a str,
    pub(super) binary: &'a BinaryMediaTypes,
    pub(super) head: &'a Parts,
    pub(super) addressed: &'a Addressed<'a>,
    pub(super) body: &'a [u8],
    pub(super) resource: &'a Match<'a, T>,
    pub(super) peer: IpAddr,
    pub(super) ids: &'a RestApiIds,
    pub(super) authorized: &'a Authorized,
}

/// The header names that the capture of an HTTP/2 client shows, and `Authorization`.
pub(super) const NAMED: Named =
    Named { as_its_own: &["Authorization", "Host", "User-Agent"], drops: is_dropped };

/// Whether a header never reaches a function, as recorded in
/// `tests/aws/services/apigateway/test_apigateway_integrations.snapshot.json` of
/// <https://github.com/localstack/localstack>. There, `via` reaches the function. For `Authorization` with a signature
/// it is documented: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>.
fn is_dropped(name: &HeaderName, value: &HeaderValue) -> bool {
    is_signature(name, value) || is_never_passed_on(name)
}

fn is_never_passed_on(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection"
            | "content-length"
            | "content-md5"
            | "expect"
            | "max-forwards"
            | "proxy-authenticate"
            | "server"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "www-authenticate"
    )
}

const IDENTITY: &[&str] = &[
    "cognitoIdentityPoolId",
    "accountId",
    "cognitoIdentityId",
    "caller",
    "principalOrgId",
    "accessKey",
    "cognitoAuthenticationType",
    "cognitoAuthenticationProvider",
    "userArn",
    "user",
];

impl<T> ResourceRequest<'_, T> {
    /// Returns the JSON of the event.
    ///
    /// # Errors
    /// [`GatewayError::EventTooLong`] over [`limits::EVENT`] bytes.
    pub(super) fn to_event(&self) -> Result<Bytes, GatewayError> {
        let source_ip = self.peer.to_canonical().to_string();
        let trace = self.ids.identity.trace();
        let headers = payload_1::values_of(&self.head.headers, &NAMED, &trace, &source_ip);
        // "The semicolon character (;) is not supported for any request URL query string and results in the
        // data being split":
        // <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>
        let query = MultiValues::from_query(self.head.uri.query().unwrap_or_default(), &['&', ';']);
        let deployment_id = short_id(&self.api.api_id);
        let body = self.body();
        let known = caller::identity(self.authorized);
        let event = payload_1::Event {
            version: None,
            resource: self.resource.resource,
            path: self.addressed.path,
            http_method: self.head.method.as_str(),
            headers: headers.last(),
            multi_value_headers: headers.all(),
            query_string_parameters: query.last(),
            multi_value_query_string_parameters: query.all(),
            path_parameters: PathParameters(&self.resource.parameters),
            stage_variables: None,
            request_context: self.request_context(&source_ip, &deployment_id, &known),
            is_base64_encoded: body.as_ref().is_some_and(EventBody::is_base64),
            body,
        };
        limits::write_event(&event, self.body)
    }

    /// Returns the body. Text that is not UTF-8 is damaged, as in a test "verified against real AWS":
    /// `tests/test_apigatewayv1.py` in <https://github.com/ministackorg/ministack>.
    fn body(&self) -> Option<EventBody<'_>> {
        if self.body.is_empty() {
            return None;
        }
        let is_binary = self.binary.has_body(&self.head.headers);
        let text = || EventBody::Text(String::from_utf8_lossy(self.body));
        Some(if is_binary { EventBody::Base64(self.body) } else { text() })
    }

    pub(super) fn request_context<'a>(
        &'a self,
        source_ip: &'a str,
        deployment_id: &'a str,
        known: &'a [(&'static str, String)],
    ) -> RequestContext<'a> {
        let (domain_name, _) = host_and_port(&self.head.headers);
        let RestApiIds { identity, request_id, .. } = self.ids;
        RequestContext {
            resource_id: self.resource.resource_id,
            resource_path: self.resource.resource,
            http_method: self.head.method.as_str(),
            extended_request_id: self.ids.extended_id(),
            request_time: identity.time,
            path: self.addressed.full,
            account_id: &self.api.account_id,
            authorizer: caller::rest_api(self.authorized),
            protocol: "HTTP/1.1",
            stage: self.stage,
            domain_prefix: domain_name.split('.').next().unwrap_or_default(),
            request_time_epoch: identity.time.milliseconds(),
            request_id,
            identity: CallerIdentity {
                members: IDENTITY,
                known,
                source_ip,
                user_agent: self.head.headers.get(USER_AGENT).map(text),
            },
            domain_name,
            deployment_id: Some(deployment_id),
            api_id: &self.api.api_id,
        }
    }
}
