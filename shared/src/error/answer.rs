//! The response of an error: status, message, details and headers.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::ApiError;

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

    pub(crate) fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.headers
    }

    pub(crate) fn into_headers(self) -> HeaderMap {
        self.0.headers
    }
}
