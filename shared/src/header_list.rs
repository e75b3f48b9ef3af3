//! Headers with several values, such as `Accept`, `Cookie` and `Set-Cookie`.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::ows::trimmed;

/// Returns the list as one value, or `None` if there is none. A repeated header is one list in several lines (RFC 9110
/// §5.3). Most lists are one line, which is not copied.
pub(crate) fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<HeaderValue> {
    joined_by(b",", headers, name)
}

/// Joins several `Cookie` headers into one, as HTTP/2 requires before they are passed on
/// (<https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3>) and Node.js does for every request.
pub(crate) fn join_cookies(headers: &mut HeaderMap) {
    if headers.get_all(&COOKIE).iter().nth(1).is_some()
        && let Some(cookies) = joined_by(b"; ", headers, &COOKIE)
    {
        headers.insert(COOKIE, cookies);
    }
}

fn joined_by(separator: &[u8], headers: &HeaderMap, name: &HeaderName) -> Option<HeaderValue> {
    let mut lines = headers.get_all(name).iter();
    let first = lines.next()?;
    let mut all = Vec::new();
    for line in lines {
        if all.is_empty() {
            all.extend_from_slice(first.as_bytes());
        }
        all.extend_from_slice(separator);
        all.extend_from_slice(line.as_bytes());
    }
    if all.is_empty() {
        Some(first.clone())
    } else {
        HeaderValue::from_maybe_shared(bytes::Bytes::from(all)).ok()
    }
}

/// Returns whether a list has this member, in upper or lower case.
pub(crate) fn lists(headers: &HeaderMap, name: &HeaderName, member: &str) -> bool {
    let mut lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.any(|line| line.split(',').any(|listed| trimmed(listed).eq_ignore_ascii_case(member)))
}

/// Adds a header. As in Next.js, a `Set-Cookie` line that two places set is sent once.
pub(crate) fn append(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if name != SET_COOKIE || headers.get_all(&name).iter().all(|line| *line != value) {
        headers.append(name, value);
    }
}

/// Returns the value of `Allow` for these methods.
pub(crate) fn allow(methods: &[Method]) -> String {
    methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::joined;
    use http::header::ACCEPT;
    use http::{HeaderMap, HeaderValue};

    #[test]
    fn the_lines_of_a_list_are_one_list() {
        let mut headers = HeaderMap::new();
        for (line, all) in [("a", "a"), ("b, c", "a,b, c"), ("", "a,b, c,")] {
            headers.append(ACCEPT, HeaderValue::from_static(line));
            assert_eq!(joined(&headers, &ACCEPT).unwrap(), all);
        }
        assert_eq!(joined(&HeaderMap::new(), &ACCEPT), None);
    }
}
