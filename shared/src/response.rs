//! `res`: the response that a handler prepares and finishes.

mod content;
mod error_headers;
mod finish;
mod kept;
mod mistake;
mod set_cookie;

use cookie::Cookie;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::body::Body;
use crate::error::ApiError;
use crate::header_list::append;
pub use content::Content;
pub(crate) use kept::KeptHeaders;
use kept::UnsentHeaders;
use mistake::Mistake;
pub use set_cookie::SetCookie;

/// A finished response: an `http::Response` with a [`Body`].
pub type Response = http::Response<Body>;

/// The result of a handler. `Result` alone means a finished [`Response`], or an [`ApiError`].
pub type Result<T = Response, E = ApiError> = std::result::Result<T, E>;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub(crate) const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// A response that is not finished yet, `res` in Next.js.
///
/// `status`, `header` and `cookie` prepare the response; `json`, `send`, `redirect`, `end` and others finish it.
/// Finishing consumes the `ApiResponse`, so a handler that responds twice does not compile, and neither does one that
/// returns nothing. A mistake in a preparing step becomes a hidden 500 when the response is finished. Such mistakes are
/// a status of 99, a header with a line break or with text beyond Latin-1, and a cookie whose path contains a `;`.
///
/// If the handler returns an error instead, the headers of `res` are sent with the error. [`ApiError`] lists the
/// exceptions.
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, Result};
/// use serde_json::json;
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.status(200).header("cache-control", "no-store").json(json!({ "name": "John Doe" }))
/// }
/// ```
#[derive(Debug)]
#[must_use = "finish the response with `json`, `send`, `redirect` or `end`"]
pub struct ApiResponse {
    status: StatusCode,
    headers: UnsentHeaders,
    /// The first mistake of a preparing step.
    mistake: Option<ApiError>,
}

impl Default for ApiResponse {
    fn default() -> Self {
        Self::new()
    }
}

impl ApiResponse {
    /// Makes a response with status 200 and no headers. A handler gets one as `res`.
    ///
    /// ```
    /// use api_routes::ApiResponse;
    ///
    /// let response = ApiResponse::new().send("made outside of a handler").unwrap();
    /// assert_eq!(response.status(), 200);
    /// ```
    pub fn new() -> Self {
        Self::with_headers(StatusCode::OK, UnsentHeaders::default())
    }

    /// Makes an empty 200 whose headers are kept if it is dropped before it is finished.
    pub(crate) fn keeping(kept: KeptHeaders) -> Self {
        Self::with_headers(StatusCode::OK, UnsentHeaders::new(kept))
    }

    /// Makes a response with the status and the headers of an error.
    pub(crate) fn of_error(error: &ApiError) -> Self {
        Self::with_headers(error.status(), UnsentHeaders::from(error.headers().clone()))
    }

    fn with_headers(status: StatusCode, headers: UnsentHeaders) -> Self {
        Self { status, headers, mistake: None }
    }

    fn with_mistake(mut self, mistake: ApiError) -> Self {
        self.mistake.get_or_insert(mistake);
        self
    }

    fn put(mut self, header: Result<(HeaderName, HeaderValue)>, put: Put) -> Self {
        match header {
            Ok((name, value)) => {
                put(&mut self.headers.map, name, value);
                self
            }
            Err(mistake) => self.with_mistake(mistake),
        }
    }

    /// Sets the status, `res.status` in Next.js. The last call counts.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.status(201).json("made")
    /// }
    ///
    /// assert_eq!(TestRequest::get("/api/x").send(&Route::new("/api/x", handler)).status(), 201);
    /// ```
    #[track_caller]
    pub fn status<S>(mut self, status: S) -> Self
    where
        S: TryInto<StatusCode>,
        S::Error: Into<http::Error>,
    {
        match status.try_into() {
            Ok(status) => {
                self.status = status;
                self
            }
            Err(error) => self.with_mistake(ApiError::hidden(error.into())),
        }
    }

    /// Sets a header, `res.setHeader` in Next.js. A value that the header had before is replaced.
    ///
    /// Text up to `U+00FF` goes to the front door as it is. Any other character is a mistake, as in Node.js:
    /// percent-encode the value.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.header("cache-control", "max-age=60").send("kept for a minute")
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.header("cache-control"), Some("max-age=60"));
    /// ```
    #[track_caller]
    pub fn header<N, V>(self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        N::Error: Into<http::Error>,
        V: TryInto<HeaderValue>,
        V::Error: Into<http::Error>,
    {
        let header = header(name, value);
        self.put(header, set)
    }

    /// Adds a header and keeps those of the same name, `res.appendHeader` in Next.js. A `Set-Cookie` line that is
    /// already set is not sent twice.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, FrontDoor, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.append_header("vary", "accept").append_header("vary", "origin").end()
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").via(FrontDoor::RestApi).send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.headers().get_all("vary").iter().collect::<Vec<_>>(), ["accept", "origin"]);
    /// ```
    #[track_caller]
    pub fn append_header<N, V>(self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        N::Error: Into<http::Error>,
        V: TryInto<HeaderValue>,
        V::Error: Into<http::Error>,
    {
        let header = header(name, value);
        self.put(header, append)
    }

    /// Adds a `Set-Cookie`: a pair of name and value, or a [`Cookie`] with its attributes. The value is percent-encoded
    /// where it must be, and [`req.cookies()`](crate::ApiRequest::cookies) decodes it.
    ///
    /// A `Path` or `Domain` with a `;` or a control character is a mistake, since it would add attributes of its own.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Cookie, Result, SameSite};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     let session = Cookie::build(("session", "s3cret")).path("/").http_only(true).same_site(SameSite::Lax);
    ///     res.cookie(("theme", "dark")).cookie(session).send("Welcome")
    /// }
    /// ```
    #[track_caller]
    pub fn cookie<'c>(self, cookie: impl Into<SetCookie<'c>>) -> Self {
        let header = set_cookie(&cookie.into());
        self.put(header, append)
    }

    /// Removes a cookie from the client that was set with `Path=/`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.clear_cookie("session").no_content()
    /// }
    ///
    /// let answer = TestRequest::get("/api/logout").send(&Route::new("/api/logout", handler));
    /// assert!(answer.set_cookies()[0].starts_with("session=; Path=/; Max-Age=0;"));
    /// ```
    #[track_caller]
    pub fn clear_cookie(self, name: &str) -> Self {
        self.cookie(removal(name))
    }
}

/// Returns the cookie that removes the cookie of this name, which was set with `Path=/`.
pub(crate) fn removal(name: &str) -> Cookie<'_> {
    let mut gone = Cookie::build((name, "")).path("/").build();
    gone.make_removal();
    gone
}

/// A way to add a header: [`set`] or [`append`].
pub(crate) type Put = fn(&mut HeaderMap, HeaderName, HeaderValue);

/// Replaces the header.
pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.insert(name, value);
}

/// Returns the response, if a front door can carry its status and the text of its headers. Layers and handlers can set
/// both without `ApiResponse`.
pub(crate) fn checked(mut response: Response) -> Result {
    let wide_text = mistake::without_wide_text(response.headers_mut());
    match final_status(response.status()).err().or(wide_text) {
        None => Ok(response),
        Some(mistake) => Err(ApiError::hidden_without_place(mistake).keeping(response.headers())),
    }
}

/// Returns the status if it can end a response. A status below 200 cannot, and front doors carry none above 599.
pub(crate) fn final_status(status: StatusCode) -> Result<StatusCode, String> {
    match status.as_u16() {
        200..=599 => Ok(status),
        status => Err(format!("status {status} cannot be the status of a response: use 200 to 599")),
    }
}

/// Returns the header of a cookie.
#[track_caller]
pub(crate) fn set_cookie(cookie: &SetCookie<'_>) -> Result<(HeaderName, HeaderValue)> {
    match cookie.line() {
        Ok(line) => header(SET_COOKIE, line),
        Err(error) => Err(ApiError::hidden(error)),
    }
}

#[track_caller]
pub(crate) fn header<N, V>(name: N, value: V) -> Result<(HeaderName, HeaderValue)>
where
    N: TryInto<HeaderName>,
    N::Error: Into<http::Error>,
    V: TryInto<HeaderValue>,
    V::Error: Into<http::Error>,
{
    // Not `map_err`: the log would name the closure as the caller.
    let header = match (name.try_into(), value.try_into()) {
        (Ok(name), Ok(value)) => mistake::checked(name, value),
        (Ok(name), Err(error)) => Err(Mistake::Value { name, source: error.into() }),
        (Err(error), _) => return Err(ApiError::hidden(error.into())),
    };
    match header {
        Ok(header) => Ok(header),
        Err(mistake) => Err(ApiError::hidden(mistake)),
    }
}

#[cfg(test)]
mod tests;
