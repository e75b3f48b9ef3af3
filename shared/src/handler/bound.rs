//! Handlers without the type of their function, and the forms that handlers have.

use std::sync::Arc;

use futures_core::future::BoxFuture;

use crate::request::ApiRequest;
use crate::response::{ApiResponse, Result};

/// A handler that has its state, and takes requests.
pub(crate) type Bound = Arc<dyn Fn(ApiRequest, ApiResponse) -> BoxFuture<'static, Result> + Send + Sync>;

/// A handler that does not have its state yet. The route binds the state once, so that a request does not pay for it.
#[expect(missing_debug_implementations, reason = "no value of it is public")]
pub struct ErasedHandler<S>(Arc<dyn Fn(&S) -> Bound + Send + Sync>);

impl<S> ErasedHandler<S> {
    pub(crate) fn new(bind: impl Fn(&S) -> Bound + Send + Sync + 'static) -> Self {
        Self(Arc::new(bind))
    }

    pub(crate) fn bind(&self, state: &S) -> Bound {
        (self.0)(state)
    }
}

// Not derived: a derived `Clone` would require a state that is `Clone`.
impl<S> Clone for ErasedHandler<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The form of a handler: a function without state.
#[derive(Debug)]
pub enum Stateless {}

/// The form of a handler: a function with state.
#[derive(Debug)]
pub enum Stateful {}

/// The form of a handler: [`Methods`](crate::Methods), or a [`BoxHandler`].
#[derive(Debug)]
pub enum Boxed {}
