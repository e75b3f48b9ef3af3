//! The choice between text and base64 for bodies.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html>

use http::HeaderMap;
use http::header::{ACCEPT, AsHeaderName, CONTENT_TYPE};

use crate::ows::trimmed;

/// The `binaryMediaTypes` of an API.
#[derive(Clone, Debug, Default)]
pub(super) struct BinaryMediaTypes(Vec<String>);

impl BinaryMediaTypes {
    pub(super) fn new(types: Vec<String>) -> Self {
        Self(types)
    }

    /// Whether a request's body is binary, by its `Content-Type`.
    pub(super) fn has_body(&self, request: &HeaderMap) -> bool {
        self.matches(first_type(request, CONTENT_TYPE))
    }

    /// Whether a response's body is binary, by the first type that the request accepts, as the page above says. A `*/*`
    /// there is taken literally, says a test "verified against real AWS",
    /// `tests/test_apigatewayv1.py` in <https://github.com/ministackorg/ministack>.
    pub(super) fn is_accepted(&self, request: &HeaderMap) -> bool {
        self.matches(first_type(request, ACCEPT))
    }

    /// Undocumented (REST-4): the wildcards are `*/*`, which also matches a missing type, and `image/*`.
    fn matches(&self, sent: &str) -> bool {
        self.0.iter().any(|binary| binary == "*/*" || is_match(sent, binary))
    }
}

fn is_match(sent: &str, binary: &str) -> bool {
    match binary.strip_suffix('*') {
        Some(main) if main.ends_with('/') => {
            sent.get(..main.len()).is_some_and(|sent| sent.eq_ignore_ascii_case(main))
        }
        _ => sent.eq_ignore_ascii_case(binary),
    }
}

fn first_type(headers: &HeaderMap, name: impl AsHeaderName) -> &str {
    let sent = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    trimmed(sent.split([',', ';']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_binary_if_the_api_says_so() {
        for (binary, sent, is_binary) in [
            (&["application/octet-stream"][..], Some("application/octet-stream"), true),
            (&["application/octet-stream"], Some("Application/Octet-Stream; x=1"), true),
            (&["application/octet-stream"], Some("application/json"), false),
            (&["application/octet-stream"], Some("*/*"), false),
            (&["application/octet-stream"], Some("text/html, application/octet-stream"), false),
            (&["application/octet-stream"], Some("application/octet-stream, text/html"), true),
            (&["application/octet-stream"], None, false),
            (&["image/png", "text/csv"], Some("text/csv"), true),
            (&["IMAGE/*"], Some("image/png"), true),
            (&["image/*"], Some("image/*"), true),
            (&["image/*"], Some("imagery/png"), false),
            (&["image/*"], Some("im"), false),
            (&["*/*"], Some("text/plain"), true),
            (&["*/*"], Some("é"), true),
            (&["*/*"], None, true),
            (&["*"], Some("text/plain"), false),
            (&[], Some("application/octet-stream"), false),
        ] {
            let types = BinaryMediaTypes::new(binary.iter().map(ToString::to_string).collect());
            for (name, matches) in [
                (CONTENT_TYPE, BinaryMediaTypes::has_body as fn(&_, &_) -> _),
                (ACCEPT, BinaryMediaTypes::is_accepted),
            ] {
                let headers = sent.map(|sent| (name, sent.parse().unwrap()));
                let headers = HeaderMap::from_iter(headers);
                assert_eq!(matches(&types, &headers), is_binary, "{binary:?} {sent:?}");
            }
        }
    }
}
