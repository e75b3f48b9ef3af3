//! A sandbox whose runtime starts.

use std::time::Duration;

use tokio::time::Instant;

use super::host::{ConcurrencyPermit, NO_DEADLINE};
use super::running::{Clock, Job, RunningInvocation, WaitingCaller};
use crate::invocation::{Invocation, LogFollowers};
use crate::record::{InitPhase, InitReport, Status};

/// The time that a process has to end by itself after it has posted an init error.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A runtime on its way to its first `/next`.
#[derive(Debug)]
pub(super) struct Init {
    invocation: Invocation,
    permit: Option<ConcurrencyPermit>,
    pub(super) caller: Option<WaitingCaller>,
    began: Instant,
    pub(super) deadline: Instant,
    /// The clock of the invocation, if the init is a part of it.
    pub(super) clock: Option<Clock>,
    /// The error type that the runtime posted to `/init/error`.
    pub(super) failure: Option<String>,
    /// Whether the developer starts the process.
    pub(super) is_attached: bool,
    /// The time that the runtime may take after it goes on from a snapshot. `None` until then.
    pub(super) restore_limit: Option<Duration>,
}

impl Init {
    /// Creates the init phase ahead of the first invocation, with a limit of its own.
    pub(super) fn ahead(job: Job, limit: Duration) -> Self {
        let began = Instant::now();
        Self {
            invocation: job.invocation,
            permit: job.permit,
            caller: Some(job.caller),
            began,
            deadline: began + limit,
            clock: None,
            failure: None,
            is_attached: false,
            restore_limit: None,
        }
    }

    /// Creates the init of a process that the developer starts. It is a part of the invocation: an init error goes to the
    /// caller, since no other process follows by itself.
    pub(super) fn attached(job: Job) -> Self {
        Self { is_attached: true, ..Self::ahead(job, NO_DEADLINE).within_invocation(NO_DEADLINE) }
    }

    /// Begins the init again, inside the invocation and its time-out, after an init phase that failed or took too long.
    pub(super) fn within_invocation(self, timeout: Duration) -> Self {
        let clock = Clock::start(timeout);
        Self {
            began: Instant::now(),
            deadline: clock.deadline,
            clock: Some(clock),
            restore_limit: None,
            ..self
        }
    }

    /// Returns the invocation that begins when the runtime asks for its first event.
    pub(super) fn succeeded(self, timeout: Duration) -> RunningInvocation {
        let report = self.report(None);
        let is_attached = self.is_attached;
        let running = self.done(timeout);
        // The time until the developer has started a process says nothing about the function.
        if is_attached { running } else { running.with_init_report(report) }
    }

    /// Returns the report of the init's end. Without a `status`, the init has succeeded.
    pub(super) fn report(&self, status: Option<Status>) -> InitReport {
        InitReport { phase: self.phase(), took: self.elapsed(), status }
    }

    /// Returns the name of the phase in Lambda's log.
    pub(super) fn phase(&self) -> InitPhase {
        if self.clock.is_none() { InitPhase::Init } else { InitPhase::Invoke }
    }

    /// Goes on from a snapshot. The runtime has the time `limit` to ask for its first event, or the invocation's time if
    /// the init is a part of it.
    pub(super) fn restored(&mut self, limit: Duration) {
        self.restore_limit = Some(limit);
        if self.clock.is_none() {
            self.deadline = Instant::now() + limit;
        }
    }

    /// Begins the invocation, unless the init was a part of it.
    pub(super) fn done(self, timeout: Duration) -> RunningInvocation {
        let init = self.clock.is_none().then(|| self.began.elapsed());
        // The time until the developer has started a process says nothing about the function.
        let clock = self.clock.filter(|_| !self.is_attached).unwrap_or_else(|| Clock::start(timeout));
        let running = RunningInvocation::new(self.invocation, self.permit, self.caller, clock);
        running.after_init(init)
    }

    /// Whether the init is a phase of its own. If such a phase fails, Lambda repeats it within the first invocation, whose
    /// caller gets the result of the second try:
    /// <https://github.com/cdklabs/cdk-ecr-deployment/issues/651>.
    ///
    /// A restored runtime is not started again: "Lambda fails the in-flight invocation",
    /// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html>.
    pub(super) fn is_ahead(&self) -> bool {
        self.clock.is_none() && self.restore_limit.is_none()
    }

    /// Records that the runtime cannot start. Returns the caller that gets the error, if no other try follows.
    pub(super) fn failed(&mut self, error_type: String) -> Option<WaitingCaller> {
        self.failure = Some(error_type);
        self.deadline = self.deadline.min(Instant::now() + LAST_WORDS);
        if self.is_ahead() { None } else { self.caller.take() }
    }

    /// Returns the followers of the invocation's log.
    pub(super) fn followers(&self) -> LogFollowers {
        self.invocation.followers()
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
