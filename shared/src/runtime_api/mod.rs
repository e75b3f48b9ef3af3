//! The calls of Lambda's Runtime API that answer invocations.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

mod stream;

use std::sync::Arc;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use lambda_runtime::Diagnostic;
use lambda_runtime_api_client::body::Body as PostBody;
use lambda_runtime_api_client::{PooledClient, build_request};

use crate::context::Context;
use crate::error::BoxError;
use crate::log::{self, Current};
pub(crate) use stream::{PostStream, Streamed, StreamedBody, post_stream};

/// A header that Lambda sends with an event since 2026, and expects with the answer.
const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");

#[cfg(unix)]
const EXTENSION_NAME: HeaderName = HeaderName::from_static("lambda-extension-name");
#[cfg(unix)]
const EXTENSION_IDENTIFIER: HeaderName = HeaderName::from_static("lambda-extension-identifier");

/// A call that posts an answer to Lambda.
pub(crate) type Posting<'a> = BoxFuture<'a, Result<(), BoxError>>;

/// An invocation that waits for its answer.
pub(crate) struct OpenInvocation {
    pub(crate) current: Arc<Current>,
    id: Option<HeaderValue>,
}

impl OpenInvocation {
    pub(crate) fn new(context: lambda_runtime::Context, headers: &HeaderMap) -> Self {
        Self { current: Current::new(Context::from_lambda(context)), id: headers.get(INVOCATION_ID).cloned() }
    }

    pub(crate) fn request(&self, what: &str, body: PostBody) -> Result<Request<PostBody>, http::Error> {
        let path = format!("/2018-06-01/runtime/invocation/{}/{what}", self.current.context.request_id());
        let mut request = post(path, body)?;
        if let Some(id) = &self.id {
            request.headers_mut().insert(INVOCATION_ID, id.clone());
        }
        Ok(request)
    }
}

#[derive(Clone)]
pub(crate) struct RuntimeApi(Arc<PooledClient>);

impl RuntimeApi {
    /// Makes a client for `concurrency` invocations at a time.
    pub(crate) fn from_env(concurrency: usize) -> Self {
        let mut connector = HttpConnector::new();
        // Each frame of a stream is sent at once, and not when the next one fills the packet.
        connector.set_nodelay(true);
        Self(Arc::new(PooledClient::builder().with_connector(connector).with_pool_size(concurrency).build()))
    }

    /// Posts a whole answer.
    pub(crate) fn respond(&self, to: &OpenInvocation, reply: Vec<u8>) -> Posting<'static> {
        let size = reply.len();
        self.post(to.request("response", reply.into()), size)
    }

    /// Reports that the invocation failed.
    pub(crate) fn fail(
        &self,
        to: &OpenInvocation,
        error_type: &'static str,
        error: String,
    ) -> Posting<'static> {
        self.report(to.request("error", PostBody::empty()), error_type, error)
    }

    /// Reports that the function cannot start.
    pub(crate) fn init_error(&self, error_type: &'static str, error: String) -> Posting<'static> {
        self.report(post("/2018-06-01/runtime/init/error".to_owned(), PostBody::empty()), error_type, error)
    }

    /// Registers an internal extension that subscribes to no events, and returns its identifier.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>
    #[cfg(unix)]
    pub(crate) async fn register_extension(&self) -> Result<HeaderValue, BoxError> {
        let request = build_request().method(Method::POST).uri("/2020-01-01/extension/register");
        let request =
            request.header(EXTENSION_NAME, "api-routes").body(PostBody::from(r#"{"events":[]}"#))?;
        let answer = self.0.call(request).await?;
        if !answer.status().is_success() {
            return Err(format!("status {}", answer.status()).into());
        }
        answer.headers().get(EXTENSION_IDENTIFIER).cloned().ok_or_else(|| "no identifier".into())
    }

    /// Waits for an event of the extension.
    #[cfg(unix)]
    pub(crate) async fn next_for_extension(&self, identifier: HeaderValue) -> Result<StatusCode, BoxError> {
        let request = build_request().method(Method::GET).uri("/2020-01-01/extension/event/next");
        self.call(request.header(EXTENSION_IDENTIFIER, identifier).body(PostBody::empty())?).await
    }

    fn report(
        &self,
        mut request: Result<Request<PostBody>, http::Error>,
        error_type: &'static str,
        error: String,
    ) -> Posting<'static> {
        let diagnostic = Diagnostic { error_type: error_type.to_owned(), error_message: error };
        // Two strings always serialize.
        let json = serde_json::to_vec(&diagnostic).unwrap_or_default();
        let size = json.len();
        if let Ok(request) = &mut request {
            *request.body_mut() = json.into();
            request.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(error_type));
        }
        self.post(request, size)
    }

    pub(crate) async fn call(&self, request: Request<PostBody>) -> Result<StatusCode, BoxError> {
        Ok(self.0.call(request).await?.status())
    }

    /// Posts an answer. If Lambda refuses it (too large, too late), logs that, so that the next event is still
    /// answered.
    // Boxed, so that the code around it has one state for all answers.
    fn post(&self, request: Result<Request<PostBody>, http::Error>, size: usize) -> Posting<'static> {
        let api = self.clone();
        Box::pin(async move {
            let status = api.call(request?).await?;
            if !status.is_success() {
                log::error!("Lambda refused the answer of {size} bytes with status {status}");
            }
            Ok(())
        })
    }
}

fn post(path: String, body: PostBody) -> Result<Request<PostBody>, http::Error> {
    let uri = Uri::from_maybe_shared(Bytes::from(path))?;
    build_request().method(Method::POST).uri(uri).body(body)
}
