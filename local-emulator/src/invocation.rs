//! One event on its way to a function, and how it ended.

use bytes::Bytes;
use uuid::Uuid;

/// One event for one function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Lambda's request id: a UUID, new for each invocation.
    pub request_id: Uuid,
    /// The `X-Amzn-Trace-Id` of the request, as `Root=1-…`.
    pub trace_id: String,
    /// The event's JSON, byte for byte as the function gets it.
    pub event: Bytes,
}

/// How an invocation ended, as the caller of Lambda's `Invoke` is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What the function posted to `/response`.
    Reply(Bytes),
    /// `X-Amz-Function-Error: Unhandled`: the function posted an error, crashed, or ran out of time.
    /// The bytes are JSON, `{"errorType": …, "errorMessage": …}`, or what the function itself posted.
    FunctionError(Bytes),
}
