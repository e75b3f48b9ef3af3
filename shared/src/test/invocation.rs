//! Runs one invocation in memory: an event goes through a route, as on Lambda.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Method, Request};
use tower::Service;

use super::TestStream;
use super::failure::Failure;
use crate::arrival::Arrival;
use crate::body::Body;
use crate::context::Context;
use crate::event::{self, EventError};
use crate::front_door::FrontDoor;
use crate::late_work::LateWork;
use crate::log::{self, Current};
use crate::panics;
use crate::request_line::RequestLine;
use crate::response::Response;
use crate::route::Route;
use crate::runtime_api::Streamed;

/// Lambda's data about an invocation, as the test sets it.
#[derive(Clone, Debug, Default)]
pub(super) struct LambdaSide {
    pub(super) context: Option<Context>,
    pub(super) remaining_time: Option<Duration>,
}

impl LambdaSide {
    /// Returns the context. If the test sets a remaining time, the deadline follows from it.
    fn current(&self) -> Option<Arc<Current>> {
        let mut context = self.context.clone()?;
        if let Some(deadline) = self.remaining_time.and_then(|time| SystemTime::now().checked_add(time)) {
            context = context.with_deadline(deadline);
        }
        Some(Current::new(context))
    }
}

/// An event that was read, and its route.
pub(super) struct Invocation {
    route: Route,
    front_door: FrontDoor,
    request: Request<Body>,
    current: Option<Arc<Current>>,
    late: LateWork,
}

impl Invocation {
    pub(super) fn new(event: &Bytes, lambda: &LambdaSide, route: &Route) -> Result<Self, EventError> {
        let (current, late) = (lambda.current(), LateWork::new());
        let (front_door, mut request) = event::decode(event, current.clone())?;
        Arrival::wait_for(&mut request, &late);
        Arrival::stop_the_clock(&mut request, lambda.remaining_time);
        if let Some(current) = &current {
            current.set_request(RequestLine::new(&request));
        }
        Ok(Self { route: route.clone(), front_door, request, current, late })
    }

    /// Returns the response, before it becomes a reply. Late work is not done.
    pub(super) async fn response(mut self) -> Response {
        let Ok(response) = self.route.call(self.request).await;
        response
    }

    /// Returns the reply. Late work is done when this ends.
    pub(super) async fn reply(self) -> Result<Bytes, Failure> {
        let Self { mut route, front_door, request, current, late } = self;
        within(current, async move {
            let answer = async {
                let refusal = route.refusal(&request);
                let Ok(response) = route.call(request).await;
                event::reply(front_door, response, &refusal).await
            };
            let answer = AssertUnwindSafe(answer).catch_unwind().await;
            late.finish().await;
            answer.map_err(panicked)?.map(Into::into).map_err(Failure::Reply)
        })
        .await
    }

    /// Returns the response as a stream whose head has been read.
    pub(super) async fn stream(self) -> Result<TestStream, Failure> {
        let Self { mut route, front_door, request, current, late } = self;
        if !front_door.can_stream() {
            return Err(Failure::FrontDoor(front_door));
        }
        if route.streams().is_none() {
            return Err(Failure::Route(route.path()));
        }
        let is_head = request.method() == Method::HEAD;
        let body = within(current.clone(), async {
            let answer = AssertUnwindSafe(async { route.call(request).await }).catch_unwind().await;
            match answer {
                Ok(Ok(response)) => {
                    let streamed = Streamed { response, front_door, is_head };
                    streamed.into_body().map_err(|error| Failure::NoHttp(error.into()))
                }
                Err(panic) => {
                    late.finish().await;
                    Err(panicked(panic))
                }
            }
        });
        let body = body.await?;
        let late = Box::pin(within(current, async move { late.finish().await }));
        TestStream::begin(body, late).await
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `catch_unwind` gives")]
fn panicked(panic: Box<dyn Any + Send>) -> Failure {
    Failure::Panic(panics::message(&*panic).to_owned())
}

/// Runs a future as part of the invocation, if the test sets Lambda's data: log lines then have its id.
async fn within<T>(current: Option<Arc<Current>>, future: impl Future<Output = T>) -> T {
    match current {
        Some(current) => log::within(current, future).await,
        None => future.await,
    }
}
