//! Functions around a handler: `handler.wrap(signed_in)`.

use std::fmt;
use std::sync::Arc;

use super::bound::{Bound, Stateful, Stateless};
use crate::request::ApiRequest;
use crate::response::{ApiResponse, Result};

/// A function around a handler: `async fn(ApiRequest, ApiResponse, Wrapped) -> Result`, or the same with the
/// state of the route as a fourth argument. See [`Handler::wrap`](super::Handler::wrap).
///
/// The compiler infers `M`. The trait is sealed, as [`Handler`](super::Handler) is.
///
/// A closure passes a setting to a wrapper. For example, for `async fn with_role(role: &'static str, req: ApiRequest,
/// res: ApiResponse, inner: Wrapped) -> Result`, write `handler.wrap(|req, res, inner| with_role("admin", req, res,
/// inner))`. A closure that owns a `String` clones it for each call. A function that returns a wrapped handler returns
/// a [`BoxHandler`](super::BoxHandler).
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, Handler, Result, Route, Wrapped};
///
/// async fn private(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
///     inner.run(req, res.header("cache-control", "private")).await
/// }
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.send("for you")
/// }
///
/// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler.wrap(private)));
/// assert_eq!(answer.header("cache-control"), Some("private"));
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not a wrapper of a handler",
    label = "expected `async fn(ApiRequest, ApiResponse, Wrapped) -> Result`, or the same with state as a fourth \
             argument",
    note = "a wrapper takes `(req: ApiRequest, res: ApiResponse, inner: Wrapped)`, or `(req, res, inner, state)`, \
            and returns `api_routes::Result`",
    note = "its error is `ApiError`: use `?` inside",
    note = "its future must be `Send`: no `Rc`, and no `std::sync::MutexGuard`, across an `.await`",
    note = "the state is that of the route; it is taken by value, and is `Clone + Send + Sync + 'static`: put it in an \
            `Arc`"
)]
pub trait Wrapper<M, S = ()> {
    #[doc(hidden)]
    fn erase(self) -> ErasedWrapper<S>;
}

/// A wrapper that does not have its handler and its state yet.
#[expect(missing_debug_implementations, reason = "no value of it is public")]
pub struct ErasedWrapper<S>(Box<BindWrapper<S>>);

type BindWrapper<S> = dyn Fn(Bound, &S) -> Bound + Send + Sync;

impl<S> ErasedWrapper<S> {
    pub(super) fn bind(&self, handler: Bound, state: &S) -> Bound {
        (self.0)(handler, state)
    }
}

impl<F, Answer, S> Wrapper<Stateless, S> for F
where
    F: Fn(ApiRequest, ApiResponse, Wrapped) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result> + Send + 'static,
{
    fn erase(self) -> ErasedWrapper<S> {
        let wrapper = Arc::new(self);
        ErasedWrapper(Box::new(move |handler, _| {
            let wrapper = Arc::clone(&wrapper);
            Arc::new(move |req, res| Box::pin(wrapper(req, res, Wrapped(Arc::clone(&handler)))))
        }))
    }
}

impl<F, Answer, S> Wrapper<Stateful, S> for F
where
    F: Fn(ApiRequest, ApiResponse, Wrapped, S) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn erase(self) -> ErasedWrapper<S> {
        let wrapper = Arc::new(self);
        ErasedWrapper(Box::new(move |handler, state| {
            let (wrapper, state) = (Arc::clone(&wrapper), state.clone());
            Arc::new(move |req, res| {
                Box::pin(wrapper(req, res, Wrapped(Arc::clone(&handler)), state.clone()))
            })
        }))
    }
}

/// The handler within a wrapper, or the next wrapper. See [`Handler::wrap`](super::Handler::wrap).
#[must_use = "run the handler with `inner.run(req, res).await`, or answer without it"]
pub struct Wrapped(Bound);

impl Wrapped {
    /// Runs the handler with this request and this unfinished response.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Handler, Result, Route, Wrapped};
    ///
    /// async fn kind(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
    ///     // The handler's result comes back here, also an error.
    ///     inner.run(req, res).await.or_else(|error| ApiResponse::new().send(error.message()))
    /// }
    ///
    /// async fn handler(_req: ApiRequest, _res: ApiResponse) -> Result {
    ///     Err(ApiError::new(404, "None yet"))
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler.wrap(kind)));
    /// assert_eq!((answer.status().as_u16(), answer.text().as_str()), (200, "None yet"));
    /// ```
    pub fn run(self, req: ApiRequest, res: ApiResponse) -> impl Future<Output = Result> + Send + 'static {
        let exposed = req.exposed().clone();
        let answer = (self.0)(req, res);
        async move { answer.await.map_err(|error| exposed.applied_to(error)) }
    }
}

impl fmt::Debug for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wrapped")
    }
}
