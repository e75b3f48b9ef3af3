//! Lambda's init phase: the set-up of a route, and what is told when it fails.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use lambda_runtime::Diagnostic;
use tower::BoxError;

use super::runtime_api::RuntimeApi;
use crate::error::ApiError;
use crate::panics;
use crate::route::Route;

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

/// Makes the route. A failure is in the log when this returns.
pub(super) async fn set_up(
    setup: impl AsyncFnOnce() -> Result<Route, ApiError>,
) -> Result<Route, InitFailure> {
    panics::set_in_set_up(true);
    let route = AssertUnwindSafe(async { setup().await }).catch_unwind().await;
    panics::set_in_set_up(false);
    match route {
        Ok(Ok(route)) => Ok(route),
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
