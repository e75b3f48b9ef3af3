//! Lambda Function URLs: functions with a host of their own, without an API in front of them.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html>. Their events are close to those of an HTTP API;
//! their replies differ more. A URL in mode `RESPONSE_STREAM` sends what the function writes, while it writes it.

mod error;
mod event;
mod reply;
mod urls;

use std::net::SocketAddr;

use http::{HeaderName, Request, Response, StatusCode, request};
use uuid::Uuid;

use self::event::UrlRequest;
pub use self::urls::{DuplicateUrl, InvokeMode, Url, Urls};
use super::answer::AnswerBody;
use super::cors::{self, AnyOrigin};
use super::exchange::{ExchangeError, FunctionAnswer, NO_TIMEOUT, exchange};
use super::identity::{RequestIds, TRACE_HEADER, in_lower_case};
use super::limits::{self, RequestBody};
use super::pace::{Bandwidth, Pace};
use super::reply::{Reply, insert_id};
use super::{Api, Backend, GatewayError, guard};
use crate::authorizer::IamFrontDoor;
use crate::invocation::Invocation;
use crate::long_work;

#[cfg(test)]
mod tests;

/// "The total combined size for request line and header values", in bytes:
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
///
/// Not AWS's (URL-21): the emulator's server refuses more than 1,024 headers, 400 KB or a target of 64 KiB.
pub const HEAD: usize = 1024 * 1024;

/// The limit of a body is the limit of an event, since a Function URL has no limit of its own.
const BODY: usize = limits::EVENT;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The type of a body without a type: JSON, also with a `statusCode`, as LocalStack recorded
/// (`test_lambda_url_invocation[http-response]`).
const DEFAULT_TYPE: &str = "application/json";

/// All Function URLs of a project, on one port.
#[derive(Debug)]
pub struct FunctionUrl<B: Backend> {
    backend: B,
    urls: Urls<B::Function>,
    api: Api,
    bandwidth: Option<Bandwidth>,
}

/// A request that is being answered.
struct PendingRequest<'a> {
    head: &'a request::Parts,
    peer: SocketAddr,
    identity: &'a RequestIds,
    /// The id of the invocation, which the client gets too.
    request_id: Uuid,
}

impl<B: Backend> FunctionUrl<B> {
    /// Serves `urls` with the functions of `backend`.
    pub fn new(backend: B, urls: Urls<B::Function>) -> Self {
        Self { backend, urls, api: Api::default(), bandwidth: None }
    }

    /// Sets the account that events name if callers have to sign.
    #[must_use]
    pub fn with_api(self, api: Api) -> Self {
        Self { api, ..self }
    }

    /// Limits the speed of streams; `None` sends as fast as the client reads.
    #[must_use]
    pub fn with_bandwidth(self, bandwidth: Option<Bandwidth>) -> Self {
        Self { bandwidth, ..self }
    }

    /// Answers a request, as [`FrontDoor::handle`](super::FrontDoor::handle) says.
    pub async fn handle(&self, request: Request<impl RequestBody>, peer: SocketAddr) -> Response<AnswerBody> {
        let (head, body) = request.into_parts();
        let request_id = Uuid::new_v4();
        let identity = RequestIds { request_id: request_id.to_string(), ..RequestIds::new(&head.headers) };
        let url = self.urls.select(&head);
        let asked = PendingRequest { head: &head, peer, identity: &identity, request_id };
        let answer = self.answer(url, body, asked).await;
        let reply = answer.unwrap_or_else(|reason| reason.into_reply(error::reply));
        let mut response = reply.into_response(&head.method, DEFAULT_TYPE);
        insert_id(&mut response, REQUEST_ID, &identity.request_id);
        insert_id(&mut response, TRACE_HEADER, &in_lower_case(&identity.trace_id));
        add_cors(url, &head, &mut response);
        response
    }

    async fn answer(
        &self,
        url: Option<&Url<B::Function>>,
        body: impl RequestBody,
        asked: PendingRequest<'_>,
    ) -> Result<Reply, ExchangeError> {
        let PendingRequest { head, peer, identity, request_id } = asked;
        limits::check_head(head, HEAD)?;
        let takes = |path: &str| self.urls.has_path(&head.method, path);
        let url = url.ok_or_else(|| GatewayError::no_route(head.uri.path(), head.uri.path(), takes))?;
        if url.cors.is_some() && cors::is_preflight(head) {
            return Ok(preflight());
        }
        let body = limits::read_body(body, BODY).await?;
        let authorized = url.guard.authorize_signed(self.asked(head, &body)).await?;
        let authorized = &authorized;
        let event = UrlRequest { api: &self.api, head, body: &body, peer: peer.ip(), identity, authorized }
            .to_event()?;
        let invocation =
            Invocation { request_id, ..Invocation::new(event, identity.trace_id.clone()) }.recorded(head);
        self.invoke(url, invocation).await
    }

    fn asked<'a>(&'a self, head: &'a request::Parts, body: &'a [u8]) -> guard::GuardedRequest<'a> {
        let (front_door, account_id) = (IamFrontDoor::FunctionUrl, self.api.account_id.as_str());
        guard::GuardedRequest { front_door, head, body, account_id, takes_key_of_authorizer: false }
    }

    async fn invoke(&self, url: &Url<B::Function>, invocation: Invocation) -> Result<Reply, ExchangeError> {
        let streams = url.invoke_mode == InvokeMode::ResponseStream;
        let invocation = if streams { invocation.streaming() } else { invocation };
        match exchange(&self.backend, &url.function, invocation, NO_TIMEOUT).await? {
            FunctionAnswer::Whole(payload) if streams => Ok(reply::verbatim(payload)),
            FunctionAnswer::Whole(payload) => Ok(long_work::read(payload, reply::read).await?),
            FunctionAnswer::Stream(stream) => reply::streamed(stream, self.bandwidth.map(Pace::new)).await,
        }
    }
}

/// Answers a preflight.
///
/// Undocumented (URL-7): the status; an HTTP API answers 204.
fn preflight() -> Reply {
    Reply::empty(StatusCode::OK)
}

/// Adds the CORS headers of the URL. The headers of the function stay, so that a header that both set is sent twice,
/// which browsers refuse: <https://github.com/aws-powertools/powertools-lambda-python/issues/4163>.
///
/// Undocumented (URL-22): that the errors of a URL have its CORS headers too.
fn add_cors<F>(url: Option<&Url<F>>, head: &request::Parts, response: &mut Response<AnswerBody>) {
    if let Some(cors) = url.and_then(|url| url.cors.as_ref()) {
        for (name, value) in cors::headers(cors, head, AnyOrigin::Echoed) {
            response.headers_mut().append(name, value);
        }
    }
}
