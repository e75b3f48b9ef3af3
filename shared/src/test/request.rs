//! Requests that a test sends to a route.

use std::borrow::Borrow;
use std::time::Duration;

use http::header::{CONTENT_TYPE, COOKIE};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use serde::Serialize;

use super::FrontDoor;
use super::authorizer::Authorized;
use super::invocation::LambdaSide;
use super::sent::text;
use crate::body::Body;
use crate::context::Context;

/// A request for a test: a method and a path, with headers, cookies, a body and a caller.
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, FrontDoor, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json((req.cookies().get("b"), req.text()?))
/// }
///
/// let route = Route::new("/api/x", handler);
/// let request = TestRequest::post("/api/x").via(FrontDoor::RestApi).header("x-a", "1").cookie("b", "2").form([("c", "3 4")]);
/// assert_eq!(request.send(&route).text(), r#"["2","c=3+4"]"#);
/// assert_eq!(TestRequest::post("/api/x").body("as it is").send(&route).text(), r#"[null,"as it is"]"#);
/// ```
#[derive(Debug)]
#[must_use = "a request is sent by `send`"]
pub struct TestRequest {
    pub(super) request: Request<Body>,
    pub(super) front_door: Option<FrontDoor>,
    pub(super) authorized: Option<Authorized>,
    pub(super) lambda: LambdaSide,
}

// All constructors share one example, since only the method differs.
macro_rules! constructors {
    ($($function:ident $name:literal $method:ident),*) => {
        impl TestRequest {
            $(
                #[doc = concat!("Makes a `", $name, "` request to `target`, a path with or without a query.")]
                ///
                /// ```
                /// use api_routes::test::TestRequest;
                /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
                ///
                /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
                ///     res.header("x-method", req.method().as_str()).end()
                /// }
                ///
                /// let route = Route::new("/api/x", handler);
                #[doc = concat!("let answer = TestRequest::", stringify!($function), "(\"/api/x?page=2\").send(&route);")]
                #[doc = concat!("assert_eq!(answer.header(\"x-method\"), Some(\"", $name, "\"));")]
                /// ```
                ///
                /// # Panics
                /// If `target` is not a request target.
                pub fn $function(target: impl AsRef<str>) -> Self {
                    Self::new(Method::$method, target)
                }
            )*
        }
    };
}

constructors!(
    get "GET" GET, post "POST" POST, put "PUT" PUT, patch "PATCH" PATCH, delete "DELETE" DELETE,
    head "HEAD" HEAD, options "OPTIONS" OPTIONS
);

impl TestRequest {
    /// Makes a request with any method. `target` is a path with or without a query, as a client sends it.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Method, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.method().as_str())
    /// }
    ///
    /// let purge = Method::from_bytes(b"PURGE").unwrap();
    /// assert_eq!(TestRequest::new(purge, "/api/x").send(&Route::new("/api/x", handler)).text(), "PURGE");
    /// ```
    ///
    /// # Panics
    /// If `target` is not a request target.
    pub fn new(method: Method, target: impl AsRef<str>) -> Self {
        let target = target.as_ref();
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = match target.parse::<Uri>() {
            Ok(uri) if target.starts_with('/') => uri,
            Ok(_) => panic!("`{target}` is not a request target: begin it with `/`"),
            Err(error) => panic!("`{target}` is not a request target: {error}"),
        };
        Self { request, front_door: None, authorized: None, lambda: LambdaSide::default() }
    }

    /// Chooses the front door of the request; without this, it is an HTTP API.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, FrontDoor, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.front_door().map_or("none".to_owned(), |door| door.to_string()))
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert_eq!(TestRequest::get("/api/x").via(FrontDoor::Alb).send(&route).text(), "ALB");
    /// ```
    pub fn via(mut self, front_door: FrontDoor) -> Self {
        self.front_door = Some(front_door);
        self
    }

    /// Sets a header, and replaces those of its name. [`append_header`](Self::append_header) keeps them.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.headers()["user-agent"].to_str()?)
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert_eq!(TestRequest::get("/api/x").header("user-agent", "curl").send(&route).text(), "curl");
    /// ```
    ///
    /// # Panics
    /// If HTTP does not allow the name or the value.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let (name, value) = parsed(name, value.as_ref());
        self.request.headers_mut().insert(name, value);
        self
    }

    /// Adds a header and keeps those of its name, like a client that sends several lines.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.headers()["x-tag"].to_str()?)
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// let request = TestRequest::get("/api/x").header("x-tag", "a").append_header("x-tag", "b");
    /// // An HTTP API joins the lines.
    /// assert_eq!(request.send(&route).text(), "a,b");
    /// ```
    ///
    /// # Panics
    /// If HTTP does not allow the name or the value.
    pub fn append_header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let (name, value) = parsed(name, value.as_ref());
        self.request.headers_mut().append(name, value);
        self
    }

    /// Adds a cookie to the `cookie` header. The value is sent as it is.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.headers()["cookie"].to_str()?)
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert_eq!(TestRequest::get("/api/x").cookie("a", "1").cookie("b", "2").send(&route).text(), "a=1; b=2");
    /// ```
    ///
    /// # Panics
    /// If HTTP does not allow the name or the value.
    pub fn cookie(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        let others = self.request.headers_mut().remove(COOKIE).map(|others| text(&others) + "; ");
        self.header(COOKIE.as_str(), format!("{}{name}={value}", others.unwrap_or_default()))
    }

    /// Sets the body, without a content type. A stream is collected, as a front door does.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json((req.text()?, req.headers().contains_key("content-type")))
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert_eq!(TestRequest::post("/api/x").body("as it is").send(&route).text(), r#"["as it is",false]"#);
    /// ```
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Sets a JSON body, and its content type.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.json::<Vec<u8>>()?.len())
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert_eq!(TestRequest::post("/api/x").json([7, 8]).send(&route).text(), "2");
    /// ```
    ///
    /// # Panics
    /// If the value does not serialize.
    pub fn json(self, value: impl Serialize) -> Self {
        let json = serde_json::to_vec(&value).unwrap_or_else(|error| panic!("the body is no JSON: {error}"));
        self.header(CONTENT_TYPE.as_str(), "application/json").body(json)
    }

    /// Sets the body to a form, as a browser sends it: pairs of names and values, which may be any text.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.text()?)
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert_eq!(TestRequest::post("/api/x").form([("a", "1 2"), ("b", "3")]).send(&route).text(), "a=1+2&b=3");
    /// ```
    pub fn form<N, V>(self, fields: impl IntoIterator<Item: Borrow<(N, V)>>) -> Self
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.header(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded").body(form)
    }

    /// Sets the remaining time of the handler: [`ApiRequest::remaining_time`](crate::ApiRequest::remaining_time)
    /// returns exactly this time, however long the test takes. Without this, there is no deadline.
    ///
    /// [`ApiRequest::context`](crate::ApiRequest::context) stays `None`, unless [`context`](Self::context) sets it; the
    /// deadline of that context is then this time from now.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     if req.remaining_time().is_some_and(|time| time < Duration::from_secs(2)) {
    ///         return Err(ApiError::new(503, "Too late to begin"));
    ///     }
    ///     res.send("done")
    /// }
    ///
    /// let route = Route::new("/api/report", handler);
    /// let late = TestRequest::post("/api/report").remaining_time(Duration::from_millis(1999));
    /// assert_eq!(late.send(&route).status(), 503);
    /// assert_eq!(TestRequest::post("/api/report").send(&route).status(), 200);
    /// ```
    pub fn remaining_time(mut self, time: Duration) -> Self {
        self.lambda.remaining_time = Some(time);
        self
    }

    /// Sets Lambda's data about the invocation, such as its id or the ARN of the function. Log lines have the id too.
    ///
    /// The deadline of a [`Context`] is a time of day. To stop the clock, also set
    /// [`remaining_time`](Self::remaining_time).
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Context, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.context().map_or("none", |context| context.request_id()).to_owned())
    /// }
    ///
    /// let context = Context::new("0971b37e");
    /// let route = Route::new("/api/id", handler);
    /// assert_eq!(TestRequest::get("/api/id").context(context).send(&route).text(), "0971b37e");
    /// ```
    pub fn context(mut self, context: Context) -> Self {
        self.lambda.context = Some(context);
        self
    }
}

fn parsed(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        (Ok(name), Ok(value)) => (name, value),
        _ => panic!("`{name}: {value}` is not a header that HTTP allows"),
    }
}
