//! The REPORT of an invocation.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

/// The end of an invocation that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Timeout,
    /// The invocation failed with an error of this type.
    Error(String),
    /// The function posted an error of this type itself, which is a success in Lambda's log: AWS's
    /// [emulator](https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/rapid/handlers.go)
    /// reports `success` for any answer.
    Posted(String),
}

impl Status {
    /// Returns the error type that the emulator shows.
    pub(crate) fn error_type(&self) -> &str {
        match self {
            Self::Timeout => "timeout",
            Self::Error(error_type) | Self::Posted(error_type) => error_type,
        }
    }
}

/// The phase in which an init runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InitPhase {
    /// Before the first invocation.
    Init,
    /// Within an invocation.
    Invoke,
}

/// The line at the start of an invocation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartLine(pub(crate) Uuid);

/// The line before the REPORT.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndLine(pub(crate) Uuid);

/// The time and memory of an invocation. Lambda bills init and invocation together, in whole milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) request_id: Uuid,
    pub(crate) duration: Duration,
    /// `None` if the sandbox was warm.
    pub(crate) init: Option<Duration>,
    pub(crate) memory_mb: u32,
    /// The peak memory of the process, from the kernel. `None` on macOS, and for a process that ended before the first
    /// measurement.
    pub(crate) peak_mb: Option<u64>,
    /// The size of the answer in bytes.
    pub(crate) produced_bytes: usize,
    pub(crate) status: Option<Status>,
}

/// The end of an init.
#[derive(Clone, Debug)]
pub(crate) struct InitReport {
    pub(crate) phase: InitPhase,
    pub(crate) took: Duration,
    /// `None` if the runtime has asked for its first event.
    pub(crate) status: Option<Status>,
}

impl Report {
    /// Returns the milliseconds that Lambda bills.
    pub(crate) fn billed_ms(&self) -> u64 {
        let billed = self.duration + self.init.unwrap_or_default();
        u64::try_from(billed.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for StartLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "START RequestId: {} Version: $LATEST", self.0)
    }
}

impl fmt::Display for EndLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "END RequestId: {}", self.0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request_id, memory_mb, .. } = self;
        write!(f, "REPORT RequestId: {request_id}\tDuration: {:.2} ms\t", milliseconds(self.duration))?;
        write!(f, "Billed Duration: {} ms\tMemory Size: {memory_mb} MB\t", self.billed_ms())?;
        match self.peak_mb {
            Some(peak) => write!(f, "Max Memory Used: {peak} MB")?,
            None => f.write_str("Max Memory Used: not measured")?,
        }
        if let Some(init) = self.init {
            write!(f, "\tInit Duration: {:.2} ms", milliseconds(init))?;
        }
        // The last field has its tab even without a status.
        f.write_str("\t")?;
        self.status.as_ref().map_or(Ok(()), |status| write!(f, "{status}"))
    }
}

impl fmt::Display for InitReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { phase, took, status } = self;
        write!(f, "INIT_REPORT Init Duration: {:.2} ms\tPhase: {phase}", milliseconds(*took))?;
        status.as_ref().map_or(Ok(()), |status| write!(f, "\t{status}"))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Posted(_) => Ok(()),
            Self::Timeout => f.write_str("Status: timeout"),
            Self::Error(error_type) => write!(f, "Status: error\tError Type: {error_type}"),
        }
    }
}

impl fmt::Display for InitPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Init => "init",
            Self::Invoke => "invoke",
        })
    }
}

/// Returns a duration in milliseconds.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Returns milliseconds with up to three digits after the point, as Lambda writes them.
pub(super) fn rounded_milliseconds(duration: Duration) -> f64 {
    (milliseconds(duration) * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::{Report, Status};

    fn report() -> Report {
        Report {
            request_id: Uuid::nil(),
            duration: Duration::from_micros(820),
            init: None,
            memory_mb: 128,
            peak_mb: Some(3),
            produced_bytes: 0,
            status: None,
        }
    }

    #[test]
    fn first_invocation_reports_and_bills_its_init() {
        let report = Report { init: Some(Duration::from_micros(39_210)), ..report() };
        assert_eq!(
            report.to_string(),
            "REPORT RequestId: 00000000-0000-0000-0000-000000000000\tDuration: 0.82 ms\t\
             Billed Duration: 41 ms\tMemory Size: 128 MB\tMax Memory Used: 3 MB\tInit Duration: 39.21 ms\t"
        );
    }

    #[test]
    fn status_is_the_last_field() {
        let error = Status::Error("Runtime.ExitError".to_owned());
        let posted = Status::Posted("Function.Sad".to_owned());
        for (status, end) in [
            (posted, "Max Memory Used: 3 MB\t"),
            (Status::Timeout, "Max Memory Used: 3 MB\tStatus: timeout"),
            (error, "Max Memory Used: 3 MB\tStatus: error\tError Type: Runtime.ExitError"),
        ] {
            let report = Report { status: Some(status), ..report() };
            assert!(report.to_string().ends_with(end), "{report}");
        }
    }
}
