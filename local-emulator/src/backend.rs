//! The functions behind a front door, or behind an authorizer.

use std::sync::Arc;

use bytes::Bytes;

use crate::invocation::{Invocation, Outcome};

/// Functions that can be invoked.
pub trait Backend: Send + Sync + 'static {
    /// What a route leads to.
    type Function: Send + Sync + 'static;

    /// What takes a function's invocations until another version of it does.
    type Version: Send;

    /// Returns the name of `function` in the log, if it has one.
    fn name(&self, _function: &Self::Function) -> Option<Arc<str>> {
        None
    }

    /// Returns a number that changes with the code and the settings of `function`. Answers that were kept of another
    /// generation are of no use.
    fn generation(&self, _function: &Self::Function) -> u64 {
        0
    }

    /// Waits until `function` can take invocations. However long that takes, it does not count
    /// towards the integration time-out: AWS never sees a function that is still being compiled.
    fn ready(
        &self,
        function: &Self::Function,
    ) -> impl Future<Output = Result<Self::Version, NotReady>> + Send;

    /// Gives `invocation` to `version`, or to whichever comes after that, and waits for its end.
    ///
    /// The front door drops this future when the integration times out or the client hangs up,
    /// and as on AWS the invocation goes on all the same: an implementation must not tie the
    /// sandbox's life to the future's.
    ///
    /// A function that a new version is wanted of in the meantime may turn out not to build.
    fn invoke(
        &self,
        function: &Self::Function,
        version: Self::Version,
        invocation: Invocation,
    ) -> impl Future<Output = Result<Outcome, NotReady>> + Send;
}

/// Why a function cannot take invocations, in words for its developer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the function takes no invocations: {}", String::from_utf8_lossy(.0))]
pub struct NotReady(
    /// The compiler's words, as they become the body of a 502.
    pub Bytes,
);
