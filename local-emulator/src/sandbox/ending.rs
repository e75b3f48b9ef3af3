//! The end of a sandbox's process: its cause, the answer to the caller, and the log.

use std::future::pending;
use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::Sandbox;
use super::attachment::Attachment;
use super::failure::InvocationFailure;
use super::function_spec::FunctionSpec;
use super::host::SandboxHost;
use super::init::Init;
use super::phase::{Look, Phase};
use super::process::Process;
use super::running::{self, Job, RunningInvocation};
use crate::invocation::Outcome;
use crate::printer::Printer;
use crate::record::Status;

/// The time between two samples of a busy sandbox's memory. The kernel keeps the peak between two samples, and the next call
/// of the runtime reads that peak.
const SAMPLE_EVERY: Duration = Duration::from_millis(100);

/// Why a process came to its end.
#[derive(Debug)]
enum EndCause {
    NotStarted(io::Error),
    Exited,
    Overdue,
    OutOfMemory,
    Closed,
}

/// The end of one process of a sandbox.
#[derive(Debug)]
pub(crate) struct ProcessEnd {
    cause: EndCause,
    /// The last phase of the sandbox, taken before anything else is done. The kill of a process takes time. Meanwhile, the
    /// sandbox must accept no invocation, and calls of the runtime must not count.
    phase: Phase,
    status: Option<ExitStatus>,
    /// An invocation that no process has seen.
    unseen: Option<Job>,
}

/// The step after the end of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Afterwards {
    /// The first init failed or took too long, and is repeated within the invocation.
    Restart,
    /// The sandbox crashed or ran out of time. Its replacement starts within an invocation.
    Reset,
    /// The sandbox ended as it was meant to.
    Gone,
}

impl ProcessEnd {
    fn new(cause: EndCause, phase: Phase) -> Self {
        Self { cause, phase, status: None, unseen: None }
    }

    /// Describes a process that ended by itself. An invocation that the process has not seen goes to another sandbox.
    fn exited(phase: Phase) -> Self {
        match phase {
            Phase::Running(running) if running.is_unseen() => {
                let phase = Phase::Ready { since: Instant::now() };
                Self { unseen: running.into_job(), ..Self::new(EndCause::Exited, phase) }
            }
            phase => Self::new(EndCause::Exited, phase),
        }
    }

    /// Takes the invocation that no process has seen, so that another sandbox can run the invocation.
    pub(crate) fn take_unseen(&mut self) -> Option<Job> {
        self.unseen.take()
    }

    /// Whether the process may shut down before it is killed.
    pub(crate) fn leaves_time(&self) -> bool {
        matches!(self.cause, EndCause::Overdue | EndCause::Closed)
    }

    pub(crate) fn with_status(self, status: Option<ExitStatus>) -> Self {
        Self { status, ..self }
    }
}

impl Sandbox {
    /// Describes the end of a process that could not be started.
    pub(crate) fn not_started(&self, error: io::Error) -> ProcessEnd {
        ProcessEnd::new(EndCause::NotStarted(error), self.phase().end_process())
    }

    /// Waits until `process` has ended by itself or must be ended. The sandbox takes no invocation after that.
    pub(crate) async fn process_end(&self, process: &mut Process, host: &SandboxHost) -> ProcessEnd {
        let idle_limit = self.spec.idle_limit(host);
        let end = tokio::select! {
            () = process.exited() => ProcessEnd::exited(self.phase().end_process()),
            phase = self.overdue(idle_limit) => ProcessEnd::new(EndCause::Overdue, phase),
            () = self.out_of_memory.notified() => {
                ProcessEnd::new(EndCause::OutOfMemory, self.phase().end_process())
            }
            () = self.closed() => ProcessEnd::new(EndCause::Closed, self.phase().end()),
        };
        // Measures the memory for the last time. REPORT shows this value too.
        let peak = self.peak_memory();
        if let (EndCause::OutOfMemory, Some(peak)) = (&end.cause, peak) {
            warn_of_memory(&self.spec, peak, &host.printer);
        }
        end
    }

    /// Waits until the process that the developer has started has ended, or the sandbox is closed.
    pub(crate) async fn attached_process_end(self: &Arc<Self>, attachment: &Attachment) -> ProcessEnd {
        let ended = attachment.add(self);
        tokio::select! {
            Ok(phase) = ended => ProcessEnd::exited(phase),
            () = self.closed() => ProcessEnd::new(EndCause::Closed, self.phase().end()),
        }
    }

    /// Waits until a deadline passes, and returns the phase that missed the deadline.
    ///
    /// The next invocation of a busy sandbox does not wake this wait. Each deadline is at least the function's time-out or
    /// the idle limit away, so a check after that time is soon enough. A busy sandbox is checked more often, for its memory.
    async fn overdue(&self, idle_limit: Duration) -> Phase {
        loop {
            let now = Instant::now();
            let next_look = now + self.spec.timeout.min(idle_limit).min(SAMPLE_EVERY);
            let look = self.phase().end_if_overdue(now, idle_limit);
            match look {
                Look::Overdue(phase) => return *phase,
                Look::Busy(deadline) => {
                    sleep_until(deadline.min(next_look)).await;
                    self.sample_memory();
                }
                // An error means that no invocation came, so the clock is checked again.
                Look::Idle(deadline) => drop(timeout_at(deadline, self.begun.notified()).await),
                Look::Over => pending().await,
            }
        }
    }

    /// Answers the caller that still waits, and closes the log.
    pub(crate) fn process_ended(&self, end: ProcessEnd) -> Afterwards {
        let ProcessEnd { cause, phase, status, .. } = end;
        match phase {
            Phase::Init(init) => self.init_ended(init, self.failure(cause, status)),
            Phase::Running(running) | Phase::Answering(running, _) | Phase::Responded(running) => {
                let failure = self.failure(cause, status);
                let status = status_of(&failure);
                self.invocation_ended(running, Some(failure), status);
            }
            Phase::Ready { .. } if matches!(cause, EndCause::Overdue) => return Afterwards::Gone,
            Phase::Ready { .. } => {}
            Phase::Restarting(_) | Phase::Over => return self.restart(&self.failure(cause, status)),
        }
        Afterwards::Reset
    }

    fn failure(&self, cause: EndCause, status: Option<ExitStatus>) -> InvocationFailure {
        match cause {
            EndCause::NotStarted(source) => {
                InvocationFailure::NotStarted { binary: self.spec.binary.clone(), source }
            }
            EndCause::Overdue => InvocationFailure::TimedOut(self.spec.timeout),
            EndCause::OutOfMemory => InvocationFailure::OutOfMemory,
            EndCause::Exited | EndCause::Closed => InvocationFailure::Exited(status.unwrap_or_default()),
        }
    }

    fn restart(&self, failure: &InvocationFailure) -> Afterwards {
        let status = status_of(failure);
        let failed = self.phase().restart(self.spec.timeout, status.clone());
        let Some(report) = failed else { return Afterwards::Gone };
        // Any other status means that the runtime has posted an error.
        if report.status.as_ref() == Some(&status) {
            warn_of_init(&self.spec, failure, self.log.printer());
        }
        self.log.init_ended(&report);
        self.log_before_start();
        Afterwards::Restart
    }

    /// Ends an init that was a part of its invocation.
    fn init_ended(&self, mut init: Init, failure: InvocationFailure) {
        let posted = init.failure.take();
        let failure = match (failure, init.restore_limit) {
            (InvocationFailure::TimedOut(_), Some(limit)) if init.clock.is_none() => {
                InvocationFailure::TimedOut(limit)
            }
            (failure, _) => failure,
        };
        let status = posted.clone().map_or_else(|| status_of(&failure), Status::Error);
        self.log.init_ended(&init.report(Some(status.clone())));
        self.invocation_ended(init.done(self.spec.timeout), posted.is_none().then_some(failure), status);
    }

    /// Ends an invocation. Without a `failure`, the runtime has answered the caller itself.
    fn invocation_ended(
        &self,
        mut running: RunningInvocation,
        failure: Option<InvocationFailure>,
        status: Status,
    ) {
        let id = running.request_id();
        let duration = running.clock.elapsed().min(self.spec.timeout);
        running.status = Some(status);
        if let Some(start) = running.starts() {
            self.log.start(start, self.process_id());
        }
        if let Some(failure) = &failure {
            self.log.explain(failure.message(&id.to_string()));
        }
        self.log.end(&running, duration, self.peak_memory());
        if let Some(failure) = failure {
            let error = failure.body(&id.to_string());
            running::break_off(running.stream, failure.error_type(), &error);
            running::answer(running.caller, Outcome::FunctionError(error));
        }
    }

    /// Logs the start of an init. An init within an invocation comes before its START, and is in its log.
    pub(crate) fn log_before_start(&self) {
        let (followers, phase) = {
            let phase = self.phase();
            (phase.followers_before_start(), phase.init_phase())
        };
        self.log.follow(followers);
        if let Some(phase) = phase {
            self.log.init_starts(phase);
        }
    }
}

fn status_of(failure: &InvocationFailure) -> Status {
    match failure {
        InvocationFailure::TimedOut(_) => Status::Timeout,
        // Only Lambda's log has this name: <https://github.com/nasa-gcn/gcn.nasa.gov/pull/3628>.
        InvocationFailure::OutOfMemory => Status::Error("Runtime.OutOfMemory".to_owned()),
        _ => Status::Error(failure.error_type().to_owned()),
    }
}

fn warn_of_memory(FunctionSpec { route, memory_mb, .. }: &FunctionSpec, peak_mb: u64, printer: &Printer) {
    printer.warning(format_args!(
        "`{route}` held {peak_mb} MB, more than the {memory_mb} MB of its `MemorySize`: it was killed, as on Lambda"
    ));
}

/// Warns of a program that exits successfully without an event, or that never asks for an event. The `main` of such a
/// program most likely does something else.
fn warn_of_init(FunctionSpec { route, .. }: &FunctionSpec, failure: &InvocationFailure, printer: &Printer) {
    let happened = match failure {
        InvocationFailure::Exited(status) if status.success() => "ended without asking for an event",
        InvocationFailure::TimedOut(_) => "did not ask for an event in time",
        _ => return,
    };
    printer.warning(format_args!("`{route}` {happened}: its `main` should end with `route().run()`"));
}
#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;
    use serde_json::json;
    use tokio::time::Instant;

    use super::{Afterwards, InvocationFailure, Look};
    use crate::invocation::Outcome;
    use crate::sandbox::phase::Phase;
    use crate::sandbox::{AnswerKind, Process, Refusal, fixture};

    #[tokio::test]
    async fn overdue_invocation_cannot_be_answered() {
        let (sandbox, _outcome) = fixture::sandbox(fixture::invocation(1, &json!({})), Duration::ZERO);
        let id = sandbox.next().await.unwrap().request_id.to_string();
        assert!(matches!(sandbox.overdue(fixture::LONG).await, Phase::Running(_)));
        assert_eq!(sandbox.answer_begins(&id, None, AnswerKind::Response), Err(Refusal::InvalidRequestId));
        assert_eq!(sandbox.respond(&id, Outcome::Reply("{}".into())), Err(Refusal::InvalidRequestId));
        let refused = Refusal::InvalidStateTransition { from: "Over", to: "Ready" };
        assert_eq!(sandbox.next().await.unwrap_err(), refused);
    }

    #[tokio::test]
    async fn closed_sandbox_keeps_its_runtime_waiting() {
        let (sandbox, _outcome) = fixture::sandbox(fixture::invocation(1, &json!({})), fixture::LONG);
        let id = sandbox.next().await.unwrap().request_id.to_string();
        sandbox.answer_begins(&id, None, AnswerKind::Response).unwrap();
        sandbox.respond(&id, Outcome::Reply("{}".into())).unwrap();
        sandbox.kill();
        assert!(sandbox.next().now_or_never().is_none());
    }

    #[tokio::test]
    async fn idle_time_counts_from_the_last_invocation() {
        let (sandbox, _outcome) = fixture::sandbox(fixture::invocation(1, &json!({})), fixture::LONG);
        let mut last_limit = Instant::now();
        for id in 2..4 {
            let running = sandbox.next().await.unwrap().request_id.to_string();
            sandbox.answer_begins(&running, None, AnswerKind::Response).unwrap();
            sandbox.respond(&running, Outcome::Reply("{}".into())).unwrap();
            sandbox.ready().unwrap();
            let look = sandbox.phase().end_if_overdue(Instant::now(), fixture::LONG);
            let Look::Idle(limit) = look else { panic!("{look:?}") };
            assert!(limit > last_limit);
            last_limit = limit;
            fixture::begin_when_ready(&sandbox, fixture::invocation(id, &json!({}))).await;
        }
    }

    #[tokio::test]
    async fn sandbox_closed_during_restart_starts_no_process() {
        let (sandbox, outcome) = fixture::sandbox(fixture::invocation(1, &json!({})), fixture::LONG);
        let after_the_init_limit = Instant::now() + 2 * fixture::LONG;
        let look = sandbox.phase().end_if_overdue(after_the_init_limit, fixture::LONG);
        assert!(matches!(look, Look::Overdue(phase) if matches!(*phase, Phase::Over)));
        sandbox.retire();
        assert!(outcome.await.is_err(), "the caller goes to the next version");
        assert_eq!(sandbox.restart(&InvocationFailure::OutOfMemory), Afterwards::Gone);
    }

    #[tokio::test]
    async fn memory_of_one_process_does_not_end_the_next() {
        let (sandbox, _outcome) = fixture::sandbox(fixture::invocation(1, &json!({})), fixture::LONG);
        // The limit is exceeded just as the process ends for another reason.
        sandbox.out_of_memory.notify_one();
        let spec = fixture::spec("/bin/sleep".into());
        let process = Process::start(&spec, ([127, 0, 0, 1], 1).into(), &sandbox.log, None).unwrap();
        sandbox.attend(&process);
        assert!(sandbox.out_of_memory.notified().now_or_never().is_none());
        process.kill().await.unwrap();
    }
}
