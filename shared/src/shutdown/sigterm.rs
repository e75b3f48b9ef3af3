//! Waits for SIGTERM, and registers for it.
//!
//! Lambda sends SIGTERM only to functions with an extension, so the function registers one that wants no events:
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>.
//! `lambda_runtime` has a feature for this, but it links another client and an HTTP server, and panics if the extension
//! cannot be registered.

use std::io;
use std::os::unix::net::UnixStream as StdStream;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, select};
use signal_hook::consts::SIGTERM;
use signal_hook::low_level::pipe;
use tokio::net::UnixStream;
use tokio::time::sleep;
use tower::BoxError;

use crate::log;
use crate::panics;
use crate::runtime_api::RuntimeApi;

/// The time that a function with an internal extension has, whatever other extensions it has:
/// <https://github.com/aws-samples/graceful-shutdown-with-aws-lambda>.
const LIMIT: Duration = Duration::from_millis(500);

/// The time after which a hook that still runs is logged, while there is time for a line.
const ALMOST: Duration = Duration::from_millis(400);

/// Answers invocations until SIGTERM, then runs the hook.
pub(super) async fn serve(
    hook: BoxFuture<'static, ()>,
    serving: BoxFuture<'static, Result<(), BoxError>>,
) -> Result<(), BoxError> {
    // This comes first: until then, the signal ends the process.
    let signal = match Sigterm::listen() {
        Ok(signal) => signal,
        Err(error) => {
            log::error!("cannot listen for SIGTERM: {error}. `on_shutdown` will not run");
            return serving.await;
        }
    };
    register().await;
    match select(serving, pin!(signal.received())).await {
        Either::Left((ended, _)) => ended,
        Either::Right((received, serving)) => {
            // An invocation that Lambda has given up may hold a lock that the hook waits for.
            drop(serving);
            received?;
            run(hook).await;
            Ok(())
        }
    }
}

/// Registers the extension. This must happen before the runtime asks for its first event, which ends the init phase.
async fn register() {
    let api = RuntimeApi::from_env(1);
    let identifier = match api.register_extension().await {
        Ok(identifier) => identifier,
        Err(error) => {
            log::error!("cannot register an extension: {error}. `on_shutdown` will not run on Lambda");
            return;
        }
    };
    // Lambda waits for this call of each extension. The answer would be the first event, which never comes.
    tokio::spawn(async move { drop(api.next_for_extension(identifier).await) });
}

async fn run(hook: BoxFuture<'static, ()>) {
    let mut hook = pin!(AssertUnwindSafe(hook).catch_unwind());
    let done = match select(hook.as_mut(), pin!(sleep(ALMOST))).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => {
            let (almost, limit) = (ALMOST.as_millis(), LIMIT.as_millis());
            log::warn!("`on_shutdown` has run for {almost} ms. Lambda kills the function after {limit} ms");
            hook.await
        }
    };
    if let Err(panic) = done {
        panics::log_caught("`on_shutdown`", &*panic);
    }
}

/// The other end of a pipe that the signal handler writes to. The signals of tokio are not used: once they are compiled
/// in, each tokio runtime starts them.
struct Sigterm(UnixStream);

impl Sigterm {
    fn listen() -> io::Result<Self> {
        let (reader, writer) = StdStream::pair()?;
        pipe::register(SIGTERM, writer)?;
        reader.set_nonblocking(true)?;
        UnixStream::from_std(reader).map(Self)
    }

    async fn received(&self) -> io::Result<()> {
        loop {
            self.0.readable().await?;
            match self.0.try_read(&mut [0]) {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}
