//! The life of a sandbox beside its invocations: start, deadline, end.

use std::net::Ipv4Addr;
use std::process::ExitStatus;
use std::sync::Arc;
use std::{io, mem};

use tokio::net::TcpListener;
use tokio::time::{Instant, sleep_until};

use super::Sandbox;
use super::failure::Failure;
use super::function_spec::Host;
use super::job;
use super::log::Status;
use super::phase::{Init, Phase, Running};
use super::pool::Shared;
use super::process::Process;
use crate::invocation::Outcome;
use crate::runtime_api;

/// Why a process came to its end.
enum End {
    NotStarted(io::Error),
    Exited,
    Overdue,
    Closed,
}

/// What becomes of the sandbox then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Afterwards {
    /// Its first init took too long and is done again, within the invocation.
    Restart,
    /// It crashed or ran out of time: whatever starts in its place does so within an invocation.
    Reset,
    /// It is over, as it was meant to be.
    Gone,
}

/// Runs `sandbox` from its start to its end.
pub(super) async fn supervise(sandbox: Arc<Sandbox>, pool: Arc<Shared>) {
    sandbox.log_start_within_invocation();
    let afterwards = loop {
        let (end, status) = live(&sandbox, &pool.host).await;
        match sandbox.process_ended(end, status) {
            Afterwards::Restart => {}
            afterwards => break afterwards,
        }
    };
    pool.ended(&sandbox, afterwards);
}

/// One process of the sandbox, with a Runtime API of its own.
async fn live(sandbox: &Arc<Sandbox>, host: &Host) -> (End, Option<ExitStatus>) {
    let (listener, mut process) = match start(sandbox, host).await {
        Ok(started) => started,
        Err(error) => return (End::NotStarted(error), None),
    };
    sandbox.watch_memory_of(process.id());
    let end = tokio::select! {
        () = process.exited() => End::Exited,
        () = sandbox.overdue() => End::Overdue,
        () = sandbox.closed.notified() => End::Closed,
        never = runtime_api::serve(listener, Arc::clone(sandbox)) => match never {},
    };
    sandbox.peak_memory();
    (end, process.kill().await.ok())
}

async fn start(sandbox: &Arc<Sandbox>, host: &Host) -> io::Result<(TcpListener, Process)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let process = Process::start(&sandbox.spec, address, &sandbox.log, host.watchdog.as_ref())?;
    Ok((listener, process))
}

impl Sandbox {
    /// Waits until a deadline passes. An invocation does not wake this: whichever begins from now on
    /// has at least the function's time-out, so that a look after that time is always soon enough.
    async fn overdue(&self) {
        loop {
            let now = Instant::now();
            match self.deadline() {
                Some(deadline) if deadline <= now => return,
                Some(deadline) => sleep_until(deadline.min(now + self.spec.timeout)).await,
                None => self.deadline_set.notified().await,
            }
        }
    }

    /// Answers whoever still waits, and closes the log.
    fn process_ended(&self, end: End, status: Option<ExitStatus>) -> Afterwards {
        let mut phase = self.phase();
        match mem::replace(&mut *phase, Phase::Over) {
            Phase::Init(init) if init.may_restart() && matches!(end, End::Overdue) => {
                *phase = Phase::Init(self.init_again(init));
                return Afterwards::Restart;
            }
            Phase::Init(init) => self.init_ended(init, self.failure(end, status)),
            Phase::Running(running) | Phase::Responded(running) => {
                let failure = self.failure(end, status);
                let status = status_of(&failure);
                self.invocation_ended(running, Some(failure), status);
            }
            Phase::Ready => {}
            Phase::Over => return Afterwards::Gone,
        }
        Afterwards::Reset
    }

    fn failure(&self, end: End, status: Option<ExitStatus>) -> Failure {
        match end {
            End::NotStarted(source) => Failure::NotStarted { binary: self.spec.binary.clone(), source },
            End::Overdue => Failure::TimedOut(self.spec.timeout),
            End::Exited | End::Closed => Failure::Exited(status.unwrap_or_default()),
        }
    }

    fn init_again(&self, init: Init) -> Init {
        self.log.init_report(init.elapsed(), init.phase_name(), &Status::Timeout);
        self.log.start(init.request_id());
        init.within_invocation(self.spec.timeout)
    }

    fn init_ended(&self, mut init: Init, failure: Failure) {
        let posted = init.failure.take();
        let status = posted.clone().map_or_else(|| status_of(&failure), Status::Error);
        self.log.init_report(init.elapsed(), init.phase_name(), &status);
        let (running, begins_now) = init.done(self.spec.timeout);
        if begins_now {
            self.log.start(running.request_id());
        }
        self.invocation_ended(running, posted.is_none().then_some(failure), status);
    }

    /// Without a `failure` the runtime has told the caller itself.
    fn invocation_ended(&self, mut running: Running, failure: Option<Failure>, status: Status) {
        let id = running.request_id();
        let duration = running.clock.elapsed().min(self.spec.timeout);
        running.status = Some(status);
        if let Some(failure) = &failure {
            self.log.failure(id, failure);
        }
        self.log.end(&running, duration, self.peak_memory());
        if let Some(failure) = failure {
            job::answer(running.caller, Outcome::FunctionError(failure.body(&id.to_string())));
        }
    }

    /// A sandbox in the place of one that crashed begins its invocation before its init.
    fn log_start_within_invocation(&self) {
        if let Phase::Init(init) = &*self.phase()
            && init.clock.is_some()
        {
            self.log.start(init.request_id());
        }
    }
}

fn status_of(failure: &Failure) -> Status {
    match failure {
        Failure::TimedOut(_) => Status::Timeout,
        _ => Status::Error(failure.error_type().to_owned()),
    }
}
