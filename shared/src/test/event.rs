//! An event on its way to a route.

use bytes::Bytes;

use super::{TestResponse, reply};
use crate::event::EventError;
use crate::route::Route;

/// An event to send to a route.
#[derive(Clone, Debug)]
#[must_use = "an event is sent by `send`"]
pub struct TestEvent(pub(crate) Bytes);

/// Why [`try_reply`](TestEvent::try_reply) has no reply.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NoEvent(EventError);

impl TestEvent {
    /// An event as a front door sends it, recorded or written by hand. The event identifies its front door.
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
        Self(Bytes::copy_from_slice(event.as_ref()))
    }

    /// Sends it to a route, and waits for the answer.
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
    /// If no front door sends such an event, or the handler panics in a route that
    /// [fails the invocation](Route::panics_fail_the_invocation) then.
    pub fn send(self, route: &Route) -> TestResponse {
        TestResponse::from_reply(&self.reply(route))
    }

    /// Sends it to a route, and gives the reply as it is: JSON, in the form that the front door wants.
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
    /// As [`send`](Self::send).
    pub fn reply(self, route: &Route) -> Bytes {
        self.try_reply(route).unwrap_or_else(|error| panic!("no front door sends this event: {error}"))
    }

    /// As [`reply`](Self::reply), for what may be no event: a test of what a function answers to anything at all.
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
    /// What is wrong with the event, as the function tells Lambda.
    ///
    /// # Panics
    /// If the handler panics in a route that [fails the invocation](Route::panics_fail_the_invocation) then.
    pub fn try_reply(self, route: &Route) -> Result<Bytes, NoEvent> {
        reply(&self.0, route).map_err(NoEvent)
    }
}
