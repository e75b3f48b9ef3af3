//! The responses of the inspector.

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::{Method, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use serde::Serialize;

/// A whole body, or a stream of events that never fails.
pub(crate) type InspectorBody = UnsyncBoxBody<Bytes, std::convert::Infallible>;

pub(super) fn json(value: &impl Serialize) -> Response<InspectorBody> {
    // Serialization cannot fail: the views have no maps with keys other than strings.
    let text = serde_json::to_vec(value).unwrap_or_default();
    whole("application/json", text)
}

pub(super) fn whole(content_type: &'static str, body: impl Into<Bytes>) -> Response<InspectorBody> {
    let mut response = Response::new(Full::new(body.into()).boxed_unsync());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

pub(super) fn empty(status: StatusCode) -> Response<InspectorBody> {
    let mut response = Response::new(Full::default().boxed_unsync());
    *response.status_mut() = status;
    response
}

/// Adds the methods that an address has.
pub(super) fn allow(response: &mut Response<InspectorBody>, methods: &[Method]) {
    let methods = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    response.headers_mut().extend(HeaderValue::from_str(&methods).ok().map(|methods| (ALLOW, methods)));
}
