//! The lines that Lambda adds to a function's log: START, END, REPORT and what went wrong.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use uuid::Uuid;

use super::failure::Failure;
use super::function_spec::FunctionSpec;
use super::running::{Running, Start};
use crate::invocation::Tail;
use crate::printer::Printer;
use crate::timestamp::Timestamp;

/// The log of one sandbox.
#[derive(Clone, Debug)]
pub(super) struct Log {
    printer: Printer,
    route: String,
    memory_mb: u32,
    /// Where the lines go too, while an invocation runs whose caller wants them.
    tail: Arc<Mutex<Option<Tail>>>,
}

/// How an invocation ended, where it did not end well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Timeout,
    /// With the error type.
    Error(String),
}

/// The last line about an invocation. Lambda bills whole milliseconds of init and invocation
/// together; for OS-only runtimes it always has.
struct Report<'a> {
    request_id: Uuid,
    duration: Duration,
    init: Option<Duration>,
    memory_mb: u32,
    /// True peak memory of the process, from the kernel. `not measured` where the kernel does not
    /// tell: on macOS, and of a process that ended before the first look at it.
    peak_mb: Option<u64>,
    status: Option<&'a Status>,
}

impl Log {
    pub(super) fn printer(&self) -> &Printer {
        &self.printer
    }

    pub(super) fn new(printer: Printer, spec: &FunctionSpec) -> Self {
        Self { printer, route: spec.route.clone(), memory_mb: spec.memory_mb, tail: Arc::default() }
    }

    /// A line of the function's own output.
    pub(super) fn line(&self, line: impl fmt::Display) {
        if let Some(tail) = &*self.tail() {
            tail.line(&line);
        }
        self.printer.function(&self.route, line);
    }

    /// All that comes from now on is for `tail` too.
    pub(super) fn follow(&self, tail: Option<Tail>) {
        *self.tail() = tail;
    }

    pub(super) fn start(&self, start: Start) {
        let Start { request_id, tail } = start;
        self.follow(tail);
        self.line(format_args!("START RequestId: {request_id} Version: $LATEST"));
    }

    pub(super) fn failure(&self, request_id: Uuid, failure: &Failure) {
        if let Failure::TimedOut(_) = failure {
            self.line(format_args!("{} {request_id} {failure}", Timestamp::now()));
        } else {
            self.line(failure.message(&request_id.to_string()));
            self.line(failure.error_type());
        }
    }

    pub(super) fn end(&self, running: &Running, duration: Duration, peak_mb: Option<u64>) {
        let request_id = running.request_id();
        let report = Report {
            request_id,
            duration,
            init: running.init,
            memory_mb: self.memory_mb,
            peak_mb,
            status: running.status.as_ref(),
        };
        self.line(format_args!("END RequestId: {request_id}"));
        self.line(report);
        if let Some(tail) = self.tail().take() {
            tail.end();
        }
    }

    fn tail(&self) -> MutexGuard<'_, Option<Tail>> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An init phase that did not reach its first `/next`.
    pub(super) fn init_report(&self, took: Duration, phase: &str, status: &Status) {
        self.line(format_args!(
            "INIT_REPORT Init Duration: {:.2} ms\tPhase: {phase}\t{status}",
            millis(took)
        ));
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let billed = millis(self.duration + self.init.unwrap_or_default()).ceil();
        let Self { request_id, memory_mb, .. } = self;
        write!(f, "REPORT RequestId: {request_id}\tDuration: {:.2} ms\t", millis(self.duration))?;
        write!(f, "Billed Duration: {billed:.0} ms\tMemory Size: {memory_mb} MB\t")?;
        match self.peak_mb {
            Some(peak) => write!(f, "Max Memory Used: {peak} MB")?,
            None => f.write_str("Max Memory Used: not measured")?,
        }
        if let Some(init) = self.init {
            write!(f, "\tInit Duration: {:.2} ms", millis(init))?;
        }
        // Without a status too, the last field has its tab.
        f.write_str("\t")?;
        self.status.map_or(Ok(()), |status| write!(f, "{status}"))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("Status: timeout"),
            Self::Error(error_type) => write!(f, "Status: error\tError Type: {error_type}"),
        }
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::{Report, Status};

    fn report() -> Report<'static> {
        Report {
            request_id: Uuid::nil(),
            duration: Duration::from_micros(820),
            init: None,
            memory_mb: 128,
            peak_mb: Some(3),
            status: None,
        }
    }

    #[test]
    fn the_first_invocation_reports_and_bills_its_init() {
        let report = Report { init: Some(Duration::from_micros(39_210)), ..report() };
        assert_eq!(
            report.to_string(),
            "REPORT RequestId: 00000000-0000-0000-0000-000000000000\tDuration: 0.82 ms\t\
             Billed Duration: 41 ms\tMemory Size: 128 MB\tMax Memory Used: 3 MB\tInit Duration: 39.21 ms\t"
        );
    }

    #[test]
    fn the_status_stands_last() {
        let error = Status::Error("Runtime.ExitError".to_owned());
        for (status, end) in [
            (Status::Timeout, "Max Memory Used: 3 MB\tStatus: timeout"),
            (error, "Max Memory Used: 3 MB\tStatus: error\tError Type: Runtime.ExitError"),
        ] {
            let report = Report { status: Some(&status), ..report() };
            assert!(report.to_string().ends_with(end), "{report}");
        }
    }
}
