//! The sandboxes of one version of a function.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::pin;
use tokio::sync::Notify;
use tokio::time::timeout;
use uuid::Uuid;

use super::Sandbox;
use super::concurrency::Place;
use super::function_spec::{FunctionSpec, Host};
use super::init::Init;
use super::job::Job;
use super::log::Log;
use super::state::SandboxState;
use super::supervisor::{Afterwards, supervise};
use crate::invocation::{AtLimit, Invocation, Outcome, Throttle};

/// How long a caller waits for a sandbox that has answered, but works on, before another is started.
///
/// Undocumented (LC-3). A client on this machine can send its next request before the runtime has got to asking for it. On
/// Lambda the network between them gives the runtime that time: requests one after another stay with
/// one sandbox. It is less than a cold start takes there.
const RETURN_TIME: Duration = Duration::from_millis(50);

/// Hands invocations to sandboxes, and starts sandboxes as they are needed.
///
/// Dropping a pool closes it.
#[derive(Debug)]
pub struct Pool {
    shared: Arc<Shared>,
}

/// The pool takes no more invocations: a newer version of the function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this version of the function is closed; invoke the newer one")]
pub struct Closed;

/// What the pool and its sandboxes share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) spec: Arc<FunctionSpec>,
    pub(super) host: Host,
    pub(super) version: u64,
    state: Mutex<State>,
    /// The last sandbox is gone.
    empty: Notify,
}

/// Where a job went.
#[derive(Debug)]
enum Placed {
    /// To a sandbox, or into the queue of who waits as long as it takes.
    Finally,
    /// Into the queue, since a sandbox that has answered its caller should be back at once.
    BehindAnswered,
    /// Nowhere: there is no sandbox to spare, and there may be no other.
    Nowhere,
}

/// What became of a job whose sandbox did not come back at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fallback {
    /// A sandbox has it, or will have.
    Begun,
    /// It was taken out of the queue.
    Refused,
}

#[derive(Debug, Default)]
struct State {
    closed: bool,
    /// The most recently used one last.
    idle: Vec<Arc<Sandbox>>,
    alive: Vec<Arc<Sandbox>>,
    waiting: VecDeque<Job>,
    /// So many sandboxes ended badly and have not been replaced yet.
    resets: usize,
}

impl Pool {
    /// A pool without sandboxes; the first invocation starts the first.
    pub fn new(spec: Arc<FunctionSpec>, host: Host) -> Self {
        Self::of_version(spec, host, 1)
    }

    /// A pool for one of the versions of a function, which follow each other.
    pub(crate) fn of_version(spec: Arc<FunctionSpec>, host: Host, version: u64) -> Self {
        let shared = Shared { spec, host, version, state: Mutex::default(), empty: Notify::new() };
        Self { shared: Arc::new(shared) }
    }

    /// Runs one invocation: in the sandbox used last among the idle ones, else in one that has just
    /// answered its caller, else in a new one. At the limit it is [`Outcome::Throttled`], or waits, if it
    /// is an asynchronous one or the host is told to, in the order in which the callers came.
    ///
    /// Once a sandbox has it the invocation runs to its end, also if this future is dropped, since on
    /// Lambda a client that hangs up or a gateway that gives up does not reach the function. Who leaves
    /// while still in the queue is skipped.
    ///
    /// # Errors
    /// [`Closed`] if the pool is closed before a sandbox has begun the invocation, or shut down before
    /// it has ended.
    pub async fn invoke(&self, invocation: Invocation) -> Result<Outcome, Closed> {
        let Shared { host, spec, .. } = &*self.shared;
        let waits = spec.queues(host) || invocation.at_limit == AtLimit::Wait;
        let Some(place) = host.concurrency.enter((!waits).then_some(RETURN_TIME)).await else {
            return Ok(Outcome::Throttled(Throttle::Account(host.concurrency.limit())));
        };
        let throttled = Outcome::Throttled(Throttle::Function(spec.limit));
        let id = invocation.request_id;
        let (job, mut outcome) = Job::new(invocation, place);
        match self.shared.place(job, waits) {
            Placed::Finally => {}
            Placed::Nowhere => return Ok(throttled),
            Placed::BehindAnswered => match timeout(RETURN_TIME, &mut outcome).await {
                Ok(outcome) => return outcome.map_err(|_| Closed),
                Err(_) if self.shared.start_for(id, waits) == Fallback::Refused => return Ok(throttled),
                Err(_) => {}
            },
        }
        outcome.await.map_err(|_| Closed)
    }

    /// Takes no more invocations. Idle sandboxes end now, busy ones after the invocation they are at;
    /// who waits for a sandbox gets [`Closed`].
    pub fn close(&self) {
        let (waiting, sandboxes) = self.shared.close();
        drop(waiting);
        for sandbox in sandboxes {
            sandbox.retire();
        }
    }

    /// Returns the sandboxes as they are now.
    pub(crate) fn sandboxes(&self) -> Vec<SandboxState> {
        let alive = self.shared.state().alive.clone();
        alive.iter().filter_map(|sandbox| sandbox.state()).collect()
    }

    /// Whether there is no sandbox.
    pub fn is_empty(&self) -> bool {
        self.shared.state().alive.is_empty()
    }

    /// Waits until a closed pool has no sandbox left.
    pub async fn drained(&self) {
        let empty = self.shared.empty.notified();
        pin!(empty);
        empty.as_mut().enable();
        if !self.shared.state().alive.is_empty() {
            empty.await;
        }
    }

    /// Closes the pool, kills every sandbox and waits until all are gone.
    pub async fn shutdown(&self) {
        let (waiting, sandboxes) = self.shared.close();
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

impl Shared {
    /// Finds a sandbox for `job`, or a place in the queue. Once the pool is closed, neither.
    fn place(self: &Arc<Self>, mut job: Job, waits: bool) -> Placed {
        loop {
            let mut state = self.state();
            let Some(sandbox) = state.idle.pop() else {
                return self.place_without_idle(&mut state, job, waits);
            };
            drop(state);
            match sandbox.begin(job) {
                Ok(()) => return Placed::Finally,
                // It ended in the meantime.
                Err(back) => job = back,
            }
        }
    }

    fn place_without_idle(self: &Arc<Self>, state: &mut State, mut job: Job, waits: bool) -> Placed {
        if state.closed {
            return Placed::Finally;
        }
        let below_limit = self.is_below_limit(state);
        let answered = state.has_answered_sandbox_to_spare();
        if below_limit && (self.spec.is_cold(&self.host) || !answered) {
            self.start_sandbox(state, job);
            return Placed::Finally;
        }
        // Where there may be no sandbox at all, nobody would wait for one that comes.
        if !below_limit && !answered && (!waits || self.spec.limit == 0) {
            return Placed::Nowhere;
        }
        // Who has left holds on to its event no longer than until the next one comes.
        state.waiting.retain(|job| !job.caller.is_closed());
        let is_short = answered && (below_limit || !waits);
        let place = job.place.take().filter(|_| is_short);
        state.waiting.push_back(Job { place, ..job });
        if is_short { Placed::BehindAnswered } else { Placed::Finally }
    }

    /// Finds another sandbox for a job whose own did not live to begin it.
    pub(super) fn pass_on(self: &Arc<Self>, job: Job) {
        let id = job.invocation.request_id;
        if let Placed::BehindAnswered = self.place(job, true) {
            self.start_for(id, true);
        }
    }

    /// The sandbox that `request_id` waited for did not come back in time.
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

    fn is_below_limit(&self, state: &State) -> bool {
        state.alive.iter().filter(|sandbox| !sandbox.is_over()).count() < self.spec.limit
    }

    fn start_sandbox(self: &Arc<Self>, state: &mut State, first: Job) {
        let mut init = match self.spec.attachment {
            Some(_) => Init::attached(first),
            None => Init::ahead(first, self.spec.init_limit(&self.host)),
        };
        if let Some(resets) = state.resets.checked_sub(1) {
            state.resets = resets;
            init = init.within_invocation(self.spec.timeout);
        }
        let log = Log::new(&self.host, &self.spec, self.version);
        let sandbox = Sandbox::new(Arc::clone(&self.spec), &self.host, log, Arc::downgrade(self), init);
        let sandbox = Arc::new(sandbox);
        state.alive.push(Arc::clone(&sandbox));
        tokio::spawn(supervise(sandbox, Arc::clone(self)));
    }

    /// A sandbox is ready for another invocation: for who waits longest, if anybody does, and gets the last one's
    /// place as well.
    pub(super) fn take_back(self: &Arc<Self>, sandbox: &Arc<Sandbox>, place: Option<Place>) {
        let mut state = self.state();
        if state.closed || self.spec.is_cold(&self.host) {
            drop(state);
            sandbox.retire();
        } else if let Some(mut job) = state.next_waiting() {
            drop(state);
            job.place = job.place.or(place);
            if let Err(job) = sandbox.begin(job) {
                self.pass_on(job);
            }
        } else {
            if self.host.freeze {
                // Before anybody can find it.
                sandbox.frozen.freeze();
            }
            state.idle.push(Arc::clone(sandbox));
        }
    }

    /// A sandbox is gone, which makes room for another.
    pub(super) fn ended(self: &Arc<Self>, sandbox: &Arc<Sandbox>, afterwards: Afterwards) {
        let mut state = self.state();
        state.idle.retain(|idle| !Arc::ptr_eq(idle, sandbox));
        state.alive.retain(|alive| !Arc::ptr_eq(alive, sandbox));
        state.resets += usize::from(afterwards == Afterwards::Reset);
        if let Some(mut job) = state.next_waiting() {
            // If somebody else has taken the place, there is one invocation more for a while.
            job.place = job.place.or_else(|| self.host.concurrency.try_enter());
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether more sandboxes are about to come back than there are callers who wait for one.
    fn has_answered_sandbox_to_spare(&self) -> bool {
        self.alive.iter().filter(|sandbox| sandbox.has_answered()).count() > self.waiting.len()
    }

    fn take_waiting(&mut self, request_id: Uuid) -> Option<Job> {
        let place = self.waiting.iter().position(|job| job.invocation.request_id == request_id)?;
        self.waiting.remove(place)
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
