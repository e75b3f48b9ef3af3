//! This process: its limit of open files, the signals that end it, and the watchdog beside it.

use std::io;

use local_emulator::watchdog;
use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use tokio::signal::unix::{self, SignalKind, signal};

/// The argument that makes this program the watchdog of an emulator.
pub const WATCHDOG: &str = "__watchdog";

/// Returns this program, to be started as the watchdog of an emulator.
pub(crate) fn watchdog() -> io::Result<watchdog::Program> {
    Ok(watchdog::Program::new(std::env::current_exe()?).arg(WATCHDOG))
}

/// The maximum number of open files that the emulator can use: each sandbox takes seven, each client one. A higher
/// limit costs time: older programs close every number below it when they start another program. macOS takes at most
/// 10,240.
const OPEN_FILES: u64 = if cfg!(target_os = "macos") { 10_240 } else { 65_536 };

/// Raises the soft limit of open files towards the hard limit: macOS begins with 256, which is too low for 40 sandboxes.
/// The emulator as a library does not do this, since the limit belongs to the program that embeds it.
pub(crate) fn raise_open_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // `None` stands for no limit.
    let wanted = maximum.map_or(OPEN_FILES, |maximum| maximum.min(OPEN_FILES));
    if current.is_some_and(|current| current < wanted) {
        // An error leaves the limit as it was; if that is too low, `accept` reports it.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    }
}

/// The signals that end the tool: Ctrl-C, `kill`, and the end of the terminal.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    hang_up: unix::Signal,
}

impl Signals {
    /// Catches the signals, so that they no longer end the process by themselves.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next signal.
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::INT,
            _ = self.terminate.recv() => Signal::TERM,
            _ = self.hang_up.recv() => Signal::HUP,
        }
    }
}
