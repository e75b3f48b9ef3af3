//! The log line of an error.

use std::fmt;

use super::chain::chain;
use super::{ApiError, Cause, HIDDEN};
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
