//! An HTTP API with Lambda integrations, in payload format 2.0 or 1.0.
//!
//! [`HttpApi::handle`] checks the [`limits`] of a request, finds its [`Stage`] and its route in the [`RouteTable`], writes the
//! event, and turns the reply into the response. Where AWS does not document its behavior, the code that decides says
//! "undocumented", with the number of a row in `docs/contract/http-api.md`.

mod authorizer_request;
mod error;
mod event;
mod reply;
mod stage;

use std::net::SocketAddr;

use api_routes_project::aws::Cors;
use api_routes_project::aws::http_api::{INTEGRATION_TIMEOUT, Match, RouteTable};
use http::{HeaderName, Method, Request, Response, StatusCode, request};

use self::authorizer_request::RouteAuthorizerRequest;
use self::event::RoutedRequest;
pub use self::stage::Stage;
use super::answer::AnswerBody;
use super::cors::{self, AnyOrigin};
use super::exchange::{ExchangeError, exchange};
use super::guard::GuardedRequest;
use super::identity::RequestIds;
use super::limits::{self, RequestBody};
use super::reply::{Reply, insert_id};
use super::{Api, Backend, GatewayError, Integration};
use crate::authorizer::{Authorized, IamFrontDoor};
use crate::invocation::Invocation;
use crate::long_work;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

/// The limit of request line and headers together, in bytes. The quota of the body is "10 MB".
///
/// Undocumented (HTTP-23): a megabyte is taken to be 2^20 bytes.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
pub const HEAD: usize = 10_240;
/// The limit of the body, in bytes, from the same page as [`HEAD`].
pub const BODY: usize = 10 * 1024 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// The type of a body without a type: plain text, as the snapshots of AWS's .NET test tool show.
const DEFAULT_TYPE: &str = "text/plain; charset=utf-8";

/// An HTTP API, whose routes lead to the functions of a backend.
#[derive(Debug)]
pub struct HttpApi<B: Backend> {
    backend: B,
    routes: RouteTable<Integration<B::Function>>,
    api: Api,
    stage: Stage,
    cors: Option<Cors>,
}

impl<B: Backend> HttpApi<B> {
    /// Serves `routes` with the functions of `backend`.
    pub fn new(backend: B, routes: RouteTable<Integration<B::Function>>) -> Self {
        Self { backend, routes, api: Api::default(), stage: Stage::default(), cors: None }
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

    /// Sets the stage, which is `$default` otherwise.
    #[must_use]
    pub fn with_stage(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    /// Sets CORS; `None` leaves it to the functions.
    #[must_use]
    pub fn with_cors(self, cors: Option<Cors>) -> Self {
        Self { cors, ..self }
    }

    /// Answers a request, as [`FrontDoor::handle`](super::FrontDoor::handle) says.
    pub async fn handle(&self, request: Request<impl RequestBody>, peer: SocketAddr) -> Response<AnswerBody> {
        let (head, body) = request.into_parts();
        let identity = RequestIds::new(&head.headers);
        let answer = self.answer(&head, body, peer, &identity).await;
        let reply = answer.unwrap_or_else(|reason| reason.into_reply(error::reply));
        let mut response = reply.into_response(&head.method, DEFAULT_TYPE);
        insert_id(&mut response, REQUEST_ID, &identity.request_id);
        self.add_cors(&head, &mut response);
        response
    }

    async fn answer(
        &self,
        head: &request::Parts,
        body: impl RequestBody,
        peer: SocketAddr,
        identity: &RequestIds,
    ) -> Result<Reply, ExchangeError> {
        limits::check_head(head, HEAD)?;
        let rest = self.stage.rest(head.uri.path());
        let rest = rest.ok_or_else(|| GatewayError::NoStage(self.stage.name().to_owned()))?;
        let route = self.routes.select(&head.method, rest);
        if self.cors.is_some() && cors::is_preflight(head) && !route.as_ref().is_some_and(is_for_options) {
            return Ok(Reply::empty(StatusCode::NO_CONTENT));
        }
        let takes = |path: &str| self.routes.select(&head.method, path).is_some();
        let route = route.ok_or_else(|| GatewayError::no_route(head.uri.path(), rest, takes))?;
        let body = limits::read_body(body, BODY).await?;
        let Integration { function, payload_format, timeout, guard, .. } = route.target;
        let nobody = Authorized::default();
        let arrived = RoutedRequest {
            api: &self.api,
            stage: &self.stage,
            head,
            body: &body,
            route: &route,
            peer: peer.ip(),
            identity,
            authorized: &nobody,
        };
        let request = || Ok(RouteAuthorizerRequest::new(&arrived, &self.api.region));
        let authorized = guard.authorize(&self.backend, self.asked(head, &body), request).await?;
        let arrived = RoutedRequest { authorized: &authorized, ..arrived };
        let event = arrived.to_event(*payload_format)?;
        let invocation = Invocation::new(event, identity.trace_id.clone()).recorded(head);
        let timeout = timeout.unwrap_or(INTEGRATION_TIMEOUT);
        let answer = exchange(&self.backend, function, invocation, timeout).await?;
        let payload_format = *payload_format;
        Ok(long_work::read(answer.whole()?, move |payload| reply::read(payload_format, payload)).await?)
    }

    fn asked<'a>(&'a self, head: &'a request::Parts, body: &'a [u8]) -> GuardedRequest<'a> {
        GuardedRequest {
            front_door: IamFrontDoor::HttpApi,
            head,
            body,
            account_id: &self.api.account_id,
            takes_key_of_authorizer: false,
        }
    }

    /// Replaces the function's CORS headers with the API's. Errors get them too, as an authorizer's error does on AWS
    /// (<https://github.com/aws/aws-sam-cli/issues/9087>).
    ///
    /// Undocumented (HTTP-27): that all errors have them, also a 404.
    fn add_cors(&self, head: &request::Parts, response: &mut Response<AnswerBody>) {
        let Some(cors) = &self.cors else { return };
        cors::remove(response.headers_mut());
        response.headers_mut().extend(cors::headers(cors, head, AnyOrigin::Wildcard));
        cors::vary(response.headers_mut());
    }
}

/// Whether a route is for the method `OPTIONS`. Such a route answers preflights itself, instead of the API:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>.
///
/// Undocumented (HTTP-28): a route for `ANY` does not answer preflights, nor does `$default` without an authorizer.
fn is_for_options<T>(route: &Match<'_, T>) -> bool {
    route.key.split_once(' ').is_some_and(|(method, _)| method == Method::OPTIONS.as_str())
}
