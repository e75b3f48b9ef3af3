//! A sandbox whose runtime starts.

use std::time::Duration;

use tokio::time::Instant;

use super::clock::Clock;
use super::concurrency::Place;
use super::debug::NO_DEADLINE;
use super::job::{Caller, Job};
use super::log::Followers;
use super::running::Running;
use crate::invocation::Invocation;
use crate::record::{InitPhase, InitReport, Status};

/// How long a process may take to end that has said why it cannot start.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A runtime on its way to its first `/next`.
#[derive(Debug)]
pub(super) struct Init {
    invocation: Invocation,
    place: Option<Place>,
    pub(super) caller: Caller,
    began: Instant,
    pub(super) deadline: Instant,
    /// The invocation's clock, if it already runs: init within an invocation.
    pub(super) clock: Option<Clock>,
    /// The error type that the runtime posted to `/init/error`.
    pub(super) failure: Option<String>,
    /// Whether its process is started by the developer.
    pub(super) is_attached: bool,
    /// Set once its runtime goes on from a snapshot: how long it may take.
    pub(super) restore_limit: Option<Duration>,
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
            is_attached: false,
            restore_limit: None,
        }
    }

    /// Waits for a process that the developer starts, which is a part of the invocation: what the process says of a failed
    /// init is for the caller, since no other process follows by itself.
    pub(super) fn attached(job: Job) -> Self {
        Self { is_attached: true, ..Self::ahead(job, NO_DEADLINE).within_invocation(NO_DEADLINE) }
    }

    /// Once more, inside the invocation and its time-out: after an init phase that failed or took too long.
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

    /// The runtime asks for its first event.
    pub(super) fn succeeded(self, timeout: Duration) -> Running {
        let report = self.report(None);
        let is_attached = self.is_attached;
        let running = self.done(timeout);
        // The time until somebody has started a process says nothing of the function.
        if is_attached { running } else { running.with_init_report(report) }
    }

    /// Returns the report of its end; without a `status` it has succeeded.
    pub(super) fn report(&self, status: Option<Status>) -> InitReport {
        InitReport { phase: self.phase(), took: self.elapsed(), status }
    }

    /// Returns its name in Lambda's log.
    pub(super) fn phase(&self) -> InitPhase {
        if self.clock.is_none() { InitPhase::Init } else { InitPhase::Invoke }
    }

    /// The runtime goes on from a snapshot, and has so long to ask for its first event. Within an invocation it has that
    /// one's time.
    pub(super) fn restored(&mut self, limit: Duration) {
        self.restore_limit = Some(limit);
        if self.clock.is_none() {
            self.deadline = Instant::now() + limit;
        }
    }

    /// The invocation begins now, unless init was a part of it.
    pub(super) fn done(self, timeout: Duration) -> Running {
        let init = self.clock.is_none().then(|| self.began.elapsed());
        // The time until somebody has started a process says nothing of the function.
        let clock = self.clock.filter(|_| !self.is_attached).unwrap_or_else(|| Clock::start(timeout));
        let running = Running::new(self.invocation, self.place, self.caller, clock);
        running.after_init(init)
    }

    /// Whether it is a phase of its own. If that fails, in whatever way, Lambda does it again within the first
    /// invocation, whose caller is told of the second try:
    /// <https://github.com/cdklabs/cdk-ecr-deployment/issues/651>.
    ///
    /// A restored runtime is not started again: "Lambda fails the in-flight invocation",
    /// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html>.
    pub(super) fn is_ahead(&self) -> bool {
        self.clock.is_none() && self.restore_limit.is_none()
    }

    /// The runtime says that it cannot start. Gives who is to be told of it.
    pub(super) fn failed(&mut self, error_type: String) -> Caller {
        self.failure = Some(error_type);
        self.deadline = self.deadline.min(Instant::now() + LAST_WORDS);
        if self.is_ahead() { None } else { self.caller.take() }
    }

    /// Returns the followers of its invocation's log.
    pub(super) fn followers(&self) -> Followers {
        Followers::new(&self.invocation)
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
