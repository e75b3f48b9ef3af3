//! An invocation and the caller who waits for its outcome.

use bytes::Bytes;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::concurrency::Place;
use crate::invocation::{End, Invocation, Outcome, StreamError};
use crate::record::Recording;

/// Where the outcome goes. Absent once it is answered.
pub(super) type Caller = Option<Waiting>;

/// A caller that waits for the outcome of an invocation.
#[derive(Debug)]
pub(super) struct Waiting {
    outcome: oneshot::Sender<Outcome>,
    recording: Option<Recording>,
}

/// An invocation on its way to a sandbox. Dropping it tells the caller that the pool is closed.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) invocation: Invocation,
    pub(super) caller: Waiting,
    /// Held until the invocation is over, which may be after its answer. Who waits for a sandbox, as long as it
    /// takes, has none meanwhile: it comes with the sandbox.
    pub(super) place: Option<Place>,
}

/// What `/next` hands to the runtime.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) request_id: Uuid,
    pub(crate) invocation_id: Uuid,
    /// The qualifier that the caller named the function with.
    pub(crate) qualifier: Option<String>,
    pub(crate) trace_id: String,
    pub(crate) deadline_ms: u64,
    pub(crate) event: Bytes,
    /// JSON, if the caller sent one.
    pub(crate) client_context: Option<String>,
}

impl Delivery {
    /// Returns the ARN that was invoked, of a function with the ARN `function`. A qualifier ends it, `$LATEST` too.
    pub(crate) fn invoked_arn(&self, function: &str) -> String {
        match &self.qualifier {
            Some(qualifier) => format!("{function}:{qualifier}"),
            None => function.to_owned(),
        }
    }
}

impl Job {
    pub(super) fn new(invocation: Invocation, place: Place) -> (Self, oneshot::Receiver<Outcome>) {
        let (sender, outcome) = oneshot::channel();
        let caller = Waiting { outcome: sender, recording: invocation.recording.clone() };
        (Self { invocation, caller, place: Some(place) }, outcome)
    }
}

impl Waiting {
    /// Whether the caller has left.
    pub(super) fn is_closed(&self) -> bool {
        self.outcome.is_closed()
    }

    /// Returns the record of the request that the caller sent.
    pub(super) fn recording(&self) -> Option<Recording> {
        self.recording.clone()
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
    if let Some(Waiting { outcome: caller, recording }) = caller {
        if let (Some(recording), Outcome::Reply(reply) | Outcome::FunctionError(reply)) =
            (&recording, &outcome)
        {
            recording.replied(reply);
        }
        // An error means that nobody waits any more: a client hung up, or the gateway gave up. The
        // invocation runs on as it does on Lambda, where neither reaches the function.
        let _ = caller.send(outcome);
    }
}
