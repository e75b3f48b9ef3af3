//! A sandbox as people see it.

use super::Sandbox;
use super::memory::Memory;
use super::phase::Phase;

/// A sandbox as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SandboxState {
    pub(crate) process: u32,
    pub(crate) activity: Activity,
    /// In megabytes, where they can be measured.
    pub(crate) memory: Option<MemoryUse>,
}

/// The memory of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MemoryUse {
    pub(crate) now_mb: u64,
    pub(crate) peak_mb: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    Starting,
    Idle,
    Busy,
}

impl Sandbox {
    /// Absent before it has a process, and after its end.
    pub(super) fn state(&self) -> Option<SandboxState> {
        let process = self.process_id()?;
        let activity = match &*self.phase() {
            Phase::Init(_) | Phase::Restarting(_) => Activity::Starting,
            Phase::Ready { .. } => Activity::Idle,
            Phase::Running(_) | Phase::Answering(..) | Phase::Responded(_) => Activity::Busy,
            Phase::Over => return None,
        };
        let memory = self.memory().as_mut().and_then(Memory::in_use);
        Some(SandboxState { process, activity, memory })
    }
}
