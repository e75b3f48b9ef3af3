//! An HTTP request as an event of an HTTP API, in payload format 1.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>, and
//! what was recorded for AWS's .NET test tool, `Snapshots/V1_*HttpV1.json` in
//! <https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2/tests>.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, USER_AGENT};

use super::event::Arrived;
use crate::gateway::body::EventBody;
use crate::gateway::caller;
use crate::gateway::error::GatewayError;
use crate::gateway::headers::{host_and_port, is_hop_by_hop, text};
use crate::gateway::limits;
use crate::gateway::path::raw_path;
use crate::gateway::payload_1::{self, Identity, Named, PathParameters, RequestContext, Values};

#[cfg(test)]
mod tests;

/// Those that an event of an HTTP/2 client shows, in
/// `aws-serverless-java-container-springboot3/src/test/java/com/amazonaws/serverless/proxy/spring/SpringDelegatingLambdaContainerHandlerTests.java`
/// of <https://github.com/aws/serverless-java-container>.
const NAMED: Named = Named {
    as_its_own: &["Content-Length", "Content-Type", "Host", "User-Agent"],
    drops: |name, _| is_hop_by_hop(name),
};

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

impl<T> Arrived<'_, T> {
    /// The event's JSON.
    ///
    /// # Errors
    /// [`GatewayError::EventTooLong`] over [`limits::EVENT`] bytes.
    pub(super) fn to_event_1(&self) -> Result<Bytes, GatewayError> {
        let source_ip = self.peer.to_canonical().to_string();
        let headers = self.headers_1(&source_ip);
        let query = Values::of_query(self.head.uri.query().unwrap_or_default(), &['&']);
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

    /// The length is told also of a body that came in chunks or did not come, as in payload format 2.0.
    pub(super) fn headers_1<'a>(&'a self, source_ip: &'a str) -> Values<'a> {
        let sent = &self.head.headers;
        let headers = payload_1::values_of(sent, &NAMED, &self.identity.trace_id, source_ip);
        if sent.contains_key(CONTENT_LENGTH) {
            headers
        } else {
            headers.and("Content-Length", self.body.len().to_string().into())
        }
    }

    /// The path of the route, or `$default`, as in the event named above.
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
            identity: Identity { members: IDENTITY, known, source_ip, user_agent: Some(self.user_agent()) },
            domain_name,
            deployment_id: None,
            api_id: &self.api.api_id,
        }
    }

    fn user_agent(&self) -> Cow<'_, str> {
        self.head.headers.get(USER_AGENT).map(text).unwrap_or_default()
    }
}
