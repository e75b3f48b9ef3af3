//! The headers of an error: the methods that [`ApiError`] has in common with [`ApiResponse`](super::ApiResponse).

use http::{HeaderName, HeaderValue};

use super::{Put, Result, SetCookie, header, removal, set, set_cookie};
use crate::error::ApiError;
use crate::header_list::append;

impl ApiError {
    /// Sets a header of the response, such as `www-authenticate` or `retry-after`.
    ///
    /// If HTTP does not allow the header, the client gets a hidden 500, and the log has the mistake.
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

    /// Adds a header to the response and keeps those of the same name, as
    /// [`ApiResponse::append_header`](crate::ApiResponse::append_header) does.
    ///
    /// ```
    /// use api_routes::ApiError;
    ///
    /// let error = ApiError::new(401, "Sign in first")
    ///     .append_header("www-authenticate", "Basic")
    ///     .append_header("www-authenticate", "Bearer");
    /// assert_eq!(error.headers().get_all("www-authenticate").iter().collect::<Vec<_>>(), ["Basic", "Bearer"]);
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

    /// Adds a `Set-Cookie` to the response, as [`ApiResponse::cookie`](crate::ApiResponse::cookie) does.
    ///
    /// ```
    /// use api_routes::cookie::time::Duration;
    /// use api_routes::{ApiError, Cookie};
    ///
    /// let ended = Cookie::build(("session", "")).path("/").max_age(Duration::ZERO);
    /// let error = ApiError::new(401, "Your session is over").cookie(ended);
    /// assert_eq!(error.headers()["set-cookie"], "session=; Path=/; Max-Age=0");
    /// ```
    #[track_caller]
    pub fn cookie<'c>(self, cookie: impl Into<SetCookie<'c>>) -> Self {
        let header = set_cookie(&cookie.into());
        self.put(header, append)
    }

    /// Removes a cookie from the client that was set with `Path=/`, as
    /// [`ApiResponse::clear_cookie`](crate::ApiResponse::clear_cookie) does.
    ///
    /// ```
    /// use api_routes::ApiError;
    ///
    /// let error = ApiError::new(401, "Your session is over").clear_cookie("session");
    /// assert!(error.headers()["set-cookie"].to_str().unwrap().starts_with("session=; Path=/; Max-Age=0;"));
    /// ```
    #[track_caller]
    pub fn clear_cookie(self, name: &str) -> Self {
        self.cookie(removal(name))
    }

    fn put(mut self, header: Result<(HeaderName, HeaderValue)>, put: Put) -> Self {
        match header {
            Ok((name, value)) => {
                put(self.headers_mut(), name, value);
                self
            }
            Err(mistake) => mistake.keeping(self.headers()),
        }
    }
}
