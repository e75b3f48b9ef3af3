//! What a client saw against what it should have seen.

use std::fmt;

use crate::case::{Answer, Content, Lines};

/// One thing that is not as it should be.
#[derive(Debug)]
pub(crate) enum Difference {
    Status { expected: u16, got: u16 },
    Header { name: String, expected: Lines, got: Lines },
    Body { expected: Content, got: Content },
}

/// Headers that the expectation does not name are not compared: each front door adds its own.
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

/// A list of lines says the same as one line with commas, except for cookies
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
