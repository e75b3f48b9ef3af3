//! Next.js-style API routes for Rust on AWS Lambda.
//!
//! A crate below `functions/api/` is an endpoint below `/api/`, and a Lambda function of its own. Its handler has the
//! form that Next.js gives it, `handler(req, res)`:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use api_routes::{ApiRequest, ApiResponse, Result, Route, route};
//! use serde_json::json;
//!
//! # // `route!` reads the folder of its crate, and a doctest is not below `functions/api`.
//! # macro_rules! route { ($handler:expr) => { Route::new("/api/user", $handler) } }
//! async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
//!     res.status(200).json(json!({ "name": "John Doe" }))
//! }
//!
//! fn route() -> Route {
//!     route!(handler)
//! }
//!
//! fn main() -> ExitCode {
//!     route().run()
//! }
//! ```
//!
//! [`route!`] takes the path from the folder of the crate: `functions/api/posts/[id]` is `/api/posts/[id]`. The
//! examples below write the path out with [`Route::new`]. [`Route::run`] is all that `main` needs: it answers the
//! invocations of Lambda, or of the local emulator, one at a time.
//!
//! A response is a value that the handler returns. A handler that returns nothing does not compile, and neither does one
//! that responds twice.
//!
//! A handler gets the requests of every method. [`get`], [`post`] and the like combine handlers for single methods, and
//! answer `HEAD`, `OPTIONS` and all other methods: `route!(get(list).post(create))`.
//!
//! # Requests
//!
//! The methods of [`ApiRequest`] have the names of Next.js. [`query`](ApiRequest::query) returns the query string and
//! the dynamic segments of the path; a segment replaces a query parameter of the same name. [`Query::get`] returns one
//! value, [`Query::get_all`] the values of a repeated key or of a catch-all, and [`Query::parse`] fills a type:
//!
//! ```
//! use api_routes::test::TestRequest;
//! use api_routes::{ApiRequest, ApiResponse, Result, Route};
//!
//! #[derive(serde::Deserialize)]
//! struct Shelf {
//!     slug: Vec<String>,
//!     page: Option<u32>,
//! }
//!
//! async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
//!     let Shelf { slug, page } = req.query().parse()?;
//!     res.json((slug, page.unwrap_or(1)))
//! }
//!
//! let route = Route::new("/api/shop/[...slug]", handler);
//! assert_eq!(TestRequest::get("/api/shop/coats/long?page=2").send(&route).text(), r#"[["coats","long"],2]"#);
//! assert_eq!(TestRequest::get("/api/shop/coats?page=two").send(&route).status(), 400);
//! ```
//!
//! [`body`](ApiRequest::body) reads JSON or a form, by the content type. If the body does not fit the type, the client
//! gets a 400 that names the field:
//!
//! ```
//! use api_routes::test::TestRequest;
//! use api_routes::{ApiRequest, ApiResponse, Result, Route};
//! use serde_json::{Value, json};
//!
//! #[derive(serde::Deserialize)]
//! struct NewUser {
//!     name: String,
//! }
//!
//! async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
//!     let user: NewUser = req.body()?;
//!     res.status(201).json(json!({ "created": user.name }))
//! }
//!
//! let refused = TestRequest::post("/api/users").json(json!({ "name": 7 })).send(&Route::new("/api/users", handler));
//! assert_eq!(refused.status(), 400);
//! assert_eq!(
//!     refused.json::<Value>(),
//!     json!({ "error": "Invalid body", "details": [{ "path": "name", "message": "expected a string" }] })
//! );
//! ```
//!
//! [`text`](ApiRequest::text) and [`bytes`](ApiRequest::bytes) read a body of any other type. A body over 1 MB, or over
//! the [`Route::body_limit`] of its route, is answered with 413 before the handler is called.
//!
//! # Front doors
//!
//! A front door is the AWS service that calls the function: an HTTP API, a REST API, a Function URL or a load balancer.
//! Each sends its own event and expects its own reply. The library recognizes the front door by the event, so the same
//! handler works behind all of them. [`FrontDoor`] lists the differences that remain.
//! [`client_ip`](ApiRequest::client_ip), [`context`](ApiRequest::context) and [`event`](ApiRequest::event) return what
//! is not part of the HTTP request.
//!
//! # Callers
//!
//! An authorizer of the front door decides which callers reach the handler. [`caller`](ApiRequest::caller) returns the
//! caller, and [`claims`](ApiRequest::claims) fills a type with what the authorizer knows about the caller. Both work
//! the same behind each front door and each authorizer:
//!
//! ```
//! use api_routes::test::TestRequest;
//! use api_routes::{ApiRequest, ApiResponse, Result, Route};
//! use serde_json::json;
//!
//! #[derive(serde::Deserialize)]
//! struct Claims {
//!     sub: String,
//!     email_verified: bool,
//! }
//!
//! async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
//!     let Claims { sub, email_verified } = req.claims()?;
//!     res.json((sub, email_verified))
//! }
//!
//! let route = Route::new("/api/me", handler);
//! let request = TestRequest::get("/api/me").claims(json!({ "sub": "ann", "email_verified": true }));
//! assert_eq!(request.send(&route).text(), r#"["ann",true]"#);
//! assert_eq!(TestRequest::get("/api/me").send(&route).status(), 401);
//! ```
//!
//! # Responses
//!
//! [`status`](ApiResponse::status), [`header`](ApiResponse::header) and [`cookie`](ApiResponse::cookie) prepare an
//! [`ApiResponse`]. [`json`](ApiResponse::json), [`send`](ApiResponse::send), [`redirect`](ApiResponse::redirect) or
//! [`end`](ApiResponse::end) finishes it:
//!
//! ```
//! use api_routes::test::TestRequest;
//! use api_routes::{ApiRequest, ApiResponse, Cookie, Result, Route, SameSite};
//!
//! async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
//!     let theme = req.cookies().get("theme").unwrap_or("light");
//!     let theme = Cookie::build(("theme", theme)).path("/").same_site(SameSite::Lax);
//!     // Without a status, a redirect is a 307, as in Next.js.
//!     res.cookie(theme).status(303).redirect("/api/user")
//! }
//!
//! let answer = TestRequest::post("/api/theme").cookie("theme", "dark").send(&Route::new("/api/theme", handler));
//! assert_eq!((answer.status().as_u16(), answer.header("location")), (303, Some("/api/user")));
//! assert_eq!(answer.set_cookies(), ["theme=dark; SameSite=Lax; Path=/"]);
//! ```
//!
//! `json` and `send` add the `ETag` that Next.js computes. A `GET` whose `If-None-Match` has this `ETag` gets a 304.
//! [`Route::no_etag`] turns the computation off.
//!
//! # Streams
//!
//! [`stream`](ApiResponse::stream) and [`events`](ApiResponse::events) finish with a body that is sent piece by piece,
//! if the front door can stream and the route is [`streaming`](Route::streaming). A Function URL and a REST API can be
//! set to stream. Behind any other front door, the same handler answers in one piece.
//!
//! ```
//! use api_routes::sse::Event;
//! use api_routes::test::TestRequest;
//! use api_routes::{ApiRequest, ApiResponse, Result, Route};
//! use futures_util::stream;
//!
//! async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
//!     let words = ["Hello", "World"].map(|word| Ok::<_, std::io::Error>(Event::new().data(word)));
//!     res.events(stream::iter(words))
//! }
//!
//! let route = Route::new("/api/words", handler).streaming();
//! assert_eq!(TestRequest::get("/api/words").send(&route).text(), "data: Hello\n\ndata: World\n\n");
//! ```
//!
//! # Errors
//!
//! `?` converts any error. The client gets a 500 `Internal Server Error`, and the message goes only to the log, because
//! it may contain internal data. A panic is answered in the same way, and the process goes on. To send a status and a
//! message to the client, use [`OrStatus::or_status`] or an [`ApiError`]:
//!
//! ```
//! use api_routes::test::TestRequest;
//! use api_routes::{ApiError, ApiRequest, ApiResponse, OrStatus, Result, Route};
//!
//! async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
//!     let id: u32 = req.query().get("id").unwrap_or_default().parse().or_status(400, "`id` is a number")?;
//!     if id == 8 {
//!         return Err(ApiError::new(410, "Eight is gone"));
//!     }
//!     res.send(std::fs::read_to_string("/no/such/file")?)
//! }
//!
//! let route = Route::new("/api/numbers/[id]", handler);
//! for (target, status, body) in [
//!     ("/api/numbers/x", 400, r#"{"error":"`id` is a number"}"#),
//!     ("/api/numbers/8", 410, r#"{"error":"Eight is gone"}"#),
//!     ("/api/numbers/9", 500, r#"{"error":"Internal Server Error"}"#),
//! ] {
//!     let answer = TestRequest::get(target).send(&route);
//!     assert_eq!((answer.status().as_u16(), answer.text().as_str()), (status, body));
//! }
//! ```
//!
//! [`Route::expose`] gives a type of errors its own status. [`Route::errors`] gives all errors of a project one form.
//!
//! # State
//!
//! A handler may take a third argument, the state of its route, such as a database client. The function that
//! [`Route::run_with`] takes makes the state once, in the init phase of Lambda:
//!
//! ```no_run
//! use std::process::ExitCode;
//! use std::sync::Arc;
//!
//! use api_routes::{ApiRequest, ApiResponse, Result, Route, get};
//!
//! async fn read(_req: ApiRequest, res: ApiResponse, motto: Arc<str>) -> Result {
//!     res.send(&*motto)
//! }
//!
//! async fn connect() -> Result<Arc<str>> {
//!     Ok(std::env::var("MOTTO")?.into())
//! }
//!
//! fn route() -> Route<Arc<str>> {
//!     Route::new("/api/motto", get(read))
//! }
//!
//! fn main() -> ExitCode {
//!     route().run_with(connect)
//! }
//! ```
//!
//! If `connect` fails, the function cannot start, and Lambda gets the error as the reason. A test passes a state of its
//! own to [`Route::with_state`]. Each sandbox has its own memory, and Lambda may end a sandbox at any time: keep data
//! that must last elsewhere.
//!
//! # Middleware
//!
//! [`Handler::wrap`] puts a function around a handler, such as one that checks the session. A route is a
//! [`tower::Service`] over `http` requests and responses, so [`Route::layer`] takes the layers of `tower-http` and
//! others:
//!
//! ```
//! use api_routes::test::TestRequest;
//! use api_routes::{ApiRequest, ApiResponse, Result, Route};
//! use tower_http::cors::{Any, CorsLayer};
//!
//! async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
//!     res.send("for everyone")
//! }
//!
//! let route = Route::new("/api/open", handler).layer(CorsLayer::new().allow_origin(Any));
//! assert_eq!(TestRequest::get("/api/open").send(&route).header("access-control-allow-origin"), Some("*"));
//! ```
//!
//! # Work after the response
//!
//! Between two events, Lambda freezes the process and all tasks that it has spawned.
//! [`wait_until`](ApiRequest::wait_until) takes work that starts after the client has its response, and ends before the
//! next event is taken.
//!
//! A hook that is passed to [`on_shutdown`](Route::on_shutdown) runs in the last half second before the process ends.
//!
//! # Logs
//!
//! [`mod@log`] writes lines with the id of their request, as text or JSON, from the level that the function is set to.
//! The library also logs the cause of each 5xx, with the request and the line of code on which the error became an
//! [`ApiError`].
//!
//! # Tests
//!
//! [`mod@test`] sends requests to a route in memory, as the examples above do: through its layers and settings, and
//! through [any front door](test::TestRequest::via). A test needs no socket and no tokio runtime. Use
//! [`send_async`](test::TestRequest::send_async) in a test that runs its own runtime, for example to play a service;
//! [`stream`](test::TestRequest::stream) to read a response piece by piece; and
//! [`remaining_time`](test::TestRequest::remaining_time) to set a deadline.
//!
//! To test a function that a handler calls, make its request with
//! [`into_api_request`](test::TestRequest::into_api_request):
//!
//! ```
//! use api_routes::ApiRequest;
//! use api_routes::test::TestRequest;
//!
//! fn page(req: &ApiRequest) -> u32 {
//!     req.query().get("page").and_then(|page| page.parse().ok()).unwrap_or(1)
//! }
//!
//! assert_eq!(page(&TestRequest::get("/api/posts?page=2").into_api_request("/api/posts")), 2);
//! assert_eq!(page(&TestRequest::get("/api/posts?page=x").into_api_request("/api/posts")), 1);
//! ```
//!
//! # Features
//!
//! No feature is on by default, and a function does not pay for features that are off.
//!
//! | feature | adds |
//! |---|---|
//! | `anyhow` | [`Route::expose`] and [`ApiError::downcast_ref`] find a type within an `anyhow::Error`, the log has its backtrace, and an [`ApiError`] keeps its status on the way through `anyhow` |
//! | `concurrent` | several events at a time on Lambda Managed Instances, up to `AWS_LAMBDA_MAX_CONCURRENCY` |
//! | `lambda_http` | `api_routes::lambda_http::service`: a route in a program on `lambda_http` |
//! | `multipart` | `ApiRequest::multipart`: forms with files |
//! | `tracing` | `log::init_tracing`: the events of `tracing` as log lines |

// Public types are `#[non_exhaustive]`, or say why they are complete.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod accept;
mod arrival;
mod body;
mod caller;
mod claims;
mod conditional;
mod config;
mod context;
pub mod cookies;
mod decode;
mod endpoint;
mod error;
mod etag;
mod event;
#[doc(hidden)]
pub mod folder;
mod form;
mod front_door;
mod handler;
mod header_list;
mod http_date;
#[cfg(feature = "lambda_http")]
pub mod lambda_http;
mod late_work;
pub mod log;
mod methods;
#[cfg(feature = "multipart")]
mod multipart;
mod ows;
mod panics;
pub mod query;
mod refusal;
mod request;
mod request_line;
mod response;
pub mod route;
mod runtime;
mod runtime_api;
mod shutdown;
pub mod sse;
pub mod test;

pub use body::{Body, Piece};
pub use caller::{Caller, CallerKind};
pub use config::{KB, MB};
pub use context::Context;
pub use cookie::{self, Cookie, SameSite};
pub use cookies::Cookies;
pub use error::{ApiError, BoxError, OrStatus, ToApiError};
pub use front_door::FrontDoor;
pub use handler::{BoxHandler, Handler, Wrapped, Wrapper};
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
pub use methods::{Methods, delete, get, head, options, patch, post, put};
#[cfg(feature = "multipart")]
pub use multipart::{Multipart, Part};
pub use query::Query;
pub use request::ApiRequest;
pub use response::{ApiResponse, Content, Response, Result, SetCookie};
pub use route::{Route, RouteService};
pub use shutdown::ShutdownHook;
