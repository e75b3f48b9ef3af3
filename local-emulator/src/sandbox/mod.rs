//! Execution environments: one process of one function each, one invocation at a time.
//!
//! A `Sandbox` is the state that a pool, the Runtime API and a process have in common. `runtime_api` and `pool` import
//! this room. The room imports neither of them, and gives a ready sandbox back through `SandboxOwner`.
//!
//! An invocation takes few steps: the pool puts it into a ready sandbox, `/next` takes it out, `/response` answers the
//! caller, and the following `/next` brings the sandbox back to the pool. Meanwhile, a task sleeps until a deadline passes
//! or the process exits.
//!
//! The rules are those of Lambda's [runtime environment lifecycle][lifecycle].
//!
//! [lifecycle]: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html

mod attachment;
mod ending;
mod extension_calls;
mod extensions;
mod failure;
#[cfg(test)]
pub(crate) mod fixture;
mod freezer;
mod function_spec;
mod host;
mod init;
mod log;
mod memory;
mod output;
pub(crate) mod peer;
mod phase;
mod process;
mod running;
mod runtime_calls;

use std::fmt::Debug;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{Notify, watch};

pub(crate) use attachment::Attachment;
pub(crate) use ending::{Afterwards, ProcessEnd};
use extensions::Extensions;
pub(crate) use extensions::{ExtensionError, ExtensionRefusal, MAX_EXTENSIONS};
pub(crate) use failure::{InvocationFailure, MAX_STREAM, reported_error_type};
use freezer::Freezer;
pub use function_spec::{DebugMode, FunctionSpec, ProcessWaker};
pub use host::{Concurrency, SandboxHost};
pub(crate) use host::{ConcurrencyPermit, NO_DEADLINE};
use init::Init;
use log::FunctionLog;
use memory::{MemoryUse, ProcessMemory};
use output::Output;
use phase::Phase;
pub(crate) use phase::{Activity, AnswerKind, Refusal};
pub(crate) use process::Process;
use running::RunningInvocation;
pub(crate) use running::{Delivery, Job};

use crate::printer::Printer;

/// An execution environment.
#[derive(Debug)]
pub(crate) struct Sandbox {
    spec: Arc<FunctionSpec>,
    log: FunctionLog,
    owner: Weak<dyn SandboxOwner>,
    phase: Mutex<Phase>,
    /// Absent where memory cannot be measured.
    memory: Mutex<Option<ProcessMemory>>,
    /// The id of the process, 0 before it has started.
    process: AtomicU32,
    /// The limit in megabytes; absent if the limit is not enforced.
    memory_limit: Option<u64>,
    /// The time that the runtime may take once it is restored from a snapshot.
    restore_limit: Duration,
    freezer: Freezer,
    output: Mutex<Option<Output>>,
    extensions: Mutex<Extensions>,
    /// Wakes `/next`, of the runtime and of extensions, when there is an event.
    event: Notify,
    /// Wakes the wait for the deadline of an idle sandbox.
    begun: Notify,
    /// Whether the pool has closed this sandbox, which ends the process.
    closed: watch::Sender<bool>,
    /// Ends a process that holds too much memory.
    out_of_memory: Notify,
}

/// The owner of sandboxes, which gives them their invocations.
pub(crate) trait SandboxOwner: Debug + Send + Sync {
    /// Takes back a sandbox that is ready for another invocation, with the permit of the last one.
    fn take_back(self: Arc<Self>, sandbox: &Arc<Sandbox>, permit: Option<ConcurrencyPermit>);
}

/// A sandbox at one moment, as the inspector shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SandboxState {
    pub(crate) process: u32,
    pub(crate) activity: Activity,
    /// The memory; absent where memory cannot be measured.
    pub(crate) memory: Option<MemoryUse>,
}

/// Returns the name of a log stream for processes that the developer starts.
pub(crate) fn log_stream_name() -> String {
    process::LogStream::new().name
}

impl Sandbox {
    /// Creates the sandbox that is about to start for the invocation `first`. If the sandbox `replaces_reset`, its init is
    /// a part of that invocation.
    pub(crate) fn new(
        spec: Arc<FunctionSpec>,
        host: &SandboxHost,
        version: u64,
        owner: Weak<dyn SandboxOwner>,
        first: Job,
        replaces_reset: bool,
    ) -> Self {
        let mut init = match spec.attachment {
            Some(_) => Init::attached(first),
            None => Init::ahead(first, spec.init_limit(host)),
        };
        if replaces_reset {
            init = init.within_invocation(spec.timeout);
        }
        Self {
            log: FunctionLog::new(host, &spec, version),
            owner,
            phase: Mutex::new(Phase::Init(init)),
            memory: Mutex::new(None),
            process: AtomicU32::new(0),
            memory_limit: spec.limits_memory(host).then_some(u64::from(spec.memory_mb)),
            restore_limit: spec.restore_limit(host),
            freezer: Freezer::default(),
            output: Mutex::new(None),
            extensions: Mutex::default(),
            event: Notify::new(),
            begun: Notify::new(),
            closed: watch::Sender::new(false),
            out_of_memory: Notify::new(),
            spec,
        }
    }

    pub(crate) fn printer(&self) -> &Printer {
        self.log.printer()
    }

    pub(crate) fn spec(&self) -> &FunctionSpec {
        &self.spec
    }

    /// Gives an invocation to a sandbox that is ready. Any other sandbox returns the job.
    #[expect(clippy::result_large_err, reason = "the job is no error: it goes on to another sandbox")]
    pub(crate) fn begin(&self, job: Job) -> Result<(), Job> {
        {
            let mut phase = self.phase();
            if !matches!(*phase, Phase::Ready { .. }) {
                return Err(job);
            }
            *phase = Phase::Running(RunningInvocation::begin(job, self.spec.timeout));
        }
        self.freezer.thaw();
        self.wake();
        self.begun.notify_one();
        Ok(())
    }

    /// Wakes each `/next` that waits, because there may be an event for it.
    fn wake(&self) {
        self.event.notify_waiters();
        if let Some(waker) = &self.spec.attachment {
            waker.wake();
        }
    }

    /// Ends this sandbox now, unless it is busy. A busy sandbox ends when it comes back to the pool. The caller of an
    /// invocation whose runtime still starts turns to the next version of the function.
    pub(crate) fn retire(&self) {
        self.close_if(|phase| match phase {
            Phase::Ready { .. } => true,
            Phase::Init(init) | Phase::Restarting(init) => init.is_ahead() || init.is_attached,
            _ => false,
        });
    }

    /// Ends this sandbox now, whatever it does; no caller gets an answer.
    pub(crate) fn kill(&self) {
        self.close_if(|_| true);
    }

    fn close_if(&self, condition: impl FnOnce(&Phase) -> bool) {
        let mut phase = self.phase();
        if condition(&phase) {
            *phase = Phase::Over;
            drop(phase);
            self.closed.send_replace(true);
        }
    }

    fn is_closed(&self) -> bool {
        *self.closed.borrow()
    }

    /// Waits until the pool closes this sandbox.
    async fn closed(&self) {
        // The sender is a part of this sandbox, so that the wait has no other end.
        let _ = self.closed.subscribe().wait_for(|is_closed| *is_closed).await;
    }

    /// Stops the process until the next invocation begins.
    pub(crate) fn freeze(&self) {
        self.freezer.freeze();
    }

    /// Whether the sandbox is over. Only its process may be left, which is about to be killed.
    pub(crate) fn is_over(&self) -> bool {
        matches!(*self.phase(), Phase::Over)
    }

    /// Whether the caller has been answered, so that the sandbox should be back in the pool soon. A sandbox is ready before
    /// its report is written, and in the pool after that.
    pub(crate) fn has_answered(&self) -> bool {
        matches!(*self.phase(), Phase::Responded(_) | Phase::Ready { .. })
    }

    /// Returns the present state; `None` before the process has started, and after its end.
    pub(crate) fn state(&self) -> Option<SandboxState> {
        let process = self.process_id()?;
        let activity = self.phase().activity()?;
        let memory = self.memory().as_mut().and_then(ProcessMemory::in_use);
        Some(SandboxState { process, activity, memory })
    }

    /// Starts the function's executable with `runtime_api` as its Runtime API.
    ///
    /// # Errors
    /// An executable that cannot be started.
    pub(crate) fn start_process(&self, runtime_api: SocketAddr, host: &SandboxHost) -> io::Result<Process> {
        Process::start(&self.spec, runtime_api, &self.log, host.watchdog.as_ref())
    }

    /// Makes `process` the process of this sandbox, to be measured, frozen and read.
    pub(crate) fn attend(&self, process: &Process) {
        self.process.store(process.id(), Ordering::Relaxed);
        *self.memory() = ProcessMemory::new(process.id());
        // The previous process may have exceeded its memory just as it ended.
        let _ = self.out_of_memory.notified().now_or_never();
        self.freezer.attend(process.leader());
        self.forget_extensions();
        *self.output.lock().unwrap_or_else(PoisonError::into_inner) = Some(process.output());
    }

    /// Lets a frozen process run again, before it is ended.
    pub(crate) fn release_process(&self) {
        self.freezer.release();
    }

    /// Returns the peak memory in megabytes; `None` if nothing was measured before the process ended.
    fn peak_memory(&self) -> Option<u64> {
        self.memory().as_mut().and_then(ProcessMemory::peak_mb)
    }

    /// Ends a sandbox that holds, or has held, more memory than its function has; its runtime never gets an answer. On
    /// Lambda, the kernel kills such a sandbox at once. Here, the next sample or call of the runtime finds it.
    pub(crate) async fn within_memory(&self) {
        if self.holds_too_much(self.peak_memory()) {
            self.out_of_memory.notify_one();
            pending::<()>().await;
        }
    }

    /// Ends the sandbox if all its processes together hold too much memory.
    fn sample_memory(&self) {
        let sampled = self.memory().as_mut().and_then(ProcessMemory::sample);
        if self.holds_too_much(sampled) {
            self.out_of_memory.notify_one();
        }
    }

    fn holds_too_much(&self, megabytes: Option<u64>) -> bool {
        matches!((megabytes, self.memory_limit), (Some(held), Some(limit)) if held > limit)
    }

    fn memory(&self) -> MutexGuard<'_, Option<ProcessMemory>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn process_id(&self) -> Option<u32> {
        Some(self.process.load(Ordering::Relaxed)).filter(|id| *id != 0)
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
