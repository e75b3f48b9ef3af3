//! Responses of a route, as a test gets them.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tower::BoxError;

use super::failure::Failure;

/// The response of a route, as it is in the reply. Headers that a front door adds are missing.
///
/// It prints its status, its headers by name, and its body.
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.status(201).cookie(("a", "1")).json(["made"])
/// }
///
/// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
/// assert_eq!(answer.status(), 201);
/// assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
/// assert_eq!(answer.set_cookies(), ["a=1"]);
/// assert_eq!(answer.json::<Vec<String>>(), ["made"]);
/// ```
#[derive(Clone, Debug)]
pub struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The members of a reply to any front door.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReplyMembers {
    #[serde(flatten)]
    head: Head,
    body: String,
    is_base64_encoded: bool,
}

/// The members of a reply without its body: the prelude of a stream.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    multi_value_headers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    cookies: Vec<String>,
}

impl Head {
    fn with_body(self, body: Bytes) -> Result<TestResponse, BoxError> {
        let mut headers = HeaderMap::new();
        let single = self.headers.into_iter();
        let multi = self.multi_value_headers.into_iter();
        let cookies = self.cookies.into_iter().map(|cookie| (SET_COOKIE.to_string(), cookie));
        let multi =
            multi.flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)));
        for (name, value) in single.chain(multi).chain(cookies) {
            headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        }
        Ok(TestResponse { status: StatusCode::from_u16(self.status_code)?, headers, body })
    }
}

fn read<T: DeserializeOwned>(
    json: &[u8],
    response: impl FnOnce(T) -> Result<TestResponse, BoxError>,
) -> Result<TestResponse, Failure> {
    serde_json::from_slice(json)
        .map_err(Into::into)
        .and_then(response)
        .map_err(|error| Failure::NoHttp(format!("{error}: {}", String::from_utf8_lossy(json)).into()))
}

impl TestResponse {
    pub(super) fn from_reply(reply: &[u8]) -> Result<Self, Failure> {
        read(reply, |ReplyMembers { head, body, is_base64_encoded }| {
            let body = if is_base64_encoded { BASE64_STANDARD.decode(body)? } else { body.into() };
            head.with_body(body.into())
        })
    }

    /// Reads the head of a stream, whose body comes later.
    pub(super) fn from_prelude(prelude: &[u8]) -> Result<Self, Failure> {
        read(prelude, |head: Head| head.with_body(Bytes::new()))
    }

    /// Returns the status, which compares with a number: `assert_eq!(answer.status(), 200)`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.status(201).end()
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.status(), 201);
    /// ```
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the first header of a name, if it is text.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.header("cache-control", "no-store").end()
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    /// assert_eq!(answer.header("vary"), None);
    /// ```
    pub fn header(&self, name: &str) -> Option<&str> {
        text(self.headers.get(name)?)
    }

    /// Returns all headers.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.header("vary", "origin").end()
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert!(answer.headers().contains_key("vary"));
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the `Set-Cookie` lines, in their order.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.cookie(("b", "1")).cookie(("a", "2")).end()
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.set_cookies(), ["b=1", "a=2"]);
    /// ```
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(SET_COOKIE).iter().filter_map(text).collect()
    }

    /// Returns the body as text. Bytes that are not UTF-8 are replaced.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("hello")
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.text(), "hello");
    /// ```
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body, byte for byte.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(vec![0xff, 0])
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.bytes()[..], [0xff, 0]);
    /// ```
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Reads the body as JSON.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json([1, 2])
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.json::<Vec<u8>>(), [1, 2]);
    /// ```
    ///
    /// # Panics
    /// If the body is not JSON of this type.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("the answer is not the JSON expected: {error}: {}", self.text()),
        }
    }
}

/// Returns the whole value. A reply is JSON, so its headers are text, though not always ASCII.
fn text(value: &HeaderValue) -> Option<&str> {
    std::str::from_utf8(value.as_bytes()).ok()
}

/// Writes the status, the headers by name, an empty line, and the body, or its length if it is not text.
impl fmt::Display for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        let mut names: Vec<_> = self.headers.keys().collect();
        names.sort_unstable_by_key(|name| name.as_str());
        for name in names {
            for value in self.headers.get_all(name) {
                writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
            }
        }
        match std::str::from_utf8(&self.body) {
            Ok(text) => write!(f, "\n{text}"),
            Err(_) => write!(f, "\n({} bytes)", self.body.len()),
        }
    }
}
