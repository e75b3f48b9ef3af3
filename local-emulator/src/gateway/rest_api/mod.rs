//! A REST API with Lambda proxy integrations, and with mock integrations of constants.
//!
//! [`RestApi::handle`] checks the [`limits`] of a request, finds its stage and its method in the [`ResourceTable`], writes the
//! event, and turns the reply or the stream into the response. Where AWS does not document its behavior, the code that
//! decides says "undocumented", with the number of a row in `docs/contract/rest-api.md`.

mod authorizer_request;
mod error;
mod event;
mod ids;
mod media;
mod reply;
mod stage;

use std::net::SocketAddr;

use api_routes_project::aws::rest_api::{INTEGRATION_TIMEOUT, MockResponse, ResourceTable};
use http::{HeaderMap, Request, Response, StatusCode, request};

use self::authorizer_request::MethodAuthorizerRequest;
use self::event::ResourceRequest;
use self::ids::RestApiIds;
use self::media::BinaryMediaTypes;
use self::stage::Stage;
use super::answer::AnswerBody;
use super::exchange::{ExchangeError, FunctionAnswer, exchange};
use super::guard::GuardedRequest;
use super::identity::RequestIds;
use super::limits::{self, RequestBody};
use super::reply::{Reply, name, value};
use super::{Api, Backend, Bandwidth, GatewayError, Guard, Integration, InvalidReply, Pace};
use crate::authorizer::{Authorized, IamFrontDoor};
use crate::invocation::Invocation;
use crate::long_work;

#[cfg(test)]
mod tests;

/// The limit of request line and headers together, in bytes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
pub const HEAD: usize = 10_240;
/// The limit of path and query of a regional API, in bytes, from the same page as [`HEAD`].
pub const TARGET: usize = 10_240;
/// The limit of the body, in bytes, from the same page as [`HEAD`]. The answer to longer bodies says that "10 MB" are 10 times
/// 2^20 bytes.
pub const BODY: usize = 10 * 1024 * 1024;
const _: () = assert!(BODY == 10_485_760, "the answer in `error.rs` names the limit");

/// The type of a body without a type: JSON, as recorded for AWS's .NET test tool
/// (<https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2>).
const DEFAULT_TYPE: &str = "application/json";

/// A REST API, whose methods lead to the functions of a backend or to mocks.
#[derive(Debug)]
pub struct RestApi<B: Backend> {
    backend: B,
    resources: ResourceTable<Target<B::Function>>,
    api: Api,
    stage: Stage,
    binary: BinaryMediaTypes,
    bandwidth: Option<Bandwidth>,
    takes_key_of_authorizer: bool,
}

/// The target of a method: a function, or a constant answer.
#[derive(Clone, Debug)]
pub enum Target<F> {
    /// A Lambda proxy integration.
    Function(Integration<F>),
    /// A mock integration.
    Mock {
        /// The answer.
        response: MockResponse,
        /// The authorization of the method.
        guard: Guard<F>,
    },
}

impl<B: Backend> RestApi<B> {
    /// Serves `resources` with the functions of `backend`. The stage is `Prod`.
    pub fn new(backend: B, resources: ResourceTable<Target<B::Function>>) -> Self {
        Self {
            backend,
            resources,
            api: Api::default(),
            stage: Stage::default(),
            binary: BinaryMediaTypes::default(),
            bandwidth: None,
            takes_key_of_authorizer: false,
        }
    }

    /// Returns the functions behind the API.
    #[cfg(test)]
    pub(super) fn backend(&self) -> &B {
        &self.backend
    }

    /// Sets the ids that events name.
    #[must_use]
    pub fn with_api(self, api: Api) -> Self {
        Self { api, ..self }
    }

    /// Sets the stage with which paths begin.
    #[must_use]
    pub fn with_stage(self, name: impl Into<String>) -> Self {
        Self { stage: Stage { name: name.into(), ..self.stage }, ..self }
    }

    /// Takes the stage out of the paths, as a custom domain name does whose base path mapping leads to the stage. Events
    /// still name it.
    #[must_use]
    pub fn without_stage_in_path(self) -> Self {
        Self { stage: Stage { is_in_path: false, ..self.stage }, ..self }
    }

    /// Sets the types of bodies that functions get and return in base64: `image/png`, `image/*`, `*/*`. The default is none.
    #[must_use]
    pub fn with_binary_media_types(self, types: Vec<String>) -> Self {
        Self { binary: BinaryMediaTypes::new(types), ..self }
    }

    /// Whether an API key is the `usageIdentifierKey` of a Lambda authorizer, and not a header: `ApiKeySourceType:
    /// AUTHORIZER`.
    #[must_use]
    pub fn with_keys_of_authorizers(self, takes_key_of_authorizer: bool) -> Self {
        Self { takes_key_of_authorizer, ..self }
    }

    /// Limits the speed of streams. The default is no limit.
    #[must_use]
    pub fn with_bandwidth(self, bandwidth: Option<Bandwidth>) -> Self {
        Self { bandwidth, ..self }
    }

    /// Answers a request, as [`FrontDoor::handle`](super::FrontDoor::handle) says.
    pub async fn handle(&self, request: Request<impl RequestBody>, peer: SocketAddr) -> Response<AnswerBody> {
        let (head, body) = request.into_parts();
        let ids = RestApiIds::new(RequestIds::new(&head.headers));
        let answer = self.answer(&head, body, peer, &ids).await;
        let refusal = |error: &_| error::reply_to(&head, error);
        let (reply, is_of_function) = answer.unwrap_or_else(|reason| (reason.into_reply(refusal), false));
        let mut response = reply.into_response(&head.method, DEFAULT_TYPE);
        ids.add_to(&mut response, is_of_function);
        response
    }

    /// Returns the answer, and whether it comes from a function.
    async fn answer(
        &self,
        head: &request::Parts,
        body: impl RequestBody,
        peer: SocketAddr,
        ids: &RestApiIds,
    ) -> Result<(Reply, bool), ExchangeError> {
        limits::check_target(head, TARGET)?;
        limits::check_head(head, HEAD)?;
        let addressed = self.stage.address(head.uri.path())?;
        // On AWS, `X-HTTP-Method-Override` overrides the method. Here it is a header like any other (REST-13).
        let takes = |path: &str| self.resources.select(&head.method, path).is_some();
        let resource = self.resources.select(&head.method, addressed.path);
        let resource =
            resource.ok_or_else(|| GatewayError::no_route(head.uri.path(), addressed.path, takes))?;
        let body = limits::read_body(body, BODY).await?;
        let nobody = Authorized::default();
        let received = ResourceRequest {
            api: &self.api,
            stage: &self.stage.name,
            binary: &self.binary,
            head,
            addressed: &addressed,
            body: &body,
            resource: &resource,
            peer: peer.ip(),
            ids,
            authorized: &nobody,
        };
        let request = || MethodAuthorizerRequest::new(&received, &self.api.region);
        let guard = resource.target.guard();
        let authorized = guard.authorize(&self.backend, self.asked(head, &body), request).await?;
        let integration = match resource.target {
            Target::Function(integration) => integration,
            // Undocumented (REST-17): the answer has no trace id.
            Target::Mock { response, .. } => return Ok((mock(response)?, false)),
        };
        let received = ResourceRequest { authorized: &authorized, ..received };
        let invocation = Invocation::new(received.to_event()?, ids.identity.trace()).recorded(head);
        let accepts_binary = self.binary.is_accepted(&head.headers);
        Ok((self.invoke(integration, invocation, accepts_binary).await?, true))
    }

    fn asked<'a>(&'a self, head: &'a request::Parts, body: &'a [u8]) -> GuardedRequest<'a> {
        GuardedRequest {
            front_door: IamFrontDoor::RestApi,
            head,
            body,
            account_id: &self.api.account_id,
            takes_key_of_authorizer: self.takes_key_of_authorizer,
        }
    }

    async fn invoke(
        &self,
        integration: &Integration<B::Function>,
        invocation: Invocation,
        accepts_binary: bool,
    ) -> Result<Reply, ExchangeError> {
        let Integration { function, timeout, streams, .. } = integration;
        let invocation = if *streams { invocation.streaming() } else { invocation };
        let timeout = timeout.unwrap_or(INTEGRATION_TIMEOUT);
        match exchange(&self.backend, function, invocation, timeout).await? {
            FunctionAnswer::Whole(payload) if *streams => Ok(reply::buffered(&payload)?),
            FunctionAnswer::Whole(payload) => {
                Ok(long_work::read(payload, move |payload| reply::read(&payload, accepts_binary)).await?)
            }
            FunctionAnswer::Stream(stream) => {
                Ok(reply::streamed(stream, self.bandwidth.map(Pace::new)).await?)
            }
        }
    }
}

impl<F> Target<F> {
    /// Returns the authorization of the method.
    fn guard(&self) -> &Guard<F> {
        match self {
            Self::Function(integration) => &integration.guard,
            Self::Mock { guard, .. } => guard,
        }
    }
}

impl<F> From<Integration<F>> for Target<F> {
    fn from(integration: Integration<F>) -> Self {
        Self::Function(integration)
    }
}

/// Builds the answer of a mock integration. It fails if HTTP does not allow a header.
///
/// Undocumented (REST-18): a request with any `Content-Type` has this answer. SAM's mock knows JSON alone, and a form was
/// seen to be answered with 500 (<https://github.com/aws/aws-sam-cli/issues/2483>); browsers send preflights without a type.
fn mock(response: &MockResponse) -> Result<Reply, InvalidReply> {
    let status = StatusCode::from_u16(response.status);
    let status = status.map_err(|_| InvalidReply::StatusCode(response.status.to_string()))?;
    let mut headers = HeaderMap::new();
    for (text, sent) in &response.headers {
        headers.append(name(text.clone())?, value(text, sent.clone())?);
    }
    Ok(Reply::new(status, headers, response.body.clone().into_bytes()))
}
