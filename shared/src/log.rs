//! The library's own log lines, on standard error: Lambda takes them to `CloudWatch`.

use std::fmt::Display;

use lambda_runtime::Context;

/// One line, with the request's id as Lambda's own lines carry it.
#[expect(clippy::print_stderr, reason = "standard error is where Lambda reads a function's log")]
pub(crate) fn error(context: Option<&Context>, message: impl Display) {
    match context {
        Some(context) => eprintln!("ERROR RequestId: {} {message}", context.request_id),
        None => eprintln!("ERROR {message}"),
    }
}
