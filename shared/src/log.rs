//! The library's own log lines, on standard error: Lambda takes them to `CloudWatch`.

use std::fmt::Display;

use lambda_runtime::Context;

pub(crate) fn error(context: Option<&Context>, message: impl Display) {
    line("ERROR", context, &message);
}

pub(crate) fn warn(context: Option<&Context>, message: impl Display) {
    line("WARN", context, &message);
}

/// One line, with the request's id as Lambda's own lines carry it.
#[expect(clippy::print_stderr, reason = "standard error is where Lambda reads a function's log")]
fn line(level: &str, context: Option<&Context>, message: &dyn Display) {
    match context {
        Some(context) => eprintln!("{level} RequestId: {} {message}", context.request_id),
        None => eprintln!("{level} {message}"),
    }
}
