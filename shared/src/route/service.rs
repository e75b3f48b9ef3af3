//! A route as a [`tower::Service`], and its layers as services that always answer.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;
use http::Request;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;

use super::Route;
use crate::body::{Body, BoxError};
use crate::error::{ApiError, Result};
use crate::header_list::join_cookies;
use crate::panics::{self, FailsInvocation};
use crate::refusal::{ErrorHook, Refusal};
use crate::response::{Response, with_final_status};

/// The service that layers go around, and that they make: it always answers.
#[derive(Debug, Clone)]
#[must_use = "a service answers nothing until it is called"]
pub struct RouteService(BoxCloneSyncService<Request<Body>, Response, Infallible>);

impl RouteService {
    pub(super) fn new<S>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
        S::Future: Send,
    {
        Self(BoxCloneSyncService::new(service))
    }
}

impl Service<Request<Body>> for RouteService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.0.call(request)
    }
}

/// A layer, with the errors of its service answered.
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
            RouteService::new(Answered { service: layer.layer(inner), errors })
        }))
    }

    pub(super) fn layer(&self, inner: RouteService, errors: Option<ErrorHook>) -> RouteService {
        (self.0)(inner, errors)
    }
}

impl<B> Service<Request<B>> for Route
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Endpoint and layers alike wait within the call.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let mut request = request.map(Body::from_any);
        join_cookies(request.headers_mut());
        self.service().call(request)
    }
}

/// A layer's service, which may fail or panic, as one that always answers.
#[derive(Clone)]
struct Answered<S> {
    service: S,
    errors: Option<ErrorHook>,
}

impl<S, B> Service<Request<Body>> for Answered<S>
where
    S: Service<Request<Body>, Response = http::Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let layered = self.service.clone();
        let refusal = Refusal::of(&request, self.errors.as_ref());
        Box::pin(async move {
            let error = match AssertUnwindSafe(layered.oneshot(request)).catch_unwind().await {
                Ok(Ok(response)) => match with_final_status(response.map(Body::from_any)) {
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
}
