//! The log of a function: its own lines, and those that Lambda adds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, mem};

use super::function_spec::FunctionSpec;
use super::host::SandboxHost;
use super::running::{InvocationStart, RunningInvocation};
use crate::function_error;
use crate::invocation::LogFollowers;
use crate::printer::Printer;
use crate::record::{
    InitPhase, InitReport, JsonLog, LogFormat, LogStyle, Report, SandboxId, SystemEvent, SystemLog,
};
use crate::timestamp::Timestamp;

/// The log of one sandbox. Clones share its followers.
#[derive(Clone, Debug)]
pub(super) struct FunctionLog {
    printer: Printer,
    route: Arc<str>,
    memory_mb: u32,
    style: LogStyle,
    system: SystemLog,
    version: u64,
    followers: Arc<Mutex<LogFollowers>>,
}

impl FunctionLog {
    pub(super) fn new(host: &SandboxHost, spec: &FunctionSpec, version: u64) -> Self {
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

    pub(super) fn printer(&self) -> &Printer {
        &self.printer
    }

    /// Adds a line of the function's own output.
    pub(super) fn line(&self, line: impl fmt::Display) {
        self.followers().line(&line);
        self.printer.function(&self.route, line);
    }

    /// Adds a line that each invocation has, if somebody reads Lambda's lines. A record, and a terminal with one line for
    /// each request, have the same facts in another form.
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

    /// Adds a line about an init. A terminal with one line for each request gets the text of the line.
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

    /// Logs that a process starts.
    pub(super) fn init_starts(&self, phase: InitPhase) {
        self.init_line(&SystemEvent::InitStart(phase));
    }

    /// Logs that an init has ended, with success or before its runtime asked for an event.
    pub(super) fn init_ended(&self, report: &InitReport) {
        self.init_line(&SystemEvent::InitRuntimeDone(report));
        self.init_line(&SystemEvent::InitReport(report));
    }

    /// Replaces the followers for all lines from now on.
    pub(super) fn follow(&self, followers: LogFollowers) {
        *self.followers() = followers;
    }

    /// Logs that an invocation begins, in `process` if there is one.
    pub(super) fn start(&self, start: InvocationStart, process: Option<u32>) {
        let InvocationStart { request_id, init, followers } = start;
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

    /// Prints why an invocation failed. Lambda's caller gets these words; the function's log has only the `Status` of
    /// REPORT, <https://github.com/DataBiosphere/azul/issues/8140>.
    pub(super) fn explain(&self, reason: impl fmt::Display) {
        function_error::explain(&self.printer, &self.route, reason);
    }

    /// Logs the end of an invocation, and releases the followers.
    pub(super) fn end(&self, running: &RunningInvocation, duration: Duration, peak_mb: Option<u64>) {
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
        let LogFollowers { tail, recording } = mem::take(&mut *self.followers());
        if let Some(tail) = tail {
            tail.end();
        }
        if let Some(recording) = recording {
            recording.reported(&report);
        }
    }

    fn followers(&self) -> MutexGuard<'_, LogFollowers> {
        self.followers.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
