//! Conversion of an [`ApiError`] to an `anyhow::Error`, and back.

use std::panic::Location;
use std::ptr;

use super::ApiError;
use super::BoxError;
use super::{Cause, StandardError};

/// Converts an `ApiError` by `?` in a function that returns an `anyhow::Result`. This needs the feature `anyhow`.
///
/// If `?` converts it back, the `ApiError` has its status, message, details and headers again, even below a context.
/// The log gets the contexts too.
///
/// ```
/// use anyhow::Context;
/// use api_routes::ApiError;
///
/// fn find(id: u32) -> api_routes::Result<u32> {
///     if id == 7 { Ok(id) } else { Err(ApiError::new(404, "No such post")) }
/// }
///
/// fn load(id: u32) -> anyhow::Result<u32> {
///     let found: anyhow::Result<u32> = find(id).map_err(Into::into);
///     found.context("loading the front page")
/// }
///
/// fn handler() -> api_routes::Result<u32> {
///     Ok(load(8)?)
/// }
///
/// assert_eq!(handler().unwrap_err().status(), 404);
/// ```
impl From<ApiError> for anyhow::Error {
    fn from(error: ApiError) -> Self {
        Self::new(StandardError(error))
    }
}

impl ApiError {
    /// Returns the error that `?` makes of an error of `anyhow`: the `ApiError` within it, or a hidden 500.
    pub(super) fn from_anyhow(error: anyhow::Error, place: &'static Location<'static>) -> Self {
        let cause = match bare(error) {
            Ok(StandardError(error)) => return error,
            Err(error) => Cause::Anyhow(error),
        };
        let Some(StandardError(within)) = cause.downcast_ref() else {
            return Self::hidden_by_conversion(place, cause);
        };
        let mut error = Self::with(within.0.status, within.0.message.clone(), within.0.place.or(Some(place)));
        error.0.details.clone_from(&within.0.details);
        error.0.headers.clone_from(&within.0.headers);
        error.0.is_converted = within.0.is_converted;
        error.with_cause(cause)
    }
}

/// Returns the error that was converted to `anyhow`, if it has no context.
fn bare(error: anyhow::Error) -> Result<StandardError, anyhow::Error> {
    if (*error).is::<StandardError>() {
        return error.downcast();
    }
    // `anyhow::Error::from_boxed` shows the box as its own type. With a context, the box is at another address.
    match error.downcast_ref::<BoxError>() {
        Some(boxed) if ptr::addr_eq(boxed, &raw const *error) => {}
        _ => return Err(error),
    }
    let boxed = error.downcast::<BoxError>()?;
    boxed.downcast::<StandardError>().map(|error| *error).map_err(anyhow::Error::from_boxed)
}

#[cfg(test)]
mod tests;
