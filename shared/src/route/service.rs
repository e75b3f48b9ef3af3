//! A route as a [`tower::Service`], and its layers as services that never fail.

use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;
use http::Request;
use tower::ServiceExt;
use tower_layer::Layer;
use tower_service::Service;

use crate::body::Body;
use crate::error::{ApiError, BoxError};
use crate::panics::{self, FailsInvocation};
use crate::refusal::{ErrorHook, Refusal};
use crate::response::{Response, Result, checked};

pub(super) type Answering = BoxFuture<'static, Result<Response, Infallible>>;

/// The service that layers wrap, and that they return. It always answers.
// Not `BoxCloneSyncService` of tower: this type has no state to copy for each request, and boxes each future once.
#[derive(Clone)]
#[must_use = "a service does nothing until it is called"]
pub struct RouteService(Arc<dyn Fn(Request<Body>) -> Answering + Send + Sync>);

impl RouteService {
    pub(super) fn new(answer: impl Fn(Request<Body>) -> Answering + Send + Sync + 'static) -> Self {
        Self(Arc::new(answer))
    }

    pub(super) fn answer(&self, request: Request<Body>) -> Answering {
        (self.0)(request)
    }
}

impl fmt::Debug for RouteService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RouteService")
    }
}

/// The service takes any body, since a layer may wrap the body of the request, as `RequestBodyLimitLayer` of
/// `tower-http` does.
impl<B> Service<Request<B>> for RouteService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // The endpoint and the layers wait within the call.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.answer(request.map(Body::from_any))
    }
}

/// A layer whose errors are answered.
#[derive(Clone)]
pub(super) struct AnsweringLayer(Arc<dyn Fn(RouteService, Option<ErrorHook>) -> RouteService + Send + Sync>);

impl AnsweringLayer {
    pub(super) fn new<L, B>(layer: L) -> Self
    where
        L: Layer<RouteService> + Send + Sync + 'static,
        L::Service: Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Body>>>::Future: Send,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Arc::new(move |inner, errors| {
            let service = layer.layer(inner);
            RouteService::new(move |request| answered(service.clone(), errors.as_ref(), request))
        }))
    }

    pub(super) fn layer(&self, inner: RouteService, errors: Option<ErrorHook>) -> RouteService {
        (self.0)(inner, errors)
    }
}

/// Returns the answer of the service of a layer, which may fail or panic.
fn answered<S, B>(service: S, errors: Option<&ErrorHook>, request: Request<Body>) -> Answering
where
    S: Service<Request<Body>, Response = http::Response<B>> + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let refusal = Refusal::new(&request, errors);
    Box::pin(async move {
        let error = match AssertUnwindSafe(service.oneshot(request)).catch_unwind().await {
            Ok(Ok(response)) => match checked(response.map(Body::from_any)) {
                Ok(response) => return Ok(response),
                Err(mistake) => mistake,
            },
            Ok(Err(error)) => ApiError::hidden_without_place(error),
            Err(panic) if panic.is::<FailsInvocation>() => resume_unwind(panic),
            Err(panic) => panics::to_error("a layer", &*panic),
        };
        Ok(refusal.answer(error))
    })
}
