//! The log line of an error.

use std::error::Error;
use std::fmt;
use std::iter::successors;

use super::cause::Cause;
use super::{ApiError, HIDDEN};
use crate::log;
use crate::request_line::RequestLine;

impl ApiError {
    /// Returns the cause and its own causes, as text.
    pub(crate) fn cause(&self) -> Option<String> {
        self.source().map(chain)
    }

    /// Returns the message, unless it hides a cause, and the cause. This text is for the log, and for errors that no
    /// client gets.
    pub(crate) fn reason(&self) -> String {
        match self.cause() {
            Some(cause) if self.0.message == HIDDEN => cause,
            Some(cause) => format!("{}: {cause}", self.0.message),
            None => self.0.message.to_string(),
        }
    }

    /// Logs the cause of an error that the client of `request` gets, if the status is 500 or above.
    pub(crate) fn log_cause(&self, request: &RequestLine) {
        if self.0.status.is_server_error() && self.0.cause.is_some() {
            self.log(format_args!("{request}: {}", self.0.status.as_u16()));
        }
    }

    /// Logs this error as the reason why `failed` failed.
    pub(crate) fn log(&self, failed: fmt::Arguments<'_>) {
        let of_cause = self.0.cause.as_ref().and_then(Cause::backtrace);
        let backtrace = of_cause.or(self.0.backtrace.as_deref());
        log::failure(failed, self.location(), &self.reason(), backtrace);
    }
}

/// Returns an error with its sources, each once: many errors repeat their source in their own message.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for error in sources(error) {
        let message = error.to_string();
        if text.is_empty() {
            text = message;
        } else if !text.ends_with(&message) {
            text.push_str("; caused by: ");
            text.push_str(&message);
        }
    }
    text
}

/// Returns an error and its sources, up to a limit that no real chain reaches: an error may be its own source.
pub(super) fn sources<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source()).take(100)
}

#[cfg(test)]
mod tests {
    use std::{error, fmt};

    use super::chain;

    #[derive(Debug)]
    struct Failure(&'static str, Option<Box<Self>>);

    impl fmt::Display for Failure {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl error::Error for Failure {
        fn source(&self) -> Option<&(dyn error::Error + 'static)> {
            self.1.as_deref().map(|source| source as _)
        }
    }

    #[test]
    fn source_that_its_error_repeats_is_named_once() {
        let failure = |outer| Failure(outer, Some(Box::new(Failure("no table", None))));
        assert_eq!(chain(&failure("no post: no table")), "no post: no table");
        assert_eq!(chain(&failure("no post")), "no post; caused by: no table");
        assert_eq!(chain(&Failure("no table", None)), "no table");
    }
}
