//! The response of an error: status, message, details and headers.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::ApiError;
use crate::response::{Put, Result, SetCookie, append, header, removal, set, set_cookie};

impl ApiError {
    /// Adds details to the response: any JSON, such as a list of fields with the mistake in each.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route};
    /// use serde_json::json;
    ///
    /// async fn handler(_req: ApiRequest, _res: ApiResponse) -> Result {
    ///     Err(ApiError::new(409, "Taken").with_details(json!({ "free": ["ann1", "ann2"] })))
    /// }
    ///
    /// let answer = TestRequest::post("/api/users").send(&Route::new("/api/users", handler));
    /// assert_eq!(answer.text(), r#"{"error":"Taken","details":{"free":["ann1","ann2"]}}"#);
    /// ```
    pub fn with_details(mut self, details: impl Into<Value>) -> Self {
        self.0.details = Some(details.into());
        self
    }

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
                put(&mut self.0.headers, name, value);
                self
            }
            Err(mistake) => mistake.keeping(&self.0.headers),
        }
    }

    /// Returns the status of the response.
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

    /// Returns the message of the response.
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

    /// Returns the details of the response, as [`with_details`](Self::with_details) set them.
    ///
    /// ```
    /// use api_routes::{ApiError, ApiResponse, Result};
    /// use serde_json::json;
    ///
    /// /// A shape for [`Route::errors`](api_routes::Route::errors).
    /// fn shape(error: &ApiError, res: ApiResponse) -> Result {
    ///     res.json(json!({ "message": error.message(), "fields": error.details() }))
    /// }
    /// # let error = ApiError::bad_request("no").with_details(json!([1]));
    /// # let response = shape(&error, ApiResponse::new()).unwrap();
    /// # assert_eq!(response.body().as_bytes().unwrap(), br#"{"message":"no","fields":[1]}"#);
    /// ```
    pub fn details(&self) -> Option<&Value> {
        self.0.details.as_ref()
    }

    /// Returns the headers of the response, without those that the library adds, such as `Content-Type`.
    ///
    /// In a hook of [`Route::errors`](crate::Route::errors), they include the headers that were kept from `res`.
    ///
    /// ```
    /// let error = api_routes::ApiError::new(429, "Too fast").header("retry-after", "60");
    /// assert_eq!(error.headers()["retry-after"], "60");
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    pub(crate) fn into_headers(self) -> HeaderMap {
        self.0.headers
    }
}
