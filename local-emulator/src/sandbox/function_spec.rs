//! The settings of one version of a function, and the limits that follow from them on this machine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use api_routes_project::environment::Variables;
use api_routes_project::template::InitializationType;
use tokio::sync::Notify;

use super::host::{NO_DEADLINE, SandboxHost};
use crate::record::LogFormat;

/// The shell script that stops itself and then becomes the function.
///
/// A debugger that attaches to the shell follows the function, since the process stays the same. To stop the function
/// itself would take code between `fork` and `exec`, which cannot be written safely, or a signal that comes too late.
pub(super) const STOP: &str = "kill -STOP $$; exec \"$0\"";

/// A version of a function: an executable and the settings that it runs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionSpec {
    /// The function's name in `template.yaml`.
    pub name: String,
    /// The route, which begins each of the function's lines in the log.
    pub route: String,
    /// The absolute path of the executable.
    pub binary: PathBuf,
    /// The folder in which the process starts.
    pub working_directory: PathBuf,
    /// The variables that the process sees, without the two that differ from sandbox to sandbox:
    /// `AWS_LAMBDA_RUNTIME_API` and `AWS_LAMBDA_LOG_STREAM_NAME`.
    pub environment: Variables,
    /// The memory setting, in megabytes.
    pub memory_mb: u32,
    /// The time-out of an invocation, after which the sandbox is killed.
    pub timeout: Duration,
    /// Whether sandboxes are restored from a snapshot.
    pub initialization: InitializationType,
    /// The format of Lambda's own lines in the log.
    pub log_format: LogFormat,
    /// The function's ARN, for the runtime's context.
    pub arn: String,
    /// The reserved concurrency: the number of sandboxes that may run at once. With 0, every invocation is throttled.
    pub limit: usize,
    /// Set if the function runs under a debugger.
    pub debug: Option<DebugMode>,
    /// Set if the developer starts the process, instead of the emulator.
    pub attachment: Option<ProcessWaker>,
}

/// The debug mode of a function: one sandbox, without deadline, memory limit or idle limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DebugMode {
    /// Whether the process stops before it runs the function, until a debugger or `SIGCONT` continues it.
    pub waits: bool,
}

/// Wakes the processes that the developer has started for a function. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ProcessWaker(Arc<Notify>);

impl ProcessWaker {
    /// Wakes each process that waits, because there may be an event for it.
    pub(super) fn wake(&self) {
        self.0.notify_waiters();
    }

    pub(super) fn notify(&self) -> &Notify {
        &self.0
    }
}

/// Two wakers are equal if they wake the same processes.
impl PartialEq for ProcessWaker {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ProcessWaker {}

impl FunctionSpec {
    /// Whether the developer debugs or starts the process, so that no limit may end it.
    pub(super) fn is_watched(&self) -> bool {
        self.debug.is_some() || self.attachment.is_some()
    }

    pub(super) fn limits_memory(&self, host: &SandboxHost) -> bool {
        host.memory_limit && !self.is_watched()
    }

    /// Returns the time that a sandbox may wait for an invocation.
    pub(super) fn idle_limit(&self, host: &SandboxHost) -> Duration {
        self.debug.map_or(host.idle_limit, |_| NO_DEADLINE)
    }

    /// Returns the time that the runtime may take to ask for its first event, or for its snapshot.
    pub(super) fn init_limit(&self, host: &SandboxHost) -> Duration {
        let limit = if self.is_restored() { self.timeout.max(host.snapshot_limit) } else { host.init_limit };
        self.debug.map_or(limit, |_| NO_DEADLINE)
    }

    /// Returns the time that a restored runtime may take to ask for its first event.
    pub(super) fn restore_limit(&self, host: &SandboxHost) -> Duration {
        self.debug.map_or(host.restore_limit, |_| NO_DEADLINE)
    }

    /// Whether sandboxes come from a snapshot.
    pub(crate) fn is_restored(&self) -> bool {
        self.initialization == InitializationType::SnapStart
    }

    /// Whether each invocation gets a new sandbox.
    pub(crate) fn is_cold(&self, host: &SandboxHost) -> bool {
        host.cold && !self.is_watched()
    }

    /// Whether an invocation waits for a sandbox instead of being throttled. A function that the developer debugs or starts
    /// has one sandbox, so that its invocations always wait.
    pub(crate) fn queues(&self, host: &SandboxHost) -> bool {
        host.queue || self.is_watched()
    }
}
