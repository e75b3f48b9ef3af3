//! `res`: what the client gets.

mod content;
mod finish;
mod kept;
mod mistake;
mod set_cookie;

use cookie::Cookie;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::body::Body;
use crate::error::{ApiError, Result};
pub use content::Content;
pub(crate) use kept::KeptHeaders;
use kept::UnsentHeaders;
use mistake::Mistake;
pub use set_cookie::SetCookie;

/// A finished response.
pub type Response = http::Response<Body>;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub(crate) const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// An unfinished response, Next's `res`.
///
/// `status`, `header` and `cookie` prepare it; `json`, `send`, `redirect`, `end` and the like finish it.
/// Finishing consumes it: a handler that responds twice does not compile, and neither does one that returns nothing.
/// A mistake in a preparing step (a status of 99, a header with a line break or with text beyond Latin-1, a cookie
/// whose path holds a `;`) waits until the response is finished, and is a hidden 500 then.
///
/// If the handler returns an error instead of finishing its `res`, the headers of `res` are sent with the error. See
/// [`ApiError`] for those that are not.
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
#[must_use = "an answer is finished by `json`, `send`, `redirect` or `end`"]
pub struct ApiResponse {
    status: StatusCode,
    headers: UnsentHeaders,
    /// The first one.
    mistake: Option<ApiError>,
}

impl Default for ApiResponse {
    fn default() -> Self {
        Self::new()
    }
}

impl ApiResponse {
    /// An empty 200.
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

    /// An empty 200 whose headers are kept if it is dropped before it is finished.
    pub(crate) fn keeping(kept: KeptHeaders) -> Self {
        Self::with_headers(StatusCode::OK, UnsentHeaders::new(kept))
    }

    /// One that has the status and the headers of an error already.
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

    /// Sets the status, Next's `res.status`. The last call counts.
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

    /// Sets a header, Next's `res.setHeader`: what it held before is gone.
    ///
    /// Text beyond ASCII goes to the front door as it is, up to `U+00FF`. Any other letter is a mistake, as in Node:
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

    /// Adds a header beside those of its name, Next's `res.appendHeader`. A `Set-Cookie` that is there
    /// already, letter for letter, is not sent twice.
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

    /// Adds a `Set-Cookie`: a pair of name and value, or a [`Cookie`] with its attributes. The value is
    /// percent-encoded where it must be, and [`req.cookies()`](crate::ApiRequest::cookies) decodes it.
    ///
    /// A `Path` or `Domain` with a `;` or a control character is a mistake, as a header with a line break is: it would
    /// add attributes of its own.
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

    /// Tells the client to forget a cookie that was set with `Path=/`.
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

/// A cookie that makes the client forget the cookie of this name, which was set with `Path=/`.
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

/// Next sends each line of `Set-Cookie` once, so that what is set in two places is set once.
pub(crate) fn append(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if name != SET_COOKIE || headers.get_all(&name).iter().all(|line| *line != value) {
        headers.append(name, value);
    }
}

/// The response, if front doors take its status and the text of its headers, which a program may have put there itself.
pub(crate) fn checked(mut response: Response) -> Result {
    let wide_text = mistake::without_wide_text(response.headers_mut());
    match final_status(response.status()).err().or(wide_text) {
        None => Ok(response),
        Some(mistake) => Err(ApiError::hidden_without_place(mistake).keeping(response.headers())),
    }
}

/// The status, or why it cannot be the final one: one below 200 cannot, and front doors take none above 599.
pub(crate) fn final_status(status: StatusCode) -> Result<StatusCode, String> {
    match status.as_u16() {
        200..=599 => Ok(status),
        status => Err(format!("status {status} ends no answer: 200 to 599 do")),
    }
}

/// A cookie as its header.
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
    // Not `map_err`: a closure would be the caller that the log names.
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
