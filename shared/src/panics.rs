//! Panics that are caught.

use std::any::Any;

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
