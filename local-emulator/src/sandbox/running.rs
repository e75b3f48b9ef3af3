//! An invocation that a sandbox is at.

use std::mem;
use std::time::Duration;

use http::HeaderValue;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::clock::Clock;
use super::concurrency::Place;
use super::job::{Caller, Delivery, Job};
use super::log::Followers;
use crate::invocation::{End, Invocation, ResponseMode};
use crate::record::{InitReport, Status};

/// An invocation that a sandbox works on.
#[derive(Debug)]
pub(super) struct Running {
    invocation: Invocation,
    /// Tells this attempt from others with the same request id, such as the retry of an asynchronous event.
    invocation_id: Uuid,
    /// Among the invocations that are under way.
    pub(super) place: Option<Place>,
    pub(super) caller: Caller,
    pub(super) clock: Clock,
    /// How long init took, if it came before this invocation.
    pub(super) init: Option<Duration>,
    /// The init that led to this invocation.
    init_report: Option<InitReport>,
    pub(super) status: Option<Status>,
    /// The size of its answer.
    pub(super) produced_bytes: usize,
    /// Where to say how its stream ended, while it streams.
    pub(super) stream: Option<End>,
    /// Whether its START is in the log. Until then no runtime has seen it.
    started: bool,
}

/// What begins the log of an invocation.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) request_id: Uuid,
    /// The init that has just succeeded.
    pub(super) init: Option<InitReport>,
    pub(super) followers: Followers,
}

impl Running {
    pub(super) fn begin(job: Job, timeout: Duration) -> Self {
        let Job { invocation, caller, place } = job;
        Self::new(invocation, place, Some(caller), Clock::start(timeout))
    }

    pub(super) fn new(invocation: Invocation, place: Option<Place>, caller: Caller, clock: Clock) -> Self {
        let invocation_id = Uuid::new_v4();
        Self {
            invocation,
            invocation_id,
            place,
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

    /// Behind an init that took so long, or that was a part of it.
    pub(super) fn after_init(self, init: Option<Duration>) -> Self {
        Self { init, ..self }
    }

    /// Its log begins with this report.
    pub(super) fn with_init_report(self, report: InitReport) -> Self {
        Self { init_report: Some(report), ..self }
    }

    pub(super) fn mode(&self) -> ResponseMode {
        self.invocation.mode
    }

    /// If this is the moment for its START, which comes once.
    pub(super) fn starts(&mut self) -> Option<Begun> {
        (!mem::replace(&mut self.started, true)).then(|| Begun {
            request_id: self.request_id(),
            init: self.init_report.take(),
            followers: Followers::new(&self.invocation),
        })
    }

    /// Whether its caller waits for its log.
    pub(super) fn has_tail(&self) -> bool {
        self.invocation.tail.is_some()
    }

    pub(super) fn is_recorded(&self) -> bool {
        self.invocation.recording.is_some()
    }

    pub(super) fn is_unseen(&self) -> bool {
        !self.started
    }

    /// For another sandbox to begin, if its caller has no answer yet.
    pub(super) fn into_job(self) -> Option<Job> {
        Some(Job { invocation: self.invocation, caller: self.caller?, place: self.place })
    }

    pub(super) fn request_id(&self) -> Uuid {
        self.invocation.request_id
    }

    /// Whether `id` is this invocation's, letter for letter.
    pub(super) fn has_id(&self, id: &str) -> bool {
        is_written(self.request_id(), id.as_bytes())
    }

    /// Whether an answer is for this attempt. An older runtime sends no invocation id, or an empty one.
    pub(super) fn is_attempt(&self, invocation_id: Option<&HeaderValue>) -> bool {
        invocation_id.is_none_or(|id| id.is_empty() || is_written(self.invocation_id, id.as_bytes()))
    }

    /// Lambda adds the segment of the invocation, and whether it is sampled. Undocumented (RT-5): what it says
    /// where nothing is recorded; `Sampled=0` is the truth here.
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
