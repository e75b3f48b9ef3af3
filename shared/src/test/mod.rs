//! Requests in memory, for the tests of functions: no socket, no AWS, no runtime of one's own.
//!
//! ```
//! use api_routes::{ApiRequest, ApiResponse, Result, Route};
//! use api_routes::test::get;
//!
//! async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
//!     res.json(req.query().get("id"))
//! }
//!
//! let answer = get("/api/posts/7?id=9").send(&Route::new("/api/posts/[id]", handler));
//! assert_eq!(answer.status(), 200);
//! assert_eq!(answer.text(), "\"7\"");
//! ```
//!
//! A request takes the way that it takes when the function is deployed: it becomes the event of a
//! [`FrontDoor`], an HTTP API unless [`via`](TestRequest::via) says another, and the answer is read from the
//! reply. [`event`] sends an event that was recorded.
//!
//! An answer prints as a snapshot test wants it, with its headers in order:
//!
//! ```
//! # use api_routes::{ApiRequest, ApiResponse, Result, Route, test::get};
//! async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
//!     res.status(201).header("cache-control", "no-store").send("hello")
//! }
//!
//! let answer = get("/api/hello").send(&Route::new("/api/hello", handler).etag(false));
//! let expected = "201 Created\ncache-control: no-store\ncontent-type: text/plain; charset=utf-8\n\nhello";
//! assert_eq!(answer.to_string(), expected);
//! ```

mod alb;
mod event;
mod http_api;
mod request;
mod response;
mod rest_api;
mod sent;

use std::sync::{OnceLock, mpsc};

use bytes::Bytes;
use http::Method;
use tokio::runtime::Runtime;
use tower::Service;

pub use event::{NoEvent, TestEvent};
pub use request::TestRequest;
pub use response::TestResponse;

use crate::FrontDoor;
use crate::event::{self as lambda_event, Arrival, EventError};
use crate::route::Route;
use crate::runtime::LateWork;

/// A `GET` request.
///
/// ```
/// use api_routes::test::get;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json(req.query().get("page"))
/// }
///
/// let route = Route::new("/api/posts", api_routes::get(handler));
/// assert_eq!(get("/api/posts?page=2").send(&route).text(), r#""2""#);
/// ```
///
/// # Panics
/// As [`request`].
pub fn get(target: &str) -> TestRequest {
    request(Method::GET, target)
}

/// A `POST` request.
///
/// ```
/// use api_routes::test::post;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.status(201).json(req.json::<String>()?)
/// }
///
/// let route = Route::new("/api/posts", api_routes::post(handler));
/// assert_eq!(post("/api/posts").json("Hello").send(&route).status(), 201);
/// ```
///
/// # Panics
/// As [`request`].
pub fn post(target: &str) -> TestRequest {
    request(Method::POST, target)
}

/// A `PUT` request.
///
/// ```
/// use api_routes::test::put;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json((req.query().get("id"), req.json::<String>()?))
/// }
///
/// let route = Route::new("/api/posts/[id]", api_routes::put(handler));
/// assert_eq!(put("/api/posts/7").json("Hello").send(&route).text(), r#"["7","Hello"]"#);
/// ```
///
/// # Panics
/// As [`request`].
pub fn put(target: &str) -> TestRequest {
    request(Method::PUT, target)
}

/// A `PATCH` request.
///
/// ```
/// use api_routes::test::patch;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json((req.query().get("id"), req.json::<String>()?))
/// }
///
/// let route = Route::new("/api/posts/[id]", api_routes::patch(handler));
/// assert_eq!(patch("/api/posts/7").json("Hello").send(&route).text(), r#"["7","Hello"]"#);
/// ```
///
/// # Panics
/// As [`request`].
pub fn patch(target: &str) -> TestRequest {
    request(Method::PATCH, target)
}

/// A `DELETE` request.
///
/// ```
/// use api_routes::test::delete;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.no_content()
/// }
///
/// let route = Route::new("/api/posts/[id]", api_routes::delete(handler));
/// assert_eq!(delete("/api/posts/7").send(&route).status(), 204);
/// ```
///
/// # Panics
/// As [`request`].
pub fn delete(target: &str) -> TestRequest {
    request(Method::DELETE, target)
}

/// A request with any method. `target` is path and query, as a client sends them.
///
/// ```
/// use api_routes::test::request;
/// use api_routes::{ApiRequest, ApiResponse, Method, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.send(req.method().as_str())
/// }
///
/// let purge = Method::from_bytes(b"PURGE").unwrap();
/// assert_eq!(request(purge, "/api/x").send(&Route::new("/api/x", handler)).text(), "PURGE");
/// ```
///
/// # Panics
/// If `target` is no request target.
pub fn request(method: Method, target: &str) -> TestRequest {
    TestRequest::new(method, target)
}

/// An event as a front door sends it: one that was recorded, or written by hand. Which front door it is of
/// is told by the event itself.
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, Result, Route, test};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json((req.front_door().map(|front_door| front_door.to_string()), req.query().get("page")))
/// }
///
/// let event = r#"{
///     "requestContext": { "elb": { "targetGroupArn": "arn:aws:elasticloadbalancing:…" } },
///     "httpMethod": "GET", "path": "/api/notes", "queryStringParameters": { "page": "2" },
///     "headers": { "host": "example.com" }, "body": "", "isBase64Encoded": false
/// }"#;
/// let answer = test::event(event).send(&Route::new("/api/notes", handler));
/// assert_eq!(answer.text(), r#"["ALB","2"]"#);
/// ```
pub fn event(event: impl AsRef<[u8]>) -> TestEvent {
    TestEvent(Bytes::copy_from_slice(event.as_ref()))
}

/// What a route replies to an event.
fn reply(event: &Bytes, route: &Route) -> Result<Bytes, EventError> {
    let (front_door, mut request) = lambda_event::decode(event, None)?;
    let (mut route, late) = (route.clone(), LateWork::new());
    Arrival::wait_for(&mut request, &late);
    let reply = on_runtime(async move {
        let refusal = route.refusal(&request);
        let Ok(response) = route.call(request).await;
        let reply = lambda_event::reply(front_door, response, &refusal).await;
        late.finish().await;
        reply
    });
    match reply {
        Ok(reply) => Ok(reply.into()),
        Err(error) => panic!("the answer makes no reply: {error}"),
    }
}

/// On a thread of the runtime, so that it works in a test that has a runtime of its own as well.
fn on_runtime<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    runtime().spawn(async move {
        // The receiver is gone only if the test is.
        let _ = done.send(future.await);
    });
    match result.recv() {
        Ok(result) => result,
        Err(mpsc::RecvError) => panic!("the route panicked"),
    }
}

/// One runtime for all tests of a process: what a route keeps (a connection pool) stays alive from one
/// request to the next, as it does in a warm sandbox.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.unwrap_or_else(|error| panic!("no runtime for tests: {error}"))
    })
}

#[cfg(test)]
mod tests;
