//! The log of a function: its own lines, and those that Lambda adds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, mem};

use super::function_spec::{FunctionSpec, Host};
use super::running::{Begun, Running};
use crate::invocation::{Invocation, Tail};
use crate::printer::Printer;
use crate::record::{End, LogStyle, Recording, Report, SandboxId, Start, Status};

/// The log of one sandbox.
#[derive(Clone, Debug)]
pub(super) struct Log {
    printer: Printer,
    route: Arc<str>,
    memory_mb: u32,
    style: LogStyle,
    version: u64,
    followers: Arc<Mutex<Followers>>,
}

/// The readers of an invocation's log besides the terminal.
#[derive(Clone, Debug, Default)]
pub(super) struct Followers {
    /// A caller that asked for the end of the log.
    pub(super) tail: Option<Tail>,
    pub(super) recording: Option<Recording>,
}

impl Followers {
    pub(super) fn new(invocation: &Invocation) -> Self {
        Self { tail: invocation.tail.clone(), recording: invocation.recording.clone() }
    }
}

impl Log {
    pub(super) fn printer(&self) -> &Printer {
        &self.printer
    }

    pub(super) fn new(host: &Host, spec: &FunctionSpec, version: u64) -> Self {
        Self {
            printer: host.printer.clone(),
            route: spec.route.as_str().into(),
            memory_mb: spec.memory_mb,
            style: host.log,
            version,
            followers: Arc::default(),
        }
    }

    /// A line of the function's own output, or of its init.
    pub(super) fn line(&self, line: impl fmt::Display) {
        {
            let followers = self.followers();
            if let Some(tail) = &followers.tail {
                tail.line(&line);
            }
            if let Some(recording) = &followers.recording {
                recording.line(&line);
            }
        }
        self.printer.function(&self.route, line);
    }

    /// A line that each invocation has. A record has it anyway, and so has a terminal with a line for each request.
    fn lifecycle_line(&self, line: impl fmt::Display) {
        if let Some(tail) = &self.followers().tail {
            tail.line(&line);
        }
        if self.style == LogStyle::Lambda {
            self.printer.function(&self.route, line);
        }
    }

    /// All that comes from now on is for these too.
    pub(super) fn follow(&self, followers: Followers) {
        *self.followers() = followers;
    }

    /// An invocation begins, in a process if there is one.
    pub(super) fn start(&self, begun: Begun, process: Option<u32>) {
        let Begun { request_id, followers } = begun;
        if let Some(recording) = &followers.recording {
            recording.started(&self.route, request_id, SandboxId { process, version: self.version });
        }
        self.follow(followers);
        self.lifecycle_line(Start(request_id));
    }

    /// Tells the developer why an invocation failed. No function's log has these words: Lambda's caller gets them, and its
    /// log has the `Status` of REPORT alone, <https://github.com/DataBiosphere/azul/issues/8140>.
    pub(super) fn explain(&self, reason: impl fmt::Display) {
        explain(&self.printer, &self.route, reason);
    }

    pub(super) fn end(&self, running: &Running, duration: Duration, peak_mb: Option<u64>) {
        let request_id = running.request_id();
        let report = Report {
            request_id,
            duration,
            init: running.init,
            memory_mb: self.memory_mb,
            peak_mb,
            status: running.status.clone(),
        };
        self.lifecycle_line(End(request_id));
        self.lifecycle_line(&report);
        let Followers { tail, recording } = mem::take(&mut *self.followers());
        if let Some(tail) = tail {
            tail.end();
        }
        if let Some(recording) = recording {
            recording.reported(&report);
        }
    }

    fn followers(&self) -> MutexGuard<'_, Followers> {
        self.followers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An init phase that did not reach its first `/next`.
    pub(super) fn init_report(&self, took: Duration, phase: &str, status: &Status) {
        self.line(format_args!(
            "INIT_REPORT Init Duration: {:.2} ms\tPhase: {phase}\t{status}",
            millis(took)
        ));
    }
}

/// Tells the developer why `route` failed.
pub(super) fn explain(printer: &Printer, route: &str, reason: impl fmt::Display) {
    printer.warning(format_args!("`{route}` failed: {reason}"));
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
