//! One event on its way to a function, and how it ended.

mod stream;
mod tail;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use uuid::Uuid;

pub use stream::{End, Reader, ReplyStream, StreamError, Writer};
pub use tail::Tail;

use crate::record::Recording;

/// What Lambda takes as the event of a synchronous invocation, and as its answer, in bytes: 6 MB and a little, the
/// constant of AWS's own <https://github.com/aws/aws-lambda-runtime-interface-emulator>.
pub const MAX_PAYLOAD: usize = 6 * 1024 * 1024 + 100;

/// One event for one function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Lambda's request id: a UUID, new for each invocation.
    pub request_id: Uuid,
    /// The qualifier that the caller named the function with, `$LATEST`, which then ends the function's ARN.
    pub qualifier: Option<String>,
    /// The `X-Amzn-Trace-Id` of the request, as `Root=1-…`, with `Parent` and `Sampled` if a client sent them.
    pub trace_id: String,
    /// The event's JSON, byte for byte as the function gets it.
    pub event: Bytes,
    /// What an SDK sent as its client context: JSON, which the runtime gets as a header.
    pub client_context: Option<String>,
    /// How the caller takes the answer.
    pub mode: ResponseMode,
    /// Where the end of the invocation's log is kept, for a caller who asks for it.
    pub tail: Option<Tail>,
    /// The request that it is for, as it is recorded.
    pub recording: Option<Recording>,
    /// What becomes of it when the function has no sandbox to spare.
    pub at_limit: AtLimit,
}

/// How the caller of an invocation takes its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseMode {
    /// `Invoke`: in one piece, up to 6 MB, also if the function streams it.
    #[default]
    Buffered,
    /// `InvokeWithResponseStream`: as it comes, if the function streams it.
    Streaming,
}

/// What becomes of an invocation when its function has as many sandboxes as it may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtLimit {
    /// Who waits for the answer is turned away: [`Outcome::Throttled`].
    #[default]
    Throttle,
    /// Asynchronous events wait for a sandbox, as in Lambda's queue.
    Wait,
}

/// How an invocation ended, as the caller of Lambda's `Invoke` is told.
#[derive(Debug)]
pub enum Outcome {
    /// What the function posted to `/response`, in one piece.
    Reply(Bytes),
    /// What it posts to `/response` piece by piece, for a caller in [`ResponseMode::Streaming`].
    Stream(ReplyStream),
    /// `X-Amz-Function-Error: Unhandled`: the function posted an error, crashed, or ran out of time.
    /// The bytes are JSON, `{"errorType": …, "errorMessage": …}`, or what the function itself posted.
    FunctionError(Bytes),
    /// Lambda's 429: as many invocations are under way as may be, and this one has not begun.
    Throttled(Throttle),
}

/// Which limit an invocation met.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors>
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Throttle {
    /// The function's own: its reserved concurrency, or `--sandboxes`.
    #[error("all sandboxes that the function may have, {0}, are busy")]
    Function(
        /// The limit.
        usize,
    ),
    /// That of all functions together.
    #[error("as many invocations as may be at once, {0}, are under way")]
    Account(
        /// The limit.
        usize,
    ),
}

impl Throttle {
    /// Its name in Lambda's API, where it is a `ThrottleReason`.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Function(_) => "ReservedFunctionConcurrentInvocationLimitExceeded",
            Self::Account(_) => "ConcurrentInvocationLimitExceeded",
        }
    }
}

impl Invocation {
    /// An event for a caller who waits for the whole answer.
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

    /// On behalf of a request, whose [`Recording`] is among its extensions.
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

    /// For a caller who takes a stream as it comes.
    #[must_use]
    pub fn streaming(self) -> Self {
        Self { mode: ResponseMode::Streaming, ..self }
    }
}
