//! Makes the request that a handler gets, to test functions that a handler calls.

use std::future::ready;
use std::sync::mpsc::{self, Receiver};

use super::failure::Failure;
use super::invocation::Invocation;
use crate::request::ApiRequest;
use crate::response::ApiResponse;
use crate::route::Route;

/// A route whose handler keeps its request for the test, so that the request is made as for any handler.
pub(super) struct Capture {
    pub(super) route: Route,
    requests: Receiver<ApiRequest>,
}

impl Capture {
    pub(super) fn new(path: &str) -> Self {
        let (sender, requests) = mpsc::channel();
        let handler = move |req: ApiRequest, res: ApiResponse| {
            // The receiver lives until the request is taken from it.
            let _ = sender.send(req);
            ready(res.end())
        };
        Self { route: Route::new(path, handler).no_body_limit(), requests }
    }

    /// Returns the request that the handler gets in an invocation of this route.
    pub(super) async fn request(self, invocation: Invocation) -> Result<ApiRequest, Failure> {
        let response = invocation.response().await;
        self.requests
            .try_recv()
            .map_err(|_| Failure::NotReached { path: self.route.path(), status: response.status() })
    }
}
