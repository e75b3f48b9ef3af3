//! The segments of a request's path, encoded as the client sent them and decoded as a table compares them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Undoes percent-encoding. A `%` without two hex digits stays.
///
/// Undocumented (HTTP-3): bytes that are not UTF-8 become U+FFFD.
pub fn decode(encoded: &str) -> Cow<'_, str> {
    percent_decode_str(encoded).decode_utf8_lossy()
}

/// Returns the first segment of `rest`, and the text after the slash that ends the segment. `rest` begins after a
/// slash.
///
/// Undocumented (HTTP-2): segments are cut from the encoded path and decoded one by one, so that `%2F` is a
/// character of a segment and never ends one. AWS says only that "API Gateway decodes URL-encoded request
/// parameters before passing them to your backend integration"
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>).
pub fn split_segment(rest: &str) -> (&str, Option<&str>) {
    match rest.split_once('/') {
        Some((segment, rest)) => (segment, Some(rest)),
        None => (rest, None),
    }
}
