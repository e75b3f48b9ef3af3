//! Lambda's Runtime API, as far as answers go.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use hyper_util::client::legacy::connect::HttpConnector;
use lambda_runtime::{Context, Diagnostic};
use lambda_runtime_api_client::body::Body as PostBody;
use lambda_runtime_api_client::{PooledClient, build_request};
use tower::BoxError;

use super::stream::{self, StreamedBody};
use crate::body::Body;
use crate::error::ApiError;
use crate::log;

/// Sent with an event since 2026; whoever gets it sends it back with the answer.
const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");
pub(super) const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");

/// What an answer is known by.
pub(super) struct Invocation {
    pub(super) context: Arc<Context>,
    id: Option<HeaderValue>,
}

impl Invocation {
    pub(super) fn new(context: Context, headers: &HeaderMap) -> Self {
        Self { context: Arc::new(context), id: headers.get(INVOCATION_ID).cloned() }
    }

    fn request(&self, what: &str, body: impl Into<PostBody>) -> Result<Request<PostBody>, http::Error> {
        let path = format!("/2018-06-01/runtime/invocation/{}/{what}", self.context.request_id);
        let mut request = build_request().method(Method::POST).uri(path).body(body.into())?;
        if let Some(id) = &self.id {
            request.headers_mut().insert(INVOCATION_ID, id.clone());
        }
        Ok(request)
    }
}

#[derive(Clone)]
pub(super) struct RuntimeApi(Arc<PooledClient>);

impl RuntimeApi {
    /// For that many invocations at a time.
    pub(super) fn from_env(concurrency: usize) -> Self {
        let mut connector = HttpConnector::new();
        // Each frame of a stream is for the client now, and not when the next one fills the packet.
        connector.set_nodelay(true);
        Self(Arc::new(PooledClient::builder().with_connector(connector).with_pool_size(concurrency).build()))
    }

    /// The whole answer at once.
    pub(super) async fn respond(&self, to: &Invocation, reply: Vec<u8>) -> Result<(), BoxError> {
        let size = reply.len();
        self.post(to.request("response", reply)?, size).await
    }

    /// The answer as it comes: ends when the body has.
    ///
    /// A lost connection is no reason to end the process, as it is elsewhere: it may be the reader who is gone.
    pub(super) async fn stream(&self, to: &Invocation, prelude: Vec<u8>, body: Body) -> Result<(), BoxError> {
        let (body, end) = StreamedBody::new(prelude, body);
        let mut request = to.request("response", PostBody::new(body))?;
        request.headers_mut().extend(stream::headers());
        match self.0.call(request).await {
            // Lambda may answer before the last byte is sent.
            Ok(answered) if answered.status().is_success() => drop(end.await),
            Ok(answered) => {
                log::error!("Lambda refused the stream with status {}", answered.status());
            }
            Err(error) => {
                let error = ApiError::hidden(error).reason();
                log::error!("the stream could not be sent: {error}");
            }
        }
        Ok(())
    }

    /// The invocation failed.
    pub(super) async fn fail(&self, to: &Invocation, diagnostic: &Diagnostic) -> Result<(), BoxError> {
        let json = serde_json::to_vec(diagnostic)?;
        let size = json.len();
        let mut request = to.request("error", json)?;
        request.headers_mut().insert(ERROR_TYPE, HeaderValue::try_from(diagnostic.error_type.as_str())?);
        self.post(request, size).await
    }

    /// The function cannot start.
    pub(super) async fn init_error(&self, diagnostic: &Diagnostic) -> Result<(), BoxError> {
        let json = serde_json::to_vec(diagnostic)?;
        let size = json.len();
        let mut request = build_request()
            .method(Method::POST)
            .uri("/2018-06-01/runtime/init/error")
            .body(PostBody::from(json))?;
        request.headers_mut().insert(ERROR_TYPE, HeaderValue::try_from(diagnostic.error_type.as_str())?);
        self.post(request, size).await
    }

    /// One that Lambda refuses (too large, too late) is logged: the next event is not to suffer for it.
    async fn post(&self, request: Request<PostBody>, size: usize) -> Result<(), BoxError> {
        let answered = self.0.call(request).await?;
        if !answered.status().is_success() {
            let status = answered.status();
            log::error!("Lambda refused the answer of {size} bytes with status {status} (its limit is 6 MB)");
        }
        Ok(())
    }
}
