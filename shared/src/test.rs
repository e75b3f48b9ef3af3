//! Requests in memory, for the tests of functions: no socket, no AWS, no runtime of one's own.
//!
//! ```
//! use api_routes::{ApiRequest, ApiResponse, Result, Route};
//! use api_routes::test::get;
//!
//! async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
//!     res.json(req.query().get("id"))
//! }
//!
//! let answer = get("/api/posts/7?id=9").send(&Route::new("/api/posts/[id]", handler));
//! assert_eq!(answer.status(), 200);
//! assert_eq!(answer.text(), "\"7\"");
//! ```

use std::collections::BTreeMap;
use std::sync::{OnceLock, mpsc};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::runtime::Runtime;
use tower::Service;

use crate::body::Body;
use crate::event::{Arrival, http_api};
use crate::route::{Parameter, PathEncoding, Pattern};
use crate::runtime::LateWork;
use crate::service::Route;

/// A `GET` request.
pub fn get(target: &str) -> TestRequest {
    request(Method::GET, target)
}

/// A `POST` request.
pub fn post(target: &str) -> TestRequest {
    request(Method::POST, target)
}

/// A `PUT` request.
pub fn put(target: &str) -> TestRequest {
    request(Method::PUT, target)
}

/// A `PATCH` request.
pub fn patch(target: &str) -> TestRequest {
    request(Method::PATCH, target)
}

/// A `DELETE` request.
pub fn delete(target: &str) -> TestRequest {
    request(Method::DELETE, target)
}

/// A request with any method. `target` is path and query, as a client sends them.
///
/// # Panics
/// If `target` is no request target.
pub fn request(method: Method, target: &str) -> TestRequest {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = match target.parse::<Uri>() {
        Ok(uri) => uri,
        Err(error) => panic!("`{target}` is no request target: {error}"),
    };
    TestRequest(request)
}

/// A request in the making.
#[derive(Debug)]
#[must_use = "a request is sent by `send`"]
pub struct TestRequest(Request<Body>);

impl TestRequest {
    /// Adds a header.
    ///
    /// # Panics
    /// If HTTP does not allow it.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => self.0.headers_mut().append(name, value),
            _ => panic!("`{name}: {value}` is no header"),
        };
        self
    }

    /// Adds a cookie. Its value is sent as it is.
    ///
    /// # Panics
    /// If HTTP does not allow it.
    pub fn cookie(self, name: &str, value: &str) -> Self {
        self.header(COOKIE.as_str(), &format!("{name}={value}"))
    }

    /// A body as it is, without a content type.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.0.body_mut() = body.into();
        self
    }

    /// A JSON body.
    ///
    /// # Panics
    /// If the value does not serialise.
    pub fn json(self, value: impl Serialize) -> Self {
        let json = serde_json::to_vec(&value).unwrap_or_else(|error| panic!("the body is no JSON: {error}"));
        self.header(CONTENT_TYPE.as_str(), "application/json").body(json)
    }

    /// A form, as a browser sends one.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.header(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded").body(form)
    }

    /// Sends it to a route as an HTTP API would, and waits for the answer: the path is percent-decoded, the
    /// values of a repeated header are one. What the handler left to
    /// [`wait_until`](crate::ApiRequest::wait_until) is done when this returns.
    ///
    /// # Panics
    /// If the route's answer is a stream that fails.
    pub fn send(self, route: &Route) -> TestResponse {
        let mut route = route.clone();
        let mut request = arrived(self.0, route.pattern());
        let late = LateWork::new();
        Arrival::wait_for(&mut request, &late);
        let (answered, answer) = mpsc::channel();
        // On a thread of the runtime, so that it works in a test that has a runtime of its own as well.
        runtime().spawn(async move {
            let Ok(response) = route.call(request).await;
            let (head, body) = response.into_parts();
            let response = body.bytes().await.map(|body| TestResponse {
                status: head.status,
                headers: head.headers,
                body,
            });
            late.finish().await;
            // The receiver is gone only if the test is.
            let _ = answered.send(response);
        });
        match answer.recv() {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => panic!("the answer's body failed: {error}"),
            Err(mpsc::RecvError) => panic!("the route panicked"),
        }
    }
}

/// The request after its way through the event of an HTTP API.
fn arrived(request: Request<Body>, pattern: &Pattern) -> Request<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let event = json!({
        "rawPath": percent_decode_str(path).decode_utf8_lossy(),
        "rawQueryString": head.uri.query().unwrap_or_default(),
        "cookies": head.headers.get_all(COOKIE).iter().map(text).collect::<Vec<_>>(),
        "headers": joined(&head.headers),
        "pathParameters": path_parameters(path, pattern),
        "requestContext": { "http": { "method": head.method.as_str() }, "stage": "$default" },
        "body": BASE64_STANDARD.encode(body.as_bytes().unwrap_or_default()),
        "isBase64Encoded": true,
    });
    match http_api::decode(&event.to_string().into(), None) {
        Ok(request) => request,
        Err(error) => panic!("no HTTP API would send this request: {error}"),
    }
}

fn joined(headers: &HeaderMap) -> BTreeMap<&str, String> {
    let names = headers.keys().filter(|name| **name != COOKIE);
    names
        .map(|name| (name.as_str(), headers.get_all(name).iter().map(text).collect::<Vec<_>>().join(",")))
        .collect()
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// As the gateway finds them, segment by segment in the path that is not decoded yet.
fn path_parameters(path: &str, pattern: &Pattern) -> BTreeMap<String, String> {
    let parameters = pattern.parameters(path, PathEncoding::Percent).unwrap_or_default();
    let text = |(name, parameter): (&str, Parameter<'_>)| match parameter {
        Parameter::One(value) => (name.to_owned(), value.into_owned()),
        Parameter::Many(values) => (name.to_owned(), values.join("/")),
    };
    parameters.into_iter().map(text).collect()
}

/// One runtime for all tests of a process: what a route keeps (a connection pool) stays alive from one
/// request to the next, as it does in a warm sandbox.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.unwrap_or_else(|error| panic!("no runtime for tests: {error}"))
    })
}

/// The answer of a route.
#[derive(Clone, Debug)]
pub struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl TestResponse {
    /// The status, as a number: `assert_eq!(answer.status(), 200)`.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// A header; the first of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The `Set-Cookie` lines, in their order.
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, byte for byte.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is no JSON of that type.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("the answer is not the JSON expected: {error}: {}", self.text()),
        }
    }
}
