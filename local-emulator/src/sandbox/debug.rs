//! A function under a debugger: nothing ends its process while a person looks at it.

use std::time::Duration;

/// A deadline that nobody waits for.
pub(crate) const NO_DEADLINE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The debug mode of a function: one sandbox, without deadline, limit of memory, or end by idleness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DebugMode {
    /// Whether its process stops before it runs the function, until a debugger or `SIGCONT` lets it go on.
    pub waits: bool,
}

/// Stops the shell that runs it, which then becomes the function. A debugger that attaches to it follows, since the process
/// stays the same one. To stop the function itself would take code between `fork` and `exec`, which cannot be written safely,
/// or a signal that comes too late.
pub(super) const STOP: &str = "kill -STOP $$; exec \"$0\"";
