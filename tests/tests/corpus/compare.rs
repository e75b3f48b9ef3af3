//! Compares a client's answer with the expected answer.

use std::fmt;

use crate::case::{Answer, Content, Lines};

/// A difference from the expected answer.
#[derive(Debug)]
pub(crate) enum Difference {
    Status { expected: u16, got: u16 },
    Header { name: String, expected: Lines, got: Lines },
    Body { expected: Content, got: Content },
}

/// Finds the differences of an answer. Headers without an expectation are ignored, since each front door adds its own.
pub(crate) fn differences(expected: &Answer, got: &Answer) -> Vec<Difference> {
    let status = (expected.status != got.status)
        .then_some(Difference::Status { expected: expected.status, got: got.status });
    let headers = expected.headers.iter().filter_map(|(name, lines)| {
        let sent = got.headers.get(name).cloned().unwrap_or_default();
        let differs = !is_same(name, lines, &sent);
        differs.then(|| Difference::Header { name: name.clone(), expected: lines.clone(), got: sent })
    });
    let body = expected.body.as_ref().and_then(|body| {
        let sent = got.body.clone().unwrap_or_default();
        (*body != sent).then(|| Difference::Body { expected: body.clone(), got: sent })
    });
    status.into_iter().chain(headers).chain(body).collect()
}

/// Whether two headers have the same value. Several lines equal one line with commas, except for cookies
/// (<https://www.rfc-editor.org/rfc/rfc9110#section-5.3>).
fn is_same(name: &str, expected: &Lines, got: &Lines) -> bool {
    expected == got
        || name != "set-cookie"
            && !expected.0.is_empty()
            && !got.0.is_empty()
            && expected.0.join(", ") == got.0.join(", ")
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { expected, got } => write!(f, "status: expected {expected}, got {got}"),
            Self::Header { name, expected: Lines(expected), got: Lines(got) } => {
                write!(f, "{name}: expected {expected:?}, got {got:?}")
            }
            Self::Body { expected, got } => write!(f, "body: expected {expected:?}\n            got {got:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, header: (&str, &[&str]), body: Option<&str>) -> Answer {
        let (name, lines) = header;
        let lines = Lines(lines.iter().map(|&line| line.to_owned()).collect());
        Answer { status, headers: [(name.to_owned(), lines)].into(), body: body.map(Content::from) }
    }

    #[test]
    fn each_deviation_is_a_difference() {
        let expected = answer(200, ("etag", &["\"a\""]), Some("a"));
        for (got, count) in [
            (answer(200, ("etag", &["\"a\""]), Some("a")), 0),
            (answer(201, ("etag", &["\"a\""]), Some("a")), 1),
            (answer(200, ("etag", &["\"b\""]), Some("a")), 1),
            (answer(200, ("etag", &[]), Some("a")), 1),
            (answer(200, ("vary", &["x"]), Some("a")), 1),
            (answer(500, ("etag", &[]), Some("")), 3),
        ] {
            assert_eq!(differences(&expected, &got).len(), count, "{got:?}");
        }
    }

    #[test]
    fn value_without_expectation_may_be_anything() {
        let expected = answer(200, ("etag", &[]), None);
        assert!(differences(&expected, &answer(200, ("vary", &["x"]), Some("a"))).is_empty());
    }

    #[test]
    fn a_list_is_one_line_or_many_but_cookies_are_many() {
        for (name, same) in [("allow", true), ("set-cookie", false)] {
            let expected = answer(200, (name, &["a", "b"]), None);
            assert_eq!(
                differences(&expected, &answer(200, (name, &["a, b"]), None)).is_empty(),
                same,
                "{name}"
            );
        }
    }
}
