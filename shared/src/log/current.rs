//! The invocation to which a log line belongs.

use std::sync::{Arc, OnceLock};

use crate::context::Context;
use crate::request_line::RequestLine;

tokio::task_local! {
    static INVOCATION: Arc<Current>;
}

/// An invocation, as the log names it.
#[derive(Debug)]
pub(crate) struct Current {
    pub(crate) context: Context,
    /// The request; empty until the event is read.
    request: OnceLock<RequestLine>,
}

impl Current {
    pub(crate) fn new(context: Context) -> Arc<Self> {
        Arc::new(Self { context, request: OnceLock::new() })
    }

    pub(crate) fn request(&self) -> Option<&RequestLine> {
        self.request.get()
    }

    /// Sets the request that later log lines name.
    pub(crate) fn set_request(&self, request: RequestLine) {
        // An invocation has one request, so the first value stays.
        let _ = self.request.set(request);
    }
}

/// Runs a future as part of an invocation, without an allocation.
pub(crate) fn within<F: Future>(current: Arc<Current>, future: F) -> impl Future<Output = F::Output> {
    #[cfg(feature = "tracing")]
    let future = {
        let span = tracing::info_span!("invocation", requestId = current.context.request_id());
        tracing::Instrument::instrument(future, span)
    };
    INVOCATION.scope(current, future)
}

/// Returns the current invocation.
pub(crate) fn current() -> Option<Arc<Current>> {
    INVOCATION.try_with(Arc::clone).ok()
}

/// A way to enter an invocation again, for a future that another task polls.
pub(crate) struct Scope {
    current: Option<Arc<Current>>,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Scope {
    /// Returns the scope of the current invocation.
    pub(crate) fn current() -> Self {
        Self {
            current: current(),
            #[cfg(feature = "tracing")]
            span: tracing::Span::current(),
        }
    }

    pub(crate) fn enter<T>(&self, run: impl FnOnce() -> T) -> T {
        #[cfg(feature = "tracing")]
        let _entered = self.span.enter();
        match &self.current {
            Some(current) => INVOCATION.sync_scope(Arc::clone(current), run),
            None => run(),
        }
    }
}
