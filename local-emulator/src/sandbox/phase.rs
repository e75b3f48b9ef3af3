//! What a sandbox is doing: started, ready, running, responded and ready again, the states of
//! AWS's own [Runtime Interface Emulator][rie].
//!
//! [rie]: https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/core/states.go

use std::mem;
use std::time::Duration;

use http::HeaderValue;
use tokio::time::Instant;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::Refusal;
use super::clock::Clock;
use super::concurrency::Place;
use super::job::{Caller, Delivery, Job};
use super::log::Status;
use crate::invocation::{End, Invocation, ReplyStream, ResponseMode, Tail, Writer};

/// The phase of a sandbox.
#[derive(Debug)]
pub(super) enum Phase {
    /// The process starts, and has not asked for an event yet.
    Init(Init),
    /// The runtime waits for an event.
    Ready { since: Instant },
    /// An event is with the runtime, or about to be.
    Running(Running),
    /// The runtime posts its answer, which the caller may already read.
    Answering(Running, Answer),
    /// The caller has its answer; the runtime has not asked for another event.
    Responded(Running),
    /// Its init took too long; another process takes the place of this one.
    Restarting(Init),
    /// Ended, or about to be.
    Over,
}

/// Which answer a runtime posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Response,
    Error,
}

/// A runtime on its way to its first `/next`.
#[derive(Debug)]
pub(super) struct Init {
    invocation: Invocation,
    place: Option<Place>,
    pub(super) caller: Caller,
    began: Instant,
    deadline: Instant,
    /// The invocation's clock, if it already runs: init within an invocation.
    pub(super) clock: Option<Clock>,
    /// The error type that the runtime posted to `/init/error`.
    pub(super) failure: Option<String>,
}

/// An invocation that a sandbox works on.
#[derive(Debug)]
pub(super) struct Running {
    invocation: Invocation,
    /// Among the invocations that are under way.
    pub(super) place: Option<Place>,
    pub(super) caller: Caller,
    pub(super) clock: Clock,
    /// How long init took, if it came before this invocation.
    pub(super) init: Option<Duration>,
    pub(super) status: Option<Status>,
    /// Where to say how its stream ended, while it streams.
    pub(super) stream: Option<End>,
    /// Whether its START is in the log. Until then no runtime has seen it.
    started: bool,
}

/// What begins the log of an invocation.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) request_id: Uuid,
    /// Whoever reads along.
    pub(super) tail: Option<Tail>,
}

/// What a look at the clock tells of a sandbox.
#[derive(Debug)]
pub(super) enum Look {
    /// Its time was up: this is what it was at.
    Overdue(Box<Phase>),
    /// It has something to do until then.
    Busy(Instant),
    /// It has nothing to do, and may wait until then.
    Idle(Instant),
    /// Nothing will come of it any more.
    Over,
}

impl Phase {
    /// The runtime asked for an event, which ends the invocation that it has answered.
    pub(super) fn next_asked(&mut self, timeout: Duration) -> Result<Option<Running>, Refusal> {
        let (phase, finished) = match self.end() {
            Self::Init(init) if init.failure.is_none() => (Self::Running(init.done(timeout)), Ok(None)),
            Self::Responded(running) => (Self::Ready { since: Instant::now() }, Ok(Some(running))),
            other @ (Self::Ready { .. } | Self::Running(_)) => (other, Ok(None)),
            other @ (Self::Init(_) | Self::Answering(..) | Self::Restarting(_) | Self::Over) => {
                let refusal = other.refuses("Ready");
                (other, Err(refusal))
            }
        };
        *self = phase;
        finished
    }

    /// The runtime begins to answer the invocation `id`. Lambda looks at the id before it looks at the state.
    pub(super) fn answer_begins(&mut self, id: &str, answer: Answer) -> Result<(), Refusal> {
        match self.end() {
            Self::Running(running) if running.has_id(id) => {
                *self = Self::Answering(running, answer);
                Ok(())
            }
            other => {
                let refusal = match &other {
                    Self::Answering(running, _) | Self::Responded(running) if running.has_id(id) => {
                        other.refuses(answer.state())
                    }
                    _ => Refusal::InvalidRequestId,
                };
                *self = other;
                Err(refusal)
            }
        }
    }

    /// The caller of the invocation `id` reads along from now on, if it wants to.
    pub(super) fn stream_begins(
        &mut self,
        id: &str,
        content_type: Option<HeaderValue>,
    ) -> Result<Option<(Caller, ReplyStream, Writer)>, Refusal> {
        match self {
            Self::Answering(running, _) if running.has_id(id) => {
                if running.invocation.mode == ResponseMode::Buffered {
                    return Ok(None);
                }
                let (stream, writer, end) = ReplyStream::new(content_type);
                running.stream = Some(end);
                Ok(Some((running.caller.take(), stream, writer)))
            }
            _ => Err(Refusal::InvalidRequestId),
        }
    }

    /// The runtime has posted its answer to the invocation `id`, whose caller is to be told.
    pub(super) fn answered(
        &mut self,
        id: &str,
        status: Option<Status>,
    ) -> Result<(Caller, Option<End>), Refusal> {
        match self.end() {
            Self::Answering(mut running, _) if running.has_id(id) => {
                running.status = status;
                let told = (running.caller.take(), running.stream.take());
                *self = Self::Responded(running);
                Ok(told)
            }
            other => {
                *self = other;
                Err(Refusal::InvalidRequestId)
            }
        }
    }

    /// The runtime gave up before its first event; the caller of the first invocation is to be told.
    pub(super) fn init_failed(&mut self, error_type: String) -> Result<Caller, Refusal> {
        match self {
            Self::Init(init) if init.failure.is_none() => {
                init.failure = Some(error_type);
                Ok(init.caller.take())
            }
            other => Err(other.refuses("InitError")),
        }
    }

    fn refuses(&self, to: &'static str) -> Refusal {
        Refusal::InvalidStateTransition { from: self.name(), to }
    }

    /// Its name in messages to the runtime.
    fn name(&self) -> &'static str {
        match self {
            Self::Init(init) if init.failure.is_some() => "InitError",
            Self::Init(_) => "Started",
            Self::Ready { .. } => "Ready",
            Self::Running(_) => "Running",
            Self::Answering(_, answer) => answer.state(),
            Self::Responded(_) => "RuntimeResponseSentState",
            Self::Restarting(_) | Self::Over => "Over",
        }
    }

    /// The event for the runtime, and the START that is still to be logged.
    pub(super) fn delivery(&mut self) -> Option<(Delivery, Option<Start>)> {
        match self {
            Self::Running(running) => Some((running.delivery(), running.starts())),
            _ => None,
        }
    }

    /// Leaves nothing for the runtime and the pool to go on with, and gives what there was.
    pub(super) fn end(&mut self) -> Self {
        mem::replace(self, Self::Over)
    }

    /// The same, if its time is up.
    pub(super) fn end_if_overdue(&mut self, now: Instant, idle_limit: Duration) -> Look {
        match self.look(idle_limit) {
            Look::Busy(deadline) | Look::Idle(deadline) if deadline <= now => {
                Look::Overdue(Box::new(self.end_overdue()))
            }
            look => look,
        }
    }

    fn end_overdue(&mut self) -> Self {
        match self.end() {
            Self::Init(init) if init.may_restart() => {
                *self = Self::Restarting(init);
                Self::Over
            }
            overdue => overdue,
        }
    }

    /// Begins the init that was cut off once more. Gives how long it took, and for which invocation;
    /// nothing if nothing is to be begun, or has been closed since.
    pub(super) fn restart(&mut self, timeout: Duration) -> Option<(Duration, Start)> {
        let Self::Restarting(init) = self.end() else { return None };
        let cut_off = (init.elapsed(), Start::of(&init.invocation));
        *self = Self::Init(init.within_invocation(timeout));
        Some(cut_off)
    }

    /// The invocation that has begun though its runtime only starts.
    pub(super) fn begun_before_init(&self) -> Option<Start> {
        match self {
            Self::Init(init) if init.clock.is_some() => Some(Start::of(&init.invocation)),
            _ => None,
        }
    }

    fn look(&self, idle_limit: Duration) -> Look {
        match self {
            Self::Init(init) => Look::Busy(init.deadline),
            Self::Running(running) | Self::Answering(running, _) | Self::Responded(running) => {
                Look::Busy(running.clock.deadline)
            }
            Self::Ready { since } => Look::Idle(*since + idle_limit),
            Self::Restarting(_) | Self::Over => Look::Over,
        }
    }
}

impl Answer {
    /// As the state is called in which a runtime posts it.
    fn state(self) -> &'static str {
        match self {
            Self::Response => "InvocationResponse",
            Self::Error => "InvocationErrorResponse",
        }
    }
}

impl Init {
    /// The init phase ahead of the first invocation, with a limit of its own.
    pub(super) fn ahead(job: Job, limit: Duration) -> Self {
        let began = Instant::now();
        Self {
            invocation: job.invocation,
            place: job.place,
            caller: Some(job.caller),
            began,
            deadline: began + limit,
            clock: None,
            failure: None,
        }
    }

    /// Once more, inside the invocation and its time-out: after an init phase that took too long.
    pub(super) fn within_invocation(self, timeout: Duration) -> Self {
        let clock = Clock::start(timeout);
        Self { began: Instant::now(), deadline: clock.deadline, clock: Some(clock), ..self }
    }

    /// The runtime is there; the invocation begins now, unless init was a part of it.
    pub(super) fn done(self, timeout: Duration) -> Running {
        Running {
            started: self.clock.is_some(),
            init: self.clock.is_none().then(|| self.began.elapsed()),
            invocation: self.invocation,
            place: self.place,
            caller: self.caller,
            clock: self.clock.unwrap_or_else(|| Clock::start(timeout)),
            status: None,
            stream: None,
        }
    }

    /// Whether a time-out of this init leads to another one: not of one that was told to have failed.
    fn may_restart(&self) -> bool {
        self.clock.is_none() && self.failure.is_none()
    }

    /// As `INIT_REPORT` names it.
    pub(super) fn phase_name(&self) -> &'static str {
        if self.clock.is_none() { "init" } else { "invoke" }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

impl Start {
    fn of(invocation: &Invocation) -> Self {
        Self { request_id: invocation.request_id, tail: invocation.tail.clone() }
    }
}

impl Running {
    pub(super) fn begin(job: Job, timeout: Duration) -> Self {
        let Job { invocation, caller, place } = job;
        let clock = Clock::start(timeout);
        Self {
            invocation,
            place,
            caller: Some(caller),
            clock,
            init: None,
            status: None,
            stream: None,
            started: false,
        }
    }

    /// If this is the moment for its START, which comes once.
    pub(super) fn starts(&mut self) -> Option<Start> {
        (!mem::replace(&mut self.started, true)).then(|| Start::of(&self.invocation))
    }

    /// Whether its caller waits for its log.
    pub(super) fn has_tail(&self) -> bool {
        self.invocation.tail.is_some()
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
        let mut buffer = [0; Hyphenated::LENGTH];
        self.request_id().hyphenated().encode_lower(&mut buffer) == id
    }

    /// Lambda adds the segment of the invocation, and whether it is sampled. Undocumented (RT-5): what it says
    /// where nothing is recorded; `Sampled=0` is the truth here.
    fn trace_id(&self) -> String {
        let root = &self.invocation.trace_id;
        if root.is_empty() || root.contains(';') {
            return root.clone();
        }
        let (segment, _) = self.request_id().as_u64_pair();
        format!("{root};Parent={segment:016x};Sampled=0")
    }

    fn delivery(&self) -> Delivery {
        Delivery {
            request_id: self.request_id(),
            trace_id: self.trace_id(),
            deadline_ms: self.clock.deadline_ms,
            event: self.invocation.event.clone(),
            client_context: self.invocation.client_context.clone(),
        }
    }
}
