//! [`Route`]: a handler with its settings and layers, as a service.
//!
//! The model of routes is re-exported from `api-routes-routing`: [`Pattern`] is a route as Next.js spells it,
//! [`RouteKey`] is the form that API Gateway chooses by.

use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process::ExitCode;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::Request;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Layer, Service, ServiceExt};

use crate::body::Body;
use crate::config::Settings;
use crate::endpoint::Endpoint;
use crate::error::ApiError;
use crate::handler::Handler;
use crate::panics::{self, FailsInvocation};
use crate::refusal::{ErrorHook, Refusal};
use crate::response::{ApiResponse, Response, with_final_status};
use crate::runtime::{self, PostStream};

pub use api_routes_routing::{PathTemplate, Pattern, PatternError, RouteKey, Segment};

/// The service that layers go around, and that they make: it always answers.
pub type RouteService = BoxCloneSyncService<Request<Body>, Response, Infallible>;

type Wrap = Arc<dyn Fn(RouteService, Option<ErrorHook>) -> RouteService + Send + Sync>;

/// One API route: a handler, its settings and its layers. [`route!`](crate::route!) makes one.
///
/// It is a [`tower::Service`] over `http` requests and responses, so it also runs in any other tower stack.
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, KB, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.send(req.text()?)
/// }
///
/// let route = Route::new("/api/echo", handler).body_limit(500 * KB);
/// # let _ = route;
/// ```
#[derive(Clone)]
#[must_use = "a route answers nothing until it is run"]
pub struct Route {
    endpoint: Endpoint,
    layers: Vec<Wrap>,
    service: RouteService,
}

impl Route {
    /// A route at a path, as Next writes it: `/api/posts/[id]`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.query().get("id"))
    /// }
    ///
    /// let route = Route::new("/api/posts/[id]", handler);
    /// assert_eq!(TestRequest::get("/api/posts/7").send(&route).text(), r#""7""#);
    /// ```
    ///
    /// # Panics
    /// If `path` is no route, with the rule that it breaks.
    pub fn new(path: &str, handler: impl Handler) -> Self {
        let pattern = match Pattern::parse(path) {
            Ok(pattern) => Arc::new(pattern),
            Err(error) => panic!("`{path}` is no route: {error}"),
        };
        let endpoint = Endpoint { handler: Arc::new(handler), pattern, settings: Settings::default() };
        let service = RouteService::new(endpoint.clone());
        Self { endpoint, layers: Vec::new(), service }
    }

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

    /// Lets a panic of the handler fail the invocation, so that Lambda's error metric counts it and the
    /// front door answers in its own words. Otherwise it is logged, and answered as a hidden 500.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, _res: ApiResponse) -> Result {
    ///     panic!("at the disco")
    /// }
    ///
    /// let route = Route::new("/api/x", handler).panics_fail_the_invocation();
    /// ```
    pub fn panics_fail_the_invocation(self) -> Self {
        self.set(|settings| settings.panics_fail_the_invocation = true)
    }

    /// Whether `json` and `send` compute an `ETag`, as Next does; they do unless told otherwise.
    ///
    /// It costs a hash over the whole answer. One that the handler set itself is kept either way, and either
    /// way a `GET` or `HEAD` that already has the answer (`If-None-Match`) gets a 304 without a body.
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
    /// assert_eq!(TestRequest::get("/api/x").send(&route.etag(false)).header("etag"), None);
    /// ```
    pub fn etag(self, etag: bool) -> Self {
        self.set(|settings| settings.etag = etag)
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
        let shape =
            move |error: &ApiError| hook(error, ApiResponse::of_error(error)).and_then(with_final_status);
        self.set(|settings| settings.errors = Some(Arc::new(shape)))
    }

    /// Sends every answer as it comes, to a front door that streams: a Function URL whose invoke mode is
    /// `RESPONSE_STREAM`, or a REST API whose response transfer mode is `STREAM`.
    ///
    /// Front door and route must agree, since Lambda does not tell a function how it was invoked: such a front
    /// door would show the client the envelope of a buffered answer, and one that buffers gets no body from a
    /// stream. Behind an HTTP API or a load balancer, neither of which can stream, the answers of this route
    /// are collected as any other's.
    ///
    /// - A stream may have 200 MB, and is never in memory as a whole.
    /// - One that fails or panics midway ends there. The error is in the log, and goes to Lambda in the
    ///   [trailers](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming)
    ///   that it has for this, never into the body. Lambda counts it as a success all the same, and whether the
    ///   client sees a broken transfer or an end like any other is the front door's to decide: a client that
    ///   must know needs a last line, or event, that says that it has all.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     let numbers = (1..=3).map(|n| Ok::<_, std::io::Error>(format!("{n}\n").into()));
    ///     let frames = numbers.map(|line| line.map(http_body::Frame::data));
    ///     res.stream(http_body_util::StreamBody::new(futures_util::stream::iter(frames)))
    /// }
    ///
    /// let route = Route::new("/api/numbers", handler).streaming();
    /// # let _ = route;
    /// ```
    pub fn streaming(self) -> Self {
        self.set(|settings| settings.streaming = Some(runtime::post_stream))
    }

    /// Puts a [`tower::Layer`] around the route, outside of those that it has. An error of the layer is a
    /// hidden 500.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    /// use tower_http::cors::{Any, CorsLayer};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("for everyone")
    /// }
    ///
    /// let route = Route::new("/api/open", handler).layer(CorsLayer::new().allow_origin(Any));
    /// # let _ = route;
    /// ```
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<RouteService> + Send + Sync + 'static,
        L::Service: Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Body>>>::Future: Send,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.layers.push(Arc::new(move |inner, errors| {
            RouteService::new(Answered { service: layer.layer(inner), errors })
        }));
        self.assembled()
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.endpoint.settings);
        self.assembled()
    }

    /// Settings may come after layers, so the service is put together anew from both.
    fn assembled(mut self) -> Self {
        let innermost = RouteService::new(self.endpoint.clone());
        let errors = &self.endpoint.settings.errors;
        self.service = self.layers.iter().fold(innermost, |service, wrap| wrap(service, errors.clone()));
        self
    }

    /// What answers `request` when its answer turns out to be none.
    pub(crate) fn refusal<B>(&self, request: &Request<B>) -> Refusal {
        Refusal::of(request, self.endpoint.settings.errors.as_ref())
    }

    pub(crate) fn streams(&self) -> Option<PostStream> {
        self.endpoint.settings.streaming
    }

    pub(crate) fn pattern(&self) -> &Pattern {
        &self.endpoint.pattern
    }

    /// The route's path, as Next writes it.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Route};
    ///
    /// let route = Route::new("/api/posts/[id]", async |_: ApiRequest, res: ApiResponse| res.end());
    /// assert_eq!(route.path(), "/api/posts/[id]");
    /// ```
    pub fn path(&self) -> String {
        self.endpoint.pattern.to_string()
    }

    /// Answers Lambda's invocations, until Lambda ends the process: the whole `main` of a function.
    ///
    /// ```no_run
    /// use std::process::ExitCode;
    ///
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("hello")
    /// }
    ///
    /// fn main() -> ExitCode {
    ///     Route::new("/api/hello", handler).run()
    /// }
    /// ```
    pub fn run(self) -> ExitCode {
        runtime::run(self)
    }

    /// As [`run`](Self::run), for a program that has a tokio runtime of its own.
    ///
    /// ```no_run
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("hello")
    /// }
    ///
    /// #[tokio::main(flavor = "current_thread")]
    /// async fn main() -> std::result::Result<(), tower::BoxError> {
    ///     Route::new("/api/hello", handler).serve().await
    /// }
    /// ```
    ///
    /// # Errors
    /// If this is not Lambda (nor its emulator), or its Runtime API is gone.
    pub async fn serve(self) -> Result<(), BoxError> {
        runtime::serve(self).await
    }
}

impl<B> Service<Request<B>> for Route
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Endpoint and layers alike wait within the call.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.service.call(request.map(Body::from_any))
    }
}

/// A layer's service, which may fail or panic, as one that always answers.
#[derive(Clone)]
struct Answered<S> {
    service: S,
    errors: Option<ErrorHook>,
}

impl<S, B> Service<Request<Body>> for Answered<S>
where
    S: Service<Request<Body>, Response = http::Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let layered = self.service.clone();
        let refusal = Refusal::of(&request, self.errors.as_ref());
        Box::pin(async move {
            let error = match AssertUnwindSafe(layered.oneshot(request)).catch_unwind().await {
                Ok(Ok(response)) => match with_final_status(response.map(Body::from_any)) {
                    Ok(response) => return Ok(response),
                    Err(mistake) => mistake,
                },
                Ok(Err(error)) => ApiError::hidden_without_place(error),
                Err(panic) if panic.is::<FailsInvocation>() => resume_unwind(panic),
                Err(panic) => panics::to_error("a layer", &*panic),
            };
            Ok(refusal.answer(error))
        })
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("path", &self.path())
            .field("settings", &self.endpoint.settings)
            .field("layers", &self.layers.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
