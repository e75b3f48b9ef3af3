//! `req`: what the client asked for.

use std::any::type_name;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, StatusCode, Uri};
use lambda_runtime::Context;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::cookies::Cookies;
use crate::decode;
use crate::error::{ApiError, Result};
use crate::event::{Arrival, FrontDoor};
use crate::query::Query;
use crate::runtime::LateWork;

/// The request of an API route, Next's `req`.
///
/// | Next | here |
/// |---|---|
/// | `req.method` | [`req.method()`](Self::method) |
/// | `req.url` | [`req.uri()`](Self::uri) |
/// | `req.headers` | [`req.headers()`](Self::headers) |
/// | `req.query` | [`req.query()`](Self::query) |
/// | `req.cookies` | [`req.cookies()`](Self::cookies) |
/// | `req.body` | [`req.body::<T>()`](Self::body) |
pub struct ApiRequest {
    head: Parts,
    body: Bytes,
    parameters: Vec<(String, String)>,
    arrival: Option<Arc<Arrival>>,
    query: OnceLock<Query>,
    cookies: OnceLock<Cookies>,
}

impl ApiRequest {
    pub(crate) fn new(
        head: Parts,
        body: Bytes,
        parameters: Vec<(String, String)>,
        arrival: Option<Arc<Arrival>>,
    ) -> Self {
        Self { head, body, parameters, arrival, query: OnceLock::new(), cookies: OnceLock::new() }
    }

    /// The HTTP method, Next's `req.method`.
    pub fn method(&self) -> &Method {
        &self.head.method
    }

    /// Path and query, Next's `req.url`: percent-encoded, and without the stage of an API or the base path of
    /// a custom domain.
    ///
    /// An HTTP API decodes the path before the function sees it, so that behind it `%2F` cannot be told from
    /// a slash. The other [front doors](FrontDoor) leave the path alone.
    pub fn uri(&self) -> &Uri {
        &self.head.uri
    }

    /// The headers, by lower-case name. Behind an HTTP API and a Function URL the values of a repeated header
    /// arrive as one, joined with a comma; an ALB without multi-value headers sends the last one alone. One
    /// that HTTP does not allow, and a load balancer lets through, is not among them.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// What layers and wrappers know of the request, by type: the user that a wrapper found, or
    /// `tower-http`'s `RequestId`.
    pub fn extensions(&self) -> &Extensions {
        &self.head.extensions
    }

    /// As [`extensions`](Self::extensions), to be added to.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.head.extensions
    }

    /// The query string, with the dynamic segments of the path over it, Next's `req.query`.
    pub fn query(&self) -> &Query {
        self.query.get_or_init(|| Query::new(self.head.uri.query().unwrap_or_default(), &self.parameters))
    }

    /// The cookies, Next's `req.cookies`.
    pub fn cookies(&self) -> &Cookies {
        self.cookies.get_or_init(|| Cookies::new(&self.head.headers))
    }

    /// The body as a type of yours, by its content type: JSON (`application/json`, `+json`), a form
    /// (`application/x-www-form-urlencoded`), or text (`text/…`), which is a string. Empty JSON is `{}`.
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
    /// 400 `Invalid JSON` if it is malformed; 400 `Invalid body` with the path of the field if it does not
    /// fit `T`, or if the content type names a charset that is not UTF-8; 415 for any other content type,
    /// also for none: read those with [`text`](Self::text), [`bytes`](Self::bytes), or the method that names
    /// the format.
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

    /// The body as JSON, whatever its content type.
    ///
    /// # Errors
    /// 400, as [`body`](Self::body).
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        decode::json(&self.body).map_err(decode::Fault::in_json)
    }

    /// The body as a form, whatever its content type. Repeated keys fill a `Vec`.
    ///
    /// # Errors
    /// 400 `Invalid body`, with the name of the field.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T> {
        decode::form(&self.body).map_err(|fault| fault.named("Invalid body"))
    }

    /// The body as text, without a byte order mark.
    ///
    /// # Errors
    /// 400 `Invalid body` if it is no UTF-8, or its content type names another charset, unless that is one of
    /// `iso-8859-…` and `windows-125…` and the body is ASCII, which is the same in all of them. Next has a
    /// decoder for each; here [`bytes`](Self::bytes) and the `encoding_rs` crate do that, in those functions
    /// that need it.
    pub fn text(&self) -> Result<&str> {
        self.expect_utf8()?;
        std::str::from_utf8(decode::without_bom(&self.body))
            .map_err(|error| ApiError::bad_request("Invalid body").caused_by(error))
    }

    /// The body, byte for byte as it was sent: what the signature of a webhook is made of. It is there
    /// beside the parsed one, where Next has to be told `bodyParser: false` and then parses nothing.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Lambda's side of the request: its id, its deadline, the function's ARN. `None` outside Lambda, as
    /// in a test.
    pub fn context(&self) -> Option<&Context> {
        self.arrival.as_ref()?.context.as_deref()
    }

    /// How long until Lambda ends the invocation, at the function's timeout: what is asked of a database or
    /// another service should take less. Zero once it is over; `None` outside Lambda.
    ///
    /// The front door may give up earlier: an HTTP API after 30 seconds, a REST API after 29 unless it is set
    /// to more.
    pub fn remaining_time(&self) -> Option<Duration> {
        let deadline = self.context()?.deadline();
        Some(deadline.duration_since(SystemTime::now()).unwrap_or_default())
    }

    /// What called the function. `None` where the request came by no event, as from another tower service.
    pub fn front_door(&self) -> Option<FrontDoor> {
        self.arrival.as_ref().map(|arrival| arrival.front_door)
    }

    /// The address of the client, as the front door saw it: what the client wrote into `x-forwarded-for`
    /// itself does not count. `None` where the request came by no event.
    ///
    /// Behind a CDN it is the CDN's address. Behind an ALB whose
    /// `routing.http.xff_header_processing.mode` is not `append`, its default, it is not to be trusted: such
    /// a load balancer passes on what the client wrote, or nothing.
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.arrival.as_ref()?.client_ip()
    }

    /// The event as a type of yours, or of `aws_lambda_events`: for what HTTP does not say, such as the
    /// claims that an authorizer found.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, OrStatus, Result};
    /// use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let event: ApiGatewayV2httpRequest = req.event()?;
    ///     let authorizer = event.request_context.authorizer.or_status(401, "Unauthorized")?;
    ///     let claims = authorizer.jwt.or_status(401, "Unauthorized")?.claims;
    ///     res.json(claims.get("sub"))
    /// }
    /// ```
    ///
    /// # Errors
    /// A hidden 500 if the event is not of that type, which is another for each [front door](Self::front_door),
    /// or if there is none.
    pub fn event<T: DeserializeOwned>(&self) -> Result<T> {
        let arrival = self.arrival.as_deref().filter(|arrival| !arrival.event.is_empty());
        let Some(Arrival { front_door, event, .. }) = arrival else {
            return Err(ApiError::hidden("this request came by no event of Lambda"));
        };
        serde_json::from_slice(event).map_err(|error| {
            let kind = type_name::<T>();
            ApiError::hidden(format!("the event of this front door ({front_door}) is no `{kind}`: {error}"))
        })
    }

    /// Leaves work to be done once the client has its answer, Next's `waitUntil`: a line for the audit, a
    /// cache to be filled.
    ///
    /// It starts when the answer is posted (a stream: when it has ended), all of it side by side, and Lambda
    /// gets to freeze the sandbox only when it is done. It may itself add more, and so may a task that the handler
    /// has spawned; what such a task adds when all is done already waits for the end of the next invocation.
    ///
    /// - It is a part of the invocation: its time is billed, and the sandbox takes no other event meanwhile.
    /// - The function's timeout goes on. Work that is not done by then is cut off where it stands, Lambda
    ///   counts a timeout although the client had its answer, and the sandbox is started anew. What must not
    ///   be lost belongs into a queue.
    /// - Errors are the work's own to handle: nobody is left to tell. A panic is logged, and harms nothing else.
    ///
    /// [`mod@crate::test`] does the work before it returns the answer. In a program on `lambda_http`, which has no
    /// time after the answer, it is done before the answer; under axum it is spawned.
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

    /// The content type without its parameters, in lower case; empty if there is none.
    fn media_type(&self) -> String {
        let essence = self.content_type().next().unwrap_or_default();
        String::from_utf8_lossy(essence).trim().to_ascii_lowercase()
    }

    /// ASCII is a part of UTF-8, and of the charsets that web forms once had: a body in it, as of a form whose
    /// letters are all escaped, is the same in any of them.
    fn expect_utf8(&self) -> Result<()> {
        let read = |charset: &[u8]| {
            let charset = charset.to_ascii_lowercase();
            matches!(&*charset, b"utf-8" | b"utf8" | b"us-ascii")
                || (charset.starts_with(b"iso-8859-") || charset.starts_with(b"windows-125"))
                    && self.body.is_ascii()
        };
        if self.content_type().skip(1).filter_map(charset).all(read) {
            return Ok(());
        }
        let expected = json!([{ "path": "", "message": "expected `charset=utf-8`" }]);
        Err(ApiError::bad_request("Invalid body").details(expected))
    }

    /// The media type, and its parameters.
    fn content_type(&self) -> impl Iterator<Item = &[u8]> {
        let value = self.head.headers.get(CONTENT_TYPE).map_or(&[][..], |value| value.as_bytes());
        value.split(|byte| *byte == b';')
    }
}

/// The value of a parameter, if it is `charset`.
fn charset(parameter: &[u8]) -> Option<&[u8]> {
    let (name, value) = parameter.trim_ascii().split_at_checked("charset=".len())?;
    let value = name.eq_ignore_ascii_case(b"charset=").then_some(value)?;
    let quoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
    Some(quoted.unwrap_or(value))
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
