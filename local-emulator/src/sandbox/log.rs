//! The log of a function: its own lines, and those that Lambda adds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, mem};

use super::function_spec::{FunctionSpec, Host};
use super::running::{Begun, Running};
use crate::invocation::{Invocation, Tail};
use crate::printer::Printer;
use crate::record::{
    InitPhase, InitReport, JsonLog, LogFormat, LogStyle, Recording, Report, SandboxId, SystemEvent, SystemLog,
};
use crate::timestamp::Timestamp;

/// The log of one sandbox.
#[derive(Clone, Debug)]
pub(super) struct Log {
    printer: Printer,
    route: Arc<str>,
    memory_mb: u32,
    style: LogStyle,
    system: SystemLog,
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

    fn line(&self, line: impl fmt::Display) {
        if let Some(tail) = &self.tail {
            tail.line(&line);
        }
        if let Some(recording) = &self.recording {
            recording.line(&line);
        }
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
            system: system_log(spec),
            version,
            followers: Arc::default(),
        }
    }

    /// A line of the function's own output.
    pub(super) fn line(&self, line: impl fmt::Display) {
        self.followers().line(&line);
        self.printer.function(&self.route, line);
    }

    /// A line that each invocation has. A record has it anyway, and so has a terminal with a line for each request.
    fn lifecycle_line(&self, event: &SystemEvent<'_>) {
        let tail = self.followers().tail.clone();
        if tail.is_none() && self.style != LogStyle::Lambda {
            return;
        }
        let Some(line) = self.system.line(event, Timestamp::now()) else { return };
        if let Some(tail) = tail {
            tail.line(&line);
        }
        if self.style == LogStyle::Lambda {
            self.printer.function(&self.route, line);
        }
    }

    /// A line about an init, which a terminal with a line for each request has as text.
    fn init_line(&self, event: &SystemEvent<'_>) {
        let line = self.system.line(event, Timestamp::now());
        if let Some(line) = &line {
            self.followers().line(line);
        }
        let shown = if self.style == LogStyle::Lambda { line } else { event.text() };
        if let Some(shown) = shown {
            self.printer.function(&self.route, shown);
        }
    }

    /// A process starts.
    pub(super) fn init_starts(&self, phase: InitPhase) {
        self.init_line(&SystemEvent::InitStart(phase));
    }

    /// An init has ended: well, or before its runtime asked for an event.
    pub(super) fn init_ended(&self, report: &InitReport) {
        self.init_line(&SystemEvent::InitRuntimeDone(report));
        self.init_line(&SystemEvent::InitReport(report));
    }

    /// All that comes from now on is for these too.
    pub(super) fn follow(&self, followers: Followers) {
        *self.followers() = followers;
    }

    /// An invocation begins, in a process if there is one.
    pub(super) fn start(&self, begun: Begun, process: Option<u32>) {
        let Begun { request_id, init, followers } = begun;
        if let Some(init) = init {
            self.init_ended(&init);
        }
        if let Some(recording) = &followers.recording {
            let sandbox = SandboxId { process, version: self.version };
            recording.started(&self.route, request_id, sandbox, &self.system);
        }
        self.follow(followers);
        self.lifecycle_line(&SystemEvent::Start(request_id));
    }

    /// Tells the developer why an invocation failed. No function's log has these words: Lambda's caller gets them, and its
    /// log has the `Status` of REPORT alone, <https://github.com/DataBiosphere/azul/issues/8140>.
    pub(super) fn explain(&self, reason: impl fmt::Display) {
        explain(&self.printer, &self.route, reason);
    }

    pub(super) fn end(&self, running: &Running, duration: Duration, peak_mb: Option<u64>) {
        let report = Report {
            request_id: running.request_id(),
            duration,
            init: running.init,
            memory_mb: self.memory_mb,
            peak_mb,
            produced_bytes: running.produced_bytes,
            status: running.status.clone(),
        };
        self.lifecycle_line(&SystemEvent::RuntimeDone(&report));
        self.lifecycle_line(&SystemEvent::Report(&report));
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
}

/// Tells the developer why `route` failed.
pub(super) fn explain(printer: &Printer, route: &str, reason: impl fmt::Display) {
    printer.warning(format_args!("`{route}` failed: {reason}"));
}

fn system_log(spec: &FunctionSpec) -> SystemLog {
    let FunctionSpec { name, arn, memory_mb, initialization, .. } = spec;
    match spec.log_format {
        LogFormat::Text => SystemLog::Text,
        LogFormat::Json(level) => SystemLog::Json(Arc::new(JsonLog {
            level,
            function_name: name.clone(),
            function_arn: arn.clone(),
            memory_mb: *memory_mb,
            initialization: *initialization,
        })),
    }
}
