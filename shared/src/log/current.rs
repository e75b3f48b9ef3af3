//! The invocation that a line is written in.

use std::sync::Arc;

use lambda_runtime::Context;

tokio::task_local! {
    static INVOCATION: Arc<Context>;
}

/// Runs a future as a part of an invocation. Nothing is allocated for it.
pub(crate) fn within<F: Future>(context: Arc<Context>, future: F) -> impl Future<Output = F::Output> {
    #[cfg(feature = "tracing")]
    let future = {
        let span = tracing::info_span!("invocation", requestId = context.request_id);
        tracing::Instrument::instrument(future, span)
    };
    INVOCATION.scope(context, future)
}

/// The invocation that this runs in.
pub(crate) fn current() -> Option<Arc<Context>> {
    INVOCATION.try_with(Arc::clone).ok()
}

/// The way back into an invocation, for what another task polls.
pub(crate) struct Scope {
    context: Option<Arc<Context>>,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Scope {
    /// Of where this is called.
    pub(crate) fn current() -> Self {
        Self {
            context: current(),
            #[cfg(feature = "tracing")]
            span: tracing::Span::current(),
        }
    }

    pub(crate) fn enter<T>(&self, run: impl FnOnce() -> T) -> T {
        #[cfg(feature = "tracing")]
        let _entered = self.span.enter();
        match &self.context {
            Some(context) => INVOCATION.sync_scope(Arc::clone(context), run),
            None => run(),
        }
    }
}
