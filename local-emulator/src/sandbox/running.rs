//! An invocation on its way through a sandbox: first a job that waits for a sandbox, then a running invocation.

use std::mem;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderValue;
use tokio::sync::oneshot;
use tokio::time::Instant;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::host::ConcurrencyPermit;
use crate::invocation::{EndSender, Invocation, LogFollowers, Outcome, ResponseMode, StreamError};
use crate::record::{InitReport, Recording, Status};

/// An invocation on its way to a sandbox. Dropping the job reports a closed pool to the caller.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) invocation: Invocation,
    pub(crate) caller: WaitingCaller,
    /// The permit, kept until the end of the invocation, which may come after its answer. A caller in the queue without a
    /// timeout gets a permit together with its sandbox.
    pub(crate) permit: Option<ConcurrencyPermit>,
}

/// A caller that waits for the outcome of an invocation.
#[derive(Debug)]
pub(crate) struct WaitingCaller {
    outcome: oneshot::Sender<Outcome>,
    recording: Option<Recording>,
}

impl Job {
    pub(crate) fn new(
        invocation: Invocation,
        permit: ConcurrencyPermit,
    ) -> (Self, oneshot::Receiver<Outcome>) {
        let (sender, outcome) = oneshot::channel();
        let caller = WaitingCaller { outcome: sender, recording: invocation.recording.clone() };
        (Self { invocation, caller, permit: Some(permit) }, outcome)
    }
}

impl WaitingCaller {
    /// Whether the caller has given up.
    pub(crate) fn is_closed(&self) -> bool {
        self.outcome.is_closed()
    }

    /// Returns the record of the request that the caller sent.
    pub(super) fn recording(&self) -> Option<Recording> {
        self.recording.clone()
    }
}

/// Answers a caller that has no answer yet.
pub(super) fn answer(caller: Option<WaitingCaller>, outcome: Outcome) {
    if let Some(WaitingCaller { outcome: caller, recording }) = caller {
        if let (Some(recording), Outcome::Reply(reply) | Outcome::FunctionError(reply)) =
            (&recording, &outcome)
        {
            recording.replied(reply);
        }
        // An error means that the client hung up, or the gateway gave up. The invocation runs on, as on Lambda, where
        // neither reaches the function.
        let _ = caller.send(outcome);
    }
}

/// Ends a stream with an error, if the caller reads one.
pub(super) fn break_off(stream: Option<EndSender>, error_type: &str, error: &Bytes) {
    if let Some(stream) = stream {
        // An error means that the caller no longer reads.
        let _ = stream.send(Err(StreamError { error_type: error_type.to_owned(), error: error.clone() }));
    }
}

/// The event and its context, as `/next` returns them to the runtime.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) request_id: Uuid,
    pub(crate) invocation_id: Uuid,
    /// The qualifier by which the caller named the function.
    pub(crate) qualifier: Option<String>,
    pub(crate) trace_id: String,
    pub(crate) deadline_ms: u64,
    pub(crate) event: Bytes,
    /// The client context, in JSON.
    pub(crate) client_context: Option<String>,
}

impl Delivery {
    /// Returns the invoked ARN of a function with the ARN `function`. A qualifier, even `$LATEST`, is its last part.
    pub(crate) fn invoked_arn(&self, function: &str) -> String {
        match &self.qualifier {
            Some(qualifier) => format!("{function}:{qualifier}"),
            None => function.to_owned(),
        }
    }
}

/// The time that one invocation has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    began: Instant,
    pub(super) deadline: Instant,
    /// The same deadline for the runtime, in milliseconds since 1970.
    deadline_ms: u64,
}

impl Clock {
    pub(super) fn start(timeout: Duration) -> Self {
        let began = Instant::now();
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let deadline_ms = u64::try_from((since_epoch + timeout).as_millis()).unwrap_or(u64::MAX);
        Self { began, deadline: began + timeout, deadline_ms }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

/// An invocation that a sandbox works on.
#[derive(Debug)]
pub(super) struct RunningInvocation {
    invocation: Invocation,
    /// Identifies this attempt among others with the same request id, such as the retry of an asynchronous event.
    invocation_id: Uuid,
    pub(super) permit: Option<ConcurrencyPermit>,
    /// The caller; absent after the caller has its answer.
    pub(super) caller: Option<WaitingCaller>,
    pub(super) clock: Clock,
    /// The duration of the init, if it came before this invocation.
    pub(super) init: Option<Duration>,
    /// The report of the init that led to this invocation.
    init_report: Option<InitReport>,
    pub(super) status: Option<Status>,
    /// The size of the answer.
    pub(super) produced_bytes: usize,
    /// Reports how the stream ended; present while the function streams.
    pub(super) stream: Option<EndSender>,
    /// Whether START is in the log. Until then, no runtime has seen the invocation.
    started: bool,
}

/// The beginning of an invocation's log.
#[derive(Debug)]
pub(super) struct InvocationStart {
    pub(super) request_id: Uuid,
    /// The report of the init that has just succeeded.
    pub(super) init: Option<InitReport>,
    pub(super) followers: LogFollowers,
}

impl RunningInvocation {
    pub(super) fn begin(job: Job, timeout: Duration) -> Self {
        let Job { invocation, caller, permit } = job;
        Self::new(invocation, permit, Some(caller), Clock::start(timeout))
    }

    pub(super) fn new(
        invocation: Invocation,
        permit: Option<ConcurrencyPermit>,
        caller: Option<WaitingCaller>,
        clock: Clock,
    ) -> Self {
        let invocation_id = Uuid::new_v4();
        Self {
            invocation,
            invocation_id,
            permit,
            caller,
            clock,
            init: None,
            init_report: None,
            status: None,
            produced_bytes: 0,
            stream: None,
            started: false,
        }
    }

    /// Sets the duration of the preceding init; `None` for an init that was a part of the invocation.
    pub(super) fn after_init(self, init: Option<Duration>) -> Self {
        Self { init, ..self }
    }

    /// Sets the report that begins the log.
    pub(super) fn with_init_report(self, report: InitReport) -> Self {
        Self { init_report: Some(report), ..self }
    }

    pub(super) fn mode(&self) -> ResponseMode {
        self.invocation.mode
    }

    /// Returns the beginning of the log, once.
    pub(super) fn starts(&mut self) -> Option<InvocationStart> {
        (!mem::replace(&mut self.started, true)).then(|| InvocationStart {
            request_id: self.request_id(),
            init: self.init_report.take(),
            followers: self.invocation.followers(),
        })
    }

    /// Whether the caller waits for the end of the log.
    pub(super) fn has_tail(&self) -> bool {
        self.invocation.tail.is_some()
    }

    pub(super) fn is_recorded(&self) -> bool {
        self.invocation.recording.is_some()
    }

    /// Whether no runtime has seen the invocation.
    pub(super) fn is_unseen(&self) -> bool {
        !self.started
    }

    /// Returns the job for another sandbox, if the caller has no answer yet.
    pub(super) fn into_job(self) -> Option<Job> {
        Some(Job { invocation: self.invocation, caller: self.caller?, permit: self.permit })
    }

    pub(super) fn request_id(&self) -> Uuid {
        self.invocation.request_id
    }

    /// Whether `id` is this invocation's request id, letter for letter.
    pub(super) fn has_id(&self, id: &str) -> bool {
        is_written(self.request_id(), id.as_bytes())
    }

    /// Whether an answer is for this attempt. An older runtime sends no invocation id, or an empty one.
    pub(super) fn is_attempt(&self, invocation_id: Option<&HeaderValue>) -> bool {
        invocation_id.is_none_or(|id| id.is_empty() || is_written(self.invocation_id, id.as_bytes()))
    }

    /// Returns the trace header. Lambda adds the segment of the invocation, and whether it is sampled. Undocumented (RT-5):
    /// the header of a function without tracing. The emulator traces nothing, so `Sampled=0` is true.
    fn trace_id(&self) -> String {
        let mut trace = self.invocation.trace_id.clone();
        if !trace.is_empty() && !trace.contains(";Parent=") {
            let (segment, _) = self.request_id().as_u64_pair();
            let after_root = trace.find(';').unwrap_or(trace.len());
            trace.insert_str(after_root, &format!(";Parent={segment:016x}"));
        }
        if !trace.is_empty() && !trace.contains(";Sampled=") {
            trace.push_str(";Sampled=0");
        }
        trace
    }

    pub(super) fn delivery(&self) -> Delivery {
        Delivery {
            request_id: self.request_id(),
            invocation_id: self.invocation_id,
            qualifier: self.invocation.qualifier.clone(),
            trace_id: self.trace_id(),
            deadline_ms: self.clock.deadline_ms,
            event: self.invocation.event.clone(),
            client_context: self.invocation.client_context.clone(),
        }
    }
}

/// Whether `text` is `id`, letter for letter.
fn is_written(id: Uuid, text: &[u8]) -> bool {
    let mut buffer = [0; Hyphenated::LENGTH];
    id.hyphenated().encode_lower(&mut buffer).as_bytes() == text
}
