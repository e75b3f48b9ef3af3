//! Log lines in the formats of Lambda. They go to standard error, which Lambda sends to `CloudWatch`, and have the id
//! of their request.
//!
//! | setting of the function ([advanced logging controls](https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html)) | variable | without it |
//! |---|---|---|
//! | log format | `AWS_LAMBDA_LOG_FORMAT`: `JSON` or `Text` | text |
//! | application log level | `AWS_LAMBDA_LOG_LEVEL`: `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR`, `FATAL` | `INFO` |
//!
//! ```
//! use api_routes::{ApiRequest, ApiResponse, Result, log};
//!
//! async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
//!     let name = req.query().get("name").unwrap_or("nobody");
//!     log::info!("hello to {name}");
//!     // Fields are JSON; `%` uses `Display`, `?` uses `Debug`; the message comes last.
//!     log::debug!(name, length = name.len(), method = %req.method(), "greeted");
//!     res.send(format!("Hello {name}"))
//! }
//! ```
//!
//! In JSON, the first line is `{"timestamp":"2026-11-23T09:30:00.000Z","level":"INFO","message":"hello to
//! ann","requestId":"…"}`. The second line has its fields next to these four members, so do not give a field one of
//! their names. As text, the first line is `INFO RequestId: … hello to ann`, and fields follow as `name="ann"`. A
//! message is always one line: line breaks and other control characters are escaped.
//!
//! The handler, the layers, the body of a stream and [late work](crate::ApiRequest::wait_until) log the id of their
//! request. A task that they spawn does not know the request, and logs no id.

mod backtrace;
mod current;
mod level;
mod line;
mod macros;
mod timestamp;
#[cfg(feature = "tracing")]
mod tracing;

use std::backtrace::Backtrace;
use std::fmt;
use std::panic::Location;
use std::sync::OnceLock;
use std::time::SystemTime;

use serde::Serialize;
use serde_json::Value;

pub(crate) use current::{Current, Scope, current, within};
pub use level::Level;
use level::Threshold;
use line::Line;
#[cfg(feature = "tracing")]
pub use tracing::{TracingLayer, init_tracing};

#[doc(inline)]
pub use crate::{
    __log_debug as debug, __log_error as error, __log_info as info, __log_trace as trace, __log_warn as warn,
};

/// The settings of the log, read once.
struct LogSettings {
    threshold: Threshold,
    json: bool,
}

fn settings() -> &'static LogSettings {
    static SETTINGS: OnceLock<LogSettings> = OnceLock::new();
    SETTINGS.get_or_init(|| {
        let variable = |name| std::env::var(name).unwrap_or_default();
        LogSettings {
            threshold: Threshold::parse(&variable("AWS_LAMBDA_LOG_LEVEL")),
            json: variable("AWS_LAMBDA_LOG_FORMAT").eq_ignore_ascii_case("json"),
        }
    })
}

/// Returns whether lines of this level are written. Use it if the data of a line is expensive to compute.
///
/// ```
/// use api_routes::log::{self, Level};
///
/// if log::enabled(Level::Debug) {
///     let digest: u64 = (1..=1_000_000_u64).sum();
///     log::debug!("digest {digest}");
/// }
/// ```
pub fn enabled(level: Level) -> bool {
    settings().threshold.allows(level)
}

/// Writes a line. The macros call this if the level is enabled.
#[doc(hidden)]
pub fn write(level: Level, fields: &[(&str, Value)], message: fmt::Arguments<'_>) {
    let current = current();
    let request_id = current.as_deref().map(|current| current.context.request_id());
    put(&Line { level, message, request_id, fields });
}

/// Returns a field as JSON. If it does not serialize, the field has the reason instead, so that the line is not lost.
#[doc(hidden)]
pub fn serialized<T: Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| Value::String(error.to_string()))
}

/// Returns a field with `%`.
#[doc(hidden)]
pub fn displayed<T: fmt::Display + ?Sized>(value: &T) -> Value {
    Value::String(value.to_string())
}

/// Returns a field with `?`.
#[doc(hidden)]
pub fn debugged<T: fmt::Debug + ?Sized>(value: &T) -> Value {
    Value::String(format!("{value:?}"))
}

#[expect(clippy::print_stderr, reason = "standard error is where Lambda reads a function's log")]
fn put(line: &Line<'_>) {
    let line = if settings().json { line.json(SystemTime::now()) } else { line.text() };
    // A single write, so that lines of several threads do not mix. The macro lets a test capture the line.
    eprint!("{line}");
}

/// Logs `GET /api/posts/7: 500 at src/main.rs:14: no such table`. `failed` is the text before the place.
pub(crate) fn failure(
    failed: fmt::Arguments<'_>,
    place: Option<&Location<'_>>,
    reason: &str,
    backtrace: Option<&Backtrace>,
) {
    if enabled(Level::Error) {
        let backtrace = backtrace.and_then(backtrace::field);
        write(Level::Error, backtrace.as_slice(), format_args!("{failed}{}: {reason}", At(place)));
    }
}

/// Writes ` at src/main.rs:14`, or nothing if the line is not known.
struct At<'p>(Option<&'p Location<'p>>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(place) => write!(f, " at {}:{}", place.file(), place.line()),
            None => Ok(()),
        }
    }
}
