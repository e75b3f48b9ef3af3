//! The body of a request: as a type, as text and as bytes.

use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::ApiRequest;
use super::charset::Charset;
use crate::decode;
use crate::error::ApiError;
use crate::ows::trimmed;
use crate::response::Result;

impl ApiRequest {
    /// Reads the body as a type of yours, by its content type, `req.body` in Next.js: JSON (`application/json`,
    /// `+json`), a form (`application/x-www-form-urlencoded`), or text (`text/…`), which fills a string. An empty JSON
    /// body is `{}`.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct NewUser {
    ///     name: String,
    /// }
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let user: NewUser = req.body()?;
    ///     res.status(201).json(user.name)
    /// }
    /// ```
    ///
    /// # Errors
    /// 400 `Invalid JSON` if the JSON is malformed. 400 `Invalid body` if the body does not fit `T`, with the path of
    /// the first field that does not fit, or if its charset is not UTF-8, as for [`text`](Self::text). 415 for any
    /// other content type, or without a content type: read such a body with [`text`](Self::text),
    /// [`bytes`](Self::bytes), or the method that names the format.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T> {
        self.expect_utf8()?;
        match self.media_type().as_str() {
            "application/x-www-form-urlencoded" => self.form(),
            essence if essence == "application/json" || essence.ends_with("+json") => self.json(),
            essence if essence.starts_with("text/") => {
                decode::text(self.text()?).map_err(|fault| fault.named("Invalid body"))
            }
            _ => Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Expected `content-type: application/json` or `application/x-www-form-urlencoded`",
            )),
        }
    }

    /// Reads the body as JSON, whatever its content type.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let numbers: Vec<f64> = req.json()?;
    ///     res.json(numbers.iter().sum::<f64>())
    /// }
    ///
    /// let route = Route::new("/api/sum", handler);
    /// assert_eq!(TestRequest::post("/api/sum").body("[1, 2.5]").send(&route).text(), "3.5");
    /// assert_eq!(TestRequest::post("/api/sum").body("[1, ").send(&route).text(), r#"{"error":"Invalid JSON"}"#);
    /// ```
    ///
    /// # Errors
    /// 400 `Invalid JSON` or `Invalid body`, as for [`body`](Self::body).
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        decode::json(&self.body).map_err(decode::Fault::in_json)
    }

    /// Reads the body as a form, whatever its content type. Repeated keys fill a `Vec`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Login {
    ///     name: String,
    ///     #[serde(default)]
    ///     scope: Vec<String>,
    /// }
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let Login { name, scope } = req.form()?;
    ///     res.json((name, scope))
    /// }
    ///
    /// let route = Route::new("/api/login", handler);
    /// assert_eq!(TestRequest::post("/api/login").body("name=Ann&scope=a&scope=b").send(&route).text(), r#"["Ann",["a","b"]]"#);
    /// ```
    ///
    /// # Errors
    /// 400 `Invalid body`, with the name of the field.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T> {
        decode::form(&self.body).map_err(|fault| fault.named("Invalid body"))
    }

    /// Returns the body as text, without a byte order mark.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.text()?.lines().count())
    /// }
    ///
    /// let route = Route::new("/api/lines", handler);
    /// assert_eq!(TestRequest::post("/api/lines").body("one\ntwo").send(&route).text(), "2");
    /// assert_eq!(TestRequest::post("/api/lines").body(vec![0xff]).send(&route).status(), 400);
    /// ```
    ///
    /// # Errors
    /// 400 `Invalid body` if the body is not UTF-8, or if its content type names another charset. A body of ASCII is
    /// accepted under the name of any charset that contains ASCII, such as `latin1`, `windows-1252` or `shift_jis`.
    /// Next.js decodes each charset; here, a function that needs one passes [`bytes`](Self::bytes) to the `encoding_rs`
    /// crate.
    pub fn text(&self) -> Result<&str> {
        self.expect_utf8()?;
        std::str::from_utf8(decode::without_bom(&self.body))
            .map_err(|error| ApiError::bad_request("Invalid body").caused_by(error))
    }

    /// Returns the body, byte for byte as the client sent it, for example to check the signature of a webhook. The
    /// parsed body stays available, while Next.js needs `bodyParser: false` and then parses nothing.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.bytes().iter().map(|byte| u32::from(*byte)).sum::<u32>())
    /// }
    ///
    /// let route = Route::new("/api/sum", handler);
    /// assert_eq!(TestRequest::post("/api/sum").body(vec![0xff, 0x01]).send(&route).text(), "256");
    /// ```
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Returns the content type without its parameters, in lower case; empty if there is none.
    fn media_type(&self) -> String {
        let essence = self.content_type().next().unwrap_or_default();
        trimmed(&String::from_utf8_lossy(essence)).to_ascii_lowercase()
    }

    /// Checks that the body can be read as UTF-8.
    fn expect_utf8(&self) -> Result<()> {
        let is_utf8 = |name: &[u8]| match Charset::from_name(name) {
            Charset::Utf8 => true,
            Charset::AsciiCompatible => self.body.is_ascii(),
            Charset::Other => false,
        };
        if self.content_type().skip(1).filter_map(charset).all(is_utf8) {
            return Ok(());
        }
        let expected = json!([{ "path": "", "message": "expected `charset=utf-8`" }]);
        Err(ApiError::bad_request("Invalid body").with_details(expected))
    }

    /// Returns the media type, then its parameters.
    fn content_type(&self) -> impl Iterator<Item = &[u8]> {
        let value = self.head.headers.get(CONTENT_TYPE).map_or(&[][..], |value| value.as_bytes());
        value.split(|byte| *byte == b';')
    }
}

/// Returns the value of a parameter, if its name is `charset`.
fn charset(parameter: &[u8]) -> Option<&[u8]> {
    let equals = parameter.iter().position(|byte| *byte == b'=')?;
    let name = parameter[..equals].trim_ascii();
    name.eq_ignore_ascii_case(b"charset").then_some(parameter[equals + 1..].trim_ascii())
}
