//! One invocation in memory: the way of an event through a route, as on Lambda.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use lambda_runtime::Context;
use tower::{BoxError, Service};

use crate::body::Body;
use crate::event::{self, Arrival, EncodeError, EventError, FrontDoor};
use crate::log::{self, Current};
use crate::panics;
use crate::request_line::RequestLine;
use crate::route::Route;
use crate::runtime::LateWork;

/// Why a test gets no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("no front door sends this event: {0}")]
    Event(EventError),
    #[error("the request's body failed: {0}")]
    RequestBody(BoxError),
    #[error("the route panicked: {0}")]
    Panic(String),
    #[error("the answer makes no reply: {0}")]
    Reply(EncodeError),
    #[error("the reply is no HTTP: {0}")]
    NoHttp(BoxError),
}

/// Unwraps outside of tokio, at the line of the test.
#[track_caller]
pub(super) fn unwrap<T>(result: Result<T, Failure>) -> T {
    match result {
        Ok(value) => value,
        Err(failure) => panic!("{failure}"),
    }
}

/// Lambda's side of a request, as far as a test gives it.
#[derive(Clone, Debug, Default)]
pub(super) struct LambdaSide {
    pub(super) context: Option<Context>,
    pub(super) remaining_time: Option<Duration>,
}

impl LambdaSide {
    /// The context, whose deadline is that of the remaining time, if that is given.
    fn current(&self) -> Option<Arc<Current>> {
        let mut context = self.context.clone()?;
        if let Some(time) = self.remaining_time {
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
            context.deadline = u64::try_from(now.saturating_add(time).as_millis()).unwrap_or(u64::MAX);
        }
        Some(Current::new(context))
    }
}

/// An event that was read, and the route that it goes to.
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

    /// The reply. Late work is done when this ends.
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
            match answer {
                Ok(reply) => reply.map(Into::into).map_err(Failure::Reply),
                Err(panic) => Err(Failure::Panic(panics::message(&*panic).to_owned())),
            }
        })
        .await
    }
}

/// Runs a future as a part of the invocation, if Lambda's side of it is given: log lines have its id then.
async fn within<T>(current: Option<Arc<Current>>, future: impl Future<Output = T>) -> T {
    match current {
        Some(current) => log::within(current, future).await,
        None => future.await,
    }
}
