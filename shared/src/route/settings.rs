//! The methods of [`Route`] that change its settings.

use std::sync::{Arc, OnceLock};

use super::Route;
use crate::config::Settings;
use crate::error::{ApiError, ToApiError};
use crate::response::{ApiResponse, Response, Result, checked};
use crate::runtime_api::post_stream;

impl<S> Route<S> {
    /// Sets the largest body that the route takes, in bytes; without this setting it is 1 [`MB`](crate::MB). A larger
    /// body is answered with 413 `Body exceeded 1mb limit`, before the handler is called.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, KB, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.bytes().len())
    /// }
    ///
    /// let route = Route::new("/api/x", handler).body_limit(4 * KB);
    /// assert_eq!(TestRequest::post("/api/x").body(vec![0; 4 * KB]).send(&route).status(), 200);
    /// assert_eq!(TestRequest::post("/api/x").body(vec![0; 4 * KB + 1]).send(&route).status(), 413);
    /// ```
    pub fn body_limit(self, bytes: usize) -> Self {
        self.set(|settings| settings.body_limit = Some(bytes))
    }

    /// Takes bodies of any size. The front door still has its own limit: 6 MB for a whole event, or 1 MB behind a load
    /// balancer.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, MB, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.bytes().len())
    /// }
    ///
    /// let route = Route::new("/api/x", handler).no_body_limit();
    /// assert_eq!(TestRequest::post("/api/x").body(vec![0; 4 * MB]).send(&route).status(), 200);
    /// ```
    pub fn no_body_limit(self) -> Self {
        self.set(|settings| settings.body_limit = None)
    }

    /// Lets a panic fail the invocation, so that the error metric of Lambda counts it and the front door answers with
    /// its own message. This applies to a panic of the handler, and of a body while it is collected. Without this
    /// setting, the panic is logged, and the client gets a hidden 500.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, _res: ApiResponse) -> Result {
    ///     panic!("at the disco")
    /// }
    ///
    /// fn route() -> Route {
    ///     Route::new("/api/x", handler).panics_fail_the_invocation()
    /// }
    /// ```
    pub fn panics_fail_the_invocation(self) -> Self {
        self.set(|settings| settings.panics_fail_the_invocation = true)
    }

    /// Sends the responses of `json` and `send` without an `ETag`.
    ///
    /// Without this setting, the route computes the `ETag` of Next.js after the handler and its wrappers, which costs a
    /// hash of the whole body. An `ETag` that the handler sets is sent in both cases. In both cases, a `GET` or `HEAD`
    /// whose `If-None-Match` has the `ETag` gets a 304 without a body.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("hello")
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert!(TestRequest::get("/api/x").send(&route).header("etag").is_some());
    /// assert_eq!(TestRequest::get("/api/x").send(&route.no_etag()).header("etag"), None);
    /// ```
    pub fn no_etag(self) -> Self {
        self.set(|settings| settings.etag = false)
    }

    /// Sends the response of this type of error to the client, where `?` in a handler or a wrapper would otherwise make
    /// it a hidden 500. See [`ToApiError`] for an example.
    ///
    /// The type is searched in the cause of the error and in its sources, so it is found within `anyhow` and in a
    /// `Box<dyn Error + Send + Sync>` too ([`ApiError::downcast_ref`] has the details). A route may expose several
    /// types; if an error has more than one of them, the type that was exposed first counts. Wrappers see the status
    /// that the client gets.
    ///
    /// An error whose status the program has chosen, for example by [`OrStatus::or_status`](crate::OrStatus::or_status)
    /// or [`ApiError::hidden`], keeps its status.
    ///
    /// ```
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, ToApiError, test::TestRequest};
    ///
    /// #[derive(Debug, thiserror::Error)]
    /// #[error("no post has the number {0}")]
    /// struct NoPost(u32);
    ///
    /// impl ToApiError for NoPost {
    ///     fn to_api_error(&self) -> ApiError {
    ///         ApiError::new(404, "No such post")
    ///     }
    /// }
    ///
    /// async fn handler(_req: ApiRequest, _res: ApiResponse) -> Result {
    ///     Err(NoPost(7))?
    /// }
    ///
    /// let route = Route::new("/api/posts", handler).expose::<NoPost>();
    /// assert_eq!(TestRequest::get("/api/posts").send(&route).text(), r#"{"error":"No such post"}"#);
    /// ```
    pub fn expose<E: ToApiError + Send + Sync + 'static>(self) -> Self {
        self.set(|settings| settings.exposed.add::<E>())
    }

    /// Gives all errors of this route the form that `hook` returns: errors of the handler, of layers and of the
    /// library, such as the 413 of a body over its limit. A project has one such function, and passes it to each of its
    /// routes.
    ///
    /// `res` already has the status and the headers of the error. If the hook fails or panics, that is logged, and the
    /// error is sent in its usual form.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route};
    /// use serde_json::json;
    ///
    /// /// Problem details, RFC 9457.
    /// fn problem(error: &ApiError, res: ApiResponse) -> Result {
    ///     res.header("content-type", "application/problem+json")
    ///         .json(json!({ "title": error.message(), "status": error.status().as_u16() }))
    /// }
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.end()
    /// }
    ///
    /// let route = Route::new("/api/x", handler).body_limit(10).errors(problem);
    /// let refused = TestRequest::post("/api/x").body("eleven bytes").send(&route);
    /// assert_eq!(refused.text(), r#"{"title":"Body exceeded 10b limit","status":413}"#);
    /// ```
    pub fn errors(
        self,
        hook: impl Fn(&ApiError, ApiResponse) -> Result<Response, ApiError> + Send + Sync + 'static,
    ) -> Self {
        let shape = move |error: &ApiError| hook(error, ApiResponse::of_error(error)).and_then(checked);
        self.set(|settings| settings.errors = Some(Arc::new(shape)))
    }

    /// Sends every response piece by piece, to a front door that streams: a Function URL whose invoke mode is
    /// `RESPONSE_STREAM`, or a REST API whose response transfer mode is `STREAM` (the `Api` event of SAM names it
    /// `RESPONSE_STREAM`).
    ///
    /// The front door and the route must agree, since Lambda does not report to a function how it was invoked. Without
    /// this setting, a front door that streams would send the client the JSON of a buffered reply. With this setting, a
    /// front door that buffers would send no body. An HTTP API and a load balancer cannot stream, so behind them the
    /// responses of this route are collected.
    ///
    /// - A stream may have up to 200 MB, and is never in memory as a whole.
    /// - A stream that fails or panics midway ends there. The error goes to the log, and to Lambda in the
    ///   [trailers](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming)
    ///   for it, never into the body. Lambda still counts the invocation as a success. The front door decides whether
    ///   the client sees a broken transfer or a normal end: a client that must know that a stream is complete needs a
    ///   last line or event that says so.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.stream(futures_util::stream::iter(["1\n", "2\n", "3\n"]))
    /// }
    ///
    /// fn route() -> Route {
    ///     Route::new("/api/numbers", handler).streaming()
    /// }
    /// # let _ = route();
    /// ```
    pub fn streaming(self) -> Self {
        self.set(|settings| settings.streaming = Some(post_stream))
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self.service = OnceLock::new();
        self
    }
}
