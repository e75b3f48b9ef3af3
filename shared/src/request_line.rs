//! The text that names a request in the log.

use std::fmt;

use http::uri::PathAndQuery;
use http::{Method, Request};

/// The method and the path of a request. The copy shares the bytes of the URI.
#[derive(Clone, Debug)]
pub(crate) struct RequestLine {
    method: Method,
    target: Option<PathAndQuery>,
}

impl RequestLine {
    pub(crate) fn new<B>(request: &Request<B>) -> Self {
        Self { method: request.method().clone(), target: request.uri().path_and_query().cloned() }
    }
}

/// Writes `GET /api/posts/7`, without the query, which may contain secrets.
impl fmt::Display for RequestLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.as_ref().map_or("/", PathAndQuery::path);
        write!(f, "{} {path}", self.method.as_str())
    }
}
