//! The errors that Lambda itself reports to the caller of an invocation, in its words.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use bytes::Bytes;
use rustix::process::Signal;
use serde::Serialize;
use thiserror::Error;

use crate::invocation::MAX_PAYLOAD;

/// The most bytes that a runtime may stream; the rest is cut off. Undocumented (RT-4): whether a megabyte of "200 MB" has
/// 2^20 bytes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(crate) const MAX_STREAM: usize = 200 * 1024 * 1024;

/// The reason why Lambda fails an invocation that the function did not fail itself.
#[derive(Debug, Error)]
pub(crate) enum InvocationFailure {
    #[error("Task timed out after {:.2} seconds", .0.as_secs_f64())]
    TimedOut(Duration),
    #[error("{}", exit_reason(*.0))]
    Exited(ExitStatus),
    /// Undocumented (LC-1): users report the message of a killed process, while REPORT has `Runtime.OutOfMemory`.
    #[error("Runtime exited with error: signal: killed")]
    OutOfMemory,
    #[error("{}", start_failure(binary, source))]
    NotStarted { binary: PathBuf, source: io::Error },
    #[error("Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD} bytes).")]
    ResponseTooLarge,
    #[error("Response payload size exceeded maximum allowed payload size ({MAX_STREAM} bytes).")]
    StreamTooLarge,
    #[error("HTTP request detected as truncated")]
    ResponseTruncated,
    #[error("Invalid function response mode")]
    InvalidResponseMode,
}

impl InvocationFailure {
    pub(crate) fn error_type(&self) -> &'static str {
        match self {
            Self::TimedOut(_) => "Sandbox.Timedout",
            Self::Exited(_) | Self::OutOfMemory => "Runtime.ExitError",
            Self::NotStarted { .. } => "Runtime.InvalidEntrypoint",
            Self::ResponseTooLarge | Self::StreamTooLarge => "Function.ResponseSizeTooLarge",
            Self::ResponseTruncated => "Runtime.TruncatedResponse",
            Self::InvalidResponseMode => "Runtime.InvalidResponseModeHeader",
        }
    }

    /// Returns the body that the caller gets, in JSON.
    pub(crate) fn body(&self, request_id: &str) -> Bytes {
        let error = ErrorBody { error_type: self.error_type(), error_message: self.message(request_id) };
        serde_json::to_vec(&error).unwrap_or_default().into()
    }

    /// Returns the message. It begins with the request id, as on Lambda, unless the response was too large.
    pub(super) fn message(&self, request_id: &str) -> String {
        match self {
            Self::ResponseTooLarge | Self::StreamTooLarge => self.to_string(),
            _ => format!("RequestId: {request_id} Error: {self}"),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody {
    error_type: &'static str,
    error_message: String,
}

/// Returns the message of a failed start, as users have seen it, with the path on this machine:
/// <https://github.com/bakdata/aws-lambda-r-runtime/issues/62>,
/// <https://github.com/awslabs/aws-lambda-dart-runtime/issues/20>.
fn start_failure(binary: &Path, source: &io::Error) -> String {
    let binary = binary.display();
    match source.kind() {
        io::ErrorKind::NotFound => format!("Couldn't find valid bootstrap(s): [{binary}]"),
        io::ErrorKind::PermissionDenied => format!("fork/exec {binary}: permission denied"),
        _ => format!("fork/exec {binary}: {source}"),
    }
}

fn exit_reason(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
        (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
        (None, signal) => format!("Runtime exited with error: signal: {}", signal_name(signal.unwrap_or(0))),
    }
}

/// Returns Go's name of a signal, because Lambda's supervisor is written in Go.
fn signal_name(signal: i32) -> String {
    let name = match Signal::from_named_raw(signal) {
        Some(Signal::HUP) => "hangup",
        Some(Signal::INT) => "interrupt",
        Some(Signal::QUIT) => "quit",
        Some(Signal::ILL) => "illegal instruction",
        Some(Signal::TRAP) => "trace/breakpoint trap",
        Some(Signal::ABORT) => "aborted",
        Some(Signal::BUS) => "bus error",
        Some(Signal::FPE) => "floating point exception",
        Some(Signal::KILL) => "killed",
        Some(Signal::SEGV) => "segmentation fault",
        Some(Signal::PIPE) => "broken pipe",
        Some(Signal::ALARM) => "alarm clock",
        Some(Signal::TERM) => "terminated",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}

/// Returns the error type that Lambda reports for the header `Lambda-Runtime-Function-Error-Type`: it keeps types such as
/// `Runtime.Name` and `Function.Name`.
/// [Source](https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/fatalerror/fatalerror.go).
pub(crate) fn reported_error_type(claimed: &str) -> String {
    match claimed.split_once('.') {
        Some(("Runtime" | "Function", name)) if is_error_name(name) => claimed.to_owned(),
        Some(("Function", _)) => "Function.Unknown".to_owned(),
        _ => "Runtime.Unknown".to_owned(),
    }
}

fn is_error_name(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|letter| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;
    use std::time::Duration;

    use super::{InvocationFailure, reported_error_type};

    #[test]
    fn failures_read_as_on_lambda() {
        let exit = |code: i32| InvocationFailure::Exited(ExitStatus::from_raw(code << 8));
        let signal = |signal: i32| InvocationFailure::Exited(ExitStatus::from_raw(signal));
        for (failure, body) in [
            (
                InvocationFailure::TimedOut(Duration::from_secs(1)),
                r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 7 Error: Task timed out after 1.00 seconds"}"#,
            ),
            (
                exit(0),
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 7 Error: Runtime exited without providing a reason"}"#,
            ),
            (
                exit(1),
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 7 Error: Runtime exited with error: exit status 1"}"#,
            ),
            (
                signal(9),
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 7 Error: Runtime exited with error: signal: killed"}"#,
            ),
            (
                signal(11),
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 7 Error: Runtime exited with error: signal: segmentation fault"}"#,
            ),
            (
                InvocationFailure::ResponseTooLarge,
                r#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#,
            ),
        ] {
            assert_eq!(failure.body("7"), body);
        }
    }

    #[test]
    fn only_lambdas_families_of_error_types_are_kept() {
        for (claimed, reported) in [
            ("Runtime.ExitError", "Runtime.ExitError"),
            ("Function.MyError", "Function.MyError"),
            ("Function.my_error", "Function.Unknown"),
            ("Function.", "Function.Unknown"),
            ("Runtime.X1", "Runtime.Unknown"),
            ("unhandled", "Runtime.Unknown"),
            ("", "Runtime.Unknown"),
        ] {
            assert_eq!(reported_error_type(claimed), reported, "{claimed}");
        }
    }
}
