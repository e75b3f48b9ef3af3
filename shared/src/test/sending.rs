//! The functions that send a request of a test to a route.

use api_routes_routing::Pattern;
use serde_json::Value;

use super::captured::Capture;
use super::failure::{Failure, unwrap};
use super::sent::Sent;
use super::{FrontDoor, TestEvent, TestRequest, TestResponse, TestStream, on_runtime};
use super::{alb, http_api, rest_api};
use crate::request::ApiRequest;
use crate::route::Route;

impl TestRequest {
    /// Sends the request to a route, as its front door would, and waits for the response. Work that the handler passed
    /// to [`wait_until`](ApiRequest::wait_until) is done when `send` returns.
    ///
    /// The route runs on a runtime that all tests of the process share, and `send` blocks until the route has answered.
    /// `send` also works in a test that has its own tokio runtime; such a test can use [`send_async`](Self::send_async)
    /// instead.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicBool, Ordering};
    ///
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// static DONE: AtomicBool = AtomicBool::new(false);
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     req.wait_until(async { DONE.store(true, Ordering::Relaxed) });
    ///     res.send("hello")
    /// }
    ///
    /// assert_eq!(TestRequest::get("/api/x").send(&Route::new("/api/x", handler)).text(), "hello");
    /// assert!(DONE.load(Ordering::Relaxed));
    /// ```
    ///
    /// # Panics
    /// If the body of the request is a stream that fails, or the handler panics in a route whose [panics fail the
    /// invocation](Route::panics_fail_the_invocation).
    #[track_caller]
    pub fn send(self, route: &Route) -> TestResponse {
        let route = route.clone();
        unwrap(on_runtime(async move { self.answer(&route).await }))
    }

    /// Sends the request as [`send`](Self::send) does, on the task and the runtime of the test.
    ///
    /// A server of the test can answer meanwhile, also in a `#[tokio::test]`, which has one thread. If the test has
    /// paused the clock of tokio, the clock is paused for the handler too. Resources that the route keeps, such as open
    /// connections, belong to the runtime of the test and end with it: make a route for each test.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    /// use tokio::io::AsyncReadExt;
    /// use tokio::net::{TcpListener, TcpStream};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse, address: String) -> Result {
    ///     let mut text = String::new();
    ///     TcpStream::connect(address).await?.read_to_string(&mut text).await?;
    ///     res.send(text)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// // In a `#[tokio::test]`:
    /// let service = TcpListener::bind("127.0.0.1:0").await?;
    /// let route = Route::new("/api/x", handler).with_state(service.local_addr()?.to_string());
    /// tokio::spawn(async move {
    ///     let (client, _) = service.accept().await?;
    ///     client.try_write(b"hello")
    /// });
    /// assert_eq!(TestRequest::get("/api/x").send_async(&route).await.text(), "hello");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// See [`send`](Self::send).
    pub async fn send_async(self, route: &Route) -> TestResponse {
        unwrap(self.answer(route).await)
    }

    /// Sends the request to a route that [streams](Route::streaming), and reads the response piece by piece. The front
    /// door is a Function URL, unless [`via`](Self::via) chooses the REST API. [`send`](Self::send) collects such a
    /// response.
    ///
    /// `stream` blocks until the handler has returned, and the [`TestStream`] blocks until a piece has come. The route
    /// runs on the same runtime as for `send`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Body, Result, Route};
    /// use futures_util::{StreamExt, stream};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.stream(stream::iter(["one", "two"]).map(Ok::<_, std::io::Error>))
    /// }
    ///
    /// let route = Route::new("/api/numbers", handler).streaming();
    /// let mut stream = TestRequest::get("/api/numbers").stream(&route);
    /// assert_eq!(stream.next().unwrap(), "one");
    /// assert_eq!(stream.next().unwrap(), "two");
    /// assert_eq!((stream.next(), stream.failure()), (None, None));
    /// ```
    ///
    /// # Panics
    /// If the route or the front door does not stream, and in the cases of [`send`](Self::send).
    #[track_caller]
    pub fn stream(self, route: &Route) -> TestStream {
        let route = route.clone();
        unwrap(on_runtime(async move { self.open(&route).await }))
    }

    /// Sends the request as [`stream`](Self::stream) does, on the task and the runtime of the test, as
    /// [`send_async`](Self::send_async) does. Read the response with [`TestStream::next_async`].
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Body, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.body(Body::from("one"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let route = Route::new("/api/numbers", handler).streaming();
    /// let mut stream = TestRequest::get("/api/numbers").stream_async(&route).await;
    /// assert_eq!(stream.next_async().await.unwrap(), "one");
    /// # }
    /// ```
    ///
    /// # Panics
    /// See [`stream`](Self::stream).
    pub async fn stream_async(self, route: &Route) -> TestStream {
        unwrap(self.open(route).await)
    }

    /// Makes the [`ApiRequest`] that a handler of the route at `path` gets, to test a function that a handler calls.
    /// The request goes through the event of its front door as for [`send`](Self::send), and has the parameters of the
    /// path. There is no handler, no layer and no body limit.
    ///
    /// Work that the function passes to [`wait_until`](ApiRequest::wait_until) is not done, since there is no response.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, OrStatus, Result};
    ///
    /// fn author(req: &ApiRequest) -> Result<(u32, &str)> {
    ///     let user = req.cookies().get("user").or_status(401, "Sign in first")?;
    ///     let post = req.query().get("id").unwrap_or_default().parse().or_status(404, "No such post")?;
    ///     Ok((post, user))
    /// }
    ///
    /// let request = TestRequest::get("/api/posts/7").cookie("user", "ann").into_api_request("/api/posts/[id]");
    /// assert_eq!(author(&request).unwrap(), (7, "ann"));
    ///
    /// let request = TestRequest::get("/api/posts/7").into_api_request("/api/posts/[id]");
    /// assert_eq!(author(&request).unwrap_err().status(), 401);
    /// ```
    ///
    /// # Panics
    /// If `path` is not a route, or the path of the request does not fit it.
    #[track_caller]
    pub fn into_api_request(self, path: &str) -> ApiRequest {
        let capture = Capture::new(path);
        unwrap(on_runtime(async {
            let event = self.into_event(capture.route.pattern(), FrontDoor::default()).await?;
            let invocation = event.invocation(&capture.route)?;
            capture.request(invocation).await
        }))
    }

    async fn open(self, route: &Route) -> Result<TestStream, Failure> {
        self.into_event(route.pattern(), FrontDoor::FunctionUrl).await?.open(route).await
    }

    async fn answer(self, route: &Route) -> Result<TestResponse, Failure> {
        self.into_event(route.pattern(), FrontDoor::default()).await?.answer(route).await
    }

    /// Makes the event of the front door that the test has chosen, or of `otherwise`.
    async fn into_event(self, pattern: &Pattern, otherwise: FrontDoor) -> Result<TestEvent, Failure> {
        let Self { request, front_door, authorized, lambda } = self;
        let front_door = front_door.unwrap_or(otherwise);
        let (head, body) = request.into_parts();
        let body = body.bytes().await.map_err(Failure::RequestBody)?;
        let mut event = event(&Sent::new(&head, &body, pattern), front_door);
        if let Some(authorized) = authorized {
            authorized.write(front_door, &mut event)?;
        }
        Ok(TestEvent { json: event.to_string().into(), lambda })
    }

    /// Returns the event, for tests of this crate.
    #[cfg(test)]
    pub(crate) fn event(self, pattern: &Pattern) -> TestEvent {
        let pattern = pattern.clone();
        unwrap(on_runtime(async move { self.into_event(&pattern, FrontDoor::default()).await }))
    }
}

/// Makes the event that a front door sends for a request.
fn event(sent: &Sent<'_>, front_door: FrontDoor) -> Value {
    match front_door {
        FrontDoor::HttpApi => http_api::event(sent),
        FrontDoor::FunctionUrl => http_api::url_event(sent),
        FrontDoor::HttpApiPayload1 => rest_api::http_api_event(sent),
        FrontDoor::RestApi => rest_api::event(sent),
        FrontDoor::Alb => alb::event(sent),
        FrontDoor::AlbMultiValue => alb::multi_value_event(sent),
    }
}
