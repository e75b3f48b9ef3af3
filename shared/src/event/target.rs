//! What a request is for: method, path and query, as each front door writes them.

use std::borrow::Cow;

use api_routes_routing::PathEncoding;
use bytes::Bytes;
use http::{Method, Uri};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::EventError;
use super::strings::Pairs;

/// What a URI's path cannot hold, beside letters beyond ASCII.
const NOT_IN_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}');

/// To be a URI, a path that was decoded is encoded again, `%` included.
const NOT_IN_DECODED_PATH: &AsciiSet = &NOT_IN_PATH.add(b'%');

/// The query comes as the client wrote it, which need not be what a URI allows.
const NOT_IN_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// Where a front door's own words stand in an event.
pub(super) struct Target<'e> {
    pub(super) method: &'e str,
    /// Without the stage and the base path of a custom domain.
    pub(super) path: &'e str,
    pub(super) encoding: PathEncoding,
    /// Of the event's `pathParameters`.
    pub(super) parameter_encoding: PathEncoding,
    /// Percent-encoded, as a client writes it.
    pub(super) query: Cow<'e, str>,
    /// As the front door writes it.
    pub(super) client_ip: &'e str,
}

impl Target<'_> {
    pub(super) fn method(&self) -> Result<Method, EventError> {
        Method::from_bytes(self.method.as_bytes()).map_err(|_| EventError::Http("method"))
    }

    pub(super) fn uri(&self) -> Result<Uri, EventError> {
        let not_in_path = match self.encoding {
            PathEncoding::Decoded => NOT_IN_DECODED_PATH,
            PathEncoding::Percent => NOT_IN_PATH,
        };
        let mut uri = String::with_capacity(self.path.len() + self.query.len() + 2);
        if !self.path.starts_with('/') {
            uri.push('/');
        }
        uri.extend(utf8_percent_encode(self.path, not_in_path));
        if !self.query.is_empty() {
            uri.push('?');
            uri.extend(utf8_percent_encode(&self.query, NOT_IN_QUERY));
        }
        Uri::from_maybe_shared(Bytes::from(uri)).map_err(|_| EventError::Http("path or query"))
    }
}

/// A query whose keys and values were decoded on the way, as a query again.
pub(super) fn encoded(pairs: &Pairs<'_>) -> Cow<'static, str> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs.0).finish().into()
}

/// A query that was taken apart and not decoded, as a query again.
pub(super) fn joined(pairs: &Pairs<'_>) -> Cow<'static, str> {
    let mut query = String::new();
    for (key, value) in &pairs.0 {
        if !query.is_empty() {
            query.push('&');
        }
        query.extend([key, "=", value]);
    }
    query.into()
}
