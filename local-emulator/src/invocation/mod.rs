//! An event on its way to a function, and its outcome.

mod stream;
mod tail;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use uuid::Uuid;

pub use stream::{EndSender, ReplyStream, StreamError, StreamReader, StreamWriter};
pub(crate) use tail::LogFollowers;
pub use tail::Tail;

use crate::record::Recording;

/// The largest event of a synchronous invocation, and its largest answer, in bytes. The value, slightly more than 6 MB, is
/// the constant of AWS's own <https://github.com/aws/aws-lambda-runtime-interface-emulator>.
pub const MAX_PAYLOAD: usize = 6 * 1024 * 1024 + 100;

/// An event for one function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Lambda's request id: a UUID, new for each invocation.
    pub request_id: Uuid,
    /// The qualifier by which the caller named the function, `$LATEST`. The ARN that the runtime gets ends with this
    /// qualifier.
    pub qualifier: Option<String>,
    /// The `X-Amzn-Trace-Id` of the request, as `Root=1-…`, with `Parent` and `Sampled` if a client sent them.
    pub trace_id: String,
    /// The event, in JSON, byte for byte as the function gets it.
    pub event: Bytes,
    /// The client context that an SDK sent, in JSON. The runtime gets it as a header.
    pub client_context: Option<String>,
    /// How the caller takes the answer.
    pub mode: ResponseMode,
    /// Keeps the end of the invocation's log, for a caller that asks for it.
    pub tail: Option<Tail>,
    /// The record of the request that the invocation is for.
    pub recording: Option<Recording>,
    /// Whether the invocation waits or is throttled when no sandbox is free.
    pub at_limit: AtLimit,
}

/// How the caller of an invocation takes its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseMode {
    /// `Invoke`: in one piece, up to 6 MB, even if the function streams it.
    #[default]
    Buffered,
    /// `InvokeWithResponseStream`: piece by piece, if the function streams it.
    Streaming,
}

/// The treatment of an invocation when its function has as many sandboxes as it may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtLimit {
    /// The caller gets [`Outcome::Throttled`].
    #[default]
    Throttle,
    /// The invocation waits for a sandbox, as asynchronous events do in Lambda's queue.
    Wait,
}

/// How an invocation ended, as Lambda's `Invoke` reports it to the caller.
#[derive(Debug)]
pub enum Outcome {
    /// The answer that the function posted to `/response`, in one piece.
    Reply(Bytes),
    /// The answer that the function posts to `/response` piece by piece, for a caller in [`ResponseMode::Streaming`].
    Stream(ReplyStream),
    /// `X-Amz-Function-Error: Unhandled`: the function posted an error, crashed, or ran out of time. The bytes are JSON,
    /// `{"errorType": …, "errorMessage": …}`, or the body that the function posted.
    FunctionError(Bytes),
    /// Lambda's 429: a limit of concurrent invocations is reached, and the invocation has not begun.
    Throttled(Throttle),
}

/// The limit that throttled an invocation:
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors>
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Throttle {
    /// The function's reserved concurrency, or `--sandboxes`.
    #[error("the function's concurrency limit of {0} is reached")]
    Function(
        /// The limit.
        usize,
    ),
    /// The concurrency of all functions together.
    #[error("the concurrency limit of all functions, {0}, is reached")]
    Account(
        /// The limit.
        usize,
    ),
}

impl Throttle {
    /// Returns the `ThrottleReason` in Lambda's API.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Function(_) => "ReservedFunctionConcurrentInvocationLimitExceeded",
            Self::Account(_) => "ConcurrentInvocationLimitExceeded",
        }
    }
}

impl Invocation {
    /// Creates an invocation for a caller that waits for the whole answer.
    pub fn new(event: Bytes, trace_id: String) -> Self {
        Self {
            request_id: Uuid::new_v4(),
            qualifier: None,
            trace_id,
            event,
            client_context: None,
            mode: ResponseMode::Buffered,
            tail: None,
            recording: None,
            at_limit: AtLimit::Throttle,
        }
    }

    /// Records the invocation in the [`Recording`] among the extensions of `request`.
    #[must_use]
    pub(crate) fn recorded(self, request: &Parts) -> Self {
        self.recorded_in(request.extensions.get().cloned())
    }

    /// Records the name of the function that the event is for.
    pub(crate) fn leads_to(&self, function: Option<Arc<str>>) {
        if let (Some(recording), Some(function)) = (&self.recording, function) {
            recording.leads_to(function);
        }
    }

    #[must_use]
    pub(crate) fn recorded_in(self, recording: Option<Recording>) -> Self {
        if let Some(recording) = &recording {
            recording.made_event(&self.event);
        }
        Self { recording, ..self }
    }

    /// Returns the followers of the log.
    pub(crate) fn followers(&self) -> LogFollowers {
        LogFollowers { tail: self.tail.clone(), recording: self.recording.clone() }
    }

    /// Makes this an invocation for a caller that takes a stream piece by piece.
    #[must_use]
    pub fn streaming(self) -> Self {
        Self { mode: ResponseMode::Streaming, ..self }
    }
}
