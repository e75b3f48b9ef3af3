//! A streamed response, as a test reads it.

mod failure;
mod pieces;

use std::fmt;
use std::future::poll_fn;
use std::mem;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, StatusCode};

use super::failure::Failure;
use super::{TestResponse, on_runtime};
pub use failure::StreamFailure;
pub(super) use pieces::OpenBody;
use pieces::Pieces;

/// Eight NUL bytes end the prelude:
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>
const DELIMITER: &[u8] = &[0; 8];

/// The response of a route that [streams](crate::Route::streaming), as the function sends it to Lambda: the status and the
/// headers, then the pieces as they come.
///
/// It is an [`Iterator`] of pieces; an asynchronous test uses [`next_async`](Self::next_async). The stream of the
/// handler is polled for a piece only when the test asks for it. Empty pieces are left out. After the last piece, work
/// for [`wait_until`](crate::ApiRequest::wait_until) is done, then the iterator ends.
///
/// Dropping the `TestStream` drops the stream of the handler and the late work. [`close`](Self::close) drops the stream
/// and does the work.
///
/// ```
/// use api_routes::sse::Event;
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
/// use futures_util::{StreamExt, stream};
///
/// async fn ticks(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.events(stream::iter(1..).map(|n| Event::new().json(n)))
/// }
///
/// let route = Route::new("/api/ticks", ticks).streaming();
/// let mut stream = TestRequest::get("/api/ticks").stream(&route);
/// assert_eq!(stream.status(), 200);
/// assert_eq!(stream.header("content-type"), Some("text/event-stream"));
/// assert_eq!(stream.next().unwrap(), "data: 1\n\n");
/// assert_eq!(stream.next().unwrap(), "data: 2\n\n");
/// ```
#[must_use = "a stream does nothing until the test reads its pieces"]
pub struct TestStream {
    head: TestResponse,
    pieces: Pieces,
}

impl TestStream {
    /// Reads the head. `late` is the work at the end.
    pub(super) async fn begin(body: OpenBody, late: BoxFuture<'static, ()>) -> Result<Self, Failure> {
        let mut pieces = Pieces::new(body, late);
        let first = poll_fn(|cx| pieces.poll_next(cx)).await.unwrap_or_default();
        let no_prelude = || Failure::NoHttp("the stream has no prelude".into());
        let prelude = first.strip_suffix(DELIMITER).ok_or_else(no_prelude)?;
        Ok(Self { head: TestResponse::from_prelude(prelude)?, pieces })
    }

    /// Returns the status, which compares with a number.
    ///
    /// ```
    /// # use api_routes::{ApiRequest, ApiResponse, Body, Result, Route, test::TestRequest};
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.status(203).body(Body::from("a copy"))
    /// }
    ///
    /// let route = Route::new("/api/copy", handler).streaming();
    /// assert_eq!(TestRequest::get("/api/copy").stream(&route).status(), 203);
    /// ```
    pub fn status(&self) -> StatusCode {
        self.head.status()
    }

    /// Returns the first header of a name, if it is text.
    ///
    /// ```
    /// # use api_routes::{ApiRequest, ApiResponse, Body, Result, Route, test::TestRequest};
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.header("content-type", "text/csv").body(Body::from("a,b\n"))
    /// }
    ///
    /// let route = Route::new("/api/table", handler).streaming();
    /// assert_eq!(TestRequest::get("/api/table").stream(&route).header("content-type"), Some("text/csv"));
    /// ```
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// Returns all headers.
    ///
    /// ```
    /// # use api_routes::{ApiRequest, ApiResponse, Body, Result, Route, test::TestRequest};
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.header("vary", "accept").body(Body::from("hello"))
    /// }
    ///
    /// let route = Route::new("/api/x", handler).streaming();
    /// assert!(TestRequest::get("/api/x").stream(&route).headers().contains_key("vary"));
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// Returns the `Set-Cookie` lines, in their order.
    ///
    /// ```
    /// # use api_routes::{ApiRequest, ApiResponse, Body, Result, Route, test::TestRequest};
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.cookie(("b", "1")).cookie(("a", "2")).body(Body::from("hello"))
    /// }
    ///
    /// let route = Route::new("/api/x", handler).streaming();
    /// assert_eq!(TestRequest::get("/api/x").stream(&route).set_cookies(), ["b=1", "a=2"]);
    /// ```
    pub fn set_cookies(&self) -> Vec<&str> {
        self.head.set_cookies()
    }

    /// Waits for the next piece on the task of the test. Returns `None` after the last piece.
    ///
    /// If the future is dropped before it is ready, no piece is lost.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Body, Result, Route, test::TestRequest};
    /// use futures_util::{StreamExt, stream};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.stream(stream::iter(["one", "two"]).map(Ok::<_, std::io::Error>))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let route = Route::new("/api/x", handler).streaming();
    /// let mut stream = TestRequest::get("/api/x").stream_async(&route).await;
    /// let mut text = Vec::new();
    /// while let Some(piece) = stream.next_async().await {
    ///     text.extend(piece);
    /// }
    /// assert_eq!(text, b"onetwo");
    /// # }
    /// ```
    pub async fn next_async(&mut self) -> Option<Bytes> {
        poll_fn(|cx| self.pieces.poll_next(cx)).await
    }

    /// Returns the error that ended the stream midway. It is `None` while pieces come, and after a complete stream.
    ///
    /// ```
    /// use std::io;
    ///
    /// use api_routes::{ApiRequest, ApiResponse, Body, Result, Route, test::TestRequest};
    /// use futures_util::stream;
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.stream(stream::iter([Ok("one"), Err(io::Error::other("lost the rest"))]))
    /// }
    ///
    /// let route = Route::new("/api/x", handler).streaming();
    /// let mut stream = TestRequest::get("/api/x").stream(&route);
    /// assert_eq!(stream.by_ref().collect::<Vec<_>>(), ["one"]);
    /// let failure = stream.failure().unwrap();
    /// assert_eq!(failure.error_type(), "Runtime.StreamError");
    /// assert_eq!(failure.message(), "the response's body failed: lost the rest");
    /// ```
    pub fn failure(&self) -> Option<&StreamFailure> {
        self.pieces.failure()
    }

    /// Ends the stream early, as when Lambda closes the connection: drops the stream of the handler, then waits for
    /// work for [`wait_until`](crate::ApiRequest::wait_until).
    ///
    /// ```
    /// use std::sync::atomic::{AtomicBool, Ordering};
    ///
    /// use api_routes::sse::Event;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route, test::TestRequest};
    /// use futures_util::{StreamExt, stream};
    ///
    /// static LEFT: AtomicBool = AtomicBool::new(false);
    ///
    /// async fn ticks(req: ApiRequest, res: ApiResponse) -> Result {
    ///     req.wait_until(async { LEFT.store(true, Ordering::Relaxed) });
    ///     res.events(stream::iter(1..).map(|n| Event::new().json(n)))
    /// }
    ///
    /// let route = Route::new("/api/ticks", ticks).streaming();
    /// let mut stream = TestRequest::get("/api/ticks").stream(&route);
    /// assert_eq!(stream.by_ref().take(3).count(), 3);
    /// stream.close();
    /// assert!(LEFT.load(Ordering::Relaxed));
    /// ```
    pub fn close(self) {
        on_runtime(self.close_async());
    }

    /// Ends the stream as [`close`](Self::close) does, on the task of the test.
    ///
    /// ```
    /// # use api_routes::{ApiRequest, ApiResponse, Body, Result, Route, test::TestRequest};
    /// # async fn handler(_req: ApiRequest, res: ApiResponse) -> Result { res.body(Body::from("hello")) }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let route = Route::new("/api/x", handler).streaming();
    /// let stream = TestRequest::get("/api/x").stream_async(&route).await;
    /// stream.close_async().await;
    /// # }
    /// ```
    pub async fn close_async(self) {
        self.pieces.close().await;
    }
}

impl Iterator for TestStream {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let mut pieces = mem::take(&mut self.pieces);
        let (pieces, next) = on_runtime(async move {
            let next = poll_fn(|cx| pieces.poll_next(cx)).await;
            (pieces, next)
        });
        self.pieces = pieces;
        next
    }
}

impl fmt::Debug for TestStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestStream")
            .field("status", &self.status())
            .field("headers", self.headers())
            .field("failure", &self.failure())
            .finish_non_exhaustive()
    }
}
