//! The machine that functions run on: the settings that all sandboxes follow, and the account's concurrency.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::printer::Printer;
use crate::record::LogStyle;
use crate::watchdog::Watchdog;

/// A deadline that is never reached: nothing ends a process while its developer debugs it.
pub(crate) const NO_DEADLINE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The settings that all sandboxes of an emulator have in common.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line by itself")]
pub struct SandboxHost {
    /// The destination of the functions' output and of the log.
    pub printer: Printer,
    /// The lines that the log has for an invocation.
    pub log: LogStyle,
    /// Kills the sandboxes if the emulator is killed.
    pub watchdog: Option<Arc<Watchdog>>,
    /// The time that a runtime may take to ask for its first event. After that, it is started again within the first
    /// invocation.
    pub init_limit: Duration,
    /// The time in which a function must ask for its snapshot, if that is more than the function's own time-out.
    pub snapshot_limit: Duration,
    /// The time that a restored runtime may take to ask for its first event.
    pub restore_limit: Duration,
    /// The time that a sandbox may wait for an invocation before it is ended.
    pub idle_limit: Duration,
    /// The invocations of all functions together that may be under way.
    pub concurrency: Concurrency,
    /// Whether invocations over a limit wait instead of being throttled, which Lambda never does.
    pub queue: bool,
    /// Whether a sandbox is stopped between two invocations, as on Lambda.
    pub freeze: bool,
    /// Whether each invocation gets a new sandbox.
    pub cold: bool,
    /// Whether a sandbox is killed when it holds more memory than its function has.
    pub memory_limit: bool,
    /// Receives the path of an executable that is gone when a sandbox starts from it.
    pub missing: Option<UnboundedSender<PathBuf>>,
}

impl SandboxHost {
    /// Lambda's limit for the init phase of an on-demand function.
    pub const INIT_LIMIT: Duration = Duration::from_secs(10);

    /// Lambda's limit for the init phase of a function that is published with a snapshot:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html>.
    pub const SNAPSHOT_LIMIT: Duration = Duration::from_secs(130);

    /// Lambda's limit for the work of a runtime after it is restored:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-restore>.
    pub const RESTORE_LIMIT: Duration = Duration::from_secs(10);

    /// The default time that a sandbox may wait for an invocation.
    ///
    /// Undocumented (LC-2): Lambda keeps a sandbox for minutes, and does not say how many. A burst of requests should not
    /// leave its processes running for the rest of the day.
    pub const IDLE_LIMIT: Duration = Duration::from_secs(5 * 60);

    /// The default concurrency. An account begins with 1,000, which is too many processes for one machine.
    pub const CONCURRENCY: usize = 128;

    /// Creates a host with Lambda's limits.
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

/// The account's concurrency: the number of invocations of all functions that may be under way. Clones share it.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>
#[derive(Clone, Debug)]
pub struct Concurrency {
    free: Arc<Semaphore>,
    limit: usize,
}

/// The permit of an invocation that is under way, given back when dropped.
pub(crate) type ConcurrencyPermit = OwnedSemaphorePermit;

impl Concurrency {
    /// Allows up to `limit` invocations at once.
    pub fn new(limit: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS))), limit }
    }

    /// Returns the number of invocations that may be under way.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Returns a permit if one is free.
    pub(crate) fn try_enter(&self) -> Option<ConcurrencyPermit> {
        Arc::clone(&self.free).try_acquire_owned().ok()
    }

    /// Waits for a permit up to `patience`, or without a limit if `patience` is `None`.
    pub(crate) async fn enter(&self, patience: Option<Duration>) -> Option<ConcurrencyPermit> {
        if let Some(permit) = self.try_enter() {
            return Some(permit);
        }
        let permit = Arc::clone(&self.free).acquire_owned();
        // The other error would be a closed semaphore; this semaphore is never closed.
        match patience {
            Some(patience) => timeout(patience, permit).await.ok()?.ok(),
            None => permit.await.ok(),
        }
    }
}
