//! A sandbox whose runtime starts.

use std::time::Duration;

use tokio::time::Instant;

use super::clock::Clock;
use super::concurrency::Place;
use super::job::{Caller, Job};
use super::running::{Running, Start};
use crate::invocation::Invocation;

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
        let init = self.clock.is_none().then(|| self.began.elapsed());
        let clock = self.clock.unwrap_or_else(|| Clock::start(timeout));
        let running = Running::new(self.invocation, self.place, self.caller, clock);
        running.after_init(init)
    }

    /// Whether a time-out of this init leads to another one: not of one that was told to have failed.
    pub(super) fn may_restart(&self) -> bool {
        self.clock.is_none() && self.failure.is_none()
    }

    /// As `INIT_REPORT` names it.
    pub(super) fn phase_name(&self) -> &'static str {
        if self.clock.is_none() { "init" } else { "invoke" }
    }

    /// What begins the log of its invocation.
    pub(super) fn start(&self) -> Start {
        Start::of(&self.invocation)
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
