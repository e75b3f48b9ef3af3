//! Logs each panic once, with its place and its request.
//!
//! A panic hook writes the record, since it knows the place, whatever code catches the panic. Without the hook, as in a
//! test or under axum, the code that catches the panic writes the record, and the hook of the program prints the place.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::fmt;
use std::panic::{PanicHookInfo, set_hook, take_hook};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::ApiError;
use crate::log;

/// Whether the setup of the function runs.
static IN_SET_UP: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether the hook has logged the last panic of this thread.
    static LOGGED: Cell<bool> = const { Cell::new(false) };
}

/// A panic of the handler that no layer must catch, so that it fails the invocation.
pub(crate) struct FailsInvocation(pub(crate) String);

/// Returns the message of a panic.
pub(crate) fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<FailsInvocation>().map(|FailsInvocation(message)| message.as_str()))
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Installs the panic hook, once for the process.
pub(crate) fn install_hook() {
    static IS_INSTALLED: AtomicBool = AtomicBool::new(false);
    if IS_INSTALLED.swap(true, Ordering::Relaxed) {
        return;
    }
    let previous = take_hook();
    // `take_hook` has put the default hook back. Should two default hooks ever differ, a panic is printed twice.
    let is_default = ptr::eq(&raw const *previous, &raw const *take_hook());
    set_hook(Box::new(move |panic| {
        let is_logged = log_panic(panic);
        LOGGED.set(is_logged);
        // A hook of the program, such as the hook of an error tracker, sees all panics.
        if !is_logged || !is_default {
            previous(panic);
        }
    }));
}

/// Records whether the setup of the function runs, for the hook.
pub(crate) fn set_in_set_up(in_set_up: bool) {
    IN_SET_UP.store(in_set_up, Ordering::Relaxed);
}

/// Logs a panic of an invocation, or of the setup. Returns `false` for any other panic, which the earlier hook handles.
fn log_panic(panic: &PanicHookInfo<'_>) -> bool {
    match log::current() {
        Some(current) => match current.request() {
            Some(request) => log_with_place(format_args!("{request}: panicked"), panic),
            None => log_with_place(format_args!("panicked"), panic),
        },
        None if IN_SET_UP.load(Ordering::Relaxed) => {
            log_with_place(format_args!("the set-up panicked"), panic);
        }
        None => return false,
    }
    true
}

fn log_with_place(panicked: fmt::Arguments<'_>, panic: &PanicHookInfo<'_>) {
    log::failure(panicked, panic.location(), message(panic.payload()), Some(&Backtrace::capture()));
}

/// Logs a panic that was caught, unless the hook has logged it.
pub(crate) fn log_caught(panicked: &str, panic: &(dyn Any + Send)) {
    if !LOGGED.take() {
        log::error!("{panicked} panicked: {}", message(panic));
    }
}

/// Makes a hidden 500 for a panic that was caught.
pub(crate) fn to_error(panicked: &str, panic: &(dyn Any + Send)) -> ApiError {
    if LOGGED.take() {
        return ApiError::hidden_and_logged();
    }
    ApiError::hidden_without_place(format!("{panicked} panicked: {}", message(panic)))
}
