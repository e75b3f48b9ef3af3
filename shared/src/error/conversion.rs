//! Conversions: any error becomes an [`ApiError`], and an [`ApiError`] becomes a standard error.

use std::error::Error;
use std::panic::Location;

use super::{ApiError, BoxError, Cause, HIDDEN, StandardError};

impl ApiError {
    /// Returns the cause: the error that `?` converted, or the error of [`caused_by`](Self::caused_by).
    ///
    /// The client never sees it. Its own causes are its [`source`](Error::source), and so on.
    ///
    /// ```
    /// use api_routes::ApiError;
    ///
    /// let error = ApiError::from("x".parse::<u8>().unwrap_err());
    /// assert_eq!(error.source().unwrap().to_string(), "invalid digit found in string");
    /// assert!(ApiError::new(404, "No such post").source().is_none());
    /// ```
    pub fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause.as_ref().map(Cause::as_error)
    }

    /// Returns the first error of this type among the cause and its sources, also in a `Box` or an `Arc`.
    ///
    /// An error that shows another error as itself, such as `#[error(transparent)]` of `thiserror` and
    /// `std::io::Error`, is found by its own type only. Within an `anyhow::Error`, only errors below a context are
    /// found, unless the feature `anyhow` is on.
    ///
    /// ```
    /// use std::num::ParseIntError;
    ///
    /// use api_routes::ApiError;
    ///
    /// let error = ApiError::from("x".parse::<u8>().unwrap_err());
    /// assert!(error.downcast_ref::<ParseIntError>().is_some());
    /// assert!(error.downcast_ref::<std::io::Error>().is_none());
    /// ```
    pub fn downcast_ref<E: Error + Send + Sync + 'static>(&self) -> Option<&E> {
        self.0.cause.as_ref()?.downcast_ref()
    }

    /// Returns the line where the error became an `ApiError`. For a response that the library makes itself, such as a
    /// 413, this is a line of the library, or `None`. It is also `None` where a function does not know its caller, as
    /// in `.map_err(ApiError::from)`.
    ///
    /// ```
    /// use api_routes::ApiError;
    ///
    /// let error = ApiError::new(404, "No such post");
    /// assert_eq!(error.location().unwrap().line(), line!() - 1);
    /// ```
    pub fn location(&self) -> Option<&'static Location<'static>> {
        // If a function was passed as a value, its caller is the standard library, and that line does not help.
        self.0.place.filter(|place| !place.file().ends_with("core/src/ops/function.rs"))
    }

    /// Converts the error to a standard error, for a program that passes it on. [`ApiError`] is not a standard error
    /// itself.
    ///
    /// The message and the sources stay. A hidden 500 becomes its cause. Any other error is the same `ApiError` again
    /// when `?` converts it back. For `anyhow`, `?` is enough: see the feature `anyhow`.
    ///
    /// ```
    /// use api_routes::ApiError;
    ///
    /// fn load() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    ///     Err(ApiError::new(404, "No such post").into_boxed_error())
    /// }
    ///
    /// fn answer() -> api_routes::Result<()> {
    ///     Ok(load()?)
    /// }
    ///
    /// assert_eq!(load().unwrap_err().to_string(), "404 No such post");
    /// assert_eq!(answer().unwrap_err().status(), 404);
    /// ```
    pub fn into_boxed_error(mut self) -> BoxError {
        if self.0.message == HIDDEN
            && let Some(cause) = self.0.cause.take()
        {
            return cause.into_boxed();
        }
        Box::new(StandardError(self))
    }
}

/// Converts any error to a hidden 500.
///
/// `anyhow::Error`, boxed errors and text are converted too. For a type that is not an error, such as an enum without
/// `Display`, write a `From`:
///
/// ```
/// use api_routes::ApiError;
///
/// enum Shop {
///     SoldOut,
///     Closed,
/// }
///
/// impl From<Shop> for ApiError {
///     // The log then names the line of the `?`, and not a line of this function.
///     #[track_caller]
///     fn from(error: Shop) -> Self {
///         match error {
///             Shop::SoldOut => Self::new(409, "Sold out"),
///             Shop::Closed => Self::new(503, "Closed"),
///         }
///     }
/// }
///
/// fn buy() -> Result<u32, Shop> {
///     Err(Shop::SoldOut)
/// }
///
/// fn handler() -> api_routes::Result<u32> {
///     Ok(buy()? + 1)
/// }
///
/// assert_eq!(handler().unwrap_err().status(), 409);
/// # let _ = Shop::Closed;
/// ```
impl<E: Into<BoxError> + 'static> From<E> for ApiError {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::converted(Location::caller(), Cause::new(error))
    }
}

impl ApiError {
    // Not generic, so that all types of errors share one copy.
    fn converted(place: &'static Location<'static>, cause: Cause) -> Self {
        let cause = match cause {
            Cause::Boxed(error) => match error.downcast::<StandardError>() {
                Ok(again) => return again.0,
                Err(error) => Cause::Boxed(error),
            },
            #[cfg(feature = "anyhow")]
            Cause::Anyhow(error) => return Self::from_anyhow(error, place),
        };
        Self::hidden_by_conversion(place, cause)
    }

    pub(super) fn hidden_by_conversion(place: &'static Location<'static>, cause: Cause) -> Self {
        let mut error = Self::hidden_at(Some(place), cause);
        error.0.is_converted = true;
        error
    }
}

#[cfg(test)]
mod tests;
