//! Runs the hook of a route before its process ends.

#[cfg(unix)]
mod sigterm;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tower::BoxError;

use crate::error::ApiError;
use crate::handler::{Stateful, Stateless};

/// A future that answers invocations until there are no more.
pub(crate) type Serving = BoxFuture<'static, Result<(), BoxError>>;

/// The hook of a route that needs the state `S`, which runs before its process ends.
///
/// The route uses only virtual functions of this trait, so that a function without a hook links no code for one.
pub(crate) trait OnShutdown<S>: Send + Sync {
    /// Binds the hook to its state.
    fn with_state(&self, state: &S) -> Arc<dyn OnShutdown<()>>;

    /// Answers invocations until SIGTERM, then runs the hook.
    fn serve(&self, state: &S, serving: Serving) -> Serving;
}

/// The hook that a route was given.
struct Hook<F>(Arc<F>);

/// A hook that has its state.
struct BoundHook<F, S> {
    hook: Arc<F>,
    state: S,
}

/// A function that runs before the process of a route ends: `async fn()`, or `async fn(S)` with the state of the route.
/// It returns nothing, or a `Result` whose error is logged. See [`Route::on_shutdown`](crate::Route::on_shutdown).
///
/// The compiler infers `M`. The trait is sealed.
#[diagnostic::on_unimplemented(
    message = "this is not a hook of a route with the state `{S}`",
    label = "expected `async fn()`, or `async fn({S})`",
    note = "a hook returns `()` or a `Result<(), E>`, and its future is `Send`"
)]
pub trait ShutdownHook<M, S> {
    #[doc(hidden)]
    fn erase(self) -> ErasedHook<S>;
}

/// A hook whose function has no type of its own.
#[expect(missing_debug_implementations, reason = "no value of it is public")]
pub struct ErasedHook<S>(Arc<dyn OnShutdown<S>>);

impl<S> ErasedHook<S> {
    pub(crate) fn into_hook(self) -> Arc<dyn OnShutdown<S>> {
        self.0
    }
}

impl<F, Done, S> ShutdownHook<Stateless, S> for F
where
    F: Fn() -> Done + Send + Sync + 'static,
    Done: Future<Output: Outcome> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn erase(self) -> ErasedHook<S> {
        ErasedHook(Arc::new(Hook(Arc::new(move |_: S| self()))))
    }
}

impl<F, Done, S> ShutdownHook<Stateful, S> for F
where
    F: Fn(S) -> Done + Send + Sync + 'static,
    Done: Future<Output: Outcome> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn erase(self) -> ErasedHook<S> {
        ErasedHook(Arc::new(Hook(Arc::new(self))))
    }
}

/// The result of a hook.
pub trait Outcome {
    #[doc(hidden)]
    fn log(self);
}

impl Outcome for () {
    fn log(self) {}
}

impl<E: Into<ApiError>> Outcome for Result<(), E> {
    fn log(self) {
        if let Err(error) = self {
            error.into().log(format_args!("`on_shutdown` failed"));
        }
    }
}

impl<F, Done, S> OnShutdown<S> for Hook<F>
where
    F: Fn(S) -> Done + Send + Sync + 'static,
    Done: Future<Output: Outcome> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn with_state(&self, state: &S) -> Arc<dyn OnShutdown<()>> {
        Arc::new(BoundHook { hook: Arc::clone(&self.0), state: state.clone() })
    }

    fn serve(&self, state: &S, serving: Serving) -> Serving {
        let (hook, state) = (Arc::clone(&self.0), state.clone());
        serve(Box::pin(async move { hook(state).await.log() }), serving)
    }
}

impl<F, Done, S> OnShutdown<()> for BoundHook<F, S>
where
    F: Fn(S) -> Done + Send + Sync + 'static,
    Done: Future<Output: Outcome> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn with_state(&self, (): &()) -> Arc<dyn OnShutdown<()>> {
        Hook(Arc::clone(&self.hook)).with_state(&self.state)
    }

    fn serve(&self, (): &(), serving: Serving) -> Serving {
        Hook(Arc::clone(&self.hook)).serve(&self.state, serving)
    }
}

#[cfg(unix)]
fn serve(hook: BoxFuture<'static, ()>, serving: Serving) -> Serving {
    Box::pin(sigterm::serve(hook, serving))
}

/// Answers invocations. Lambda runs on Linux; on other systems the hook never runs.
#[cfg(not(unix))]
fn serve(_: BoxFuture<'static, ()>, serving: Serving) -> Serving {
    serving
}
