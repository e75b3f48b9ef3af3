//! The pool of a function's version. It chooses the sandbox for each invocation, and starts and ends sandboxes.
//!
//! Imports point downward: the pool starts a process and its Runtime API (`runtime_api`), and both work on the state of a
//! sandbox (`sandbox`), which imports neither.

mod supervisor;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::pin;
use tokio::sync::Notify;
use tokio::time::timeout;
use uuid::Uuid;

use crate::invocation::{AtLimit, Invocation, Outcome, Throttle};
use crate::sandbox::{
    Afterwards, Attachment, ConcurrencyPermit, FunctionSpec, Job, Sandbox, SandboxHost, SandboxOwner,
    SandboxState,
};
use supervisor::supervise;

/// How long a caller waits for a sandbox that has answered, but still works, before the pool starts another.
///
/// Undocumented (LC-3). A client on this machine can send its next request before the runtime asks for its next event. On
/// Lambda, the network delays the client's request, so that successive requests stay with one sandbox. This time is shorter
/// than a cold start on Lambda.
const RETURN_TIME: Duration = Duration::from_millis(50);

/// Hands invocations to sandboxes, and starts sandboxes as they are needed.
///
/// Dropping a pool closes it.
#[derive(Debug)]
pub struct Pool {
    core: Arc<PoolCore>,
}

/// The pool takes no more invocations: a newer version of the function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this version of the function is closed; invoke the newer one")]
pub struct PoolClosed;

/// The part of a pool that its sandboxes share.
#[derive(Debug)]
struct PoolCore {
    spec: Arc<FunctionSpec>,
    host: SandboxHost,
    /// Set if the developer starts the processes.
    attachment: Option<Arc<Attachment>>,
    version: u64,
    state: Mutex<PoolState>,
    /// Notified when the last sandbox is gone.
    empty: Notify,
}

/// The result of placing a job.
#[derive(Debug)]
enum Placement {
    /// A sandbox has the job, or the job is in the queue without a timeout.
    Final,
    /// The job is in the queue, because a sandbox that has answered its caller should be back at once.
    QueuedBehindAnswer,
    /// No sandbox is free, and the pool may not start another.
    NoRoom,
}

/// The result for a job whose sandbox did not come back within [`RETURN_TIME`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fallback {
    /// A sandbox has the job, or the job stays in the queue.
    Begun,
    /// The job was taken out of the queue.
    Refused,
}

#[derive(Debug, Default)]
struct PoolState {
    closed: bool,
    /// The idle sandboxes, the most recently used last.
    idle: Vec<Arc<Sandbox>>,
    alive: Vec<Arc<Sandbox>>,
    waiting: VecDeque<Job>,
    /// The number of sandboxes that crashed or ran out of time and have not been replaced yet.
    resets: usize,
}

impl Pool {
    /// Creates a pool without sandboxes; the first invocation starts the first one.
    pub fn new(spec: Arc<FunctionSpec>, host: SandboxHost) -> Self {
        Self::for_version(spec, host, 1, None)
    }

    /// Creates the pool of one version of a function. Each change of the function has the next number. The developer starts
    /// the processes of a function with an `attachment`.
    pub(crate) fn for_version(
        spec: Arc<FunctionSpec>,
        host: SandboxHost,
        version: u64,
        attachment: Option<Arc<Attachment>>,
    ) -> Self {
        let (state, empty) = (Mutex::default(), Notify::new());
        let core = PoolCore { spec, host, attachment, version, state, empty };
        Self { core: Arc::new(core) }
    }

    /// Runs one invocation: in the idle sandbox that was used last, else in a sandbox that has just answered its caller,
    /// else in a new sandbox. At the limit, the invocation is [`Outcome::Throttled`]. An asynchronous invocation, or any
    /// invocation if the host queues, waits instead, in the order in which the callers came.
    ///
    /// An invocation that a sandbox has begun runs to its end, even if this future is dropped: on Lambda, neither a client
    /// that hangs up nor a gateway that gives up reaches the function. A caller that gives up while queued is skipped.
    ///
    /// # Errors
    /// [`PoolClosed`] if the pool is closed before a sandbox has begun the invocation, or shut down before the invocation has
    /// ended.
    pub async fn invoke(&self, invocation: Invocation) -> Result<Outcome, PoolClosed> {
        let PoolCore { host, spec, .. } = &*self.core;
        let waits = spec.queues(host) || invocation.at_limit == AtLimit::Wait;
        let Some(permit) = host.concurrency.enter((!waits).then_some(RETURN_TIME)).await else {
            return Ok(Outcome::Throttled(Throttle::Account(host.concurrency.limit())));
        };
        let throttled = Outcome::Throttled(Throttle::Function(spec.limit));
        let id = invocation.request_id;
        let (job, mut outcome) = Job::new(invocation, permit);
        match self.core.place(job, waits) {
            Placement::Final => {}
            Placement::NoRoom => return Ok(throttled),
            Placement::QueuedBehindAnswer => match timeout(RETURN_TIME, &mut outcome).await {
                Ok(outcome) => return outcome.map_err(|_| PoolClosed),
                Err(_) if self.core.start_for(id, waits) == Fallback::Refused => return Ok(throttled),
                Err(_) => {}
            },
        }
        outcome.await.map_err(|_| PoolClosed)
    }

    /// Takes no more invocations. Idle sandboxes end now, and busy ones after their invocation. Callers in the queue get
    /// [`PoolClosed`].
    pub fn close(&self) {
        let (waiting, sandboxes) = self.core.close();
        drop(waiting);
        for sandbox in sandboxes {
            sandbox.retire();
        }
    }

    /// Returns the present state of each sandbox.
    pub(crate) fn sandboxes(&self) -> Vec<SandboxState> {
        let alive = self.core.state().alive.clone();
        alive.iter().filter_map(|sandbox| sandbox.state()).collect()
    }

    /// Whether the pool has no sandbox.
    pub fn is_empty(&self) -> bool {
        self.core.state().alive.is_empty()
    }

    /// Waits until a closed pool has no sandbox left.
    pub async fn drained(&self) {
        let empty = self.core.empty.notified();
        pin!(empty);
        empty.as_mut().enable();
        if !self.core.state().alive.is_empty() {
            empty.await;
        }
    }

    /// Closes the pool, kills every sandbox and waits until all are gone.
    pub async fn shutdown(&self) {
        let (waiting, sandboxes) = self.core.close();
        drop(waiting);
        for sandbox in sandboxes {
            sandbox.kill();
        }
        self.drained().await;
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

impl PoolCore {
    /// Gives `job` to a sandbox or puts it into the queue. A closed pool drops the job.
    fn place(self: &Arc<Self>, mut job: Job, waits: bool) -> Placement {
        loop {
            let mut state = self.state();
            let Some(sandbox) = state.idle.pop() else {
                return self.place_without_idle(&mut state, job, waits);
            };
            drop(state);
            match sandbox.begin(job) {
                Ok(()) => return Placement::Final,
                // The sandbox ended in the meantime.
                Err(returned) => job = returned,
            }
        }
    }

    fn place_without_idle(self: &Arc<Self>, state: &mut PoolState, mut job: Job, waits: bool) -> Placement {
        if state.closed {
            return Placement::Final;
        }
        let below_limit = self.is_below_limit(state);
        let answered = state.has_answered_sandbox_to_spare();
        if below_limit && (self.spec.is_cold(&self.host) || !answered) {
            self.start_sandbox(state, job);
            return Placement::Final;
        }
        // With a limit of 0, no sandbox would ever come for a queued job.
        if !below_limit && !answered && (!waits || self.spec.limit == 0) {
            return Placement::NoRoom;
        }
        // Drops the events of callers that have given up.
        state.waiting.retain(|job| !job.caller.is_closed());
        let is_short = answered && (below_limit || !waits);
        let permit = job.permit.take().filter(|_| is_short);
        state.waiting.push_back(Job { permit, ..job });
        if is_short { Placement::QueuedBehindAnswer } else { Placement::Final }
    }

    /// Finds another sandbox for a job whose own sandbox ended before it began the job.
    fn pass_on(self: &Arc<Self>, job: Job) {
        let id = job.invocation.request_id;
        if let Placement::QueuedBehindAnswer = self.place(job, true) {
            self.start_for(id, true);
        }
    }

    /// Starts a sandbox for the invocation `request_id`, whose sandbox did not come back in time.
    fn start_for(self: &Arc<Self>, request_id: Uuid, waits: bool) -> Fallback {
        let mut state = self.state();
        let below_limit = self.is_below_limit(&state);
        if waits && !below_limit {
            return Fallback::Begun;
        }
        let Some(job) = state.take_waiting(request_id) else { return Fallback::Begun };
        if !below_limit {
            return Fallback::Refused;
        }
        self.start_sandbox(&mut state, job);
        Fallback::Begun
    }

    fn is_below_limit(&self, state: &PoolState) -> bool {
        state.alive.iter().filter(|sandbox| !sandbox.is_over()).count() < self.spec.limit
    }

    fn start_sandbox(self: &Arc<Self>, state: &mut PoolState, first: Job) {
        let replaces_reset = state.resets > 0;
        state.resets = state.resets.saturating_sub(1);
        let owner = Arc::downgrade(self);
        let spec = Arc::clone(&self.spec);
        let sandbox = Sandbox::new(spec, &self.host, self.version, owner, first, replaces_reset);
        let sandbox = Arc::new(sandbox);
        state.alive.push(Arc::clone(&sandbox));
        let core = Arc::clone(self);
        tokio::spawn(async move {
            let pass_on = |job| core.pass_on(job);
            let afterwards = supervise(&sandbox, &core.host, core.attachment.as_deref(), pass_on).await;
            core.remove(&sandbox, afterwards);
        });
    }

    /// Removes a sandbox that has ended, so that another sandbox can start.
    fn remove(self: &Arc<Self>, sandbox: &Arc<Sandbox>, afterwards: Afterwards) {
        let mut state = self.state();
        state.idle.retain(|idle| !Arc::ptr_eq(idle, sandbox));
        state.alive.retain(|alive| !Arc::ptr_eq(alive, sandbox));
        state.resets += usize::from(afterwards == Afterwards::Reset);
        if let Some(mut job) = state.next_waiting() {
            // If another caller has taken the permit, one invocation too many runs for a while.
            job.permit = job.permit.or_else(|| self.host.concurrency.try_enter());
            self.start_sandbox(&mut state, job);
        } else if state.alive.is_empty() {
            self.empty.notify_waiters();
        }
    }

    fn close(&self) -> (VecDeque<Job>, Vec<Arc<Sandbox>>) {
        let mut state = self.state();
        state.closed = true;
        state.idle.clear();
        (std::mem::take(&mut state.waiting), state.alive.clone())
    }

    fn state(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SandboxOwner for PoolCore {
    /// Gives the sandbox to the caller that has waited longest, together with the permit of the last invocation.
    fn take_back(self: Arc<Self>, sandbox: &Arc<Sandbox>, permit: Option<ConcurrencyPermit>) {
        let mut state = self.state();
        if state.closed || self.spec.is_cold(&self.host) {
            drop(state);
            sandbox.retire();
        } else if let Some(mut job) = state.next_waiting() {
            drop(state);
            job.permit = job.permit.or(permit);
            if let Err(job) = sandbox.begin(job) {
                self.pass_on(job);
            }
        } else {
            if self.host.freeze {
                // The sandbox is frozen before it is in the list of idle sandboxes.
                sandbox.freeze();
            }
            state.idle.push(Arc::clone(sandbox));
        }
    }
}

impl PoolState {
    /// Whether more sandboxes are about to come back than callers wait.
    fn has_answered_sandbox_to_spare(&self) -> bool {
        self.alive.iter().filter(|sandbox| sandbox.has_answered()).count() > self.waiting.len()
    }

    fn take_waiting(&mut self, request_id: Uuid) -> Option<Job> {
        let position = self.waiting.iter().position(|job| job.invocation.request_id == request_id)?;
        self.waiting.remove(position)
    }

    fn next_waiting(&mut self) -> Option<Job> {
        while let Some(job) = self.waiting.pop_front() {
            if !job.caller.is_closed() {
                return Some(job);
            }
        }
        None
    }
}
