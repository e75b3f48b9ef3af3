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

mod answering;
mod attachment;
mod clock;
mod concurrency;
mod debug;
mod extensions;
mod failure;
#[cfg(test)]
pub(crate) mod fixture;
mod frozen;
mod function_spec;
mod init;
mod job;
mod log;
mod memory;
mod memory_limit;
mod output;
pub(crate) mod peer;
mod phase;
mod pool;
mod process;
mod restore;
mod running;
mod state;
mod supervisor;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::pin;
use tokio::sync::Notify;

pub use attachment::Attachment;
pub use concurrency::Concurrency;
pub use debug::DebugMode;
pub(crate) use debug::NO_DEADLINE;
use extensions::Extensions;
pub(crate) use extensions::{ExtensionError, ExtensionRefusal, MAX_EXTENSIONS};
pub(crate) use failure::{Failure, MAX_STREAM, reported_error_type};
use frozen::Frozen;
pub use function_spec::{FunctionSpec, Host};
use init::Init;
pub(crate) use job::Delivery;
use job::Job;
use log::Log;
use memory::Memory;
use output::{Output, PATIENCE_OF_CALLER, PATIENCE_OF_SANDBOX};
pub(crate) use phase::Answer;
use phase::Phase;
use pool::Shared;
pub use pool::{Closed, Pool};
use process::{LogStream, Process};
use running::Running;
pub(crate) use state::{Activity, SandboxState};

use crate::printer::Printer;

/// One execution environment.
#[derive(Debug)]
pub(crate) struct Sandbox {
    spec: Arc<FunctionSpec>,
    log: Log,
    pool: Weak<Shared>,
    phase: Mutex<Phase>,
    /// Where it is measured.
    memory: Mutex<Option<Memory>>,
    /// The id of its process, 0 before there is one.
    process: AtomicU32,
    /// In megabytes, if it is enforced.
    memory_limit: Option<u64>,
    /// How long its runtime may take once it is restored from a snapshot.
    restore_limit: Duration,
    frozen: Frozen,
    output: Mutex<Option<Output>>,
    extensions: Mutex<Extensions>,
    /// Wakes `/next`, of the runtime and of extensions: an event is there.
    event: Notify,
    /// Wakes the supervisor of an idle sandbox.
    begun: Notify,
    /// Wakes the supervisor to end the process.
    closed: Notify,
    /// Wakes the supervisor to end a process that holds too much.
    out_of_memory: Notify,
}

/// Returns the name of a log stream for processes that are not started here.
pub(crate) fn log_stream_name() -> String {
    LogStream::new().name
}

/// Why the Runtime API refuses a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The id is not that of the invocation which waits for its answer.
    InvalidRequestId,
    /// The answer is for another attempt at this invocation.
    StaleInvocation,
    /// The call does not fit the phase.
    InvalidStateTransition { from: &'static str, to: &'static str },
}

impl Sandbox {
    /// A sandbox about to start, with what its first invocation waits for.
    fn new(spec: Arc<FunctionSpec>, host: &Host, log: Log, pool: Weak<Shared>, init: Init) -> Self {
        Self {
            log,
            pool,
            phase: Mutex::new(Phase::Init(init)),
            memory: Mutex::new(None),
            process: AtomicU32::new(0),
            memory_limit: spec.limits_memory(host).then_some(u64::from(spec.memory_mb)),
            restore_limit: spec.restore_limit(host),
            frozen: Frozen::default(),
            output: Mutex::new(None),
            extensions: Mutex::default(),
            event: Notify::new(),
            begun: Notify::new(),
            closed: Notify::new(),
            out_of_memory: Notify::new(),
            spec,
        }
    }

    /// Where it logs.
    pub(crate) fn printer(&self) -> &Printer {
        self.log.printer()
    }

    /// What this sandbox runs.
    pub(crate) fn spec(&self) -> &FunctionSpec {
        &self.spec
    }

    /// Gives an invocation to a sandbox that is ready; back it comes if this one is not, or no longer.
    #[expect(clippy::result_large_err, reason = "the job is no error: it goes on to another sandbox")]
    fn begin(&self, job: Job) -> Result<(), Job> {
        {
            let mut phase = self.phase();
            if !matches!(*phase, Phase::Ready { .. }) {
                return Err(job);
            }
            *phase = Phase::Running(Running::begin(job, self.spec.timeout));
        }
        self.frozen.thaw();
        self.wake();
        self.begun.notify_one();
        Ok(())
    }

    /// The runtime's event may be there now.
    fn wake(&self) {
        self.event.notify_waiters();
        if let Some(attachment) = &self.spec.attachment {
            attachment.wake();
        }
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
        if self.waits_for_extensions() {
            return Ok(());
        }
        let finished = self.phase().next_asked(self.spec.timeout)?;
        match finished {
            // Its last lines may still be in the pipe.
            Some(running) if running.has_tail() => {
                drop(tokio::spawn(Arc::clone(self).finished_with_log(running, PATIENCE_OF_CALLER)));
            }
            Some(running) if running.is_recorded() && self.is_behind() => {
                drop(tokio::spawn(Arc::clone(self).finished_with_log(running, PATIENCE_OF_SANDBOX)));
            }
            Some(running) => self.finished(running),
            None => {}
        }
        Ok(())
    }

    async fn finished_with_log(self: Arc<Self>, running: Running, patience: Duration) {
        if let Some(output) = self.output() {
            output.passed_on(patience).await;
        }
        self.finished(running);
    }

    fn is_behind(&self) -> bool {
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        output.as_ref().is_some_and(Output::is_behind)
    }

    fn output(&self) -> Option<Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn delivery(&self) -> Option<Delivery> {
        let (delivery, start) = self.phase().delivery()?;
        if let Some(start) = start {
            self.log.start(start, self.process_id());
            self.tell_extensions(&delivery);
        }
        Some(delivery)
    }

    fn finished(self: &Arc<Self>, running: Running) {
        self.log.end(&running, running.clock.elapsed(), self.peak_memory());
        if let Some(pool) = self.pool.upgrade() {
            pool.take_back(self, running.place);
        }
    }

    /// Ends this sandbox now if it is not busy with an invocation: one that waits for its runtime to
    /// start is given back to its caller. A busy sandbox ends when it comes back to the pool.
    fn retire(&self) {
        self.close_if(|phase| match phase {
            Phase::Ready { .. } => true,
            Phase::Init(init) | Phase::Restarting(init) => init.is_ahead() || init.is_attached,
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

    fn watch(&self, process: &Process) {
        self.process.store(process.id(), Ordering::Relaxed);
        *self.memory() = Memory::of(process.id());
        // What the last process held may have been noticed just as that ended.
        let _ = self.out_of_memory.notified().now_or_never();
        self.frozen.watch(process.leader());
        self.forget_extensions();
        *self.output.lock().unwrap_or_else(PoisonError::into_inner) = Some(process.output());
    }

    fn process_id(&self) -> Option<u32> {
        Some(self.process.load(Ordering::Relaxed)).filter(|id| *id != 0)
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
