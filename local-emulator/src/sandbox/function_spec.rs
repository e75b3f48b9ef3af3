//! What a pool must know of its function and of the machine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use api_routes_project::environment::Variables;
use api_routes_project::template::InitializationType;
use tokio::sync::mpsc::UnboundedSender;

use super::attachment::Attachment;
use super::concurrency::Concurrency;
use super::debug::{DebugMode, NO_DEADLINE};
use crate::printer::Printer;
use crate::record::{LogFormat, LogStyle};
use crate::watchdog::Watchdog;

/// One version of a function: a binary and the settings it runs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionSpec {
    /// The function's name, as in `template.yaml`.
    pub name: String,
    /// What stands in front of its lines in the log.
    pub route: String,
    /// The executable, an absolute path.
    pub binary: PathBuf,
    /// Where the process starts.
    pub working_directory: PathBuf,
    /// All that the process sees, but for the two variables that differ from sandbox to sandbox:
    /// `AWS_LAMBDA_RUNTIME_API` and `AWS_LAMBDA_LOG_STREAM_NAME`.
    pub environment: Variables,
    /// The memory setting.
    pub memory_mb: u32,
    /// How long an invocation may take, enforced by killing the sandbox.
    pub timeout: Duration,
    /// Whether its sandboxes are restored from a snapshot.
    pub initialization: InitializationType,
    /// The form of Lambda's lines in its log.
    pub log_format: LogFormat,
    /// The function's ARN, for the runtime's context.
    pub arn: String,
    /// How many sandboxes may run at once: its reserved concurrency. With none, every invocation is
    /// throttled.
    pub limit: usize,
    /// Set if it runs under a debugger.
    pub debug: Option<DebugMode>,
    /// Set if its process is started by the developer, and not from the executable.
    pub attachment: Option<Arc<Attachment>>,
}

impl FunctionSpec {
    /// Whether a person looks at its process, which nothing ends meanwhile.
    pub(super) fn is_watched(&self) -> bool {
        self.debug.is_some() || self.attachment.is_some()
    }

    pub(super) fn limits_memory(&self, host: &Host) -> bool {
        host.memory_limit && !self.is_watched()
    }

    /// Returns how long a sandbox may wait for an invocation.
    pub(super) fn idle_limit(&self, host: &Host) -> Duration {
        self.debug.map_or(host.idle_limit, |_| NO_DEADLINE)
    }

    /// Returns how long the runtime may take to ask for its first event, or for its snapshot.
    pub(super) fn init_limit(&self, host: &Host) -> Duration {
        let limit = if self.is_restored() { self.timeout.max(host.snapshot_limit) } else { host.init_limit };
        self.debug.map_or(limit, |_| NO_DEADLINE)
    }

    /// Returns how long a restored runtime may take to ask for its first event.
    pub(super) fn restore_limit(&self, host: &Host) -> Duration {
        self.debug.map_or(host.restore_limit, |_| NO_DEADLINE)
    }

    /// Whether its sandboxes come from a snapshot.
    pub(crate) fn is_restored(&self) -> bool {
        self.initialization == InitializationType::SnapStart
    }

    /// Whether each invocation gets a sandbox of its own.
    pub(super) fn is_cold(&self, host: &Host) -> bool {
        host.cold && !self.is_watched()
    }

    /// Whether an invocation waits for a sandbox instead of being throttled: a function that a person looks at has one.
    pub(super) fn queues(&self, host: &Host) -> bool {
        host.queue || self.is_watched()
    }
}

/// What all sandboxes of an emulator share.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line by itself")]
pub struct Host {
    /// Where functions' output and the log go.
    pub printer: Printer,
    /// The lines that the log has of an invocation.
    pub log: LogStyle,
    /// What kills the sandboxes if the emulator cannot.
    pub watchdog: Option<Arc<Watchdog>>,
    /// How long a runtime may take to ask for its first event before it is started anew within the
    /// first invocation.
    pub init_limit: Duration,
    /// How long a function with a snapshot may take to ask for it, if that is more than its own time-out.
    pub snapshot_limit: Duration,
    /// How long a restored runtime may take to ask for its first event.
    pub restore_limit: Duration,
    /// How long a sandbox may wait for an invocation before it is ended.
    pub idle_limit: Duration,
    /// How many invocations of all functions together may be under way.
    pub concurrency: Concurrency,
    /// Whether invocations over a limit wait instead of being throttled. No behaviour of Lambda's.
    pub queue: bool,
    /// Whether a sandbox is stopped between two invocations, as on Lambda.
    pub freeze: bool,
    /// Whether each invocation gets a sandbox of its own.
    pub cold: bool,
    /// Whether a sandbox that holds more memory than its function has is killed.
    pub memory_limit: bool,
    /// Gets the path of an executable that is gone when a sandbox is to start from it.
    pub missing: Option<UnboundedSender<PathBuf>>,
}

impl Host {
    /// Lambda's limit for the init phase of an on-demand function.
    pub const INIT_LIMIT: Duration = Duration::from_secs(10);

    /// Lambda's limit for the init phase of a function that is published with a snapshot:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html>.
    pub const SNAPSHOT_LIMIT: Duration = Duration::from_secs(130);

    /// Lambda's limit for what a runtime does once it is restored:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-restore>.
    pub const RESTORE_LIMIT: Duration = Duration::from_secs(10);

    /// Undocumented (LC-2): Lambda keeps a sandbox for minutes, and does not say how many. A burst of requests should not
    /// leave its processes behind for the rest of the day.
    pub const IDLE_LIMIT: Duration = Duration::from_secs(5 * 60);

    /// Far less than the 1,000 that an account begins with, and enough processes for one machine.
    pub const CONCURRENCY: usize = 128;

    /// A host with Lambda's limits.
    pub fn new(printer: Printer, watchdog: Option<Arc<Watchdog>>) -> Self {
        Self {
            printer,
            log: LogStyle::default(),
            watchdog,
            init_limit: Self::INIT_LIMIT,
            snapshot_limit: Self::SNAPSHOT_LIMIT,
            restore_limit: Self::RESTORE_LIMIT,
            idle_limit: Self::IDLE_LIMIT,
            concurrency: Concurrency::new(Self::CONCURRENCY),
            queue: false,
            freeze: false,
            cold: false,
            memory_limit: true,
            missing: None,
        }
    }
}
