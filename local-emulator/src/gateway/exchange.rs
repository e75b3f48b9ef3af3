//! The invocation of a function for a request, and the errors that can come instead of its answer.

use std::time::Duration;

use bytes::Bytes;

use super::error::GatewayError;
use super::reply::Reply;
use crate::backend::{Backend, NotReady};
use crate::function_error;
use crate::invocation::{Invocation, Outcome, ReplyStream};

/// The timeout of front doors that wait as long as the function may run.
pub(super) const NO_TIMEOUT: Duration = Duration::MAX;

/// The answer of a function.
#[derive(Debug)]
pub(super) enum FunctionAnswer {
    /// In one piece.
    Whole(Bytes),
    /// A stream. Only an invocation in `ResponseMode::Streaming` has one.
    Stream(ReplyStream),
}

/// The reason why a request has no answer from its function.
#[derive(Debug)]
pub(super) enum ExchangeError {
    Refused(GatewayError),
    NotReady(NotReady),
}

impl FunctionAnswer {
    /// Returns the payload, for front doors that never request a stream.
    pub(super) fn whole(self) -> Result<Bytes, GatewayError> {
        match self {
            Self::Whole(payload) => Ok(payload),
            Self::Stream(_) => Err(GatewayError::FunctionFailed("it streams unasked".to_owned())),
        }
    }
}

impl ExchangeError {
    /// Builds the answer for the client, with the reason for the developer among its extensions. `reply_to` writes the words of
    /// the front door.
    pub(super) fn into_reply(self, reply_to: impl FnOnce(&GatewayError) -> Reply) -> Reply {
        match self {
            Self::NotReady(reason) => reason.into(),
            Self::Refused(error) => {
                let mut reply = reply_to(&error);
                reply.extensions.insert(error);
                reply
            }
        }
    }
}

impl From<NotReady> for ExchangeError {
    fn from(reason: NotReady) -> Self {
        Self::NotReady(reason)
    }
}

impl<E: Into<GatewayError>> From<E> for ExchangeError {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// Waits until `function` is built, invokes it, and waits up to `integration_timeout` for its answer or for the beginning of
/// its stream.
pub(super) async fn exchange<B: Backend>(
    backend: &B,
    function: &B::Function,
    invocation: Invocation,
    integration_timeout: Duration,
) -> Result<FunctionAnswer, ExchangeError> {
    invocation.leads_to(backend.name(function));
    let version = backend.ready(function).await?;
    if let Some(recording) = &invocation.recording {
        recording.function_ready();
    }
    let invoked = backend.invoke(function, version, invocation);
    let Ok(outcome) = tokio::time::timeout(integration_timeout, invoked).await else {
        return Err(GatewayError::TimedOut(integration_timeout).into());
    };
    match outcome? {
        Outcome::Reply(payload) => Ok(FunctionAnswer::Whole(payload)),
        Outcome::Stream(stream) => Ok(FunctionAnswer::Stream(stream)),
        Outcome::FunctionError(error) => {
            Err(GatewayError::FunctionFailed(function_error::summary(&error)).into())
        }
        Outcome::Throttled(throttle) => Err(throttle.into()),
    }
}
