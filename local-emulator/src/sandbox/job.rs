//! An invocation and the caller who waits for its outcome.

use bytes::Bytes;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::concurrency::Place;
use crate::invocation::{End, Invocation, Outcome, StreamError};

/// Where the outcome goes. Absent once it is answered.
pub(super) type Caller = Option<oneshot::Sender<Outcome>>;

/// An invocation on its way to a sandbox. Dropping it tells the caller that the pool is closed.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) invocation: Invocation,
    pub(super) caller: oneshot::Sender<Outcome>,
    /// Held until the invocation is over, which may be after its answer. Who waits for a sandbox, as long as it
    /// takes, has none meanwhile: it comes with the sandbox.
    pub(super) place: Option<Place>,
}

/// What `/next` hands to the runtime.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) request_id: Uuid,
    pub(crate) trace_id: String,
    pub(crate) deadline_ms: u64,
    pub(crate) event: Bytes,
    /// JSON, if the caller sent one.
    pub(crate) client_context: Option<String>,
}

impl Job {
    pub(super) fn new(invocation: Invocation, place: Place) -> (Self, oneshot::Receiver<Outcome>) {
        let (caller, outcome) = oneshot::channel();
        (Self { invocation, caller, place: Some(place) }, outcome)
    }
}

/// Tells a caller who reads a stream that it ends here.
pub(super) fn break_off(stream: Option<End>, error_type: &str, error: &Bytes) {
    if let Some(stream) = stream {
        // An error means that nobody reads any more.
        let _ = stream.send(Err(StreamError { error_type: error_type.to_owned(), error: error.clone() }));
    }
}

/// Answers a caller who has no answer yet.
pub(super) fn answer(caller: Caller, outcome: Outcome) {
    if let Some(caller) = caller {
        // An error means that nobody waits any more: a client hung up, or the gateway gave up. The
        // invocation runs on as it does on Lambda, where neither reaches the function.
        let _ = caller.send(outcome);
    }
}
