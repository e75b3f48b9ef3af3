//! The sandboxes of an attached function, and the processes that wait for events.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustix::process::Pid;
use tokio::sync::oneshot;

use crate::sandbox::phase::Phase;
use crate::sandbox::running::WaitingCaller;
use crate::sandbox::{Delivery, Refusal, Sandbox};

#[derive(Debug, Default)]
pub(super) struct AttachmentState {
    /// The sandboxes, in the order of their start. There are several for a moment when the settings of the function change.
    pub(super) sandboxes: Vec<AttachedSandbox>,
    /// The numbers of the processes that wait for an event.
    pub(super) waiting: BTreeSet<u64>,
    pub(super) last_turn: u64,
    /// The processes that have asked for an event; `None` for a process that the system does not report.
    pub(super) processes: Vec<Option<Pid>>,
}

#[derive(Debug)]
pub(super) struct AttachedSandbox {
    pub(super) sandbox: Arc<Sandbox>,
    /// The process that has the event of the sandbox.
    pub(super) holder: Option<Pid>,
    /// Ends the sandbox, and sends its last phase.
    pub(super) end: oneshot::Sender<Phase>,
}

impl AttachmentState {
    /// Returns the next event, if there is an event and the process with this `turn` is next.
    pub(super) fn give(
        &mut self,
        turn: u64,
        process: Option<Pid>,
    ) -> Result<Option<(Delivery, Arc<Sandbox>)>, Refusal> {
        if self.waiting.last() != Some(&turn) || !self.finish_last(process)? {
            return Ok(None);
        }
        self.skip_abandoned();
        for entry in &mut self.sandboxes {
            // A sandbox that refuses is about to end.
            if entry.sandbox.ready().is_ok()
                && let Some(delivery) = entry.sandbox.delivery()
            {
                entry.holder = process;
                self.waiting.remove(&turn);
                return Ok(Some((delivery, Arc::clone(&entry.sandbox))));
            }
        }
        Ok(None)
    }

    /// Ends the last invocation of a process that asks for an event; `false` while another process has an event.
    fn finish_last(&mut self, process: Option<Pid>) -> Result<bool, Refusal> {
        let Some(at) = self.sandboxes.iter().position(|entry| entry.sandbox.is_held()) else {
            return Ok(true);
        };
        let entry = &self.sandboxes[at];
        match (entry.holder, process) {
            (Some(holder), Some(process)) if holder != process => return Ok(false),
            (Some(_), Some(_)) => {}
            // A process is unknown. The event is lost, since its process would have answered before asking again.
            _ if !entry.sandbox.has_answered() => {
                self.end(at);
                return Ok(true);
            }
            _ => {}
        }
        entry.sandbox.ready()?;
        // An extension may still work after the answer.
        Ok(!entry.sandbox.is_held() || !entry.sandbox.has_answered())
    }

    /// Removes the sandboxes whose callers have given up: a debugger should not stop for their requests.
    fn skip_abandoned(&mut self) {
        while let Some(at) = self.sandboxes.iter().position(|entry| entry.sandbox.is_abandoned()) {
            let AttachedSandbox { sandbox, end, .. } = self.sandboxes.remove(at);
            drop(sandbox.phase().end());
            // An error means that the sandbox has ended already.
            let _ = end.send(Phase::Over);
        }
    }

    /// Ends the sandbox at this position of the list, because its process has ended.
    pub(super) fn end(&mut self, at: usize) {
        let AttachedSandbox { sandbox, end, .. } = self.sandboxes.remove(at);
        let phase = sandbox.phase().end_process();
        // An error means that the sandbox has ended already.
        let _ = end.send(phase);
    }
}

impl Sandbox {
    /// Whether a process has the event, or has answered the event and not asked for another.
    pub(super) fn is_held(&self) -> bool {
        match &*self.phase() {
            Phase::Running(running) => !running.is_unseen(),
            Phase::Answering(..) | Phase::Responded(_) => true,
            _ => false,
        }
    }

    /// Whether a process has asked for an event and has not received an event.
    pub(super) fn is_unserved(&self) -> bool {
        match &*self.phase() {
            Phase::Running(running) => running.is_unseen(),
            Phase::Ready { .. } => true,
            _ => false,
        }
    }

    /// Whether the caller has given up before any process has seen the event.
    fn is_abandoned(&self) -> bool {
        match &*self.phase() {
            Phase::Init(init) => init.caller.as_ref().is_some_and(WaitingCaller::is_closed),
            Phase::Running(running) if running.is_unseen() => {
                running.caller.as_ref().is_some_and(WaitingCaller::is_closed)
            }
            _ => false,
        }
    }
}
