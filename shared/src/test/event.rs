//! Events that a test sends to a route.

use std::time::Duration;

use bytes::Bytes;

use super::captured::Capture;
use super::failure::{Failure, unwrap};
use super::invocation::{Invocation, LambdaSide};
use super::{TestResponse, TestStream, on_runtime};
use crate::context::Context;
use crate::event::EventError;
use crate::request::ApiRequest;
use crate::route::Route;

/// An event to send to a route, recorded or written by hand.
#[derive(Clone, Debug)]
#[must_use = "an event is sent by `send`"]
pub struct TestEvent {
    pub(crate) json: Bytes,
    pub(super) lambda: LambdaSide,
}

/// The reason why [`try_reply`](TestEvent::try_reply) has no reply.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NoEvent(EventError);

impl TestEvent {
    /// Makes an event from its JSON. The event identifies its front door.
    ///
    /// ```
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
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
    /// let answer = TestEvent::new(event).send(&Route::new("/api/notes", handler));
    /// assert_eq!(answer.text(), r#"["ALB","2"]"#);
    /// ```
    pub fn new(event: impl AsRef<[u8]>) -> Self {
        Self { json: Bytes::copy_from_slice(event.as_ref()), lambda: LambdaSide::default() }
    }

    /// Sets the remaining time of the handler, as [`TestRequest::remaining_time`](super::TestRequest::remaining_time)
    /// does.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.remaining_time().map(|time| time.as_secs()))
    /// }
    ///
    /// let recorded = TestEvent::new(r#"{"httpMethod":"GET","path":"/api/time","headers":{}}"#);
    /// let answer = recorded.remaining_time(Duration::from_secs(3)).send(&Route::new("/api/time", handler));
    /// assert_eq!(answer.text(), "3");
    /// ```
    pub fn remaining_time(mut self, time: Duration) -> Self {
        self.lambda.remaining_time = Some(time);
        self
    }

    /// Sets Lambda's data about the invocation, as [`TestRequest::context`](super::TestRequest::context) does.
    ///
    /// ```
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, ApiResponse, Context, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.context().map(|context| context.invoked_function_arn()))
    /// }
    ///
    /// let context = Context::new("7f3").with_invoked_function_arn("arn:aws:lambda:us-east-1:123456789012:function:arn");
    /// let recorded = TestEvent::new(r#"{"httpMethod":"GET","path":"/api/arn","headers":{}}"#).context(context);
    /// assert!(recorded.send(&Route::new("/api/arn", handler)).text().ends_with(":arn\""));
    /// ```
    pub fn context(mut self, context: Context) -> Self {
        self.lambda.context = Some(context);
        self
    }

    /// Sends the event to a route, and waits for the response.
    ///
    /// ```
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("Hello")
    /// }
    ///
    /// let recorded = r#"{"httpMethod":"GET","path":"/api/hello","headers":{}}"#;
    /// assert_eq!(TestEvent::new(recorded).send(&Route::new("/api/hello", handler)).text(), "Hello");
    /// ```
    ///
    /// # Panics
    /// If no front door sends such an event, or the handler panics in a route whose [panics fail the
    /// invocation](Route::panics_fail_the_invocation).
    #[track_caller]
    pub fn send(self, route: &Route) -> TestResponse {
        let route = route.clone();
        unwrap(on_runtime(async move { self.answer(&route).await }))
    }

    /// Sends the event as [`send`](Self::send) does, on the task and the runtime of the test, as
    /// [`TestRequest::send_async`](super::TestRequest::send_async) does.
    ///
    /// ```
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("Hello")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let recorded = TestEvent::new(r#"{"httpMethod":"GET","path":"/api/hello","headers":{}}"#);
    /// assert_eq!(recorded.send_async(&Route::new("/api/hello", handler)).await.text(), "Hello");
    /// # }
    /// ```
    ///
    /// # Panics
    /// See [`send`](Self::send).
    pub async fn send_async(self, route: &Route) -> TestResponse {
        unwrap(self.answer(route).await)
    }

    /// Sends the event to a route that [streams](Route::streaming), and reads the response piece by piece, as
    /// [`TestRequest::stream`](super::TestRequest::stream) does.
    ///
    /// ```
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, ApiResponse, Body, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.body(Body::from("one"))
    /// }
    ///
    /// let recorded = r#"{"httpMethod":"GET","path":"/api/numbers","headers":{},"multiValueHeaders":{},
    ///     "requestContext":{"resourcePath":"/api/numbers"}}"#;
    /// let mut stream = TestEvent::new(recorded).stream(&Route::new("/api/numbers", handler).streaming());
    /// assert_eq!(stream.next().unwrap(), "one");
    /// ```
    ///
    /// # Panics
    /// If the route or the front door of the event does not stream, and in the cases of [`send`](Self::send).
    #[track_caller]
    pub fn stream(self, route: &Route) -> TestStream {
        let route = route.clone();
        unwrap(on_runtime(async move { self.open(&route).await }))
    }

    /// Sends the event as [`stream`](Self::stream) does, on the task and the runtime of the test.
    ///
    /// ```
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, ApiResponse, Body, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.body(Body::from("one"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let recorded = TestEvent::new(r#"{"httpMethod":"GET","path":"/api/numbers","headers":{}}"#);
    /// let route = Route::new("/api/numbers", handler).streaming();
    /// assert_eq!(recorded.stream_async(&route).await.next_async().await.unwrap(), "one");
    /// # }
    /// ```
    ///
    /// # Panics
    /// See [`stream`](Self::stream).
    pub async fn stream_async(self, route: &Route) -> TestStream {
        unwrap(self.open(route).await)
    }

    /// Makes the [`ApiRequest`] that a handler of the route at `path` gets, as
    /// [`TestRequest::into_api_request`](super::TestRequest::into_api_request) does.
    ///
    /// ```
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, OrStatus, Result};
    ///
    /// fn author(req: &ApiRequest) -> Result<String> {
    ///     let caller = req.caller().or_status(401, "Sign in first")?;
    ///     Ok(caller.id().to_owned())
    /// }
    ///
    /// let recorded = TestEvent::new(r#"{"httpMethod":"GET","path":"/api/me","headers":{},
    ///     "requestContext":{"authorizer":{"principalId":"ann"}}}"#);
    /// assert_eq!(author(&recorded.into_api_request("/api/me")).unwrap(), "ann");
    /// ```
    ///
    /// # Panics
    /// If no front door sends such an event, `path` is not a route, or the path of the event does not fit it.
    #[track_caller]
    pub fn into_api_request(self, path: &str) -> ApiRequest {
        let capture = Capture::new(path);
        unwrap(on_runtime(async move {
            let invocation = self.invocation(&capture.route)?;
            capture.request(invocation).await
        }))
    }

    pub(super) async fn open(self, route: &Route) -> Result<TestStream, Failure> {
        self.invocation(route)?.stream().await
    }

    pub(super) async fn answer(self, route: &Route) -> Result<TestResponse, Failure> {
        TestResponse::from_reply(&self.invocation(route)?.reply().await?)
    }

    pub(super) fn invocation(&self, route: &Route) -> Result<Invocation, Failure> {
        Invocation::new(&self.json, &self.lambda, route).map_err(Failure::Event)
    }

    /// Sends the event to a route, and returns the reply: JSON, in the form that the front door expects.
    ///
    /// ```
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.no_content()
    /// }
    ///
    /// let recorded = r#"{"httpMethod":"GET","path":"/api/hello","headers":{}}"#;
    /// let reply = TestEvent::new(recorded).reply(&Route::new("/api/hello", handler));
    /// assert_eq!(&reply[..], br#"{"statusCode":204,"multiValueHeaders":{},"isBase64Encoded":false,"body":""}"#);
    /// ```
    ///
    /// # Panics
    /// See [`send`](Self::send).
    #[track_caller]
    pub fn reply(self, route: &Route) -> Bytes {
        let invocation = unwrap(self.invocation(route));
        unwrap(on_runtime(invocation.reply()))
    }

    /// Returns the [`reply`](Self::reply) to bytes that may not be an event. Use it to test what a function does with
    /// any input.
    ///
    /// ```
    /// use api_routes::test::TestEvent;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.no_content()
    /// }
    ///
    /// assert!(TestEvent::new("{").try_reply(&Route::new("/api/hello", handler)).is_err());
    /// ```
    ///
    /// # Errors
    /// If no front door sends such an event, with the message that Lambda gets.
    ///
    /// # Panics
    /// If the handler panics in a route whose [panics fail the invocation](Route::panics_fail_the_invocation).
    #[track_caller]
    pub fn try_reply(self, route: &Route) -> Result<Bytes, NoEvent> {
        let invocation = Invocation::new(&self.json, &self.lambda, route).map_err(NoEvent)?;
        Ok(unwrap(on_runtime(invocation.reply())))
    }
}
