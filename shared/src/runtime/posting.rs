//! One invocation: decode the event, call the route, post the answer.
//!
//! It stands in the place of `lambda_runtime`'s own response path, which knows a payload only as a type to
//! deserialise and a value to serialise: here the event's bytes are read once, and the reply is written once.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::Request;
use lambda_runtime::{Diagnostic, LambdaInvocation};
use tower::{BoxError, Service};

use super::LateWork;
use super::runtime_api::{Invocation, RuntimeApi};
use super::stream::PostStream;
use crate::body::Body;
use crate::endpoint::panic_message;
use crate::event::{self, Arrival, EncodeError, FrontDoor};
use crate::log;
use crate::response::Response;
use crate::service::Route;

pub(super) struct PostingService {
    route: Route,
    api: RuntimeApi,
    late: LateWork,
}

impl PostingService {
    pub(super) fn new(route: Route, api: RuntimeApi) -> Self {
        Self { route, api, late: LateWork::new() }
    }

    /// The invocation is over, and the next one asked for, when this ends.
    async fn invocation(mut self, invocation: Invocation, event: Bytes) -> Result<(), BoxError> {
        let posted = self.answer(&invocation, &event).await;
        self.late.finish().await;
        posted
    }

    async fn answer(&mut self, invocation: &Invocation, event: &Bytes) -> Result<(), BoxError> {
        let (front_door, mut request) = match event::decode(event, Some(Arc::clone(&invocation.context))) {
            Ok(decoded) => decoded,
            Err(error) => return self.fail(invocation, "Runtime.UnreadableEvent", error.to_string()).await,
        };
        Arrival::wait_for(&mut request, &self.late);
        let answered = AssertUnwindSafe(answered(&mut self.route, front_door, request));
        match answered.catch_unwind().await {
            Ok(Answer::Buffered(reply)) => self.api.respond(invocation, reply?).await,
            Ok(Answer::Streamed(post, response)) => post(&self.api, invocation, front_door, response).await,
            Err(panic) => self.fail(invocation, "Runtime.Panic", panic_message(&*panic).to_owned()).await,
        }
    }

    async fn fail(&self, to: &Invocation, kind: &'static str, message: String) -> Result<(), BoxError> {
        log::error!("{message}");
        self.api.fail(to, &Diagnostic { error_type: kind.to_owned(), error_message: message }).await
    }
}

enum Answer {
    Buffered(Result<Vec<u8>, EncodeError>),
    Streamed(PostStream, Response),
}

/// What the route answers, as the front door takes it.
async fn answered(route: &mut Route, front_door: FrontDoor, request: Request<Body>) -> Answer {
    let refusal = route.refusal(&request);
    let Ok(response) = route.call(request).await;
    match route.streams() {
        Some(post) if front_door.can_stream() => Answer::Streamed(post, response),
        _ => Answer::Buffered(event::reply(front_door, response, &refusal).await),
    }
}

/// For another worker, whose late work is its own.
impl Clone for PostingService {
    fn clone(&self) -> Self {
        Self::new(self.route.clone(), self.api.clone())
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
        // One invocation at a time goes through a service, so that its queue of late work serves them all.
        let this = Self { route: self.route.clone(), api: self.api.clone(), late: self.late.clone() };
        let LambdaInvocation { parts, body, context } = invocation;
        let invocation = Invocation::new(context, &parts.headers);
        Box::pin(log::within(Arc::clone(&invocation.context), this.invocation(invocation, body)))
    }
}
