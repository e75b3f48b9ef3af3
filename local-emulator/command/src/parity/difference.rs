//! A difference between two answers, and the part of an answer that it is in.

use std::fmt;
use std::str::FromStr;

use http::HeaderName;

/// A part of the answers that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) part: Part,
    /// The values there, a line for each; none if the part is missing there.
    pub(crate) there: Vec<String>,
    /// The values here, in the same form.
    pub(crate) here: Vec<String>,
}

/// A part of an answer. Reports and lists of known differences name it by its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Whether there is an answer: `answer`.
    Answer,
    /// The status: `status`.
    Status,
    /// All values of a header: `header content-type`.
    Header(HeaderName),
    /// The bytes of a body that is not JSON, or that has the same JSON in another notation: `body`.
    Body,
    /// A member of a JSON body: `body /items/0/id`.
    Member(String),
    /// The emulator's status, if the request expects another status: `expected status`.
    ExpectedStatus,
    /// The emulator's body, if the request expects another body: `expected body`.
    ExpectedBody,
}

/// A text that does not name a [`Part`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a part of an answer: write `answer`, `status`, `header content-type`, `body`, or `body /name` with \
     a JSON pointer"
)]
pub(crate) struct NoPart(String);

impl Difference {
    pub(crate) fn new<T: Into<String>, U: Into<String>>(
        part: Part,
        there: impl IntoIterator<Item = T>,
        here: impl IntoIterator<Item = U>,
    ) -> Self {
        let there = there.into_iter().map(Into::into).collect();
        Self { part, there, here: here.into_iter().map(Into::into).collect() }
    }
}

impl Part {
    /// Returns whether this part contains `other`: a body contains its members.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self == other || (*self == Self::Body && matches!(other, Self::Member(_)))
    }

    /// Returns the part that the answer has: the status for an expected status, the body for an expected body.
    pub(crate) fn received(&self) -> Self {
        match self {
            Self::ExpectedStatus => Self::Status,
            Self::ExpectedBody => Self::Body,
            other => other.clone(),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer => f.write_str("answer"),
            Self::Status => f.write_str("status"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Body => f.write_str("body"),
            Self::Member(pointer) => write!(f, "body {pointer}"),
            Self::ExpectedStatus => f.write_str("expected status"),
            Self::ExpectedBody => f.write_str("expected body"),
        }
    }
}

/// `expected status` and `expected body` are not read: a list of known differences excuses the deployment, and not a wrong
/// answer of the emulator.
impl FromStr for Part {
    type Err = NoPart;

    fn from_str(text: &str) -> Result<Self, NoPart> {
        let no_part = || NoPart(text.to_owned());
        match text.split_once(' ') {
            None if text == "answer" => Ok(Self::Answer),
            None if text == "status" => Ok(Self::Status),
            None if text == "body" => Ok(Self::Body),
            Some(("header", name)) => name.parse().map(Self::Header).map_err(|_| no_part()),
            Some(("body", pointer)) if pointer.starts_with('/') => Ok(Self::Member(pointer.to_owned())),
            _ => Err(no_part()),
        }
    }
}
