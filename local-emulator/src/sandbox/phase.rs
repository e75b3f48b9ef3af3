//! What a sandbox is doing: started, ready, running, responded and ready again, the states of
//! AWS's own [Runtime Interface Emulator][rie].
//!
//! [rie]: https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/core/states.go

use std::mem;
use std::time::Duration;

use http::HeaderValue;
use tokio::time::Instant;

use super::Refusal;
use super::init::Init;
use super::job::{Caller, Delivery};
use super::log::Followers;
use super::running::{Begun, Running};
use crate::invocation::{End, ReplyStream, ResponseMode, Writer};
use crate::record::{InitPhase, InitReport, Status};

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
            Self::Init(init) if init.failure.is_none() => (Self::Running(init.succeeded(timeout)), Ok(None)),
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

    /// The runtime begins to answer the attempt `invocation_id` at the invocation `id`. Lambda looks at ids before it
    /// looks at the state.
    pub(super) fn answer_begins(
        &mut self,
        id: &str,
        invocation_id: Option<&HeaderValue>,
        answer: Answer,
    ) -> Result<(), Refusal> {
        match self.end() {
            Self::Running(running) if running.has_id(id) && running.is_attempt(invocation_id) => {
                *self = Self::Answering(running, answer);
                Ok(())
            }
            other => {
                let refusal = match &other {
                    Self::Running(running) | Self::Answering(running, _) | Self::Responded(running)
                        if running.has_id(id) =>
                    {
                        if running.is_attempt(invocation_id) {
                            other.refuses(answer.state())
                        } else {
                            Refusal::StaleInvocation
                        }
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
                if running.mode() == ResponseMode::Buffered {
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
        produced_bytes: usize,
    ) -> Result<(Caller, Option<End>), Refusal> {
        match self.end() {
            Self::Answering(mut running, _) if running.has_id(id) => {
                running.status = status;
                running.produced_bytes = produced_bytes;
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

    /// The runtime gave up before its first event; the caller of the first invocation is to be told, unless
    /// another try follows.
    pub(super) fn init_failed(&mut self, error_type: String) -> Result<Caller, Refusal> {
        match self {
            Self::Init(init) if init.failure.is_none() => Ok(init.failed(error_type)),
            other => Err(other.refuses("InitError")),
        }
    }

    /// The runtime is set up, and goes on from a snapshot.
    pub(super) fn restore_asked(&mut self, limit: Duration) -> Result<(), Refusal> {
        match self {
            Self::Init(init) if init.failure.is_none() && init.restore_limit.is_none() => {
                init.restored(limit);
                Ok(())
            }
            // The name is that of AWS's emulator.
            other => Err(other.refuses("Ready")),
        }
    }

    /// A restored runtime gives up before its first event; the caller of the first invocation is to be told.
    pub(super) fn restore_failed(&mut self, error_type: String) -> Result<Caller, Refusal> {
        match self {
            Self::Init(init) if init.failure.is_none() && init.restore_limit.is_some() => {
                Ok(init.failed(error_type))
            }
            other => Err(other.refuses("RuntimeRestoreErrorState")),
        }
    }

    fn refuses(&self, to: &'static str) -> Refusal {
        Refusal::InvalidStateTransition { from: self.name(), to }
    }

    /// Its name in messages to the runtime.
    fn name(&self) -> &'static str {
        match self {
            Self::Init(Init { failure, restore_limit, .. }) => match (failure, restore_limit) {
                (None, None) => "Started",
                (Some(_), None) => "InitError",
                (None, Some(_)) => "Restoring",
                (Some(_), Some(_)) => "RuntimeRestoreErrorState",
            },
            Self::Ready { .. } => "Ready",
            Self::Running(_) => "Running",
            Self::Answering(_, answer) => answer.state(),
            Self::Responded(_) => "RuntimeResponseSentState",
            Self::Restarting(_) | Self::Over => "Over",
        }
    }

    /// The event for the runtime, and the START that is still to be logged.
    pub(super) fn delivery(&mut self) -> Option<(Delivery, Option<Begun>)> {
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
                Look::Overdue(Box::new(self.end_process()))
            }
            look => look,
        }
    }

    /// As [`Self::end`], but an init ahead of its invocation stays, to be done again.
    pub(super) fn end_process(&mut self) -> Self {
        match self.end() {
            Self::Init(init) if init.is_ahead() => {
                *self = Self::Restarting(init);
                Self::Over
            }
            ended => ended,
        }
    }

    /// Begins the init that failed once more. Gives its report, where `status` is for one whose runtime has posted no
    /// error; nothing if nothing is to be begun, or has been closed since.
    pub(super) fn restart(&mut self, timeout: Duration, status: Status) -> Option<InitReport> {
        let Self::Restarting(mut init) = self.end() else { return None };
        let status = init.failure.take().map_or(status, Status::Error);
        let report = init.report(Some(status));
        *self = Self::Init(init.within_invocation(timeout));
        Some(report)
    }

    /// Returns the phase of an init that the emulator starts, in the words of Lambda's log.
    pub(super) fn init_phase(&self) -> Option<InitPhase> {
        match self {
            Self::Init(init) if !init.is_attached => Some(init.phase()),
            _ => None,
        }
    }

    /// Returns the followers of what a runtime prints while it starts. A caller that wants the log of its invocation gets
    /// these lines only if the invocation has begun.
    pub(super) fn followers_before_start(&self) -> Followers {
        match self {
            Self::Init(init) if init.is_ahead() => Followers { tail: None, ..init.followers() },
            Self::Init(init) => init.followers(),
            _ => Followers::default(),
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
