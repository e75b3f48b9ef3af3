//! An HTTP API with Lambda integrations in payload format 2.0.
//!
//! A request goes through [`limits`], [`selection`] and the making of its event; a reply through
//! the making of its response. Where AWS does not say what it does, the place that decides says
//! "undocumented".

mod body;
mod error;
mod event;
mod headers;
mod identity;
pub mod limits;
mod path;
mod reply;
mod response;
pub mod selection;
mod trie;

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, request};
use http_body::Body;
use http_body_util::Full;
use uuid::Uuid;

pub use self::error::GatewayError;
use self::event::Received;
use self::identity::Identity;
use self::reply::Reply;
pub use self::reply::{InvalidReply, MAX_HEADERS};
pub use self::selection::{DuplicateRoute, Match, RouteTable};
use super::{Backend, NotReady};
use crate::function_error;
use crate::invocation::{Invocation, Outcome};

#[cfg(test)]
mod tests;

/// How long a client waits for a function at most; also the default.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
pub const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client may take for the body of a request; undocumented, but that there is an end to it.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// What events tell of the API itself.
#[derive(Clone, Debug)]
pub struct Api {
    /// Twelve digits.
    pub account_id: String,
    /// Ten letters and digits.
    pub api_id: String,
}

impl Default for Api {
    /// The account of AWS's own examples, and an id of AWS's form.
    fn default() -> Self {
        Self { account_id: "123456789012".to_owned(), api_id: "localhost0".to_owned() }
    }
}

/// The front door: takes HTTP requests, has functions answer them.
#[derive(Debug)]
pub struct HttpApi<B: Backend> {
    backend: B,
    routes: RouteTable<B::Function>,
    api: Api,
    integration_timeout: Duration,
    body_timeout: Duration,
}

/// Why a function's answer is missing.
enum Unanswered {
    Refused(GatewayError),
    NotReady(NotReady),
}

impl From<GatewayError> for Unanswered {
    fn from(error: GatewayError) -> Self {
        Self::Refused(error)
    }
}

impl From<NotReady> for Unanswered {
    fn from(reason: NotReady) -> Self {
        Self::NotReady(reason)
    }
}

impl<B: Backend> HttpApi<B> {
    /// An API of `routes` to the functions of `backend`.
    pub fn new(backend: B, routes: RouteTable<B::Function>) -> Self {
        Self {
            backend,
            routes,
            api: Api::default(),
            integration_timeout: INTEGRATION_TIMEOUT,
            body_timeout: BODY_TIMEOUT,
        }
    }

    /// What events tell of the API itself.
    #[must_use]
    pub fn with_api(self, api: Api) -> Self {
        Self { api, ..self }
    }

    /// How long a client waits for an invocation before it gets a 503.
    #[must_use]
    pub fn with_integration_timeout(self, integration_timeout: Duration) -> Self {
        Self { integration_timeout, ..self }
    }

    /// How long a client may take for the body of its request.
    #[must_use]
    pub fn with_body_timeout(self, body_timeout: Duration) -> Self {
        Self { body_timeout, ..self }
    }

    /// Answers a request. Whatever the client sends, there is an answer; if the gateway gave it
    /// instead of the function, its [`GatewayError`] is among the extensions.
    pub async fn handle<R>(&self, request: Request<R>, peer: SocketAddr) -> Response<Full<Bytes>>
    where
        R: Body<Data = Bytes>,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        let identity = Identity::new(&head.headers);
        let (reply, refusal) = match self.answer(&head, body, peer, &identity).await {
            Ok(reply) => (reply, None),
            Err(Unanswered::NotReady(reason)) => (reason.into(), None),
            Err(Unanswered::Refused(error)) => (Reply::from(&error), Some(error)),
        };
        let mut response = reply.into_response(&head.method, &identity.request_id);
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
        identity: &Identity,
    ) -> Result<Reply, Unanswered>
    where
        R: Body<Data = Bytes>,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        limits::check_head(head)?;
        let route = self.routes.select(&head.method, head.uri.path()).ok_or(GatewayError::NoRoute)?;
        let body = self.read(body).await?;
        let received =
            Received { api: &self.api, head, body: &body, route: &route, peer: peer.ip(), identity };
        let event = received.to_event()?;
        let version = self.backend.ready(route.target).await?;
        self.invoke(route.target, version, event, identity).await
    }

    async fn read<R>(&self, body: R) -> Result<Bytes, GatewayError>
    where
        R: Body<Data = Bytes>,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        match tokio::time::timeout(self.body_timeout, limits::read_body(body)).await {
            Ok(read) => read,
            Err(_) => Err(GatewayError::BrokenBody(format!("no end within {:?}", self.body_timeout))),
        }
    }

    async fn invoke(
        &self,
        function: &B::Function,
        version: B::Version,
        event: Bytes,
        identity: &Identity,
    ) -> Result<Reply, Unanswered> {
        let trace_id = identity.trace_id.clone();
        let invocation = Invocation { request_id: Uuid::new_v4(), trace_id, event };
        let invoked = self.backend.invoke(function, version, invocation);
        match tokio::time::timeout(self.integration_timeout, invoked).await {
            Ok(Ok(Outcome::Reply(payload))) => Ok(Reply::read(payload).map_err(GatewayError::from)?),
            Ok(Ok(Outcome::FunctionError(error))) => {
                Err(GatewayError::FunctionFailed(function_error::summary(&error)).into())
            }
            Ok(Err(reason)) => Err(reason.into()),
            Err(_) => Err(GatewayError::TimedOut(self.integration_timeout).into()),
        }
    }
}
