//! An Application Load Balancer with Lambda functions as targets.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

mod error;
mod event;
mod glob;
mod reply;
mod request;
mod rule;

use std::net::SocketAddr;

use http::header::SERVER;
use http::request::Parts;
use http::{HeaderValue, Request, Response};

use self::event::TargetRequest;
pub use self::glob::{PathPattern, PathPatternError};
pub use self::reply::RESPONSE;
pub use self::request::BODY;
pub use self::rule::{Rule, Rules};
use super::answer::AnswerBody;
use super::exchange::{ExchangeError, NO_TIMEOUT, exchange};
use super::identity::RequestIds;
use super::limits::{self, RequestBody};
use super::reply::Reply;
use super::{Api, Backend, GatewayError};
use crate::invocation::Invocation;
use crate::long_work;

#[cfg(test)]
mod tests;

/// The header `server`, which the answers of functions have too, as seen in <https://github.com/glassechidna/serverlessish/pull/4>.
///
/// Undocumented (ALB-17): the `server` header of a function stays, as the header of another target does.
const SERVER_NAME: HeaderValue = HeaderValue::from_static("awselb/2.0");

/// The type of an answer for which the function sets none.
///
/// Undocumented (ALB-18): an answer with a body was seen to have this type in
/// <https://github.com/fujiwara/ridge/pull/9>. An answer without a body gets the type by choice.
const DEFAULT_TYPE: &str = "application/octet-stream";

/// A load balancer: a listener whose rules forward to functions.
#[derive(Debug)]
pub struct Alb<B: Backend> {
    backend: B,
    rules: Rules<B::Function>,
    target_group_arn: String,
    multi_value_headers: bool,
}

impl<B: Backend> Alb<B> {
    /// A listener of `rules` to the functions of `backend`.
    pub fn new(backend: B, rules: Rules<B::Function>) -> Self {
        Self {
            backend,
            rules,
            target_group_arn: target_group_arn(&Api::default()),
            multi_value_headers: false,
        }
    }

    /// Sets the account and the id that events name.
    #[must_use]
    pub fn with_api(self, api: &Api) -> Self {
        Self { target_group_arn: target_group_arn(api), ..self }
    }

    /// Sets the attribute `lambda.multi_value_headers.enabled` of all target groups.
    #[must_use]
    pub fn with_multi_value_headers(self, multi_value_headers: bool) -> Self {
        Self { multi_value_headers, ..self }
    }

    /// Answers a request, as [`FrontDoor::handle`](super::FrontDoor::handle) says.
    pub async fn handle(&self, request: Request<impl RequestBody>, peer: SocketAddr) -> Response<AnswerBody> {
        let (head, body) = request.into_parts();
        let answer = self.answer(&head, body, peer).await;
        let reply = answer.unwrap_or_else(|reason| reason.into_reply(error::reply));
        let mut response = reply.into_response(&head.method, DEFAULT_TYPE);
        response.headers_mut().entry(SERVER).or_insert(SERVER_NAME);
        response
    }

    async fn answer(
        &self,
        head: &Parts,
        body: impl RequestBody,
        peer: SocketAddr,
    ) -> Result<Reply, ExchangeError> {
        request::check(head)?;
        let path = head.uri.path();
        let takes = |path: &str| self.rules.select(&head.method, path).is_some();
        let function = self.rules.select(&head.method, path);
        let function = function.ok_or_else(|| GatewayError::no_route(path, path, takes))?;
        let body = limits::read_body(body, BODY).await?;
        let invocation = self.invocation(head, &body, peer)?;
        // "The load balancer waits until your Lambda function responds or times out".
        let answer = exchange(&self.backend, function, invocation, NO_TIMEOUT).await?;
        let multi_value_headers = self.multi_value_headers;
        Ok(long_work::read(answer.whole()?, move |payload| reply::read(&payload, multi_value_headers))
            .await?)
    }

    fn invocation(&self, head: &Parts, body: &[u8], peer: SocketAddr) -> Result<Invocation, GatewayError> {
        let identity = RequestIds::new(&head.headers);
        let received = TargetRequest {
            target_group_arn: &self.target_group_arn,
            multi_value_headers: self.multi_value_headers,
            head,
            body,
            peer: peer.ip(),
            identity: &identity,
        };
        Ok(Invocation::new(received.to_event()?, identity.trace_id).recorded(head))
    }
}

/// Returns an ARN of AWS's form, which ends in sixteen hexadecimal digits.
fn target_group_arn(Api { account_id, api_id, .. }: &Api) -> String {
    format!("arn:aws:elasticloadbalancing:us-east-1:{account_id}:targetgroup/{api_id}/49e9d65c45c6791a")
}
