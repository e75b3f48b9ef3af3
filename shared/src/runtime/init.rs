//! Lambda's init phase: the state of a route, and the report when it cannot be made.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use lambda_runtime::Diagnostic;

use super::runtime_api::RuntimeApi;
use crate::body::BoxError;
use crate::error::ApiError;
use crate::panics;

/// Why a function cannot start.
pub(super) struct InitFailure {
    error_type: &'static str,
    message: String,
}

impl InitFailure {
    /// Posts it to `/init/error`, where Lambda takes the reason from.
    pub(super) async fn post(self) -> Result<(), BoxError> {
        let diagnostic = Diagnostic { error_type: self.error_type.to_owned(), error_message: self.message };
        RuntimeApi::from_env(1).init_error(&diagnostic).await
    }
}

/// Runs `connect`. A failure is in the log when this returns.
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
