//! A request's path, encoded as the client sent it and decoded as the function sees it.

use std::borrow::Cow;

use api_routes_project::aws::path::decode;

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
