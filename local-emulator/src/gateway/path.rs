//! A request's path, encoded as the client sent it and decoded as the function sees it.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Undoes percent-encoding. A `%` without two hex digits stays.
///
/// Undocumented (HTTP-3): bytes that are not UTF-8 become U+FFFD.
pub(super) fn decode(encoded: &str) -> Cow<'_, str> {
    percent_decode_str(encoded).decode_utf8_lossy()
}

/// The event's `rawPath`, which despite its name is decoded, as captured from AWS
/// (<https://github.com/honojs/hono/issues/2156>), and ends at a `%3F`
/// (<https://github.com/middleapi/standard-server/pull/93>).
pub(super) fn raw_path(path: &str) -> Cow<'_, str> {
    match decode(path) {
        Cow::Borrowed(path) => Cow::Borrowed(path),
        Cow::Owned(mut path) => {
            path.truncate(path.find('?').unwrap_or(path.len()));
            Cow::Owned(path)
        }
    }
}

/// The first segment of `rest`, and what is left behind the slash that ends it. `rest` itself
/// begins behind a slash.
///
/// Undocumented (HTTP-2): segments are cut from the encoded path and decoded one by one, so that `%2F` is a
/// character of a segment and never ends one. AWS says only that "API Gateway decodes URL-encoded request
/// parameters before passing them to your backend integration"
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>).
pub(super) fn split_segment(rest: &str) -> (&str, Option<&str>) {
    match rest.split_once('/') {
        Some((segment, rest)) => (segment, Some(rest)),
        None => (rest, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_path_is_decoded_and_ends_at_an_encoded_question_mark() {
        for (sent, seen) in [
            ("/a/b", "/a/b"),
            ("/capture/space%20value", "/capture/space value"),
            ("/%E2%98%95", "/☕"),
            ("/a%2Fb%23c", "/a/b#c"),
            ("/a%3Fb/c", "/a"),
            ("/100%", "/100%"),
            ("/%zz%4", "/%zz%4"),
            ("/%ff", "/\u{fffd}"),
            ("/a+b", "/a+b"),
        ] {
            assert_eq!(raw_path(sent), seen, "{sent}");
        }
    }
}
