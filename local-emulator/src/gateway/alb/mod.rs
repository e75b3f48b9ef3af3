//! An Application Load Balancer with Lambda functions as targets.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

mod body;
mod error;
mod event;
mod glob;
mod reply;
mod request;
mod response;
mod rule;
mod trace;

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use hyper::ext::ReasonPhrase;

use self::event::Received;
pub use self::glob::{PathPattern, PathPatternError};
pub use self::reply::RESPONSE;
pub use self::request::BODY;
pub use self::rule::{Rule, Rules};
use super::answer::AnswerBody;
use super::exchange::{Answer, Unanswered, exchange};
use super::identity::Identity;
use super::reply::Reply;
use super::{Api, Backend, GatewayError, limits};
use crate::invocation::Invocation;

#[cfg(test)]
mod tests;

/// "The load balancer waits until your Lambda function responds or times out": it has no time-out of its own for that.
const NO_TIMEOUT: Duration = Duration::MAX;

/// The front door: a listener whose rules forward to functions.
#[derive(Debug)]
pub struct Alb<B: Backend> {
    backend: B,
    rules: Rules<B::Function>,
    target_group_arn: String,
    multi_value_headers: bool,
    body_timeout: Duration,
}

impl<B: Backend> Alb<B> {
    /// A listener of `rules` to the functions of `backend`.
    pub fn new(backend: B, rules: Rules<B::Function>) -> Self {
        Self {
            backend,
            rules,
            target_group_arn: target_group_arn(&Api::default()),
            multi_value_headers: false,
            body_timeout: limits::BODY_TIMEOUT,
        }
    }

    /// What events tell of the load balancer itself.
    #[must_use]
    pub fn with_api(self, api: &Api) -> Self {
        Self { target_group_arn: target_group_arn(api), ..self }
    }

    /// The attribute `lambda.multi_value_headers.enabled` of all target groups.
    #[must_use]
    pub fn with_multi_value_headers(self, multi_value_headers: bool) -> Self {
        Self { multi_value_headers, ..self }
    }

    /// How long a client may take for the body of its request.
    #[must_use]
    pub fn with_body_timeout(self, body_timeout: Duration) -> Self {
        Self { body_timeout, ..self }
    }

    /// Answers a request. Whatever the client sends, there is an answer; if the load balancer gave it
    /// instead of the function, its [`GatewayError`] is among the extensions.
    pub async fn handle<R>(&self, request: Request<R>, peer: SocketAddr) -> Response<AnswerBody>
    where
        R: Body<Data = Bytes>,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        let (reply, reason, refusal) = match self.answer(&head, body, peer).await {
            Ok((reply, reason)) => (reply, reason, None),
            Err(Unanswered::NotReady(reason)) => (reason.into(), None, None),
            Err(Unanswered::Refused(error)) => (error::reply(&error), None, Some(error)),
        };
        let mut response = response::response(reply, &head.method);
        if let Some(reason) = reason {
            response.extensions_mut().insert(reason);
        }
        if let Some(error) = refusal {
            response.extensions_mut().insert(error);
        }
        response
    }

    async fn answer<R>(
        &self,
        head: &Parts,
        body: R,
        peer: SocketAddr,
    ) -> Result<(Reply, Option<ReasonPhrase>), Unanswered>
    where
        R: Body<Data = Bytes>,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        request::check(head)?;
        let function = self.rules.select(&head.method, head.uri.path()).ok_or(GatewayError::NoRoute)?;
        let body = limits::read_body(body, BODY, self.body_timeout).await?;
        let invocation = self.invocation(head, &body, peer)?;
        let version = self.backend.ready(function).await?;
        match exchange(&self.backend, function, version, invocation, NO_TIMEOUT).await? {
            Answer::Whole(payload) => Ok(reply::read(&payload, self.multi_value_headers)?),
            // A load balancer does not ask for one.
            Answer::Stream(_) => Err(GatewayError::FunctionFailed("it streams".to_owned()).into()),
        }
    }

    fn invocation(&self, head: &Parts, body: &[u8], peer: SocketAddr) -> Result<Invocation, GatewayError> {
        let identity = Identity::new(&head.headers);
        let received = Received {
            target_group_arn: &self.target_group_arn,
            multi_value_headers: self.multi_value_headers,
            head,
            body,
            peer: peer.ip(),
            identity: &identity,
        };
        Ok(Invocation::new(received.to_event()?, identity.trace_id))
    }
}

/// Sixteen hexadecimal digits end it.
fn target_group_arn(Api { account_id, api_id }: &Api) -> String {
    format!("arn:aws:elasticloadbalancing:us-east-1:{account_id}:targetgroup/{api_id}/49e9d65c45c6791a")
}
