//! A REST API with Lambda proxy integrations.
//!
//! A request goes through [`limits`], its stage, [`resources`] and the making of its event; a reply through
//! the making of its response, or the passing on of its stream. Where AWS does not say what it does, the place
//! that decides says "undocumented", with the number of a row in `docs/contract/rest-api.md`.

mod error;
mod event;
mod ids;
mod media;
mod remap;
mod reply;
pub mod resources;
mod response;
mod stage;
mod stream;
mod tree;

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, request};
use http_body::Body;

use self::event::Received;
use self::ids::Ids;
use self::media::BinaryMediaTypes;
pub use self::resources::{InvalidResource, Match, ResourceTable};
use self::stage::Stage;
use super::answer::AnswerBody;
use super::exchange::{Answer, Unanswered, exchange};
use super::identity::Identity;
use super::reply::Reply;
use super::{Api, Backend, Bandwidth, GatewayError, Integration, Pace, limits};
use crate::invocation::Invocation;

#[cfg(test)]
mod tests;

/// How long a client waits for a function, unless its integration says otherwise.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
pub const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(29);

/// Request line and headers together, in bytes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
pub const HEAD: usize = 10_240;
/// As [`HEAD`], of path and query, for a regional API.
pub const TARGET: usize = 10_240;
/// As [`HEAD`], of the body. That the "10 MB" are 2^20 bytes each stands in the message for longer ones.
pub const BODY: usize = 10 * 1024 * 1024;

/// The front door: takes HTTP requests, has functions answer them.
#[derive(Debug)]
pub struct RestApi<B: Backend> {
    backend: B,
    resources: ResourceTable<Integration<B::Function>>,
    api: Api,
    stage: Stage,
    binary: BinaryMediaTypes,
    integration_timeout: Duration,
    body_timeout: Duration,
    idle_timeout: Duration,
    bandwidth: Option<Bandwidth>,
}

impl<B: Backend> RestApi<B> {
    /// An API of `resources` to the functions of `backend`. Its stage is `Prod`.
    pub fn new(backend: B, resources: ResourceTable<Integration<B::Function>>) -> Self {
        Self {
            backend,
            resources,
            api: Api::default(),
            stage: Stage::default(),
            binary: BinaryMediaTypes::default(),
            integration_timeout: INTEGRATION_TIMEOUT,
            body_timeout: limits::BODY_TIMEOUT,
            idle_timeout: stream::IDLE_TIMEOUT,
            bandwidth: None,
        }
    }

    /// What events tell of the API itself.
    #[must_use]
    pub fn with_api(self, api: Api) -> Self {
        Self { api, ..self }
    }

    /// The stage that paths begin with.
    #[must_use]
    pub fn with_stage(self, name: impl Into<String>) -> Self {
        Self { stage: Stage { name: name.into(), ..self.stage }, ..self }
    }

    /// As behind a custom domain name, whose base path mapping leads to the stage: it is not in the path,
    /// and events still name it.
    #[must_use]
    pub fn without_stage_in_path(self) -> Self {
        Self { stage: Stage { is_in_path: false, ..self.stage }, ..self }
    }

    /// Which bodies go to and come from functions in base64: `image/png`, `image/*`, `*/*`. None do unless set.
    #[must_use]
    pub fn with_binary_media_types(self, types: Vec<String>) -> Self {
        Self { binary: BinaryMediaTypes::new(types), ..self }
    }

    /// How long a client waits for an invocation, or for the beginning of its stream, before it gets a 504.
    #[must_use]
    pub fn with_integration_timeout(self, integration_timeout: Duration) -> Self {
        Self { integration_timeout, ..self }
    }

    /// How long a client may take for the body of its request.
    #[must_use]
    pub fn with_body_timeout(self, body_timeout: Duration) -> Self {
        Self { body_timeout, ..self }
    }

    /// How long a client waits for the next piece of a stream before the connection is closed.
    #[must_use]
    pub fn with_idle_timeout(self, idle_timeout: Duration) -> Self {
        Self { idle_timeout, ..self }
    }

    /// How fast streams go to clients at most; as fast as they come unless set.
    #[must_use]
    pub fn with_bandwidth(self, bandwidth: Option<Bandwidth>) -> Self {
        Self { bandwidth, ..self }
    }

    /// Answers a request. Whatever the client sends, there is an answer; if the gateway gave it
    /// instead of the function, its [`GatewayError`] is among the extensions.
    pub async fn handle<R>(&self, request: Request<R>, peer: SocketAddr) -> Response<AnswerBody>
    where
        R: Body<Data = Bytes>,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        let ids = Ids::new(Identity::new(&head.headers));
        let (reply, refusal) = match self.answer(&head, body, peer, &ids).await {
            Ok(reply) => return response::response(reply, &head.method, &ids, true),
            Err(Unanswered::NotReady(reason)) => (reason.into(), None),
            Err(Unanswered::Refused(error)) => (error::reply(&error), Some(error)),
        };
        let mut response = response::response(reply, &head.method, &ids, false);
        if let Some(error) = refusal {
            response.extensions_mut().insert(error);
        }
        response
    }

    async fn answer<R>(
        &self,
        head: &request::Parts,
        body: R,
        peer: SocketAddr,
        ids: &Ids,
    ) -> Result<Reply, Unanswered>
    where
        R: Body<Data = Bytes>,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        limits::check_target(head, TARGET)?;
        limits::check_head(head, HEAD)?;
        let addressed = self.stage.address(head.uri.path())?;
        // Undocumented (REST-13): an `X-HTTP-Method-Override` is a header like any other.
        let resource = self.resources.select(&head.method, addressed.path).ok_or(GatewayError::NoRoute)?;
        let body = limits::read_body(body, BODY, self.body_timeout).await?;
        let received = Received {
            api: &self.api,
            stage: &self.stage.name,
            binary: &self.binary,
            head,
            addressed: &addressed,
            body: &body,
            resource: &resource,
            peer: peer.ip(),
            ids,
        };
        let invocation = Invocation::new(received.to_event()?, ids.identity.trace_id.clone());
        self.invoke(resource.target, invocation, self.binary.is_accepted(&head.headers)).await
    }

    async fn invoke(
        &self,
        integration: &Integration<B::Function>,
        invocation: Invocation,
        accepts_binary: bool,
    ) -> Result<Reply, Unanswered> {
        let Integration { function, timeout, streams, .. } = integration;
        let version = self.backend.ready(function).await?;
        let invocation = if *streams { invocation.streaming() } else { invocation };
        let timeout = timeout.unwrap_or(self.integration_timeout);
        match exchange(&self.backend, function, version, invocation, timeout).await? {
            Answer::Whole(payload) if *streams => Ok(stream::buffered(&payload)?),
            Answer::Whole(payload) => Ok(reply::read(&payload, accepts_binary)?),
            Answer::Stream(stream) => {
                let pace = self.bandwidth.map(Pace::new);
                Ok(stream::streamed(stream, self.idle_timeout, pace).await?)
            }
        }
    }
}
