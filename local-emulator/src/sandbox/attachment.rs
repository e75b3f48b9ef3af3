//! A function whose process its developer starts: where the processes find their Runtime API, one after another.
//!
//! A sandbox of such a function lasts as long as one process serves it. Without a process it stays in its init phase, with
//! the request that waits. Of several processes, the last that asked gets the next event.

mod state;

use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rustix::process::Pid;
use tokio::pin;
use tokio::sync::{Notify, oneshot};

use self::state::{Entry, State};
use super::log::explain;
use super::phase::Phase;
use super::{Delivery, Refusal, Sandbox, peer};
use crate::function_error;
use crate::printer::Printer;

/// The connection between a function and the processes that its developer starts.
#[derive(Debug)]
pub struct Attachment {
    route: String,
    /// The command that starts a process.
    command: String,
    printer: Printer,
    state: Mutex<State>,
    /// Wakes each `/next`: there may be an event for it.
    changed: Notify,
}

/// A process that waits for an event, until this is dropped.
struct Turn<'a> {
    attachment: &'a Attachment,
    number: u64,
}

/// Two attachments are never the same.
impl PartialEq for Attachment {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }
}

impl Eq for Attachment {}

impl Attachment {
    /// A function that no process serves yet.
    pub(crate) fn new(route: String, command: String, printer: Printer) -> Self {
        Self { route, command, printer, state: Mutex::default(), changed: Notify::new() }
    }

    pub(crate) fn printer(&self) -> &Printer {
        &self.printer
    }

    /// A sandbox begins, with an invocation. Returns what tells that its process has ended, with the phase it was in.
    pub(super) fn add(&self, sandbox: &Arc<Sandbox>) -> oneshot::Receiver<Phase> {
        let (end, ended) = oneshot::channel();
        let mut state = self.state();
        let has_process = !state.waiting.is_empty() || state.sandboxes.iter().any(|it| it.sandbox.is_held());
        state.sandboxes.push(Entry { sandbox: Arc::clone(sandbox), holder: None, end });
        drop(state);
        if !has_process {
            let Self { route, command, .. } = self;
            self.printer.line(format_args!("`{route}` waits for its process: start it with `{command}`"));
        }
        self.wake();
        ended
    }

    /// A sandbox is over.
    pub(super) fn remove(&self, sandbox: &Arc<Sandbox>) {
        self.state().sandboxes.retain(|entry| !Arc::ptr_eq(&entry.sandbox, sandbox));
        self.wake();
    }

    /// There may be an event for a process that waits.
    pub(super) fn wake(&self) {
        self.changed.notify_waiters();
    }

    /// A process asks for an event, which ends what it did before; comes back with one, and its sandbox, however long that
    /// takes.
    pub(crate) async fn next(
        self: &Arc<Self>,
        process: Option<Pid>,
    ) -> Result<(Delivery, Arc<Sandbox>), Refusal> {
        self.greet(process);
        let turn = Turn::new(self);
        loop {
            let changed = self.changed.notified();
            pin!(changed);
            // Listens from here on, so that no event is missed between the look and the wait.
            changed.as_mut().enable();
            if let Some(event) = self.state().give(turn.number, process)? {
                return Ok(event);
            }
            changed.await;
        }
    }

    /// Returns the sandbox whose event is with a process.
    pub(crate) fn held(&self) -> Option<Arc<Sandbox>> {
        let state = self.state();
        state.sandboxes.iter().find(|entry| entry.sandbox.is_held()).map(|entry| Arc::clone(&entry.sandbox))
    }

    /// Waits for a sandbox, which the first request brings.
    pub(crate) async fn sandbox(&self) -> Arc<Sandbox> {
        loop {
            let changed = self.changed.notified();
            pin!(changed);
            changed.as_mut().enable();
            if let Some(entry) = self.state().sandboxes.last() {
                return Arc::clone(&entry.sandbox);
            }
            changed.await;
        }
    }

    /// A process says that it cannot start. A request that waits for it gets `error`.
    pub(crate) fn init_failed(&self, error: &Bytes, error_type: &str) {
        let mut state = self.state();
        let failed = |entry: &Entry| entry.sandbox.init_failed(error.clone(), error_type.to_owned()).is_ok();
        if let Some(at) = state.sandboxes.iter().position(failed) {
            state.end(at);
        } else {
            explain(&self.printer, &self.route, function_error::summary(error));
        }
    }

    /// Returns the processes that have asked for an event and live.
    pub(crate) fn processes(&self) -> Vec<Pid> {
        self.state().processes.iter().flatten().copied().collect()
    }

    fn greet(self: &Arc<Self>, process: Option<Pid>) {
        let mut state = self.state();
        if state.processes.contains(&process) {
            return;
        }
        state.processes.push(process);
        drop(state);
        let Some(process) = process else {
            return self.printer.line(format_args!("`{}` has a process", self.route));
        };
        self.printer.line(format_args!("`{}` is process {}", self.route, process.as_raw_nonzero()));
        let attachment = Arc::downgrade(self);
        tokio::spawn(async move {
            peer::ended(process).await;
            if let Some(attachment) = attachment.upgrade() {
                attachment.process_ended(process);
            }
        });
    }

    /// An invocation that was under way fails, as one of a crashed sandbox does.
    fn process_ended(&self, process: Pid) {
        self.printer.line(format_args!("process {} of `{}` has ended", process.as_raw_nonzero(), self.route));
        let mut state = self.state();
        state.processes.retain(|known| *known != Some(process));
        let is_lost = |entry: &Entry| entry.holder == Some(process) && entry.sandbox.is_held();
        while let Some(at) = state.sandboxes.iter().position(is_lost) {
            state.end(at);
        }
        drop(state);
        self.wake();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Turn<'a> {
    fn new(attachment: &'a Attachment) -> Self {
        let mut state = attachment.state();
        state.last_turn += 1;
        let number = state.last_turn;
        state.waiting.insert(number);
        Self { attachment, number }
    }
}

impl Drop for Turn<'_> {
    /// Without an event, the process has hung up: a sandbox that counts on it goes to the next one.
    fn drop(&mut self) {
        let mut state = self.attachment.state();
        if !state.waiting.remove(&self.number) {
            return;
        }
        if state.waiting.is_empty() {
            state.processes.retain(Option::is_some);
            while let Some(at) = state.sandboxes.iter().position(|entry| entry.sandbox.is_unserved()) {
                state.end(at);
            }
        }
        drop(state);
        self.attachment.wake();
    }
}
