//! What a route is written as: `async fn handler(req, res) -> Result`.

use futures_util::future::BoxFuture;

use crate::error::Result;
use crate::request::ApiRequest;
use crate::response::ApiResponse;

/// A function that answers requests: `async fn(ApiRequest, ApiResponse) -> Result`, or a closure of that
/// form which has captured what it needs.
#[diagnostic::on_unimplemented(
    message = "this is not a handler of an API route",
    label = "expected `async fn(ApiRequest, ApiResponse) -> Result`",
    note = "a handler takes `(req: ApiRequest, res: ApiResponse)` and returns `api_routes::Result`; \
            a closure that captures state must be `Send + Sync`, and clone what it captures for each call"
)]
pub trait Handler: Send + Sync + 'static {
    /// Answers one request.
    fn call(&self, req: ApiRequest, res: ApiResponse) -> BoxFuture<'static, Result>;
}

impl<F, Answer> Handler for F
where
    F: Fn(ApiRequest, ApiResponse) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result> + Send + 'static,
{
    fn call(&self, req: ApiRequest, res: ApiResponse) -> BoxFuture<'static, Result> {
        Box::pin(self(req, res))
    }
}
