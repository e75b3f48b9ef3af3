//! Running a route: `lambda_runtime` has the loop, the answers are posted here.

mod concurrency;
mod init;
mod late;
mod posting;
mod runtime_api;
mod stream;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use lambda_runtime::{Runtime, service_fn};
use tower::{BoxError, layer::layer_fn};

use crate::error::{ApiError, chain};
use crate::log;
use crate::panics;
use crate::route::Route;
pub(crate) use late::LateWork;
use posting::PostingService;
use runtime_api::RuntimeApi;
pub(crate) use stream::{PostStream, post_stream};

/// Where Lambda, or its emulator, gives out events.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// This program was started by hand.
#[derive(Debug, thiserror::Error)]
#[error(
    "this is an AWS Lambda function, and `{RUNTIME_API}` is not set: start it with `cargo api-routes` \
     (`cargo emulator` in a clone of its repository), which serves every route on localhost"
)]
struct NotLambda;

/// Runs a route that is there.
pub(crate) fn run(route: Route) -> ExitCode {
    start(async || Ok(route))
}

/// Runs the route that `setup` makes, the whole `main` of a function with asynchronous set-up.
///
/// `setup` runs once, in Lambda's init phase: connect here, and let the handler capture the connection.
/// Its error is posted to Lambda as the reason why the function cannot start, and logged with the line of its `?`.
///
/// Panics of `setup` and of requests are logged by a panic hook, in one line. A hook that the program had installed before
/// is called after it.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn connect() -> std::io::Result<String> {
///     Ok("a connection".to_owned())
/// }
///
/// async fn handler(_req: ApiRequest, res: ApiResponse, db: String) -> Result {
///     res.send(db)
/// }
///
/// fn main() -> ExitCode {
///     api_routes::start(async || {
///         let db = connect().await?;
///         Ok(Route::new("/api/notes", move |req, res| handler(req, res, db.clone())))
///     })
/// }
/// ```
pub fn start(setup: impl AsyncFnOnce() -> Result<Route, ApiError>) -> ExitCode {
    panics::install_hook();
    match concurrency::tokio_builder().enable_all().build() {
        Ok(runtime) => runtime.block_on(set_up_and_serve(setup)),
        Err(error) => failed(&error),
    }
}

async fn set_up_and_serve(setup: impl AsyncFnOnce() -> Result<Route, ApiError>) -> ExitCode {
    if env::var_os(RUNTIME_API).is_none() {
        return failed(&NotLambda);
    }
    match init::set_up(setup).await {
        Ok(route) => match serve(route).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&*error),
        },
        Err(failure) => {
            // If it cannot be posted, the reason is in the log all the same.
            let _ = failure.post().await;
            ExitCode::FAILURE
        }
    }
}

fn failed(error: &(dyn Error + 'static)) -> ExitCode {
    log::error!("{}", chain(error));
    ExitCode::FAILURE
}

/// Answers invocations until the Runtime API is gone.
pub(crate) async fn serve(route: Route) -> Result<(), BoxError> {
    if env::var_os(RUNTIME_API).is_none() {
        return Err(NotLambda.into());
    }
    panics::install_hook();
    let api = RuntimeApi::from_env(concurrency::limit());
    // `Runtime::new` wants a handler of its own kind; the layer takes its place, event bytes in hand.
    let unused = service_fn(async |_: lambda_runtime::LambdaEvent<()>| Ok::<(), BoxError>(()));
    let posting = layer_fn(move |_| PostingService::new(route.clone(), api.clone()));
    concurrency::run(Runtime::new(unused).layer(posting)).await
}
