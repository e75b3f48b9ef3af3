//! [`ToApiError`]: gives the errors of a program a status of their own.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::Cause;
use super::{ApiError, chain};

/// An error of a program that has a response for the client. [`Route::expose`](crate::Route::expose) makes a route send
/// it.
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
    /// Returns the response for the client: status, message, details and headers.
    ///
    /// The line and the backtrace in the log are always those of this error. The cause is this error too; if the
    /// returned `ApiError` has a cause of its own, such as a header that HTTP does not allow, the log names both.
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

type Expose = dyn Fn(ApiError) -> ApiError + Send + Sync;

/// The errors that a route exposes.
///
/// The types are held as a function, so that a route without exposed types links no code for them.
#[derive(Clone, Default)]
pub(crate) struct Exposed(Option<Arc<Expose>>);

impl Exposed {
    pub(crate) fn add<E: ToApiError + Send + Sync + 'static>(&mut self) {
        let earlier = self.clone();
        self.0 = Some(Arc::new(move |error| {
            let error = earlier.applied_to(error);
            match error.downcast_ref::<E>().filter(|_| error.0.is_converted).map(E::to_api_error) {
                Some(answer) => error.answered(answer),
                None => error,
            }
        }));
    }

    /// Returns the error, with the response of the first exposed type that is found in it.
    pub(crate) fn applied_to(&self, error: ApiError) -> ApiError {
        match &self.0 {
            Some(expose) => expose(error),
            None => error,
        }
    }
}

impl ApiError {
    fn answered(mut self, answer: Self) -> Self {
        let answer = *answer.0;
        self.0.is_converted = false;
        self.0.status = answer.status;
        self.0.message = answer.message;
        self.0.details = answer.details.or(self.0.details.take());
        self.put_over(&answer.headers, &|_| true);
        if let Some(cause) = answer.cause
            && let Some(source) = self.0.cause.take()
        {
            let reason = chain(cause.as_error());
            self.0.cause = Some(Cause::Boxed(Box::new(ResponseMistake { reason, source })));
        }
        self
    }
}

/// A mistake in the response of an exposed error, such as a header that HTTP does not allow. Its source is the exposed
/// error.
#[derive(Debug)]
struct ResponseMistake {
    reason: String,
    source: Cause,
}

impl Error for ResponseMistake {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_error())
    }
}

impl fmt::Display for ResponseMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl fmt::Debug for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Exposed").field(&self.0.is_some()).finish()
    }
}

#[cfg(test)]
mod tests;
