//! One invocation: decode the event, call the route, post the answer.
//!
//! It stands in the place of `lambda_runtime`'s own response path, which knows a payload only as a type to
//! deserialise and a value to serialise: here the event's bytes are read once, and the reply is written once.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body::Body as _;
use lambda_runtime::{Context, Diagnostic, LambdaInvocation};
use lambda_runtime_api_client::body::Body as PostBody;
use lambda_runtime_api_client::{PooledClient, build_request};
use tower::{BoxError, Service};

use super::LateWork;
use crate::body::Body;
use crate::endpoint::panic_message;
use crate::event::{self, Arrival, EncodeError, FrontDoor};
use crate::log;
use crate::service::Route;

/// Sent with an event since 2026; whoever gets it sends it back with the answer.
const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");

#[derive(Clone)]
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
    async fn invocation(mut self, invocation: LambdaInvocation) -> Result<(), BoxError> {
        let posted = self.answer(invocation).await;
        self.late.finish().await;
        posted
    }

    async fn answer(&mut self, invocation: LambdaInvocation) -> Result<(), BoxError> {
        let LambdaInvocation { parts, body, context } = invocation;
        let answer = Answer { context: Arc::new(context), invocation_id: invocation_id(&parts.headers) };
        let (front_door, mut request) = match event::decode(&body, Some(Arc::clone(&answer.context))) {
            Ok(decoded) => decoded,
            Err(error) => return self.fail(&answer, "Runtime.UnreadableEvent", error.to_string()).await,
        };
        Arrival::wait_for(&mut request, &self.late);
        match AssertUnwindSafe(reply(&mut self.route, front_door, request)).catch_unwind().await {
            Ok(reply) => self.api.post(answer.response(reply?)?, Some(&answer.context)).await,
            Err(panic) => self.fail(&answer, "Runtime.Panic", panic_message(&*panic).to_owned()).await,
        }
    }

    async fn fail(&self, answer: &Answer, kind: &'static str, message: String) -> Result<(), BoxError> {
        log::error(Some(&answer.context), &message);
        let diagnostic = Diagnostic { error_type: kind.to_owned(), error_message: message };
        self.api.post(answer.error(&diagnostic)?, Some(&answer.context)).await
    }
}

/// What the route answers, in the form of the front door that asked.
async fn reply(
    route: &mut Route,
    front_door: FrontDoor,
    request: Request<Body>,
) -> Result<Vec<u8>, EncodeError> {
    let refusal = route.refusal(&request);
    let Ok(response) = route.call(request).await;
    event::reply(front_door, response, &refusal).await
}

fn invocation_id(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(INVOCATION_ID).cloned()
}

impl Service<LambdaInvocation> for PostingService {
    type Response = ();
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<(), BoxError>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        Box::pin(self.clone().invocation(invocation))
    }
}

/// What an answer needs to be known by.
struct Answer {
    context: Arc<Context>,
    invocation_id: Option<HeaderValue>,
}

impl Answer {
    fn response(&self, reply: Vec<u8>) -> Result<Request<PostBody>, http::Error> {
        self.request("response", reply)
    }

    fn error(&self, diagnostic: &Diagnostic) -> Result<Request<PostBody>, BoxError> {
        let mut request = self.request("error", serde_json::to_vec(diagnostic)?)?;
        request.headers_mut().insert(ERROR_TYPE, HeaderValue::try_from(diagnostic.error_type.as_str())?);
        Ok(request)
    }

    fn request(&self, what: &str, body: Vec<u8>) -> Result<Request<PostBody>, http::Error> {
        let path = format!("/2018-06-01/runtime/invocation/{}/{what}", self.context.request_id);
        let mut request = build_request().method(Method::POST).uri(path).body(body.into())?;
        if let Some(id) = &self.invocation_id {
            request.headers_mut().insert(INVOCATION_ID, id.clone());
        }
        Ok(request)
    }
}

/// Lambda's Runtime API, as far as answers go.
#[derive(Clone)]
pub(super) struct RuntimeApi(Arc<PooledClient>);

impl RuntimeApi {
    pub(super) fn from_env() -> Self {
        Self(Arc::new(PooledClient::builder().with_pool_size(1).build()))
    }

    pub(super) async fn init_error(&self, diagnostic: &Diagnostic) -> Result<(), BoxError> {
        let mut request = build_request()
            .method(Method::POST)
            .uri("/2018-06-01/runtime/init/error")
            .body(PostBody::from(serde_json::to_vec(diagnostic)?))?;
        request.headers_mut().insert(ERROR_TYPE, HeaderValue::try_from(diagnostic.error_type.as_str())?);
        self.post(request, None).await
    }

    /// Posts an answer. One that Lambda refuses (too large, too late) is logged: the next event is not to
    /// suffer for it.
    async fn post(&self, request: Request<PostBody>, context: Option<&Context>) -> Result<(), BoxError> {
        let size = request.body().size_hint().lower();
        let answered = self.0.call(request).await?;
        if !answered.status().is_success() {
            let status = answered.status();
            log::error(
                context,
                format_args!(
                    "Lambda refused the answer of {size} bytes with status {status} (its limit is 6 MB)"
                ),
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, FrontDoor, FutureExt, Request, Route, reply};
    use crate::request::ApiRequest;
    use crate::response::ApiResponse;
    use http_body_util::StreamBody;
    use serde_json::{Value, json};
    use std::panic::AssertUnwindSafe;

    type Frame = Result<http_body::Frame<bytes::Bytes>, std::io::Error>;

    fn streams(frame: fn() -> Frame) -> Route {
        Route::new("/api/x", move |_: ApiRequest, res: ApiResponse| async move {
            res.stream(StreamBody::new(futures_util::stream::once(async move { frame() })))
        })
    }

    #[tokio::test]
    async fn a_stream_that_fails_before_it_is_sent_is_a_hidden_500() {
        let mut route = streams(|| Err(std::io::Error::other("s3cret")));
        let reply = reply(&mut route, FrontDoor::HttpApi, Request::new(Body::empty())).await.unwrap();
        let reply: Value = serde_json::from_slice(&reply).unwrap();
        assert_eq!(reply["statusCode"], 500);
        assert_eq!(reply["body"], json!({ "error": "Internal Server Error" }).to_string());
    }

    #[tokio::test]
    async fn a_stream_that_panics_is_caught_with_the_rest() {
        let mut route = streams(|| panic!("counted"));
        let caught = AssertUnwindSafe(reply(&mut route, FrontDoor::HttpApi, Request::new(Body::empty())))
            .catch_unwind();
        assert!(caught.await.is_err());
    }
}
