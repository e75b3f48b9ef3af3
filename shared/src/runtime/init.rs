//! The init phase of Lambda: makes the state of a route, and reports a failure.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use crate::error::ApiError;
use crate::panics;
use crate::runtime_api::{Posting, RuntimeApi};

/// The reason why a function cannot start.
pub(super) struct InitFailure {
    error_type: &'static str,
    message: String,
}

impl InitFailure {
    /// Posts the reason to `/init/error`.
    pub(super) fn post(self) -> Posting<'static> {
        RuntimeApi::from_env(1).init_error(self.error_type, self.message)
    }
}

/// Runs `connect`. A failure is logged before this returns.
pub(super) async fn connected<S>(
    connect: impl AsyncFnOnce() -> Result<S, ApiError>,
) -> Result<S, InitFailure> {
    panics::set_in_set_up(true);
    let state = AssertUnwindSafe(async { connect().await }).catch_unwind().await;
    panics::set_in_set_up(false);
    match state {
        Ok(Ok(state)) => Ok(state),
        Ok(Err(error)) => {
            error.log(format_args!("the function could not start"));
            Err(InitFailure { error_type: "Runtime.InitError", message: error.reason() })
        }
        Err(panic) => {
            panics::log_caught("the set-up", &*panic);
            let message = panics::message(&*panic).to_owned();
            Err(InitFailure { error_type: "Runtime.InitPanic", message })
        }
    }
}
