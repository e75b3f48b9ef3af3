//! A route in a program on [`lambda_http`](https://docs.rs/lambda_http).

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use futures_core::future::BoxFuture;
use http::header::SET_COOKIE;
use http::response::Parts;
use http::{HeaderMap, HeaderValue};
use lambda_http::{Body as LambdaBody, IntoResponse, RequestExt};
use tower_service::Service;

use crate::context::Context;
use crate::error::ApiError;
use crate::event;
use crate::front_door::FrontDoor;
use crate::late_work::LateWork;
use crate::log::{self, Current};
use crate::panics;
use crate::request_line::RequestLine;
use crate::response::Response;
use crate::route::Route;

/// Makes a service from a route, for [`lambda_http::run`], or for a program on `lambda_http` that calls the service for
/// some of its paths.
///
/// The service answers as the route itself does, with these differences:
///
/// - Data that `lambda_http` loses, such as repeated headers of payload format 1.0, is missing, and
///   [`req.event()`](crate::ApiRequest::event) has no event. The `RequestContext` of `lambda_http` is among the
///   [extensions](crate::ApiRequest::extensions), and [`req.claims()`](crate::ApiRequest::claims) and
///   [`req.caller()`](crate::ApiRequest::caller) read it.
/// - [Late work](crate::ApiRequest::wait_until) is done before the response, and the client waits for it: `lambda_http`
///   has no time after the response.
/// - Streams are collected, even if the route [streams](Route::streaming): `lambda_http` would write the error of a
///   stream that fails midway into its body.
/// - A body over the limit of the front door is a hidden 500, as elsewhere. The bytes that JSON adds are not counted
///   here, so Lambda may still refuse a reply whose body is slightly below the limit.
///
/// [`lambda_http::run`]: https://docs.rs/lambda_http/latest/lambda_http/fn.run.html
///
/// ```no_run
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json(req.query().get("id"))
/// }
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> std::result::Result<(), lambda_http::Error> {
///     let route = Route::new("/api/posts/[id]", handler);
///     lambda_http::run(api_routes::lambda_http::service(route)).await
/// }
/// ```
pub fn service(route: Route) -> LambdaHttpService {
    panics::install_hook();
    LambdaHttpService(route)
}

/// A route as a service of `lambda_http`, made by [`service`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use api_routes::lambda_http::{LambdaHttpService, service};
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
/// use lambda_http::Service;
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json(req.query().get("id"))
/// }
///
/// let mut posts: LambdaHttpService = service(Route::new("/api/posts/[id]", handler));
/// let mut request = lambda_http::Request::default();
/// *request.uri_mut() = "/api/posts/7".parse().unwrap();
/// let answer = posts.call(request).await.unwrap().into_inner();
/// assert_eq!(answer.body()[..], *b"\"7\"");
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a service does nothing until it is passed to `lambda_http::run`"]
pub struct LambdaHttpService(Route);

impl Service<lambda_http::Request> for LambdaHttpService {
    type Response = Answer;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Answer, Infallible>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: lambda_http::Request) -> Self::Future {
        // A request that the program makes itself, as a test does, has no context.
        let current = request.lambda_context_ref().cloned().map(Context::from_lambda).map(Current::new);
        let answered = answered(self.0.clone(), request, current.clone());
        Box::pin(async move {
            Ok(match current {
                Some(current) => log::within(current, answered).await,
                None => answered.await,
            })
        })
    }
}

async fn answered(mut route: Route, request: lambda_http::Request, current: Option<Arc<Current>>) -> Answer {
    let (late, refusal) = (LateWork::new(), route.refusal(&request));
    let (front_door, request) = match event::arrived(request, current.clone(), late.clone()) {
        Ok(arrived) => arrived,
        Err(error) => {
            let error = ApiError::hidden_without_place(error);
            return Answer::of_error(refusal.answer(error), None).await;
        }
    };
    // The path is now without a stage, as the route expects it.
    let refusal = route.refusal(&request);
    if let Some(current) = current {
        current.set_request(RequestLine::new(&request));
    }
    let Ok(response) = route.call(request).await;
    let (head, body) = response.into_parts();
    let answer = match event::collect(body, front_door).await {
        Ok(body) => Answer::new(head, body, front_door),
        Err(error) => Answer::of_error(event::refused(error, &head.headers, &refusal), front_door).await,
    };
    late.finish().await;
    answer
}

/// A response that `lambda_http` makes a reply of.
///
/// This is not an `http::Response`: `lambda_http` decodes the body of one by its content type, and replaces bytes that
/// do not fit.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
/// use lambda_http::{Body, IntoResponse, Service};
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.header("content-type", "text/plain").send(vec![0xff])
/// }
///
/// let mut service = api_routes::lambda_http::service(Route::new("/", handler));
/// let answer = service.call(lambda_http::Request::default()).await.unwrap();
/// assert_eq!(answer.into_response().await.body(), &Body::Binary(vec![0xff]));
/// # }
/// ```
#[derive(Debug)]
pub struct Answer(http::Response<LambdaBody>);

impl Answer {
    /// An endless body would take all memory, and `lambda_http` does not ask how large a reply is before Lambda refuses it,
    /// so the body is collected first. What JSON adds to it is not counted.
    fn new(mut head: Parts, body: Bytes, front_door: Option<FrontDoor>) -> Self {
        if matches!(front_door, Some(FrontDoor::HttpApi | FrontDoor::FunctionUrl)) {
            join(&mut head.headers);
        }
        let body = match String::from_utf8(body.into()) {
            Ok(text) if text.is_empty() => LambdaBody::Empty,
            Ok(text) => LambdaBody::Text(text),
            Err(bytes) => LambdaBody::Binary(bytes.into_bytes()),
        };
        Self(http::Response::from_parts(head, body))
    }

    /// Makes the answer of an error. If the body of the error fails too, as that of a project may, the answer has only
    /// the status.
    async fn of_error(response: Response, front_door: Option<FrontDoor>) -> Self {
        let (head, body) = response.into_parts();
        match event::collect(body, front_door).await {
            Ok(body) => Self::new(head, body, front_door),
            Err(error) => {
                log::error!("{error}");
                let mut bare = http::Response::default();
                *bare.status_mut() = head.status;
                Self(bare)
            }
        }
    }

    /// Returns the response, for a program that reads it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    /// use lambda_http::Service;
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send("hello")
    /// }
    ///
    /// let mut service = api_routes::lambda_http::service(Route::new("/api/hello", handler));
    /// let answer = service.call(lambda_http::Request::default()).await.unwrap().into_inner();
    /// assert_eq!(answer.status(), 200);
    /// # }
    /// ```
    pub fn into_inner(self) -> http::Response<LambdaBody> {
        self.0
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Pin<Box<dyn Future<Output = http::Response<LambdaBody>> + Send>> {
        Box::pin(ready(self.0))
    }
}

/// Joins the values of each name, as payload format 2.0 does: of several values, `lambda_http` would send only the
/// last.
fn join(headers: &mut HeaderMap) {
    let repeated: Vec<_> = headers
        .keys()
        .filter(|name| **name != SET_COOKIE && headers.get_all(*name).iter().nth(1).is_some())
        .cloned()
        .collect();
    for name in repeated {
        let values: Vec<_> = headers.get_all(&name).iter().map(HeaderValue::as_bytes).collect();
        // Values that HTTP allows are also valid when joined.
        if let Ok(joined) = HeaderValue::from_bytes(&values.join(&b", "[..])) {
            headers.insert(name, joined);
        }
    }
}

#[cfg(test)]
mod tests;
