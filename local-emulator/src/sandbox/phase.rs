//! The phases of a sandbox: started, ready, running, responded and ready again, the states of
//! AWS's own [Runtime Interface Emulator][rie].
//!
//! [rie]: https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/core/states.go

use std::mem;
use std::time::Duration;

use http::HeaderValue;
use tokio::time::Instant;

use super::init::Init;
use super::running::{Delivery, InvocationStart, RunningInvocation, WaitingCaller};
use crate::invocation::{EndSender, LogFollowers, ReplyStream, ResponseMode, StreamWriter};
use crate::record::{InitPhase, InitReport, Status};

/// The phase of a sandbox.
#[derive(Debug)]
pub(super) enum Phase {
    /// The process starts, and has not asked for an event yet.
    Init(Init),
    /// The runtime waits for an event.
    Ready { since: Instant },
    /// The runtime has an event, or is about to get it.
    Running(RunningInvocation),
    /// The runtime posts its answer, which the caller may already read.
    Answering(RunningInvocation, AnswerKind),
    /// The caller has its answer; the runtime has not asked for another event.
    Responded(RunningInvocation),
    /// The init took too long; another process replaces this one.
    Restarting(Init),
    /// The sandbox has ended, or is about to end.
    Over,
}

/// The kind of answer that a runtime posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerKind {
    Response,
    Error,
}

/// The reason why the Runtime API refuses a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No invocation with this id waits for an answer.
    InvalidRequestId,
    /// The answer is for another attempt at this invocation.
    StaleInvocation,
    /// The call does not fit the phase.
    InvalidStateTransition { from: &'static str, to: &'static str },
}

/// The activity of a sandbox, as the inspector shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    Starting,
    Idle,
    Busy,
}

/// The result of a check of the clock.
#[derive(Debug)]
pub(super) enum Look {
    /// The phase exceeded its time, and has been ended.
    Overdue(Box<Phase>),
    /// The sandbox works, and has time until this deadline.
    Busy(Instant),
    /// The sandbox is idle, and may wait until this deadline.
    Idle(Instant),
    /// The sandbox is over.
    Over,
}

impl Phase {
    /// Ends the answered invocation when the runtime asks for its next event. Returns that invocation.
    pub(super) fn next_asked(&mut self, timeout: Duration) -> Result<Option<RunningInvocation>, Refusal> {
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

    /// Begins the runtime's answer to the attempt `invocation_id` at the invocation `id`. Lambda checks ids before it
    /// checks the state.
    pub(super) fn answer_begins(
        &mut self,
        id: &str,
        invocation_id: Option<&HeaderValue>,
        answer: AnswerKind,
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

    /// Begins a stream to the caller of the invocation `id`; `None` for a caller that wants the whole answer.
    pub(super) fn stream_begins(
        &mut self,
        id: &str,
        content_type: Option<HeaderValue>,
    ) -> Result<Option<(Option<WaitingCaller>, ReplyStream, StreamWriter)>, Refusal> {
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

    /// Ends the runtime's answer to the invocation `id`. Returns the caller, and the sender of the stream's end.
    pub(super) fn answered(
        &mut self,
        id: &str,
        status: Option<Status>,
        produced_bytes: usize,
    ) -> Result<(Option<WaitingCaller>, Option<EndSender>), Refusal> {
        match self.end() {
            Self::Answering(mut running, _) if running.has_id(id) => {
                running.status = status;
                running.produced_bytes = produced_bytes;
                let listeners = (running.caller.take(), running.stream.take());
                *self = Self::Responded(running);
                Ok(listeners)
            }
            other => {
                *self = other;
                Err(Refusal::InvalidRequestId)
            }
        }
    }

    /// Records that the runtime gave up before its first event. Returns the caller of the first invocation, unless another
    /// try follows.
    pub(super) fn init_failed(&mut self, error_type: String) -> Result<Option<WaitingCaller>, Refusal> {
        match self {
            Self::Init(init) if init.failure.is_none() => Ok(init.failed(error_type)),
            other => Err(other.refuses("InitError")),
        }
    }

    /// Lets an initialized runtime go on from its snapshot.
    pub(super) fn restore_asked(&mut self, limit: Duration) -> Result<(), Refusal> {
        match self {
            Self::Init(init) if init.failure.is_none() && init.restore_limit.is_none() => {
                init.restored(limit);
                Ok(())
            }
            // AWS's emulator uses this name.
            other => Err(other.refuses("Ready")),
        }
    }

    /// Records that a restored runtime gave up before its first event. Returns the caller of the first invocation.
    pub(super) fn restore_failed(&mut self, error_type: String) -> Result<Option<WaitingCaller>, Refusal> {
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

    /// Returns the name of the phase in messages to the runtime.
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

    /// Returns the event for the runtime, and the START if it is not in the log yet.
    pub(super) fn delivery(&mut self) -> Option<(Delivery, Option<InvocationStart>)> {
        match self {
            Self::Running(running) => Some((running.delivery(), running.starts())),
            _ => None,
        }
    }

    /// Ends the phase, so that neither the runtime nor the pool can go on with it. Returns the phase.
    pub(super) fn end(&mut self) -> Self {
        mem::replace(self, Self::Over)
    }

    /// Ends the phase if its time is up.
    pub(super) fn end_if_overdue(&mut self, now: Instant, idle_limit: Duration) -> Look {
        match self.look(idle_limit) {
            Look::Busy(deadline) | Look::Idle(deadline) if deadline <= now => {
                Look::Overdue(Box::new(self.end_process()))
            }
            look => look,
        }
    }

    /// Ends the phase as [`Self::end`] does, except that an init ahead of its invocation stays and will be repeated.
    pub(super) fn end_process(&mut self) -> Self {
        match self.end() {
            Self::Init(init) if init.is_ahead() => {
                *self = Self::Restarting(init);
                Self::Over
            }
            ended => ended,
        }
    }

    /// Begins the failed init again. Returns the report of the failed one, with `status` if its runtime has posted no
    /// error; `None` if there is no init to repeat, or the sandbox has been closed since.
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

    /// Returns the followers of the lines that a runtime prints while it starts. A caller that wants the log of its
    /// invocation gets these lines only if the invocation has begun.
    pub(super) fn followers_before_start(&self) -> LogFollowers {
        match self {
            Self::Init(init) if init.is_ahead() => LogFollowers { tail: None, ..init.followers() },
            Self::Init(init) => init.followers(),
            _ => LogFollowers::default(),
        }
    }

    /// Returns the activity that people see; `None` after the end.
    pub(super) fn activity(&self) -> Option<Activity> {
        match self {
            Self::Init(_) | Self::Restarting(_) => Some(Activity::Starting),
            Self::Ready { .. } => Some(Activity::Idle),
            Self::Running(_) | Self::Answering(..) | Self::Responded(_) => Some(Activity::Busy),
            Self::Over => None,
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

impl AnswerKind {
    /// Returns the name of the state in which a runtime posts this answer.
    fn state(self) -> &'static str {
        match self {
            Self::Response => "InvocationResponse",
            Self::Error => "InvocationErrorResponse",
        }
    }
}

#[cfg(test)]
mod tests;
