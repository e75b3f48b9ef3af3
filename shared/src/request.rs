//! `req`: what the client asked for.

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

use crate::context::Context;
use crate::cookies::Cookies;
use crate::error::{ApiError, Exposed, Result};
use crate::event::{Arrival, FrontDoor};
use crate::query::Query;
use crate::runtime::LateWork;

/// The request of an API route, Next's `req`.
///
/// | Next | here |
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
    /// For wrappers, which see an error as the client will.
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

    /// The HTTP method, Next's `req.method`.
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

    /// Path and query, Next's `req.url`: percent-encoded, and without the stage of an API or the base path of
    /// a custom domain.
    ///
    /// An HTTP API decodes the path before the function sees it, so that behind it `%2F` cannot be told from
    /// a slash. The other [front doors](FrontDoor) leave the path alone.
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

    /// The headers, by lower-case name. Behind an HTTP API and a Function URL the values of a repeated header
    /// arrive as one, joined with a comma; an ALB without multi-value headers sends the last one alone. Several
    /// `cookie` headers are one, joined with `; `, behind every front door that sends them. A header that HTTP does not
    /// allow, and a load balancer lets through, is not among them.
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

    /// The first value of a header as text. `None` if the header is missing, and if its value is not UTF-8.
    ///
    /// A client may send a header several times: [`headers().get_all(name)`](Self::headers) gives each value. Several
    /// `cookie` headers are one, joined with `; `.
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

    /// What layers and wrappers know of the request, by type: the user that a wrapper found, or
    /// `tower-http`'s `RequestId`.
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

    /// As [`extensions`](Self::extensions), to be added to.
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

    /// The query string, with the dynamic segments of the path over it, Next's `req.query`.
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

    /// The cookies, Next's `req.cookies`.
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

    /// Lambda's side of the request: its id, its deadline, the function's ARN. `None` outside Lambda, and in a test
    /// that does not [give one](crate::test::TestRequest::context).
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

    /// How long until Lambda ends the invocation, at the function's timeout: what is asked of a database or
    /// another service should take less. Zero once it is over; `None` outside Lambda. A test
    /// [gives any](crate::test::TestRequest::remaining_time).
    ///
    /// The front door may give up earlier: an HTTP API after 30 seconds, a REST API after 29 unless it is set
    /// to more.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     // Half of it for the database, and a second where nobody ends us.
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

    /// What called the function. `None` where the request came by no event, as from another tower service.
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

    /// The address of the client, as the front door saw it: what the client wrote into `x-forwarded-for`
    /// itself does not count. `None` where the request came by no event.
    ///
    /// Behind a CDN it is the CDN's address. Behind an ALB whose
    /// `routing.http.xff_header_processing.mode` is not `append`, its default, it is not to be trusted: such
    /// a load balancer passes on what the client wrote, or nothing.
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

    /// The event as a type of yours, or of `aws_lambda_events`: for what HTTP does not say, such as the stage of an API.
    /// [`claims`](Self::claims) and [`caller`](Self::caller) read who is calling, behind each front door.
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
    /// A hidden 500 if the event is not of that type, which is another for each [front door](Self::front_door),
    /// or if there is none.
    #[track_caller]
    pub fn event<T: DeserializeOwned>(&self) -> Result<T> {
        let arrival = self.arrival.as_deref().filter(|arrival| !arrival.event.is_empty());
        let Some(Arrival { front_door, event, .. }) = arrival else {
            return Err(ApiError::hidden("this request came by no event of Lambda"));
        };
        // Not `map_err`: a closure would be the caller that the log names.
        match serde_json::from_slice(event) {
            Ok(event) => Ok(event),
            Err(error) => {
                let kind = type_name::<T>();
                let mistake = format!("the event of this front door ({front_door}) is no `{kind}`: {error}");
                Err(ApiError::hidden(mistake))
            }
        }
    }

    /// Leaves work to be done once the client has its response, Next's `waitUntil`: a line for the audit, a
    /// cache to be filled.
    ///
    /// It starts when the response is posted (a stream: when it has ended), all of it side by side, and Lambda
    /// gets to freeze the sandbox only when it is done. It may itself add more, and so may a task that the handler
    /// has spawned; what such a task adds when all is done already waits for the end of the next invocation.
    ///
    /// - It is a part of the invocation: its time is billed, and the sandbox takes no other event meanwhile.
    /// - The function's timeout goes on. Work that is not done by then is cut off where it stands, Lambda
    ///   counts a timeout although the client had its response, and the sandbox is started anew. What must not
    ///   be lost belongs into a queue.
    /// - Handle errors within the work: the client has its response. A panic is logged, and harms nothing else.
    ///
    /// [`mod@crate::test`] does the work before it returns the response. In a program on `lambda_http`, which has no
    /// time after the response, it is done before the response; under axum it is spawned.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let visitor = req.cookies().get("visitor").map(str::to_owned);
    ///     req.wait_until(async move {
    ///         // Written down without the client waiting for it.
    ///         println!("seen: {visitor:?}");
    ///     });
    ///     res.send("Hello")
    /// }
    /// ```
    ///
    /// # Panics
    /// In a route that neither Lambda nor a test called, if there is no tokio runtime to spawn it on.
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
