//! [`ApiError`]: an error with its response.

mod answer;
mod chain;
mod conversion;
mod expose;
mod kept;
mod or_status;
mod report;
#[cfg(feature = "anyhow")]
mod through_anyhow;

#[cfg(feature = "anyhow")]
use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

pub(crate) use chain::chain;
use chain::sources;
pub(crate) use expose::Exposed;
pub use expose::ToApiError;
pub use or_status::OrStatus;

/// Any boxed error: of a body, or of the service of a layer. Tower and axum have the same type under the same name.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// An error with the status and the message that the client gets.
///
/// `?` converts any other error into an `ApiError`: a 500 `Internal Server Error`. The message of the error goes to the
/// log and never to the client. This holds for each type that is `Into<Box<dyn Error + Send + Sync>>`: errors, boxed
/// errors, text, and `anyhow::Error`. To send a message to the client, use [`ApiError::new`] or
/// [`OrStatus::or_status`].
///
/// The log also names the line on which the error became an `ApiError`: the line of the `?`, or of the call to one of
/// these functions. A function that is passed as a value, as in `.map_err(ApiError::from)`, does not know its caller,
/// so the log names no line: write `?`, or a closure. With `RUST_BACKTRACE=1`, the log also has the backtrace.
///
/// The response is JSON, `{"error": message}`, with `details` if the error has any. A client whose `Accept` prefers
/// text gets the message alone. [`Route::errors`](crate::Route::errors) gives the response another form.
///
/// The headers that the handler and its wrappers set on `res` before they failed are sent too, so that a 404 keeps its
/// `Access-Control-Allow-Origin`. A header of the error replaces a header of the same name; its `Set-Cookie` and `Vary`
/// lines are added. These headers of `res` are not sent:
///
/// - headers that describe a body or a location that is not sent (`Content-Type` and the like, `ETag`, `Last-Modified`,
///   `Accept-Ranges`, `Location`);
/// - a `Cache-Control` without `no-store` and `no-cache`, and an `Expires` with a date, since a cache would store the
///   error;
/// - for a status of 500 or above, `Set-Cookie`, since the handler may have failed before its work was done. A cookie
///   that the error itself sets is sent.
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
///
/// The compiler warns about an error that is made and not returned:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// use api_routes::{ApiError, ApiRequest, ApiResponse, Result};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     if req.query().get("color").is_none() {
///         ApiError::bad_request("`color` is missing");
///     }
///     res.end()
/// }
/// ```
// `ApiError` does not implement `std::error::Error`: that would conflict with the `From` for every other error, as in
// `anyhow::Error`.
#[must_use = "return the error: `Err(error)`"]
pub struct ApiError(Box<ErrorParts>);

/// The message of an error whose cause the client must not see.
const HIDDEN: &str = "Internal Server Error";

struct ErrorParts {
    status: StatusCode,
    message: Cow<'static, str>,
    details: Option<Value>,
    headers: HeaderMap,
    cause: Option<Cause>,
    /// The line of the program that made this error; `None` if the library made it, for a reason that has no line of
    /// the program.
    place: Option<&'static Location<'static>>,
    /// Whether `?` made this error, so that the program has not chosen its status.
    is_converted: bool,
    /// Captured only for an error that is logged, and only if `RUST_BACKTRACE` asks for backtraces.
    backtrace: Option<Box<Backtrace>>,
}

impl ApiError {
    /// Makes an error whose status, from 400 to 599, and message are sent to the client.
    ///
    /// Any other status is a mistake of the handler: it means that nothing failed, or cannot end a response. The client
    /// gets a hidden 500, and the log has the mistake.
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
            Ok(status) => Self::with_status(status, message.into()),
            Err(error) => Self::hidden(error.into()),
        }
    }

    // Not generic, so that all types of statuses and messages share one copy.
    #[track_caller]
    fn with_status(status: StatusCode, message: Cow<'static, str>) -> Self {
        if matches!(status.as_u16(), 400..=599) {
            return Self::with(status, message, Some(Location::caller()));
        }
        Self::hidden(format!("status {} is not the status of an error: use 400 to 599", status.as_u16()))
    }

    /// Makes a 400 with a message for the client.
    ///
    /// ```
    /// assert_eq!(api_routes::ApiError::bad_request("`color` is missing").status(), 400);
    /// ```
    #[track_caller]
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::with(StatusCode::BAD_REQUEST, message.into(), Some(Location::caller()))
    }

    /// Makes a 500 `Internal Server Error`. The cause goes to the log alone.
    ///
    /// ```
    /// let error = api_routes::ApiError::hidden("the table `users` is gone");
    /// assert_eq!(error.message(), "Internal Server Error");
    /// ```
    #[track_caller]
    pub fn hidden(cause: impl Into<BoxError> + 'static) -> Self {
        Self::hidden_at(Some(Location::caller()), Cause::new(cause))
    }

    /// Makes a hidden 500 for a reason that has no line of the program, such as a response that the front door cannot
    /// carry.
    pub(crate) fn hidden_without_place(cause: impl Into<BoxError> + 'static) -> Self {
        Self::hidden_at(None, Cause::new(cause))
    }

    /// Makes a hidden 500 whose cause is already in the log.
    pub(crate) fn hidden_and_logged() -> Self {
        Self::with(StatusCode::INTERNAL_SERVER_ERROR, Cow::Borrowed(HIDDEN), None)
    }

    fn hidden_at(place: Option<&'static Location<'static>>, cause: Cause) -> Self {
        Self::with(StatusCode::INTERNAL_SERVER_ERROR, Cow::Borrowed(HIDDEN), place).with_cause(cause)
    }

    fn with(
        status: StatusCode,
        message: Cow<'static, str>,
        place: Option<&'static Location<'static>>,
    ) -> Self {
        let headers = HeaderMap::new();
        let inner = ErrorParts {
            status,
            message,
            details: None,
            headers,
            cause: None,
            place,
            is_converted: false,
            backtrace: None,
        };
        Self(Box::new(inner))
    }

    fn with_cause(mut self, cause: Cause) -> Self {
        let is_captured = self.0.backtrace.is_some() || cause.backtrace().is_some();
        if self.0.status.is_server_error() && !is_captured {
            let backtrace = Backtrace::capture();
            if backtrace.status() == BacktraceStatus::Captured {
                self.0.backtrace = Some(Box::new(backtrace));
            }
        }
        self.0.cause = Some(cause);
        self
    }

    /// Adds a cause, which goes to the log alone.
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
    pub fn caused_by(self, cause: impl Into<BoxError> + 'static) -> Self {
        self.with_cause(Cause::new(cause))
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

/// The error below an [`ApiError`].
enum Cause {
    Boxed(BoxError),
    /// An error of `anyhow`, not boxed: in a box it hides the type of the error that it was made of.
    #[cfg(feature = "anyhow")]
    Anyhow(anyhow::Error),
}

impl Cause {
    #[cfg(not(feature = "anyhow"))]
    fn new<E: Into<BoxError> + 'static>(error: E) -> Self {
        Self::Boxed(error.into())
    }

    #[cfg(feature = "anyhow")]
    fn new<E: Into<BoxError> + 'static>(error: E) -> Self {
        let mut error = Some(error);
        let anyhow = (&mut error as &mut dyn Any).downcast_mut::<Option<anyhow::Error>>();
        match (anyhow.and_then(Option::take), error) {
            (None, Some(error)) => Self::Boxed(error.into()),
            (Some(error), _) => Self::Anyhow(error),
            // Exactly one of the two is `Some`.
            (None, None) => Self::Boxed(HIDDEN.into()),
        }
    }

    fn as_error(&self) -> &(dyn Error + 'static) {
        match self {
            Self::Boxed(error) => &**error,
            #[cfg(feature = "anyhow")]
            Self::Anyhow(error) => error.as_ref(),
        }
    }

    fn into_boxed(self) -> BoxError {
        match self {
            Self::Boxed(error) => error,
            #[cfg(feature = "anyhow")]
            Self::Anyhow(error) => error.reallocate_into_boxed_dyn_error_without_backtrace(),
        }
    }

    fn downcast_ref<E: Error + Send + Sync + 'static>(&self) -> Option<&E> {
        #[cfg(feature = "anyhow")]
        if let Self::Anyhow(error) = self
            // `anyhow` also finds the type of a context, and the box that the error was made of.
            && let Some(found) = error.downcast_ref().or_else(|| unboxed(&**error.downcast_ref::<BoxError>()?))
        {
            return Some(found);
        }
        sources(self.as_error()).find_map(|error| {
            // If a source is an `ApiError`, its cause may find more types than its sources show.
            unboxed(error).or_else(|| error.downcast_ref::<StandardError>()?.0.downcast_ref())
        })
    }

    /// Returns the backtrace that an error has captured itself.
    fn backtrace(&self) -> Option<&Backtrace> {
        match self {
            Self::Boxed(_) => None,
            #[cfg(feature = "anyhow")]
            Self::Anyhow(error) => {
                Some(error.backtrace()).filter(|backtrace| backtrace.status() == BacktraceStatus::Captured)
            }
        }
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_error(), f)
    }
}

fn unboxed<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    error
        .downcast_ref()
        .or_else(|| error.downcast_ref::<Box<E>>().map(|error| &**error))
        .or_else(|| error.downcast_ref::<Arc<E>>().map(|error| &**error))
}

/// An [`ApiError`] as a standard error.
struct StandardError(ApiError);

impl Error for StandardError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl fmt::Debug for StandardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for StandardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status().as_u16(), self.0.message())
    }
}

#[cfg(test)]
mod tests;
