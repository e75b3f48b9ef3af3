//! Runs a route: `lambda_runtime` runs the loop, and this folder posts the answers.

mod concurrency;
mod init;
mod posting;

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use lambda_runtime::{Runtime, service_fn};
use tower::layer::layer_fn;

use crate::error::{ApiError, BoxError, chain};
use crate::log;
use crate::panics;
use crate::response::Result;
use crate::route::Route;
use crate::runtime_api::RuntimeApi;
use crate::shutdown::Serving;
use posting::PostingService;

/// The variable with the address of the Runtime API, which Lambda and the emulator set.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// The program does not run on Lambda.
#[derive(Debug, thiserror::Error)]
#[error(
    "this is an AWS Lambda function, and `{RUNTIME_API}` is not set: start it with `cargo api-routes` \
     (`cargo emulator` in a clone of its repository), which serves every route on localhost"
)]
struct NotLambda;

impl<S> Route<S> {
    /// Makes the state in the init phase of Lambda, then answers invocations. This is all that the `main` of a function
    /// with state needs.
    ///
    /// `connect` runs once, before the first request. If it fails, its error is logged with the line of its `?`, and
    /// posted to Lambda as the reason why the function cannot start.
    ///
    /// A panic hook logs panics of `connect` and of requests, each in one line, and then calls the hook that the
    /// program had installed before.
    ///
    /// ```no_run
    /// use std::process::ExitCode;
    ///
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route, get};
    ///
    /// #[derive(Clone)]
    /// struct Database;
    ///
    /// async fn connect() -> Result<Database> {
    ///     let _address = std::env::var("DATABASE_URL")?;
    ///     Ok(Database)
    /// }
    ///
    /// async fn list(_req: ApiRequest, res: ApiResponse, _database: Database) -> Result {
    ///     res.json(["a note"])
    /// }
    ///
    /// fn route() -> Route<Database> {
    ///     Route::new("/api/notes", get(list))
    /// }
    ///
    /// fn main() -> ExitCode {
    ///     route().run_with(connect)
    /// }
    /// ```
    pub fn run_with(self, connect: impl AsyncFnOnce() -> Result<S>) -> ExitCode {
        block_on(connect_and_serve(self, connect))
    }
}

impl Route {
    /// Answers the invocations of Lambda until Lambda ends the process. This is all that the `main` of a function
    /// needs.
    ///
    /// ```no_run
    /// use std::process::ExitCode;
    ///
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("hello")
    /// }
    ///
    /// fn main() -> ExitCode {
    ///     Route::new("/api/hello", handler).run()
    /// }
    /// ```
    pub fn run(self) -> ExitCode {
        // Not a call of `run_with`, so that a function without a state links no code for one.
        block_on(async { exit_code(serve(self).await) })
    }

    /// Answers invocations as [`run`](Self::run) does, in a program that has its own tokio runtime.
    ///
    /// ```no_run
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("hello")
    /// }
    ///
    /// #[tokio::main(flavor = "current_thread")]
    /// async fn main() -> std::result::Result<(), api_routes::BoxError> {
    ///     Route::new("/api/hello", handler).serve().await
    /// }
    /// ```
    ///
    /// # Errors
    /// If the program does not run on Lambda or in the emulator, or if the Runtime API closes the connection.
    pub async fn serve(self) -> Result<(), BoxError> {
        serve(self).await
    }
}

fn block_on(main: impl Future<Output = ExitCode>) -> ExitCode {
    panics::install_hook();
    match concurrency::tokio_builder().enable_all().build() {
        Ok(runtime) => runtime.block_on(main),
        Err(error) => failed(&error),
    }
}

async fn connect_and_serve<S>(
    route: Route<S>,
    connect: impl AsyncFnOnce() -> Result<S, ApiError>,
) -> ExitCode {
    if env::var_os(RUNTIME_API).is_none() {
        return failed(&NotLambda);
    }
    // Cloning the state and making a layer may panic too, and belong to the setup.
    let assembled = async || Ok(route.with_state(connect().await?).assembled());
    let route = match init::connected(assembled).await {
        Ok(route) => route,
        Err(failure) => {
            // If the report cannot be posted, the log still has the reason.
            let _ = failure.post().await;
            return ExitCode::FAILURE;
        }
    };
    exit_code(serve(route).await)
}

fn exit_code(served: Result<(), BoxError>) -> ExitCode {
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&*error),
    }
}

fn failed(error: &(dyn Error + 'static)) -> ExitCode {
    log::error!("{}", chain(error));
    ExitCode::FAILURE
}

/// Answers invocations until the Runtime API closes the connection.
async fn serve(route: Route) -> Result<(), BoxError> {
    if env::var_os(RUNTIME_API).is_none() {
        return Err(NotLambda.into());
    }
    panics::install_hook();
    let api = RuntimeApi::from_env(concurrency::limit());
    let mut route = route.assembled();
    let shutdown = route.take_shutdown();
    // `Runtime::new` requires a handler; the layer replaces it, and gets the bytes of each event.
    let unused = service_fn(async |_: lambda_runtime::LambdaEvent<()>| Ok::<(), BoxError>(()));
    let route = Arc::new(route);
    let posting = layer_fn(move |_| PostingService::new(Arc::clone(&route), api.clone()));
    let serving: Serving = Box::pin(concurrency::run(Runtime::new(unused).layer(posting)));
    match shutdown {
        Some(shutdown) => shutdown.serve(&(), serving),
        None => serving,
    }
    .await
}
