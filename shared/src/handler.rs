//! The handler of a route: `async fn handler(req, res) -> Result`, with or without state.

mod bound;
mod wrap;

use std::fmt;
use std::sync::Arc;

use crate::request::ApiRequest;
use crate::response::{ApiResponse, Result};
pub(crate) use bound::Bound;
pub(crate) use bound::{Boxed, ErasedHandler, Stateful, Stateless};
pub use wrap::{Wrapped, Wrapper};

/// A function that answers requests, in any of these forms:
///
/// - `async fn(ApiRequest, ApiResponse) -> Result`
/// - `async fn(ApiRequest, ApiResponse, S) -> Result`, with the state `S` of its route, which
///   [`Route::with_state`](crate::Route::with_state) or [`Route::run_with`](crate::Route::run_with) sets
/// - a closure of either form
/// - handlers for several methods: [`get(list).post(create)`](crate::get)
/// - any of these within a [wrapper](Handler::wrap)
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route, get};
///
/// async fn list(_req: ApiRequest, res: ApiResponse, names: Vec<&'static str>) -> Result {
///     res.json(names)
/// }
///
/// async fn create(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.status(201).end()
/// }
///
/// let route = Route::new("/api/names", get(list).post(create)).with_state(vec!["Ann", "Bob"]);
/// assert_eq!(TestRequest::get("/api/names").send(&route).text(), r#"["Ann","Bob"]"#);
/// ```
///
/// A handler that returns nothing does not compile:
///
/// ```compile_fail,E0308
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.status(200);
/// }
/// # let _: Route = Route::new("/api/x", handler);
/// ```
///
/// A handler that responds twice does not compile either:
///
/// ```compile_fail,E0382
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.json("first")?;
///     res.json("second")
/// }
/// # let _: Route = Route::new("/api/x", handler);
/// ```
///
/// The compiler infers `M`, the form of the handler. The trait is sealed: use a closure instead of a type of your own.
#[diagnostic::on_unimplemented(
    message = "this is not a handler of an API route",
    label = "expected `async fn(ApiRequest, ApiResponse) -> Result`, or the same with state as a third argument",
    note = "a handler takes `(req: ApiRequest, res: ApiResponse)`, or `(req, res, state)`, and returns \
            `api_routes::Result`",
    note = "its error is `ApiError`: use `?` inside",
    note = "its future must be `Send`: no `Rc`, and no `std::sync::MutexGuard`, across an `.await`",
    note = "all handlers of a route have the same state; it is taken by value, and is `Clone + Send + Sync + 'static`: \
            put it in an `Arc`",
    note = "a closure must be `Send + Sync`, and clone what it captures for each call"
)]
pub trait Handler<M, S = ()>: Sized {
    #[doc(hidden)]
    fn erase(self) -> ErasedHandler<S>;

    /// Puts a function around this handler. The function can answer instead of the handler, or change the request and
    /// the response. It has the form of a handler with one more argument, the [`Wrapped`] handler to run. The state of
    /// the route may follow as a fourth argument. A wrapper wraps all handlers of a route, or the handler of one method
    /// of [`Methods`](crate::Methods).
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Handler, Result, Route, Wrapped, get};
    ///
    /// async fn signed_in(req: ApiRequest, res: ApiResponse, inner: Wrapped, password: &'static str) -> Result {
    ///     match req.cookies().get("session") {
    ///         Some(session) if session == password => inner.run(req, res).await,
    ///         _ => Err(ApiError::new(401, "Sign in first")),
    ///     }
    /// }
    ///
    /// async fn logged(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
    ///     let line = format!("{} {}", req.method(), req.uri());
    ///     let answer = inner.run(req, res).await;
    ///     let status = answer.as_ref().map_or_else(|error| error.status(), |response| response.status());
    ///     println!("{line} {status}");
    ///     answer
    /// }
    ///
    /// async fn list(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(["Hello"])
    /// }
    ///
    /// async fn remove(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.no_content()
    /// }
    ///
    /// let handler = get(list).delete(remove.wrap(signed_in)).wrap(logged);
    /// let route = Route::new("/api/posts", handler).with_state("s3cret");
    /// assert_eq!(TestRequest::get("/api/posts").send(&route).status(), 200);
    /// assert_eq!(TestRequest::delete("/api/posts").send(&route).status(), 401);
    /// let signed_in = TestRequest::delete("/api/posts").cookie("session", "s3cret");
    /// assert_eq!(signed_in.send(&route).status(), 204);
    /// ```
    ///
    /// A wrapper runs after the checks of the route, such as the body limit, and within its layers. The last wrapper is
    /// the outermost.
    fn wrap<W, N>(self, wrapper: W) -> BoxHandler<S>
    where
        W: Wrapper<N, S>,
        S: 'static,
    {
        let (handler, wrapper) = (self.erase(), wrapper.erase());
        BoxHandler(ErasedHandler::new(move |state| wrapper.bind(handler.bind(state), state)))
    }
}

impl<F, Answer, S> Handler<Stateless, S> for F
where
    F: Fn(ApiRequest, ApiResponse) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result> + Send + 'static,
{
    fn erase(self) -> ErasedHandler<S> {
        let bound: Bound = Arc::new(move |req, res| Box::pin(self(req, res)));
        ErasedHandler::new(move |_| Arc::clone(&bound))
    }
}

impl<F, Answer, S> Handler<Stateful, S> for F
where
    F: Fn(ApiRequest, ApiResponse, S) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn erase(self) -> ErasedHandler<S> {
        let handler = Arc::new(self);
        ErasedHandler::new(move |state: &S| {
            let (handler, state) = (Arc::clone(&handler), state.clone());
            Arc::new(move |req, res| Box::pin(handler(req, res, state.clone())))
        })
    }
}

/// A boxed handler, which [`Handler::wrap`] returns.
///
/// Name this type to keep a handler in a variable, or to return one from a function:
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, BoxHandler, Handler, Result, Route, Wrapped};
///
/// /// A wrapper with a setting.
/// fn cached<M>(handler: impl Handler<M>, seconds: u32) -> BoxHandler {
///     handler.wrap(move |req: ApiRequest, res: ApiResponse, inner: Wrapped| {
///         inner.run(req, res.header("cache-control", format!("max-age={seconds}")))
///     })
/// }
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.send("hello")
/// }
///
/// let route = Route::new("/api/x", cached(handler, 60));
/// assert_eq!(TestRequest::get("/api/x").send(&route).header("cache-control"), Some("max-age=60"));
/// ```
#[must_use = "a handler does nothing until a route has it: `Route::new(path, handler)`"]
pub struct BoxHandler<S = ()>(ErasedHandler<S>);

impl<S> fmt::Debug for BoxHandler<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxHandler")
    }
}

impl<S> Handler<Boxed, S> for BoxHandler<S> {
    fn erase(self) -> ErasedHandler<S> {
        self.0
    }
}

#[cfg(test)]
mod tests;
