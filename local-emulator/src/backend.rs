//! The functions behind a front door or an authorizer.

use std::sync::Arc;

use bytes::Bytes;

use crate::invocation::{Invocation, Outcome};

/// Functions that can be invoked.
pub trait Backend: Send + Sync + 'static {
    /// A function of a route.
    type Function: Send + Sync + 'static;

    /// A version of a function, which takes its invocations until a newer version does.
    type Version: Send;

    /// Returns the name of `function` in the log, if it has one.
    fn name(&self, _function: &Self::Function) -> Option<Arc<str>> {
        None
    }

    /// Returns a number that changes with the code and the settings of `function`. Cached answers of another generation are
    /// not used.
    fn generation(&self, _function: &Self::Function) -> u64 {
        0
    }

    /// Waits until `function` can take invocations. This time does not count towards the integration time-out: on AWS no
    /// function is still being compiled.
    fn ready(
        &self,
        function: &Self::Function,
    ) -> impl Future<Output = Result<Self::Version, NotReady>> + Send;

    /// Gives `invocation` to `version`, or to the version after it, and waits for its end.
    ///
    /// The front door drops this future when the integration times out or the client hangs up. As on AWS, the invocation
    /// continues: an implementation must not end the sandbox with the future.
    ///
    /// If a new version of the function is requested meanwhile, its build may fail, which is the error.
    fn invoke(
        &self,
        function: &Self::Function,
        version: Self::Version,
        invocation: Invocation,
    ) -> impl Future<Output = Result<Outcome, NotReady>> + Send;
}

/// The reason why a function cannot take invocations, in words for its developer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the function takes no invocations: {}", String::from_utf8_lossy(.0))]
pub struct NotReady(
    /// The messages of the compiler, which become the body of a 502.
    pub Bytes,
);
