//! The methods of [`Route`] that change its settings.

use std::sync::{Arc, OnceLock};

use super::Route;
use crate::config::Settings;
use crate::error::{ApiError, Result, ToApiError};
use crate::response::{ApiResponse, Response, checked};
use crate::runtime;

impl<S> Route<S> {
    /// The largest body that is taken, in bytes; one [`MB`](crate::MB) unless set. A larger one is answered
    /// with 413 `Body exceeded 1mb limit`, before the handler is called.
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

    /// Takes bodies of any size. The front door still has a limit of its own (6 MB for a whole event).
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

    /// Lets a panic of the handler, or of a body while it is collected, fail the invocation, so that Lambda's error
    /// metric counts it and the front door responds with its own message. Otherwise it is logged, and is a hidden 500.
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

    /// Sends the bodies of `json` and `send` without an `ETag`.
    ///
    /// Without this setting the route computes Next's `ETag` after the handler and its wrappers, which costs a hash over
    /// the whole body. An `ETag` that the handler set is sent either way, and either way a `GET` or `HEAD` that has the
    /// response already (`If-None-Match`) gets a 304 without a body.
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

    /// Sends the response of this type of error to the client, where `?` in a handler or a wrapper would make it a hidden 500.
    /// See [`ToApiError`] for an example.
    ///
    /// The type is looked for in the cause of the error and in its sources, so that it is found behind `anyhow` and in a
    /// `Box<dyn Error + Send + Sync>` too ([`ApiError::downcast_ref`] says how). A route may expose several types; if an
    /// error has more than one of them, the type that was exposed first counts. Wrappers see the status that the client
    /// will see.
    ///
    /// An error for which the program chose a status, as by [`OrStatus::or_status`](crate::OrStatus::or_status) or
    /// [`ApiError::hidden`], keeps it.
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

    /// Gives all errors of this route the shape of `hook`: those of the handler, of layers and of the
    /// library, such as the 413 of a body over its limit. A project has one such function, and each of its
    /// routes names it.
    ///
    /// `res` has the status and the headers of the error already. A hook that fails or panics is logged,
    /// and the error answered in its usual shape.
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

    /// Sends every response as it comes, to a front door that streams: a Function URL whose invoke mode is
    /// `RESPONSE_STREAM`, or a REST API whose response transfer mode is `STREAM` (SAM's `Api` event spells it
    /// `RESPONSE_STREAM`).
    ///
    /// Front door and route must agree, since Lambda does not tell a function how it was invoked: such a front
    /// door would show the client the envelope of a buffered response, and one that buffers gets no body from a
    /// stream. Behind an HTTP API or a load balancer, neither of which can stream, the responses of this
    /// route are collected as any other's.
    ///
    /// - A stream may have 200 MB, and is never in memory as a whole.
    /// - One that fails or panics midway ends there. The error is in the log, and goes to Lambda in the
    ///   [trailers](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming)
    ///   that it has for this, never into the body. Lambda counts it as a success all the same, and whether the
    ///   client sees a broken transfer or an end like any other is the front door's to decide: a client that
    ///   must know that the stream is complete needs a last line or event that says so.
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
        self.set(|settings| settings.streaming = Some(runtime::post_stream))
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self.service = OnceLock::new();
        self
    }
}
