//! Sends requests to a route in memory, for the tests of functions: without a socket, AWS, or a tokio runtime in the
//! test.
//!
//! ```
//! use api_routes::{ApiRequest, ApiResponse, Result, Route};
//! use api_routes::test::TestRequest;
//!
//! async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
//!     res.json(req.query().get("id"))
//! }
//!
//! let answer = TestRequest::get("/api/posts/7?id=9").send(&Route::new("/api/posts/[id]", handler));
//! assert_eq!(answer.status(), 200);
//! assert_eq!(answer.text(), "\"7\"");
//! ```
//!
//! A request takes the same path as in a deployment: it becomes the event of a [`FrontDoor`], by default an HTTP API,
//! and the response is read from the reply. [`via`](TestRequest::via) chooses another front door. A [`TestEvent`] is a
//! recorded event.
//!
//! | to test | use |
//! |---|---|
//! | a route | [`send`](TestRequest::send) |
//! | a route that calls a service of the test | [`send_async`](TestRequest::send_async) |
//! | a route that streams | [`stream`](TestRequest::stream), [`stream_async`](TestRequest::stream_async) |
//! | a handler with a deadline | [`remaining_time`](TestRequest::remaining_time) |
//! | a handler that asks who is calling | [`claims`](TestRequest::claims), [`authorizer_context`](TestRequest::authorizer_context), [`iam_caller`](TestRequest::iam_caller) |
//! | a function that a handler calls | [`into_api_request`](TestRequest::into_api_request) |
//!
//! A response prints in a form for snapshot tests, with its headers in order:
//!
//! ```
//! # use api_routes::{ApiRequest, ApiResponse, Result, Route, test::TestRequest};
//! async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
//!     res.status(201).header("cache-control", "no-store").send("hello")
//! }
//!
//! let answer = TestRequest::get("/api/hello").send(&Route::new("/api/hello", handler).no_etag());
//! let expected = "201 Created\ncache-control: no-store\ncontent-type: text/plain; charset=utf-8\n\nhello";
//! assert_eq!(answer.to_string(), expected);
//! ```

mod alb;
mod authorizer;
mod captured;
mod event;
mod failure;
mod http_api;
mod invocation;
mod request;
mod response;
mod rest_api;
mod sending;
mod sent;
mod signing_in;
mod stream;

use std::cell::Cell;
use std::sync::{OnceLock, mpsc};

use tokio::runtime::Runtime;

pub use event::{NoEvent, TestEvent};
pub use request::TestRequest;
pub use response::TestResponse;
pub use stream::{StreamFailure, TestStream};

use crate::FrontDoor;

/// Runs a future on the runtime of the tests and waits for it. This also works in a test that has its own runtime.
fn on_runtime<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    runtime().spawn(async move {
        // The receiver is dropped only if the test has ended.
        let _ = done.send(future.await);
    });
    let wait = || result.recv();
    // A handler that sends a request itself blocks a thread of the runtime, which may be the only one.
    match if ON_RUNTIME.get() { tokio::task::block_in_place(wait) } else { wait() } {
        Ok(result) => result,
        Err(mpsc::RecvError) => panic!("the tests' runtime has lost this request"),
    }
}

thread_local! {
    /// Whether this is a thread of the runtime of the tests.
    static ON_RUNTIME: Cell<bool> = const { Cell::new(false) };
}

/// Returns the runtime that all tests of a process share: a connection pool that a route keeps lives from one request
/// to the next, as in a warm sandbox.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .on_thread_start(|| ON_RUNTIME.set(true))
            .enable_all()
            .build();
        runtime.unwrap_or_else(|error| panic!("no runtime for tests: {error}"))
    })
}

#[cfg(test)]
mod tests;
