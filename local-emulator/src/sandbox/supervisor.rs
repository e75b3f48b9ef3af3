//! The life of a sandbox beside its invocations: start, deadline, end.

mod attached;

use std::future::pending;
use std::io;
use std::net::Ipv4Addr;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::pin;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::Sandbox;
use super::debug::DebugMode;
use super::failure::Failure;
use super::function_spec::{FunctionSpec, Host};
use super::init::Init;
use super::job;
use super::phase::{Look, Phase};
use super::pool::Shared;
use super::process::Process;
use super::running::Running;
use crate::invocation::Outcome;
use crate::printer::Printer;
use crate::record::Status;
use crate::runtime_api;

/// How often the memory of a busy sandbox is looked at. What it held in between, the kernel tells when its
/// runtime calls.
const SAMPLE_EVERY: Duration = Duration::from_millis(100);

/// How long a function with an internal extension may take to shut down: with one, Lambda sends SIGTERM
/// first. Without, it kills at once. Undocumented (LC-4): that a time-out, which resets the sandbox, leaves it
/// that time as well.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>
const SHUTDOWN: Duration = Duration::from_millis(500);

/// Why a process came to its end.
enum End {
    NotStarted(io::Error),
    Exited,
    Overdue,
    OutOfMemory,
    Closed,
}

/// How one process of a sandbox ended.
struct Death {
    end: End,
    /// What the sandbox was at. Taken from it before anything else is done: killing takes its time, and
    /// meanwhile no invocation may be placed there, nor any word of the runtime count.
    phase: Phase,
    status: Option<ExitStatus>,
}

/// What becomes of the sandbox then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Afterwards {
    /// Its first init failed or took too long, and is done again, within the invocation.
    Restart,
    /// It crashed or ran out of time: whatever starts in its place does so within an invocation.
    Reset,
    /// It is over, as it was meant to be.
    Gone,
}

/// Runs `sandbox` from its start to its end.
pub(super) async fn supervise(sandbox: Arc<Sandbox>, pool: Arc<Shared>) {
    if let Some(attachment) = sandbox.spec.attachment.clone() {
        return attached::supervise(sandbox, pool, &attachment).await;
    }
    sandbox.log_before_start();
    let afterwards = loop {
        let death = live(&sandbox, &pool).await;
        match sandbox.process_ended(death) {
            Afterwards::Restart => {}
            afterwards => break afterwards,
        }
    };
    pool.ended(&sandbox, afterwards);
}

/// One process of the sandbox, with a Runtime API of its own.
async fn live(sandbox: &Arc<Sandbox>, pool: &Arc<Shared>) -> Death {
    let (listener, mut process) = match start(sandbox, &pool.host).await {
        Ok(started) => started,
        Err(error) => {
            report_missing(&sandbox.spec, &pool.host);
            let phase = sandbox.phase().end_process();
            return Death { end: End::NotStarted(error), phase, status: None };
        }
    };
    sandbox.watch(&process);
    let serving = runtime_api::serve(listener, Arc::clone(sandbox));
    pin!(serving);
    let (end, phase) = tokio::select! {
        () = process.exited() => (End::Exited, sandbox.exited(pool)),
        phase = sandbox.overdue(sandbox.spec.idle_limit(&pool.host)) => (End::Overdue, phase),
        () = sandbox.out_of_memory.notified() => (End::OutOfMemory, sandbox.phase().end_process()),
        () = sandbox.closed.notified() => (End::Closed, sandbox.phase().end()),
        never = &mut serving => match never {},
    };
    // The last look at it, also for its REPORT.
    let peak = sandbox.peak_memory();
    if let (End::OutOfMemory, Some(peak)) = (&end, peak) {
        warn_of_memory(&sandbox.spec, peak, &pool.host.printer);
    }
    sandbox.frozen.forget();
    if sandbox.has_extensions() && matches!(end, End::Overdue | End::Closed) {
        tokio::select! {
            () = process.shut_down(SHUTDOWN) => {}
            never = &mut serving => match never {},
        }
    }
    Death { end, phase, status: process.kill().await.ok() }
}

fn warn_of_memory(FunctionSpec { route, memory_mb, .. }: &FunctionSpec, peak_mb: u64, printer: &Printer) {
    printer.warning(format_args!(
        "`{route}` held {peak_mb} MB, more than the {memory_mb} MB of its `MemorySize`: it was killed, as on Lambda"
    ));
}

/// A program that ends well without an event, or that never asks for one, is most likely one whose `main` does something
/// else.
fn warn_of_init(FunctionSpec { route, .. }: &FunctionSpec, failure: &Failure, printer: &Printer) {
    let happened = match failure {
        Failure::Exited(status) if status.success() => "ended without asking for an event",
        Failure::TimedOut(_) => "did not ask for an event in time",
        _ => return,
    };
    printer.warning(format_args!("`{route}` {happened}: its `main` should end with `route().run()`"));
}

fn report_missing(FunctionSpec { binary, .. }: &FunctionSpec, Host { missing, .. }: &Host) {
    if let Some(missing) = missing
        && !binary.exists()
    {
        // An error means that the emulator ends.
        let _ = missing.send(binary.clone());
    }
}

async fn start(sandbox: &Arc<Sandbox>, host: &Host) -> io::Result<(TcpListener, Process)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let process = Process::start(&sandbox.spec, address, &sandbox.log, host.watchdog.as_ref())?;
    if let Some(debug) = sandbox.spec.debug {
        print_process(&sandbox.spec, debug, process.id(), &host.printer);
    }
    Ok((listener, process))
}

fn print_process(FunctionSpec { route, .. }: &FunctionSpec, debug: DebugMode, id: u32, printer: &Printer) {
    let stopped = if debug.waits { ", stopped until a debugger continues it" } else { "" };
    printer.line(format_args!(
        "`{route}` is process {id}{stopped}: attach with `gdb --pid {id}` or `lldb --attach-pid {id}`"
    ));
}

impl Sandbox {
    /// Waits until a deadline passes, and gives what has missed it. While a sandbox is busy its next
    /// invocation does not wake this: whatever begins from now on has at least the function's time-out,
    /// or the time that a sandbox may be idle, so that a look after that is always soon enough. A busy
    /// sandbox is looked at more often, for its memory.
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
                // An error means that no invocation came: time for another look.
                Look::Idle(deadline) => drop(timeout_at(deadline, self.begun.notified()).await),
                Look::Over => pending().await,
            }
        }
    }

    /// The process has ended by itself. An invocation that was placed here after that, before anybody
    /// knew, goes to another sandbox.
    fn exited(&self, pool: &Arc<Shared>) -> Phase {
        let phase = self.phase().end_process();
        Self::pass_on_unseen(phase, pool)
    }

    /// Gives an invocation that no process has seen to another sandbox.
    fn pass_on_unseen(phase: Phase, pool: &Arc<Shared>) -> Phase {
        match phase {
            Phase::Running(running) if running.is_unseen() => {
                if let Some(job) = running.into_job() {
                    pool.pass_on(job);
                }
                Phase::Ready { since: Instant::now() }
            }
            phase => phase,
        }
    }

    /// Answers whoever still waits, and closes the log.
    fn process_ended(&self, death: Death) -> Afterwards {
        let Death { end, phase, status } = death;
        match phase {
            Phase::Init(init) => self.init_ended(init, self.failure(end, status)),
            Phase::Running(running) | Phase::Answering(running, _) | Phase::Responded(running) => {
                let failure = self.failure(end, status);
                let status = status_of(&failure);
                self.invocation_ended(running, Some(failure), status);
            }
            Phase::Ready { .. } if matches!(end, End::Overdue) => return Afterwards::Gone,
            Phase::Ready { .. } => {}
            Phase::Restarting(_) | Phase::Over => return self.restart(&self.failure(end, status)),
        }
        Afterwards::Reset
    }

    fn failure(&self, end: End, status: Option<ExitStatus>) -> Failure {
        match end {
            End::NotStarted(source) => Failure::NotStarted { binary: self.spec.binary.clone(), source },
            End::Overdue => Failure::TimedOut(self.spec.timeout),
            End::OutOfMemory => Failure::OutOfMemory,
            End::Exited | End::Closed => Failure::Exited(status.unwrap_or_default()),
        }
    }

    fn restart(&self, failure: &Failure) -> Afterwards {
        let status = status_of(failure);
        let failed = self.phase().restart(self.spec.timeout, status.clone());
        let Some(report) = failed else { return Afterwards::Gone };
        // Else the runtime has posted an error.
        if report.status.as_ref() == Some(&status) {
            warn_of_init(&self.spec, failure, self.log.printer());
        }
        self.log.init_ended(&report);
        self.log_before_start();
        Afterwards::Restart
    }

    /// An init that was a part of its invocation.
    fn init_ended(&self, mut init: Init, failure: Failure) {
        let posted = init.failure.take();
        let failure = match (failure, init.restore_limit) {
            (Failure::TimedOut(_), Some(limit)) if init.clock.is_none() => Failure::TimedOut(limit),
            (failure, _) => failure,
        };
        let status = posted.clone().map_or_else(|| status_of(&failure), Status::Error);
        self.log.init_ended(&init.report(Some(status.clone())));
        self.invocation_ended(init.done(self.spec.timeout), posted.is_none().then_some(failure), status);
    }

    /// Without a `failure` the runtime has told the caller itself.
    fn invocation_ended(&self, mut running: Running, failure: Option<Failure>, status: Status) {
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
            job::break_off(running.stream, failure.error_type(), &error);
            job::answer(running.caller, Outcome::FunctionError(error));
        }
    }

    /// An init within an invocation comes before its START, and is in its log.
    fn log_before_start(&self) {
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

fn status_of(failure: &Failure) -> Status {
    match failure {
        Failure::TimedOut(_) => Status::Timeout,
        // By this name alone Lambda's log knows it: <https://github.com/nasa-gcn/gcn.nasa.gov/pull/3628>.
        Failure::OutOfMemory => Status::Error("Runtime.OutOfMemory".to_owned()),
        _ => Status::Error(failure.error_type().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;
    use serde_json::json;
    use tokio::time::Instant;

    use super::{Afterwards, Failure, Look, Process};
    use crate::invocation::Outcome;
    use crate::sandbox::phase::Phase;
    use crate::sandbox::{Answer, Refusal, fixture};

    #[tokio::test]
    async fn what_is_overdue_can_neither_be_answered_nor_make_room_for_another() {
        let (sandbox, _outcome) = fixture::sandbox(fixture::invocation(1, &json!({})), Duration::ZERO);
        let id = sandbox.next().await.unwrap().request_id.to_string();
        assert!(matches!(sandbox.overdue(fixture::LONG).await, Phase::Running(_)));
        assert_eq!(sandbox.answer_begins(&id, None, Answer::Response), Err(Refusal::InvalidRequestId));
        assert_eq!(sandbox.respond(&id, Outcome::Reply("{}".into())), Err(Refusal::InvalidRequestId));
        let refused = Refusal::InvalidStateTransition { from: "Over", to: "Ready" };
        assert_eq!(sandbox.next().await.unwrap_err(), refused);
    }

    #[tokio::test]
    async fn the_time_without_invocations_counts_from_the_last_one() {
        let (sandbox, _outcome) = fixture::sandbox(fixture::invocation(1, &json!({})), fixture::LONG);
        let mut last_limit = Instant::now();
        for id in 2..4 {
            let running = sandbox.next().await.unwrap().request_id.to_string();
            sandbox.answer_begins(&running, None, Answer::Response).unwrap();
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
    async fn a_sandbox_closed_between_two_processes_gets_no_second_one() {
        let (sandbox, outcome) = fixture::sandbox(fixture::invocation(1, &json!({})), fixture::LONG);
        let after_the_init_limit = Instant::now() + 2 * fixture::LONG;
        let look = sandbox.phase().end_if_overdue(after_the_init_limit, fixture::LONG);
        assert!(matches!(look, Look::Overdue(phase) if matches!(*phase, Phase::Over)));
        sandbox.retire();
        assert!(outcome.await.is_err(), "the caller goes to the next version");
        assert_eq!(sandbox.restart(&Failure::OutOfMemory), Afterwards::Gone);
    }

    #[tokio::test]
    async fn what_one_process_held_does_not_end_the_next_one() {
        let (sandbox, _outcome) = fixture::sandbox(fixture::invocation(1, &json!({})), fixture::LONG);
        // Noticed just as the process ended for another reason.
        sandbox.out_of_memory.notify_one();
        let spec = fixture::spec("/bin/sleep".into());
        let process = Process::start(&spec, ([127, 0, 0, 1], 1).into(), &sandbox.log, None).unwrap();
        sandbox.watch(&process);
        assert!(sandbox.out_of_memory.notified().now_or_never().is_none());
        process.kill().await.unwrap();
    }
}
