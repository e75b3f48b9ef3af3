//! The invocation that a line is written in.

use std::sync::Arc;

use lambda_runtime::Context;

tokio::task_local! {
    static INVOCATION: Arc<Context>;
}

/// Runs a future as a part of an invocation. Nothing is allocated for it.
pub(crate) fn within<F: Future>(context: Arc<Context>, future: F) -> impl Future<Output = F::Output> {
    INVOCATION.scope(context, future)
}

/// Runs what is no future as a part of an invocation.
pub(crate) fn poll_within<T>(context: Arc<Context>, poll: impl FnOnce() -> T) -> T {
    INVOCATION.sync_scope(context, poll)
}

/// The invocation that this runs in.
pub(crate) fn current() -> Option<Arc<Context>> {
    INVOCATION.try_with(Arc::clone).ok()
}
