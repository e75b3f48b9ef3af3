//! [`Route`]: a handler with its settings and layers, as a service.
//!
//! The types of `api-routes-routing` are re-exported: [`Pattern`] is a route as Next.js writes it, and [`RouteKey`] is
//! the form by which API Gateway chooses a route.

mod service;
mod settings;

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use crate::body::Body;
use crate::config::Settings;
use crate::endpoint::Endpoint;
use crate::error::BoxError;
use crate::handler::{ErasedHandler, Handler};
use crate::header_list::join_cookies;
use crate::refusal::Refusal;
use crate::response::{Response, Result};
use crate::runtime_api::PostStream;
use crate::shutdown::{OnShutdown, ShutdownHook};
pub use service::RouteService;
use service::{Answering, AnsweringLayer};

pub use api_routes_routing::{PathTemplate, Pattern, PatternError, RouteKey, Segment};

/// An API route: a handler, its settings and its layers. [`route!`](crate::route!) makes a route with the path of the
/// crate's folder.
///
/// `S` is the state that the handlers of the route still need, such as a database client.
/// [`with_state`](Self::with_state) and [`run_with`](Self::run_with) set it. `Route` means `Route<()>`, which needs no
/// state.
///
/// A route with its state is a [`tower::Service`] over `http` requests and responses, so it also runs in any other
/// tower stack.
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, KB, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.send(req.text()?)
/// }
///
/// fn route() -> Route {
///     Route::new("/api/echo", handler).body_limit(500 * KB)
/// }
/// # let _ = route();
/// ```
#[must_use = "a route does nothing until it is run: `route.run()`"]
pub struct Route<S = ()> {
    handler: ErasedHandler<S>,
    pattern: Arc<Pattern>,
    settings: Settings,
    layers: Vec<AnsweringLayer>,
    shutdown: Option<Arc<dyn OnShutdown<S>>>,
    /// The service, made at the first request: settings may come after layers.
    service: OnceLock<RouteService>,
}

impl<S> Route<S> {
    /// Makes a route at a path, in the form of Next.js: `/api/posts/[id]`.
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
    /// If `path` is not a route. The message names the rule that it breaks.
    pub fn new<M>(path: &str, handler: impl Handler<M, S>) -> Self {
        let pattern = match Pattern::parse(path) {
            Ok(pattern) => Arc::new(pattern),
            Err(error) => panic!("`{path}` is no route: {error}"),
        };
        let handler = handler.erase();
        let (settings, layers) = (Settings::default(), Vec::new());
        Self { handler, pattern, settings, layers, shutdown: None, service: OnceLock::new() }
    }

    /// Puts a [`tower::Layer`] around the route, outside the layers that it already has. An error of the layer becomes
    /// a hidden 500.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    /// use tower_http::cors::{Any, CorsLayer};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("for everyone")
    /// }
    ///
    /// fn route() -> Route {
    ///     Route::new("/api/open", handler).layer(CorsLayer::new().allow_origin(Any))
    /// }
    /// # let _ = route();
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
        self.layers.push(AnsweringLayer::new(layer));
        self.service = OnceLock::new();
        self
    }

    /// Runs `hook` when Lambda ends the sandbox, for example to send buffered data or to close connections. The hook is
    /// an `async fn()`, or an `async fn(S)` with the state of the route. If it returns an error, the error is logged. A
    /// second call replaces the hook.
    ///
    /// Lambda sends SIGTERM between two invocations, and [kills the process 500 ms later][shutdown]. If the hook still
    /// runs after 400 ms, the log says so. The signal may also come after an invocation that ran out of time: that
    /// invocation is dropped before the hook runs. A sandbox that crashes, or exceeds its memory, is killed at once and
    /// the hook does not run. Work that must not be lost belongs in the handler, or in
    /// [`wait_until`](crate::ApiRequest::wait_until).
    ///
    /// Lambda sends this signal only to functions with an extension. The function therefore registers an extension that
    /// subscribes to no events, with one more call before the first event. If that fails, the log has the reason, and
    /// the function runs without its hook.
    ///
    /// The hook runs with [`run`](Self::run), [`run_with`](Self::run_with) and [`serve`](Self::serve), on Linux and
    /// macOS. On other systems it never runs. A function without a hook has no code for it.
    ///
    /// ```no_run
    /// use std::process::ExitCode;
    ///
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// #[derive(Clone)]
    /// struct Database;
    ///
    /// impl Database {
    ///     async fn connect() -> Result<Self> {
    ///         Ok(Self)
    ///     }
    ///
    ///     async fn close(self) {}
    /// }
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse, _database: Database) -> Result {
    ///     res.json(["a note"])
    /// }
    ///
    /// fn route() -> Route<Database> {
    ///     Route::new("/api/notes", handler).on_shutdown(Database::close)
    /// }
    ///
    /// fn main() -> ExitCode {
    ///     route().run_with(Database::connect)
    /// }
    /// ```
    ///
    /// [shutdown]: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
    pub fn on_shutdown<M>(mut self, hook: impl ShutdownHook<M, S>) -> Self {
        self.shutdown = Some(hook.erase().into_hook());
        self
    }

    pub(crate) fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Returns the path of the route, in the form of Next.js.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Route};
    ///
    /// let route: Route = Route::new("/api/posts/[id]", async |_: ApiRequest, res: ApiResponse| res.end());
    /// assert_eq!(route.path(), "/api/posts/[id]");
    /// ```
    pub fn path(&self) -> String {
        self.pattern.to_string()
    }

    /// Sets the state of the handlers and wrappers of the route.
    ///
    /// Each request gets a clone of the state, so a state should be cheap to clone: a client that is a handle, or an
    /// `Arc`. Each sandbox of Lambda has its own memory and may end at any time: keep data that must last elsewhere.
    ///
    /// A test sets a state of its own:
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route, get};
    ///
    /// async fn motto(_req: ApiRequest, res: ApiResponse, motto: &'static str) -> Result {
    ///     res.send(motto)
    /// }
    ///
    /// fn route() -> Route<&'static str> {
    ///     Route::new("/api/motto", get(motto))
    /// }
    ///
    /// let answer = TestRequest::get("/api/motto").send(&route().with_state("carpe diem"));
    /// assert_eq!(answer.text(), "carpe diem");
    /// ```
    #[expect(clippy::needless_pass_by_value, reason = "the route takes over its state")]
    pub fn with_state(self, state: S) -> Route {
        let Self { handler, pattern, settings, layers, shutdown, service: _ } = self;
        let bound = handler.bind(&state);
        let handler = ErasedHandler::new(move |()| Arc::clone(&bound));
        let shutdown = shutdown.map(|shutdown| shutdown.with_state(&state));
        Route { handler, pattern, settings, layers, shutdown, service: OnceLock::new() }
    }
}

impl Route {
    /// Returns the response of the layers around the endpoint. The last layer is the outermost.
    pub(crate) fn answer(&self, mut request: Request<Body>) -> Answering {
        join_cookies(request.headers_mut());
        self.service().answer(request)
    }

    fn service(&self) -> &RouteService {
        self.service.get_or_init(|| {
            let Self { handler, pattern, settings, layers, .. } = self;
            let (handler, pattern) = (handler.bind(&()), Arc::clone(pattern));
            let endpoint = Arc::new(Endpoint { handler, pattern, settings: settings.clone() });
            let endpoint = RouteService::new(move |request| {
                let endpoint = Arc::clone(&endpoint);
                Box::pin(async move { Ok(endpoint.answer(request).await) })
            });
            let errors = &settings.errors;
            layers.iter().fold(endpoint, |service, layer| layer.layer(service, errors.clone()))
        })
    }

    /// Makes the service now, so that the first request does not wait for it.
    pub(crate) fn assembled(self) -> Self {
        self.service();
        self
    }

    /// Builds the error response if `request` fails.
    pub(crate) fn refusal<B>(&self, request: &Request<B>) -> Refusal {
        Refusal::new(request, self.settings.errors.as_ref())
            .with_failing_panics(self.settings.panics_fail_the_invocation)
    }

    pub(crate) fn take_shutdown(&mut self) -> Option<Arc<dyn OnShutdown<()>>> {
        self.shutdown.take()
    }

    pub(crate) fn streams(&self) -> Option<PostStream> {
        self.settings.streaming
    }
}

impl<B> Service<Request<B>> for Route
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.answer(request.map(Body::from_any))
    }
}

// Not derived: a derived `Clone` would require a state that is `Clone`.
impl<S> Clone for Route<S> {
    fn clone(&self) -> Self {
        let Self { handler, pattern, settings, layers, shutdown, service } = self;
        Self {
            handler: handler.clone(),
            pattern: Arc::clone(pattern),
            settings: settings.clone(),
            layers: layers.clone(),
            shutdown: shutdown.clone(),
            service: service.clone(),
        }
    }
}

impl<S> fmt::Debug for Route<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("path", &self.path())
            .field("settings", &self.settings)
            .field("layers", &self.layers.len())
            .field("on_shutdown", &self.shutdown.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
