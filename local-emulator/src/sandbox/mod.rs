//! Execution environments: one process of one function each, one invocation at a time.
//!
//! [`Pool`] hands invocations to sandboxes. A `Sandbox` is what the pool, the
//! Runtime API and the process's supervisor share: the phase that its runtime
//! is in. The hot path touches nothing else: the pool puts an invocation into a ready sandbox, its
//! `/next` takes it out, its `/response` answers the caller, its following `/next` brings the
//! sandbox back to the pool. The supervisor sleeps beside it until a deadline or an exit.
//!
//! The rules are those of Lambda's [runtime environment lifecycle][lifecycle].
//!
//! [lifecycle]: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html

mod clock;
mod concurrency;
mod failure;
#[cfg(test)]
pub(crate) mod fixture;
mod frozen;
mod function_spec;
mod job;
mod log;
mod memory;
mod output;
mod phase;
mod pool;
mod process;
mod supervisor;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use http::HeaderValue;
use tokio::pin;
use tokio::sync::Notify;

pub use concurrency::Concurrency;
pub(crate) use failure::{Failure, MAX_PAYLOAD, MAX_STREAM, reported_error_type};
use frozen::Frozen;
pub use function_spec::{FunctionSpec, Host};
pub(crate) use job::Delivery;
use job::{Caller, Job};
use log::{Log, Status};
use memory::Memory;
use output::Output;
pub(crate) use phase::Answer;
use phase::{Init, Phase, Running};
use pool::Shared;
pub use pool::{Closed, Pool};
use process::Process;

use crate::function_error;
use crate::invocation::{Outcome, StreamError, Writer};

/// One execution environment.
#[derive(Debug)]
pub(crate) struct Sandbox {
    spec: Arc<FunctionSpec>,
    log: Log,
    pool: Weak<Shared>,
    phase: Mutex<Phase>,
    /// Where it is measured.
    memory: Mutex<Option<Memory>>,
    /// In megabytes, if it is enforced.
    memory_limit: Option<u64>,
    frozen: Frozen,
    output: Mutex<Option<Output>>,
    /// Wakes `/next`: an event is there.
    event: Notify,
    /// Wakes the supervisor of an idle sandbox.
    begun: Notify,
    /// Wakes the supervisor to end the process.
    closed: Notify,
    /// Wakes the supervisor to end a process that holds too much.
    out_of_memory: Notify,
}

/// Why the Runtime API refuses a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The id is not that of the invocation which waits for its answer.
    InvalidRequestId,
    /// The call does not fit the phase.
    InvalidStateTransition { from: &'static str, to: &'static str },
}

impl Sandbox {
    /// A sandbox about to start, with what its first invocation waits for.
    fn new(spec: Arc<FunctionSpec>, host: &Host, pool: Weak<Shared>, init: Init) -> Self {
        Self {
            log: Log::new(host.printer.clone(), &spec),
            pool,
            phase: Mutex::new(Phase::Init(init)),
            memory: Mutex::new(None),
            memory_limit: host.memory_limit.then_some(u64::from(spec.memory_mb)),
            frozen: Frozen::default(),
            output: Mutex::new(None),
            event: Notify::new(),
            begun: Notify::new(),
            closed: Notify::new(),
            out_of_memory: Notify::new(),
            spec,
        }
    }

    /// What this sandbox runs.
    pub(crate) fn spec(&self) -> &FunctionSpec {
        &self.spec
    }

    /// Gives an invocation to a sandbox that is ready; back it comes if this one is not, or no longer.
    fn begin(&self, job: Job) -> Result<(), Job> {
        {
            let mut phase = self.phase();
            if !matches!(*phase, Phase::Ready { .. }) {
                return Err(job);
            }
            *phase = Phase::Running(Running::begin(job, self.spec.timeout));
        }
        self.frozen.thaw();
        self.event.notify_waiters();
        self.begun.notify_one();
        Ok(())
    }

    /// The runtime asks for an event, which ends what it did before; comes back with one, however
    /// long that takes.
    pub(crate) async fn next(self: &Arc<Self>) -> Result<Delivery, Refusal> {
        self.ready()?;
        loop {
            let event = self.event.notified();
            pin!(event);
            // Listens from here on, so that no event is missed between the look and the wait.
            event.as_mut().enable();
            if let Some(delivery) = self.delivery() {
                return Ok(delivery);
            }
            event.await;
        }
    }

    fn ready(self: &Arc<Self>) -> Result<(), Refusal> {
        let finished = self.phase().next_asked(self.spec.timeout)?;
        match finished {
            // Its last lines may still be in the pipe.
            Some(running) if running.has_tail() => {
                drop(tokio::spawn(Arc::clone(self).finished_with_tail(running)))
            }
            Some(running) => self.finished(&running),
            None => {}
        }
        Ok(())
    }

    async fn finished_with_tail(self: Arc<Self>, running: Running) {
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(output) = output {
            output.passed_on().await;
        }
        self.finished(&running);
    }

    fn delivery(&self) -> Option<Delivery> {
        let (delivery, start) = self.phase().delivery()?;
        if let Some(start) = start {
            self.log.start(start);
        }
        Some(delivery)
    }

    fn finished(self: &Arc<Self>, running: &Running) {
        self.log.end(running, running.clock.elapsed(), self.peak_memory());
        if let Some(pool) = self.pool.upgrade() {
            pool.take_back(self);
        }
    }

    /// The runtime begins to answer the invocation `id`. Asked before a body is read.
    pub(crate) fn answer_begins(&self, id: &str, answer: Answer) -> Result<(), Refusal> {
        self.phase().answer_begins(id, answer)
    }

    /// The function's answer to the invocation `id`. The sandbox stays busy until its next `/next`.
    pub(crate) fn respond(&self, id: &str, outcome: Outcome) -> Result<(), Refusal> {
        let (caller, _) = self.phase().answered(id, None)?;
        job::answer(caller, outcome);
        Ok(())
    }

    /// The function streams its answer to the invocation `id`. Whoever takes streams gets it as it comes:
    /// this is where to write it to. Who does not waits for the whole.
    pub(crate) fn stream(
        &self,
        id: &str,
        content_type: Option<HeaderValue>,
    ) -> Result<Option<Writer>, Refusal> {
        let begun = self.phase().stream_begins(id, content_type)?;
        Ok(begun.map(|(caller, stream, writer)| {
            job::answer(caller, Outcome::Stream(stream));
            writer
        }))
    }

    /// The stream has ended, in the way that `end` says; `status` is for the report.
    pub(crate) fn stream_ended(
        &self,
        id: &str,
        end: Result<(), StreamError>,
        failure: Option<&Failure>,
    ) -> Result<(), Refusal> {
        let status = failure.map(|failure| Status::Error(failure.error_type().to_owned()));
        let (_, stream) = self.phase().answered(id, status)?;
        if let Err(error) = &end {
            self.log.line(function_error::summary(&error.error));
        }
        // An error means that nobody reads any more.
        let _ = stream.map(|stream| stream.send(end));
        Ok(())
    }

    /// What a function says of its answer to somebody who got the whole of it.
    pub(crate) fn note(&self, error: &StreamError) {
        self.log.line(function_error::summary(&error.error));
    }

    /// The invocation `id` failed, with an error for its caller and the log, and an error type for its
    /// report.
    pub(crate) fn fail(&self, id: &str, error: Bytes, error_type: String) -> Result<(), Refusal> {
        let (caller, stream) = self.phase().answered(id, Some(Status::Error(error_type.clone())))?;
        job::break_off(stream, &error_type, &error);
        self.pass_on_error(caller, error);
        Ok(())
    }

    /// The invocation `id` failed in a way that the function has no words for.
    pub(crate) fn fail_with(&self, id: &str, failure: &Failure) -> Result<(), Refusal> {
        self.fail(id, failure.body(id), failure.error_type().to_owned())
    }

    /// The runtime could not start: the caller of the first invocation gets `error`. The process has
    /// the rest of the init limit to end by itself, so that its last words are not cut off.
    pub(crate) fn init_failed(&self, error: Bytes, error_type: String) -> Result<(), Refusal> {
        let caller = self.phase().init_failed(error_type)?;
        self.pass_on_error(caller, error);
        Ok(())
    }

    /// Into the log first: the gateway's line about the request comes after the function's own.
    fn pass_on_error(&self, caller: Caller, error: Bytes) {
        self.log.line(function_error::summary(&error));
        job::answer(caller, Outcome::FunctionError(error));
    }

    /// Ends this sandbox now if it is not busy with an invocation: one that waits for its runtime to
    /// start is given back to its caller. A busy sandbox ends when it comes back to the pool.
    fn retire(&self) {
        self.close_if(|phase| match phase {
            Phase::Ready { .. } => true,
            Phase::Init(init) | Phase::Restarting(init) => init.clock.is_none(),
            _ => false,
        });
    }

    /// Ends this sandbox now, whatever it does; nobody gets an answer.
    fn kill(&self) {
        self.close_if(|_| true);
    }

    fn close_if(&self, condition: impl FnOnce(&Phase) -> bool) {
        let mut phase = self.phase();
        if condition(&phase) {
            *phase = Phase::Over;
            drop(phase);
            self.closed.notify_one();
        }
    }

    /// Whether nothing is left but its process, about to be killed.
    fn is_over(&self) -> bool {
        matches!(*self.phase(), Phase::Over)
    }

    /// Whether the caller has been answered, so that the runtime should be back in the pool soon, or is on
    /// its way there: it is ready before its report is written, and in the pool after.
    fn has_answered(&self) -> bool {
        matches!(*self.phase(), Phase::Responded(_) | Phase::Ready { .. })
    }

    /// In megabytes; absent where it cannot be measured, or was not before the process ended.
    fn peak_memory(&self) -> Option<u64> {
        self.memory().as_mut().and_then(Memory::peak_mb)
    }

    /// Never comes back to a runtime that holds, or held, more memory than its function has: that one is
    /// killed. On Lambda the kernel does it at once; here it is noticed at the next sample, and at the
    /// latest when the runtime calls.
    pub(crate) async fn within_memory(&self) {
        if self.holds_too_much(self.peak_memory()) {
            self.out_of_memory.notify_one();
            std::future::pending::<()>().await;
        }
    }

    /// The same, of all its processes.
    fn sample_memory(&self) {
        let sampled = self.memory().as_mut().and_then(Memory::sample);
        if self.holds_too_much(sampled) {
            self.out_of_memory.notify_one();
        }
    }

    fn holds_too_much(&self, megabytes: Option<u64>) -> bool {
        matches!((megabytes, self.memory_limit), (Some(held), Some(limit)) if held > limit)
    }

    fn memory(&self) -> MutexGuard<'_, Option<Memory>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, process: &Process) {
        *self.memory() = Memory::of(process.id());
        self.frozen.watch(process.leader());
        *self.output.lock().unwrap_or_else(PoisonError::into_inner) = Some(process.output());
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
