//! Work before the end of the process, for functions that ask for it.

#[cfg(unix)]
mod sigterm;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tower::BoxError;

/// Answers invocations, until there are no more.
pub(crate) type Serving = BoxFuture<'static, Result<(), BoxError>>;

/// The hook of a route that needs the state `S`, which runs before its process ends.
///
/// It is known by its virtual functions alone, so that a function without a hook links nothing of it.
pub(crate) trait OnShutdown<S>: Send + Sync {
    /// Gives the hook its state.
    fn with_state(&self, state: &S) -> Arc<dyn OnShutdown<()>>;

    /// Answers invocations until SIGTERM, then runs the hook.
    fn serve(&self, state: &S, serving: Serving) -> Serving;
}

/// A hook as the route was given it.
pub(crate) struct Hook<F>(pub(crate) Arc<F>);

/// A hook that has its state.
struct BoundHook<F, S> {
    hook: Arc<F>,
    state: S,
}

impl<F, Done, S> OnShutdown<S> for Hook<F>
where
    F: Fn(S) -> Done + Send + Sync + 'static,
    Done: Future<Output = ()> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn with_state(&self, state: &S) -> Arc<dyn OnShutdown<()>> {
        Arc::new(BoundHook { hook: Arc::clone(&self.0), state: state.clone() })
    }

    fn serve(&self, state: &S, serving: Serving) -> Serving {
        let (hook, state) = (Arc::clone(&self.0), state.clone());
        serve(Box::pin(async move { hook(state).await }), serving)
    }
}

impl<F, Done, S> OnShutdown<()> for BoundHook<F, S>
where
    F: Fn(S) -> Done + Send + Sync + 'static,
    Done: Future<Output = ()> + Send + 'static,
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

/// Lambda is Linux. Elsewhere a function answers invocations, and its hook never runs.
#[cfg(not(unix))]
fn serve(_: BoxFuture<'static, ()>, serving: Serving) -> Serving {
    serving
}
