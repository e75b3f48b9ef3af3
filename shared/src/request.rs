//! `req`: the request that a handler gets.

mod body;
mod caller;
mod charset;

use std::any::type_name;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::AsHeaderName;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri};
use serde::de::DeserializeOwned;

use crate::arrival::Arrival;
use crate::context::Context;
use crate::cookies::Cookies;
use crate::error::{ApiError, Exposed};
use crate::front_door::FrontDoor;
use crate::late_work::LateWork;
use crate::query::Query;
use crate::response::Result;

/// The request that a handler gets, `req` in Next.js.
///
/// | Next.js | here |
/// |---|---|
/// | `req.method` | [`req.method()`](Self::method) |
/// | `req.url` | [`req.uri()`](Self::uri) |
/// | `req.headers['x-name']` | [`req.header("x-name")`](Self::header) |
/// | `req.headers` | [`req.headers()`](Self::headers) |
/// | `req.query` | [`req.query()`](Self::query) |
/// | `req.cookies` | [`req.cookies()`](Self::cookies) |
/// | `req.body` | [`req.body::<T>()`](Self::body) |
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     let id = req.query().get("id");
///     res.json((req.method().as_str(), req.uri().path(), id, req.header("user-agent")))
/// }
///
/// let request = TestRequest::get("/api/posts/7").header("user-agent", "curl");
/// let answer = request.send(&Route::new("/api/posts/[id]", handler));
/// assert_eq!(answer.text(), r#"["GET","/api/posts/7","7","curl"]"#);
/// ```
pub struct ApiRequest {
    head: Parts,
    body: Bytes,
    parameters: Vec<(String, String)>,
    arrival: Option<Arc<Arrival>>,
    query: OnceLock<Query>,
    cookies: OnceLock<Cookies>,
    /// The exposed errors, for wrappers: a wrapper sees an error as the client will get it.
    exposed: Exposed,
}

impl ApiRequest {
    pub(crate) fn new(
        head: Parts,
        body: Bytes,
        parameters: Vec<(String, String)>,
        arrival: Option<Arc<Arrival>>,
        exposed: Exposed,
    ) -> Self {
        Self { head, body, parameters, arrival, query: OnceLock::new(), cookies: OnceLock::new(), exposed }
    }

    pub(crate) fn exposed(&self) -> &Exposed {
        &self.exposed
    }

    /// Returns the HTTP method, `req.method` in Next.js.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Method, Result};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     match *req.method() {
    ///         Method::GET => res.send("read"),
    ///         Method::PUT => res.send("written"),
    ///         _ => res.method_not_allowed(&[Method::GET, Method::PUT]),
    ///     }
    /// }
    /// ```
    pub fn method(&self) -> &Method {
        &self.head.method
    }

    /// Returns the path and the query, `req.url` in Next.js. They are percent-encoded, and have neither the stage of an
    /// API nor the base path of a custom domain.
    ///
    /// An HTTP API decodes the path before the function sees it, so `%2F` cannot be distinguished from a slash. The
    /// other [front doors](FrontDoor) leave the path as the client sent it.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, FrontDoor, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.uri().to_string())
    /// }
    ///
    /// let route = Route::new("/api/posts/[id]", handler);
    /// assert_eq!(TestRequest::get("/api/posts/a%20b?page=2").via(FrontDoor::RestApi).send(&route).text(), "/api/posts/a%20b?page=2");
    /// ```
    pub fn uri(&self) -> &Uri {
        &self.head.uri
    }

    /// Returns the headers, by lower-case name.
    ///
    /// Behind an HTTP API and a Function URL, the values of a repeated header arrive as one value, joined with commas.
    /// A load balancer without multi-value headers sends only the last value. Several `cookie` headers arrive as one,
    /// joined with `; `. A header that HTTP does not allow, but a load balancer lets through, is left out.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, FrontDoor, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let values = req.headers().get_all("x-tag").iter().filter_map(|value| value.to_str().ok());
    ///     res.json(values.collect::<Vec<_>>())
    /// }
    ///
    /// let route = Route::new("/api/tags", handler);
    /// let request = TestRequest::get("/api/tags").header("x-tag", "a").append_header("x-tag", "b");
    /// assert_eq!(request.via(FrontDoor::RestApi).send(&route).text(), r#"["a","b"]"#);
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns the first value of a header as text, or `None` if the header is missing or its value is not UTF-8.
    ///
    /// A client may send a header several times: [`headers().get_all(name)`](Self::headers) returns each value.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.header("user-agent").unwrap_or("unknown"))
    /// }
    ///
    /// let route = Route::new("/api/agent", handler);
    /// assert_eq!(TestRequest::get("/api/agent").header("User-Agent", "curl").send(&route).text(), "curl");
    /// assert_eq!(TestRequest::get("/api/agent").send(&route).text(), "unknown");
    /// ```
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        let value = self.head.headers.get(name)?;
        std::str::from_utf8(value.as_bytes()).ok()
    }

    /// Returns the values that layers and wrappers have added to the request, by type: the user that a wrapper found,
    /// or the `RequestId` of `tower-http`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, OrStatus, Result, Route};
    /// use tower_http::request_id::{MakeRequestUuid, RequestId, SetRequestIdLayer};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let id: &RequestId = req.extensions().get().or_status(500, "The layer is missing")?;
    ///     res.send(id.header_value().to_str()?)
    /// }
    ///
    /// let route = Route::new("/api/x", handler).layer(SetRequestIdLayer::x_request_id(MakeRequestUuid));
    /// assert_eq!(TestRequest::get("/api/x").header("x-request-id", "7f3").send(&route).text(), "7f3");
    /// ```
    pub fn extensions(&self) -> &Extensions {
        &self.head.extensions
    }

    /// Returns the [`extensions`](Self::extensions), so that a wrapper can add a value.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Handler, OrStatus, Result, Route, Wrapped};
    ///
    /// #[derive(Clone)]
    /// struct Language(String);
    ///
    /// async fn with_language(mut req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
    ///     let language = req.cookies().get("language").unwrap_or("en").to_owned();
    ///     req.extensions_mut().insert(Language(language));
    ///     inner.run(req, res).await
    /// }
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let Language(language) = req.extensions().get().or_status(500, "`with_language` is missing")?;
    ///     res.send(language.as_str())
    /// }
    ///
    /// let route = Route::new("/api/language", handler.wrap(with_language));
    /// assert_eq!(TestRequest::get("/api/language").cookie("language", "fr").send(&route).text(), "fr");
    /// ```
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.head.extensions
    }

    /// Returns the parameters of the query string and the dynamic segments of the path, `req.query` in Next.js. A
    /// segment replaces a query parameter of the same name.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json((req.query().get("id"), req.query().get("page")))
    /// }
    ///
    /// let route = Route::new("/api/posts/[id]", handler);
    /// assert_eq!(TestRequest::get("/api/posts/7?page=2").send(&route).text(), r#"["7","2"]"#);
    /// ```
    pub fn query(&self) -> &Query {
        self.query.get_or_init(|| Query::new(self.head.uri.query().unwrap_or_default(), &self.parameters))
    }

    /// Returns the cookies, `req.cookies` in Next.js.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.cookies().get("theme").unwrap_or("light"))
    /// }
    ///
    /// let route = Route::new("/api/theme", handler);
    /// assert_eq!(TestRequest::get("/api/theme").cookie("theme", "dark").send(&route).text(), "dark");
    /// ```
    pub fn cookies(&self) -> &Cookies {
        self.cookies.get_or_init(|| Cookies::new(&self.head.headers))
    }

    /// Returns Lambda's data about the invocation: its id, its deadline, the ARN of the function. Returns `None`
    /// outside Lambda, and in a test that does not [set one](crate::test::TestRequest::context).
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.context().map(|context| context.request_id()))
    /// }
    /// ```
    pub fn context(&self) -> Option<&Context> {
        self.arrival.as_ref()?.current.as_deref().map(|current| &current.context)
    }

    /// Returns the time until Lambda ends the invocation, at the timeout of the function. Give calls to a database or
    /// another service less time. Returns zero after the deadline, and `None` outside Lambda. A test [sets the
    /// time](crate::test::TestRequest::remaining_time).
    ///
    /// The front door may stop waiting earlier: an HTTP API after 30 seconds, a REST API after 29 seconds unless it is
    /// set to more.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     // Half of the time for the database; one second where there is no deadline.
    ///     let patience = req.remaining_time().map_or(Duration::from_secs(1), |time| time / 2);
    ///     res.json(patience.as_secs())
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// let request = TestRequest::get("/api/x").remaining_time(Duration::from_secs(20));
    /// assert_eq!(request.send(&route).text(), "10");
    /// assert_eq!(TestRequest::get("/api/x").send(&route).text(), "1");
    /// ```
    pub fn remaining_time(&self) -> Option<Duration> {
        if let time @ Some(_) = self.arrival.as_ref()?.remaining_time {
            return time;
        }
        let deadline = self.context()?.deadline();
        Some(deadline.duration_since(SystemTime::now()).unwrap_or_default())
    }

    /// Returns the front door that called the function, or `None` if the request did not come from an event, as under
    /// axum.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, FrontDoor, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.front_door().map_or("none".to_owned(), |front_door| front_door.to_string()))
    /// }
    ///
    /// let route = Route::new("/api/door", handler);
    /// assert_eq!(TestRequest::get("/api/door").via(FrontDoor::Alb).send(&route).text(), "ALB");
    /// ```
    pub fn front_door(&self) -> Option<FrontDoor> {
        self.arrival.as_ref().map(|arrival| arrival.front_door)
    }

    /// Returns the address of the client as the front door saw it, so a client cannot choose it with an
    /// `x-forwarded-for` of its own. Returns `None` if the request did not come from an event.
    ///
    /// Behind a CDN, this is the address of the CDN. Do not trust it behind a load balancer whose
    /// `routing.http.xff_header_processing.mode` is not `append`, the default: such a load balancer passes on the
    /// header of the client, or none.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, OrStatus, Result};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let ip = req.client_ip().or_status(500, "No address")?;
    ///     res.send(ip.to_string())
    /// }
    /// ```
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.arrival.as_ref()?.client_ip()
    }

    /// Returns the event as a type of yours, or of `aws_lambda_events`. Use it for data that is not part of the HTTP
    /// request, such as the stage of an API. [`claims`](Self::claims) and [`caller`](Self::caller) return the caller
    /// behind each front door.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result};
    /// use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let event: ApiGatewayV2httpRequest = req.event()?;
    ///     res.json((event.request_context.stage, event.stage_variables))
    /// }
    /// ```
    ///
    /// # Errors
    /// A hidden 500 if the event does not fit the type, or if there is no event. Each [front door](Self::front_door)
    /// has its own type of event.
    #[track_caller]
    pub fn event<T: DeserializeOwned>(&self) -> Result<T> {
        let arrival = self.arrival.as_deref().filter(|arrival| !arrival.event.is_empty());
        let Some(Arrival { front_door, event, .. }) = arrival else {
            return Err(ApiError::hidden("this request did not come by an event of Lambda"));
        };
        // Not `map_err`: the log would name the closure as the caller.
        match serde_json::from_slice(event) {
            Ok(event) => Ok(event),
            Err(error) => {
                let kind = type_name::<T>();
                let mistake =
                    format!("the event of this front door ({front_door}) does not fit `{kind}`: {error}");
                Err(ApiError::hidden(mistake))
            }
        }
    }

    /// Adds work that starts after the client has its response, `waitUntil` in Next.js: to write an audit line, or to
    /// fill a cache.
    ///
    /// All such work runs concurrently. It starts when the response is posted, or when a stream has ended, and Lambda
    /// freezes the sandbox only after it is done. The work may add more work, and so may a task that the handler has
    /// spawned. If such a task adds work when everything else is done, that work waits for the end of the next
    /// invocation.
    ///
    /// - The work is part of the invocation: its time is billed, and the sandbox takes no other event meanwhile.
    /// - The timeout of the function still applies. At the timeout, the work is stopped, Lambda counts a timeout
    ///   although the client had its response, and the sandbox starts again. Put work that must not be lost into a
    ///   queue.
    /// - Handle errors within the work, since the client already has its response. A panic is logged, and affects
    ///   nothing else.
    ///
    /// [`mod@crate::test`] does the work before it returns the response. In a program on `lambda_http`, which has no
    /// time after the response, the work is done before the response. Under axum, it is spawned.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let visitor = req.cookies().get("visitor").map(str::to_owned);
    ///     req.wait_until(async move {
    ///         // The client does not wait for this line.
    ///         println!("seen: {visitor:?}");
    ///     });
    ///     res.send("Hello")
    /// }
    /// ```
    ///
    /// # Panics
    /// If neither Lambda nor a test called the route, and there is no tokio runtime to spawn the work on.
    pub fn wait_until(&self, work: impl Future<Output = ()> + Send + 'static) {
        match &self.arrival {
            Some(arrival) => arrival.late.add(work),
            None => LateWork::default().add(work),
        }
    }
}

impl fmt::Debug for ApiRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiRequest")
            .field("method", &self.head.method)
            .field("uri", &self.head.uri)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
