//! [`ToApiError`]: errors of a program's own types get a status of their own.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::ApiError;

/// An error of a program that has an answer for the client. A route names it once, by
/// [`Route::expose`](crate::Route::expose).
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, ToApiError};
///
/// #[derive(Debug, thiserror::Error)]
/// enum ShopError {
///     #[error("{0} is sold out")]
///     SoldOut(&'static str),
///     #[error("the shelf {shelf} fell over")]
///     Broken { shelf: u32 },
/// }
///
/// impl ToApiError for ShopError {
///     fn to_api_error(&self) -> ApiError {
///         match self {
///             Self::SoldOut(_) => ApiError::new(409, self.to_string()),
///             Self::Broken { .. } => ApiError::new(503, "Come back later").header("retry-after", "60"),
///         }
///     }
/// }
///
/// fn buy(what: &'static str) -> Result<u32, ShopError> {
///     if what == "tea" { Err(ShopError::SoldOut(what)) } else { Err(ShopError::Broken { shelf: 7 }) }
/// }
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     let price = buy(if req.query().get("what") == Some("tea") { "tea" } else { "milk" })?;
///     res.json(price)
/// }
///
/// let route = Route::new("/api/buy", handler).expose::<ShopError>();
/// let answer = TestRequest::get("/api/buy?what=tea").send(&route);
/// assert_eq!((answer.status().as_u16(), answer.text().as_str()), (409, r#"{"error":"tea is sold out"}"#));
/// assert_eq!(TestRequest::get("/api/buy?what=milk").send(&route).header("retry-after"), Some("60"));
/// ```
pub trait ToApiError: Error {
    /// The answer for the client: status, message, details and headers.
    ///
    /// The cause, the place and the backtrace for the log are those of this error itself, also if the answer has others.
    ///
    /// ```
    /// use api_routes::{ApiError, ToApiError};
    ///
    /// #[derive(Debug, thiserror::Error)]
    /// #[error("no such post: {0}")]
    /// struct NoPost(u32);
    ///
    /// impl ToApiError for NoPost {
    ///     fn to_api_error(&self) -> ApiError {
    ///         ApiError::new(404, "No such post")
    ///     }
    /// }
    ///
    /// assert_eq!(NoPost(7).to_api_error().status(), 404);
    /// ```
    fn to_api_error(&self) -> ApiError;
}

type Expose = fn(&ApiError) -> Option<ApiError>;

/// The types of errors that a route exposes. Most routes have none, and pay nothing.
#[derive(Clone, Default)]
pub(crate) struct Exposed(Option<Arc<Vec<Expose>>>);

impl Exposed {
    pub(crate) fn add<E: ToApiError + Send + Sync + 'static>(&mut self) {
        let expose: Expose = |error| error.downcast_ref::<E>().map(E::to_api_error);
        Arc::make_mut(self.0.get_or_insert_default()).push(expose);
    }

    /// The error with the answer of the first type that is found, if no other status was chosen for it.
    pub(crate) fn applied_to(&self, mut error: ApiError) -> ApiError {
        let exposed = self.0.as_deref().filter(|_| error.0.is_converted);
        let Some(answer) = exposed.and_then(|exposed| exposed.iter().find_map(|expose| expose(&error)))
        else {
            return error;
        };
        error.0.is_converted = false;
        error.0.status = answer.0.status;
        error.0.message = answer.0.message;
        error.0.details = answer.0.details.or(error.0.details.take());
        error.put_over(&answer.0.headers, &|_| true);
        error
    }
}

impl fmt::Debug for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Exposed").field(&self.0.as_ref().map_or(0, |exposed| exposed.len())).finish()
    }
}

#[cfg(test)]
mod tests;
