//! Panics that are caught.

use std::any::Any;

use crate::error::ApiError;
use crate::log;

/// A panic of the handler that no layer's safety net is to catch.
pub(crate) struct FailsInvocation(pub(crate) String);

/// The message of a panic.
pub(crate) fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<FailsInvocation>().map(|FailsInvocation(message)| message.as_str()))
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Logs a panic that was caught.
pub(crate) fn log_caught(panicked: &str, panic: &(dyn Any + Send)) {
    log::error!("{panicked} panicked: {}", message(panic));
}

/// A hidden 500 for a panic that was caught.
pub(crate) fn to_error(panicked: &str, panic: &(dyn Any + Send)) -> ApiError {
    ApiError::hidden_without_place(format!("{panicked} panicked: {}", message(panic)))
}
