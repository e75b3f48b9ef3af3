//! Errors that know their answer.

mod or_status;
mod report;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::panic::Location;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use crate::response::{Response, final_status, header};
pub use or_status::OrStatus;
pub(crate) use report::chain;

/// What a handler returns. It is written `Result` alone: a finished [`Response`], or an [`ApiError`].
pub type Result<T = Response, E = ApiError> = std::result::Result<T, E>;

/// An error with the status and the words that the client gets.
///
/// Any other error becomes one by `?`: a 500 `Internal Server Error` whose own message goes to the log and
/// never to the client. To speak to the client, say so: [`ApiError::new`], or [`OrStatus::or_status`].
///
/// The log also names the line on which the error became an `ApiError`: the line of the `?`, or of the call of one of
/// these functions. A function that is passed as a value, as in `.map_err(ApiError::from)`, does not know its caller, so
/// the log names no line: write `?`, or a closure. With `RUST_BACKTRACE=1` the log has the backtrace too.
///
/// The answer is JSON, `{"error": message}`, with `details` if there are any; to a client whose `Accept`
/// prefers text it is the message alone. [`Route::errors`](crate::Route::errors) gives it another shape.
///
/// ```
/// use api_routes::{ApiError, ApiRequest, ApiResponse, Result};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     match req.query().get("color") {
///         Some("red") => res.send("stop"),
///         Some(_) => Err(ApiError::new(404, "No such color")),
///         None => Err(ApiError::bad_request("`color` is missing")),
///     }
/// }
/// ```
// It is no `std::error::Error` itself: that would clash with the `From` of every other error below, as in
// `anyhow::Error`.
pub struct ApiError(Box<Inner>);

/// All that a client learns of an error that was not meant for it.
const HIDDEN: &str = "Internal Server Error";

/// The parts of a failure, whatever its type was.
type Cause = Box<dyn Error + Send + Sync>;

struct Inner {
    status: StatusCode,
    message: Cow<'static, str>,
    details: Option<Value>,
    headers: HeaderMap,
    cause: Option<Cause>,
    /// Where a program made this error; `None` if the library did, for a reason that has no line of the program.
    place: Option<&'static Location<'static>>,
    /// Only of an error that is logged, and only if `RUST_BACKTRACE` asks for backtraces.
    backtrace: Option<Box<Backtrace>>,
}

impl ApiError {
    /// An error that the client is told.
    ///
    /// A status that can end no answer (below 200, above 599) is a mistake of the handler: a 500, with the mistake in the log.
    ///
    /// ```
    /// use api_routes::ApiError;
    ///
    /// let error = ApiError::new(404, "No such post");
    /// assert_eq!((error.status().as_u16(), error.message()), (404, "No such post"));
    /// ```
    #[track_caller]
    pub fn new<S>(status: S, message: impl Into<Cow<'static, str>>) -> Self
    where
        S: TryInto<StatusCode>,
        S::Error: Into<http::Error>,
    {
        match status.try_into() {
            Ok(status) => Self::with_final_status(status, message.into()),
            Err(error) => Self::hidden(error.into()),
        }
    }

    // One copy for all types of statuses and messages.
    #[track_caller]
    fn with_final_status(status: StatusCode, message: Cow<'static, str>) -> Self {
        match final_status(status) {
            Ok(status) => Self::with(status, message, Some(Location::caller())),
            Err(mistake) => Self::hidden(mistake),
        }
    }

    /// 400, with a message for the client.
    ///
    /// ```
    /// assert_eq!(api_routes::ApiError::bad_request("`color` is missing").status(), 400);
    /// ```
    #[track_caller]
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::with(StatusCode::BAD_REQUEST, message.into(), Some(Location::caller()))
    }

    /// 500 `Internal Server Error`; the cause is for the log alone.
    ///
    /// ```
    /// let error = api_routes::ApiError::hidden("the table `users` is gone");
    /// assert_eq!(error.message(), "Internal Server Error");
    /// ```
    #[track_caller]
    pub fn hidden(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::hidden_at(Some(Location::caller()), cause.into())
    }

    /// A hidden 500 for a reason that has no line of the program, such as a response that the front door cannot carry.
    pub(crate) fn hidden_without_place(cause: impl Into<Cause>) -> Self {
        Self::hidden_at(None, cause.into())
    }

    /// A hidden 500 whose cause is in the log already.
    pub(crate) fn hidden_and_logged() -> Self {
        Self::with(StatusCode::INTERNAL_SERVER_ERROR, Cow::Borrowed(HIDDEN), None)
    }

    pub(crate) fn hidden_at(place: Option<&'static Location<'static>>, cause: Cause) -> Self {
        Self::with(StatusCode::INTERNAL_SERVER_ERROR, Cow::Borrowed(HIDDEN), place).with_cause(cause)
    }

    fn with(
        status: StatusCode,
        message: Cow<'static, str>,
        place: Option<&'static Location<'static>>,
    ) -> Self {
        let headers = HeaderMap::new();
        Self(Box::new(Inner { status, message, details: None, headers, cause: None, place, backtrace: None }))
    }

    fn with_cause(mut self, cause: Cause) -> Self {
        self.0.cause = Some(cause);
        if self.0.status.is_server_error() && self.0.backtrace.is_none() {
            let backtrace = Backtrace::capture();
            if backtrace.status() == BacktraceStatus::Captured {
                self.0.backtrace = Some(Box::new(backtrace));
            }
        }
        self
    }

    /// Adds `details` to the answer: any JSON, such as a list of fields and what is wrong with each.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route};
    /// use serde_json::json;
    ///
    /// async fn handler(_req: ApiRequest, _res: ApiResponse) -> Result {
    ///     Err(ApiError::new(409, "Taken").details(json!({ "free": ["ann1", "ann2"] })))
    /// }
    ///
    /// let answer = TestRequest::post("/api/users").send(&Route::new("/api/users", handler));
    /// assert_eq!(answer.text(), r#"{"error":"Taken","details":{"free":["ann1","ann2"]}}"#);
    /// ```
    #[must_use]
    pub fn details(mut self, details: impl Into<Value>) -> Self {
        self.0.details = Some(details.into());
        self
    }

    /// Adds a cause, for the log alone.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     let limit = std::env::var("NO_SUCH_LIMIT");
    ///     let limit = limit.map_err(|error| ApiError::new(503, "Come back later").caused_by(error))?;
    ///     res.send(limit)
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.text(), r#"{"error":"Come back later"}"#);
    /// ```
    #[must_use]
    pub fn caused_by(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.with_cause(cause.into())
    }

    /// Sets a header of the answer, such as `www-authenticate` or `retry-after`.
    ///
    /// One that HTTP does not allow is a mistake of the handler: a 500, with the mistake in the log.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, _res: ApiResponse) -> Result {
    ///     Err(ApiError::new(429, "Too fast").header("retry-after", "60"))
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!((answer.status().as_u16(), answer.header("retry-after")), (429, Some("60")));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        N::Error: Into<http::Error>,
        V: TryInto<HeaderValue>,
        V::Error: Into<http::Error>,
    {
        match header(name, value) {
            Ok((name, value)) => {
                self.0.headers.insert(name, value);
                self
            }
            Err(mistake) => mistake,
        }
    }

    /// The status of the answer.
    ///
    /// ```
    /// use api_routes::ApiError;
    ///
    /// assert_eq!(ApiError::new(409, "Taken").status(), 409);
    /// assert_eq!(ApiError::from(std::fmt::Error).status(), 500);
    /// ```
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The message of the answer.
    ///
    /// ```
    /// use api_routes::ApiError;
    ///
    /// assert_eq!(ApiError::new(409, "Taken").message(), "Taken");
    /// assert_eq!(ApiError::from(std::fmt::Error).message(), "Internal Server Error");
    /// ```
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The details of the answer, as [`details`](Self::details) set them.
    ///
    /// ```
    /// use api_routes::{ApiError, ApiResponse, Result};
    /// use serde_json::json;
    ///
    /// /// A shape for [`Route::errors`](api_routes::Route::errors).
    /// fn shape(error: &ApiError, res: ApiResponse) -> Result {
    ///     res.json(json!({ "message": error.message(), "fields": error.get_details() }))
    /// }
    /// # let error = ApiError::bad_request("no").details(json!([1]));
    /// # let response = shape(&error, ApiResponse::new()).unwrap();
    /// # assert_eq!(response.body().as_bytes().unwrap(), br#"{"message":"no","fields":[1]}"#);
    /// ```
    pub fn get_details(&self) -> Option<&Value> {
        self.0.details.as_ref()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    pub(crate) fn into_headers(self) -> HeaderMap {
        self.0.headers
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for ApiError {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::hidden(error)
    }
}

/// For where any error goes: a stream that fails midway, or a program of one's own.
impl From<ApiError> for Box<dyn Error + Send + Sync> {
    fn from(error: ApiError) -> Self {
        error.to_string().into()
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.0.status)
            .field("message", &self.0.message)
            .field("details", &self.0.details)
            .field("cause", &self.0.cause)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status.as_u16(), self.0.message)?;
        self.cause().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

#[cfg(test)]
mod tests;
