//! The error that ends a stream midway.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;
use lambda_runtime::Diagnostic;

/// The error that ended a stream midway, as the function reports it to Lambda after the last piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamFailure {
    error_type: String,
    message: String,
}

impl StreamFailure {
    /// Returns `Runtime.StreamError`, or `Runtime.Panic` for a stream that panicked.
    ///
    /// ```
    /// # use api_routes::{ApiRequest, ApiResponse, Body, Result, Route, test::TestRequest};
    /// use futures_util::stream;
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.stream(stream::poll_fn(|_| -> std::task::Poll<Option<std::io::Result<String>>> {
    ///         panic!("out of paper")
    ///     }))
    /// }
    ///
    /// let route = Route::new("/api/x", handler).streaming();
    /// let mut stream = TestRequest::get("/api/x").via(api_routes::FrontDoor::RestApi).stream(&route);
    /// assert_eq!(stream.next(), None);
    /// assert_eq!(stream.failure().unwrap().error_type(), "Runtime.Panic");
    /// ```
    pub fn error_type(&self) -> &str {
        &self.error_type
    }

    /// Returns the message that Lambda gets, with at most 2,000 characters. The client gets no message.
    ///
    /// ```
    /// # use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, sse::Event, test::TestRequest};
    /// use futures_util::stream;
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.events(stream::iter([Err::<Event, _>(std::io::Error::other("out of paper"))]))
    /// }
    ///
    /// let route = Route::new("/api/x", handler).streaming();
    /// let mut stream = TestRequest::get("/api/x").stream(&route);
    /// stream.by_ref().for_each(drop);
    /// assert!(stream.failure().unwrap().message().ends_with("out of paper"));
    /// ```
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn from_trailers(trailers: &HeaderMap) -> Self {
        let body = trailers.get("lambda-runtime-function-error-body");
        let json = body.and_then(|body| BASE64_STANDARD.decode(body).ok());
        match json.as_deref().map(serde_json::from_slice) {
            Some(Ok(Diagnostic { error_type, error_message })) => Self { error_type, message: error_message },
            _ => panic!("the trailers of the stream have no error: {trailers:?}"),
        }
    }
}

/// Writes the type and the message.
impl fmt::Display for StreamFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.message)
    }
}
