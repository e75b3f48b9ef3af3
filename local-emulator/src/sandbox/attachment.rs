//! Functions whose processes the developer starts, and the choice of the process that gets the next event.
//!
//! A sandbox of such a function lasts as long as one process serves it. Without a process, the sandbox stays in its init
//! phase and its request waits. Among several processes, the last to ask for an event gets the next event.

mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rustix::process::Pid;
use tokio::pin;
use tokio::sync::oneshot;

use self::state::{AttachedSandbox, AttachmentState};
use super::function_spec::ProcessWaker;
use super::phase::Phase;
use super::{Delivery, Refusal, Sandbox, peer};
use crate::function_error;
use crate::printer::Printer;

/// The connection between a function and the processes that its developer starts.
#[derive(Debug)]
pub(crate) struct Attachment {
    route: String,
    /// The command that starts a process.
    command: String,
    printer: Printer,
    state: Mutex<AttachmentState>,
    /// Wakes each `/next`, because there may be an event for it.
    waker: ProcessWaker,
}

/// A process that waits for an event, until this value is dropped.
struct WaitingProcess<'a> {
    attachment: &'a Attachment,
    number: u64,
}

impl Attachment {
    /// Creates the attachment of a function that no process serves yet.
    pub(crate) fn new(route: String, command: String, printer: Printer) -> Self {
        Self { route, command, printer, state: Mutex::default(), waker: ProcessWaker::default() }
    }

    /// Returns the waker of the processes, for the function's settings.
    pub(crate) fn waker(&self) -> ProcessWaker {
        self.waker.clone()
    }

    pub(crate) fn printer(&self) -> &Printer {
        &self.printer
    }

    /// Adds a sandbox that begins with an invocation. The receiver gets its last phase when its process has ended.
    pub(super) fn add(&self, sandbox: &Arc<Sandbox>) -> oneshot::Receiver<Phase> {
        let (end, ended) = oneshot::channel();
        let mut state = self.state();
        let has_process =
            !state.waiting.is_empty() || state.sandboxes.iter().any(|attached| attached.sandbox.is_held());
        state.sandboxes.push(AttachedSandbox { sandbox: Arc::clone(sandbox), holder: None, end });
        drop(state);
        if !has_process {
            let Self { route, command, .. } = self;
            self.printer.line(format_args!("`{route}` waits for its process: start it with `{command}`"));
        }
        self.wake();
        ended
    }

    /// Removes a sandbox that is over.
    pub(crate) fn remove(&self, sandbox: &Arc<Sandbox>) {
        self.state().sandboxes.retain(|entry| !Arc::ptr_eq(&entry.sandbox, sandbox));
        self.wake();
    }

    /// Wakes the processes that wait, because there may be an event.
    pub(super) fn wake(&self) {
        self.waker.wake();
    }

    /// Ends the last invocation of `process`, and waits without a limit for its next event. Returns the event and its
    /// sandbox.
    pub(crate) async fn next(
        self: &Arc<Self>,
        process: Option<Pid>,
    ) -> Result<(Delivery, Arc<Sandbox>), Refusal> {
        self.greet(process);
        let waiting = WaitingProcess::new(self);
        loop {
            let changed = self.waker.notify().notified();
            pin!(changed);
            // Registers before the state is read, so that no event is missed between the read and the wait.
            changed.as_mut().enable();
            if let Some(event) = self.state().give(waiting.number, process)? {
                return Ok(event);
            }
            changed.await;
        }
    }

    /// Returns the sandbox whose event a process has.
    pub(crate) fn held(&self) -> Option<Arc<Sandbox>> {
        let state = self.state();
        state.sandboxes.iter().find(|entry| entry.sandbox.is_held()).map(|entry| Arc::clone(&entry.sandbox))
    }

    /// Waits for a sandbox, which the first request creates.
    pub(crate) async fn sandbox(&self) -> Arc<Sandbox> {
        loop {
            let changed = self.waker.notify().notified();
            pin!(changed);
            changed.as_mut().enable();
            if let Some(entry) = self.state().sandboxes.last() {
                return Arc::clone(&entry.sandbox);
            }
            changed.await;
        }
    }

    /// Records that a process cannot start. A request that waits for a process gets `error`.
    pub(crate) fn init_failed(&self, error: &Bytes, error_type: &str) {
        let mut state = self.state();
        let failed =
            |entry: &AttachedSandbox| entry.sandbox.init_failed(error.clone(), error_type.to_owned()).is_ok();
        if let Some(at) = state.sandboxes.iter().position(failed) {
            state.end(at);
        } else {
            function_error::explain(&self.printer, &self.route, function_error::summary(error));
        }
    }

    /// Returns the living processes that have asked for an event.
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

    /// Fails the invocation that the process was working on, in the same way as after the crash of a sandbox.
    fn process_ended(&self, process: Pid) {
        self.printer.line(format_args!("process {} of `{}` has ended", process.as_raw_nonzero(), self.route));
        let mut state = self.state();
        state.processes.retain(|known| *known != Some(process));
        let is_lost = |entry: &AttachedSandbox| entry.holder == Some(process) && entry.sandbox.is_held();
        while let Some(at) = state.sandboxes.iter().position(is_lost) {
            state.end(at);
        }
        drop(state);
        self.wake();
    }

    fn state(&self) -> MutexGuard<'_, AttachmentState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> WaitingProcess<'a> {
    fn new(attachment: &'a Attachment) -> Self {
        let mut state = attachment.state();
        state.last_turn += 1;
        let number = state.last_turn;
        state.waiting.insert(number);
        Self { attachment, number }
    }
}

impl Drop for WaitingProcess<'_> {
    /// Ends the sandboxes that no other process serves. A waiting process that has no event yet has hung up.
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
