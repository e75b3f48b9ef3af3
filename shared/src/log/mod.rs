//! Log lines as Lambda wants them: on standard error, which it takes to `CloudWatch`, with the id of the
//! request.
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
//!     // Fields are JSON, `%` takes a value's `Display`, `?` its `Debug`; the message comes last.
//!     log::debug!(name, length = name.len(), method = %req.method(), "greeted");
//!     res.send(format!("Hello {name}"))
//! }
//! ```
//!
//! In JSON the first line is
//! `{"timestamp":"2026-11-23T09:30:00.000Z","level":"INFO","message":"hello to ann","requestId":"…"}`, and the fields
//! of the second stand beside these four, whose names they should not take. In text it is
//! `INFO RequestId: … hello to ann`, with fields behind it as `name="ann"`. It is one line whatever the message
//! holds: line breaks and other control characters are escaped.
//!
//! Handler, layers, the body of a stream and [late work](crate::ApiRequest::wait_until) know their request; a
//! task that they spawn does not, and logs without its id.

mod backtrace;
mod current;
mod failure;
mod level;
mod line;
mod macros;
mod timestamp;
#[cfg(feature = "tracing")]
mod tracing;

use std::fmt;
use std::sync::OnceLock;
use std::time::SystemTime;

use serde::Serialize;
use serde_json::Value;

pub(crate) use current::{Current, Scope, current, within};
pub(crate) use failure::failure;
pub use level::Level;
use level::Threshold;
use line::Line;
#[cfg(feature = "tracing")]
pub use tracing::{TracingLayer, init_tracing};

#[doc(inline)]
pub use crate::{
    __log_debug as debug, __log_error as error, __log_info as info, __log_trace as trace, __log_warn as warn,
};

/// What Lambda says about lines, read once.
struct Settings {
    threshold: Threshold,
    json: bool,
}

fn settings() -> &'static Settings {
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    SETTINGS.get_or_init(|| {
        let variable = |name| std::env::var(name).unwrap_or_default();
        Settings {
            threshold: Threshold::parse(&variable("AWS_LAMBDA_LOG_LEVEL")),
            json: variable("AWS_LAMBDA_LOG_FORMAT").eq_ignore_ascii_case("json"),
        }
    })
}

/// Whether lines of this level are written: for what is only worth computing for a line.
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

/// What the macros write with, once they know that the level is wanted.
#[doc(hidden)]
pub fn write(level: Level, fields: &[(&str, Value)], message: fmt::Arguments<'_>) {
    let current = current();
    let request_id = current.as_deref().map(|current| current.context.request_id());
    put(&Line { level, message, request_id, fields });
}

/// A field as JSON. One that does not serialise says why instead: the line is worth more than the field.
#[doc(hidden)]
pub fn serialized<T: Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| Value::String(error.to_string()))
}

/// A field by `%`.
#[doc(hidden)]
pub fn displayed<T: fmt::Display + ?Sized>(value: &T) -> Value {
    Value::String(value.to_string())
}

/// A field by `?`.
#[doc(hidden)]
pub fn debugged<T: fmt::Debug + ?Sized>(value: &T) -> Value {
    Value::String(format!("{value:?}"))
}

#[expect(clippy::print_stderr, reason = "standard error is where Lambda reads a function's log")]
fn put(line: &Line<'_>) {
    let line = if settings().json { line.json(SystemTime::now()) } else { line.text() };
    // One write, so that lines of several threads do not mix; by the macro, so that a test captures them.
    eprint!("{line}");
}
