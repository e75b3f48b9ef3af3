//! [`OrStatus`]: gives a failure a status and a message for the client.

use std::borrow::Cow;

use http::StatusCode;

use super::ApiError;
use super::BoxError;
use sealed::Sealed;

/// Gives a failure the status and the message that the client gets; the failure itself goes to the log.
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, OrStatus, Result};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     let id: u64 = req.query().get("id").unwrap_or_default().parse().or_status(400, "`id` is a number")?;
///     let post = [(1, "Hello")].into_iter().find(|(key, _)| *key == id).or_status(404, "No such post")?;
///     res.json(post)
/// }
/// ```
///
/// The trait is sealed, so that more methods can be added.
pub trait OrStatus<T>: Sealed + Sized {
    /// Returns the value, or an [`ApiError`] with this status and message.
    ///
    /// ```
    /// use api_routes::OrStatus;
    ///
    /// assert_eq!("7".parse::<u8>().or_status(400, "`id` is a number").unwrap(), 7);
    /// let error = "x".parse::<u8>().or_status(400, "`id` is a number").unwrap_err();
    /// assert_eq!((error.status().as_u16(), error.message()), (400, "`id` is a number"));
    /// assert_eq!(None::<u8>.or_status(404, "No such post").unwrap_err().status(), 404);
    /// ```
    #[track_caller]
    fn or_status<S>(self, status: S, message: impl Into<Cow<'static, str>>) -> Result<T, ApiError>
    where
        S: TryInto<StatusCode>,
        S::Error: Into<http::Error>;
}

mod sealed {
    pub trait Sealed {}

    impl<T, E> Sealed for Result<T, E> {}
    impl<T> Sealed for Option<T> {}
}

impl<T, E: Into<BoxError> + 'static> OrStatus<T> for Result<T, E> {
    fn or_status<S>(self, status: S, message: impl Into<Cow<'static, str>>) -> Result<T, ApiError>
    where
        S: TryInto<StatusCode>,
        S::Error: Into<http::Error>,
    {
        // Not `map_err`: the log would name the closure as the caller.
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(ApiError::new(status, message).caused_by(error)),
        }
    }
}

impl<T> OrStatus<T> for Option<T> {
    fn or_status<S>(self, status: S, message: impl Into<Cow<'static, str>>) -> Result<T, ApiError>
    where
        S: TryInto<StatusCode>,
        S::Error: Into<http::Error>,
    {
        match self {
            Some(value) => Ok(value),
            None => Err(ApiError::new(status, message)),
        }
    }
}
