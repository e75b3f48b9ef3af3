//! The documents of the emulator's issuer of tokens, beside the inspector. They are as public as those of any issuer.

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HOST, HeaderValue};
use http::request::Parts;
use http::{Method, Response};

use super::problem::Problem;
use super::{InspectorBody, json};
use crate::authorizer::issuer::{OwnIssuer, document};

/// Below the path of the inspector.
const FOLDER: &str = "issuer/";

/// Answers a request for a document, if `path` is one.
pub(super) fn answer(head: &Parts, path: &str, issuer: &OwnIssuer) -> Option<Response<InspectorBody>> {
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let document = document(path.strip_prefix(FOLDER)?, host, issuer)?;
    if head.method != Method::GET && head.method != Method::HEAD {
        return Some(Problem::Method(&[Method::GET, Method::HEAD]).into_response());
    }
    let mut response = json(&document);
    // A library in a page asks as well, and there is nothing to hide.
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Some(response)
}
