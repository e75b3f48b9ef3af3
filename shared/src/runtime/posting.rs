//! Handles one invocation: decodes the event, calls the route, and posts the answer.
//!
//! This replaces the response path of `lambda_runtime`, which can only deserialize a type and serialize a value. Here,
//! the bytes of the event are read once, and the reply is written once.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::thread;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;
use http::{Method, Request};
use lambda_runtime::LambdaInvocation;
use tower_service::Service;

use crate::arrival::Arrival;
use crate::body::Body;
use crate::error::BoxError;
use crate::event::{self, EncodeError};
use crate::front_door::FrontDoor;
use crate::late_work::LateWork;
use crate::log;
use crate::panics;
use crate::request_line::RequestLine;
use crate::route::Route;
use crate::runtime_api::{OpenInvocation, PostStream, Posting, RuntimeApi, Streamed};

pub(super) struct PostingService {
    route: Arc<Route>,
    api: RuntimeApi,
    late: LateWork,
}

impl PostingService {
    pub(super) fn new(route: Arc<Route>, api: RuntimeApi) -> Self {
        Self { route, api, late: LateWork::new() }
    }

    /// Handles an invocation. When this ends, the next invocation is taken.
    async fn invocation(self, invocation: OpenInvocation, event: Bytes) -> Result<(), BoxError> {
        let posted = self.answer(&invocation, &event).await;
        self.late.finish().await;
        posted
    }

    async fn answer(&self, invocation: &OpenInvocation, event: &Bytes) -> Result<(), BoxError> {
        let posting = match event::decode(event, Some(Arc::clone(&invocation.current))) {
            Ok((front_door, mut request)) => {
                invocation.current.set_request(RequestLine::new(&request));
                Arrival::wait_for(&mut request, &self.late);
                let answered = AssertUnwindSafe(answered(&self.route, front_door, request));
                self.post(invocation, answered.catch_unwind().await)
            }
            Err(error) => self.api.fail(invocation, "Runtime.UnreadableEvent", logged(&error)),
        };
        posting.await
    }

    fn post<'a>(
        &'a self,
        invocation: &'a OpenInvocation,
        answered: thread::Result<Result<RouteAnswer, EncodeError>>,
    ) -> Posting<'a> {
        match answered {
            Ok(Ok(RouteAnswer::Buffered(reply))) => self.api.respond(invocation, reply),
            Ok(Ok(RouteAnswer::Streamed(post, streamed))) => post(&self.api, invocation, streamed),
            Ok(Err(error)) => self.api.fail(invocation, "Runtime.UnsendableReply", logged(&error)),
            Err(panic) => {
                panics::log_caught("the route", &*panic);
                self.api.fail(invocation, "Runtime.Panic", panics::message(&*panic).to_owned())
            }
        }
    }
}

/// Logs the error, and returns its message.
fn logged(error: &dyn fmt::Display) -> String {
    let message = error.to_string();
    log::error!("{message}");
    message
}

/// The answer of the route: a whole reply, or a response that is posted piece by piece.
enum RouteAnswer {
    Buffered(Vec<u8>),
    Streamed(PostStream, Streamed),
}

/// Calls the route, and returns its answer in the form of the front door.
///
/// # Errors
/// If neither the answer nor the error that replaces it can be sent, such as an error whose form the project has chosen
/// and the front door cannot carry.
async fn answered(
    route: &Route,
    front_door: FrontDoor,
    request: Request<Body>,
) -> Result<RouteAnswer, EncodeError> {
    let (refusal, is_head) = (route.refusal(&request), request.method() == Method::HEAD);
    let Ok(response) = route.answer(request).await;
    match route.streams() {
        Some(post) if front_door.can_stream() => {
            Ok(RouteAnswer::Streamed(post, Streamed { response, front_door, is_head }))
        }
        _ => Ok(RouteAnswer::Buffered(event::reply(front_door, response, &refusal).await?)),
    }
}

/// A clone serves another worker, and has its own late work.
impl Clone for PostingService {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.route), self.api.clone())
    }
}

impl Service<LambdaInvocation> for PostingService {
    type Response = ();
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<(), BoxError>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        // A service handles one invocation at a time, so one queue of late work is enough.
        let this = Self { route: Arc::clone(&self.route), api: self.api.clone(), late: self.late.clone() };
        let LambdaInvocation { parts, body, context } = invocation;
        let invocation = OpenInvocation::new(context, &parts.headers);
        Box::pin(log::within(Arc::clone(&invocation.current), this.invocation(invocation, body)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, EncodeError, FrontDoor, Method, Request, Route, RouteAnswer, answered};
    use crate::error::ApiError;
    use crate::request::ApiRequest;
    use crate::response::{ApiResponse, Result};

    async fn answer(
        route: Route,
        front_door: FrontDoor,
        method: Method,
    ) -> std::result::Result<RouteAnswer, EncodeError> {
        let request = Request::builder().method(method).uri("/api/x").body(Body::empty()).unwrap();
        answered(&route, front_door, request).await
    }

    #[tokio::test]
    async fn process_survives_an_error_that_cannot_be_sent() {
        fn many_cookies(res: ApiResponse) -> Result {
            (0..=512).fold(res, |res, n: u16| res.append_header("set-cookie", n.to_string())).end()
        }
        async fn handler(_: ApiRequest, res: ApiResponse) -> Result {
            many_cookies(res)
        }
        let shape = |_: &ApiError, res: ApiResponse| many_cookies(res);
        let route = Route::new("/api/x", handler).errors(shape);
        let answer = answer(route, FrontDoor::Alb, Method::GET).await;
        assert!(matches!(answer, Err(EncodeError::Cookies)));
    }
}
