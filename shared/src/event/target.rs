//! The target of a request: its method, path and query, from the event of any front door.

use std::borrow::Cow;

use api_routes_routing::PathEncoding;
use bytes::Bytes;
use http::{Method, Uri};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::EventError;
use super::strings::Pairs;

/// The characters that are escaped in the path of a URI, besides those beyond ASCII.
const NOT_IN_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}');

/// The characters that are escaped in a decoded path: `%` too.
const NOT_IN_DECODED_PATH: &AsciiSet = &NOT_IN_PATH.add(b'%');

/// The characters that are escaped in a query, which arrives as the client wrote it.
const NOT_IN_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// The target of a request, in the words of its front door.
pub(super) struct Target<'e> {
    pub(super) method: &'e str,
    /// The path without the stage and the base path of a custom domain.
    pub(super) path: &'e str,
    pub(super) encoding: PathEncoding,
    /// The encoding of `pathParameters`.
    pub(super) parameter_encoding: PathEncoding,
    /// The query, percent-encoded as a client writes it.
    pub(super) query: Cow<'e, str>,
    /// The address in the form of the front door.
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

/// Returns the query of decoded keys and values.
pub(super) fn encoded(pairs: &Pairs<'_>) -> Cow<'static, str> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs.0).finish().into()
}

/// Returns the query of keys and values that are not decoded.
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
