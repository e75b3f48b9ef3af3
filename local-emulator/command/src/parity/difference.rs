//! In what two answers to one request differ.

use std::fmt;
use std::str::FromStr;

use http::HeaderName;

use super::answer::Answer;
use super::client::NoAnswer;
use super::request::{Expected, Request};
use super::{body, headers};

/// What is not the same there and here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) part: Part,
    /// What it is there, a line each; none if it is not there at all.
    pub(crate) there: Vec<String>,
    /// Likewise here.
    pub(crate) here: Vec<String>,
}

/// What of an answer. Its text is how a report and a list of known differences name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// That there is an answer at all: `answer`.
    Answer,
    /// `status`.
    Status,
    /// All values of a header: `header content-type`.
    Header(HeaderName),
    /// Bytes that are no JSON, or the same JSON written otherwise: `body`.
    Body,
    /// A member of a JSON body: `body /items/0/id`.
    Member(String),
    /// The emulator's status is not the one that the request expects: `expected status`.
    ExpectedStatus,
    /// Likewise its body: `expected body`.
    ExpectedBody,
}

/// A text that names no [`Part`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no part of an answer: write `answer`, `status`, `header content-type`, `body`, or `body /name` with \
     a JSON pointer"
)]
pub(crate) struct NoPart(String);

/// What an answer was, or why there is none.
pub(crate) type Received = Result<Answer, NoAnswer>;

/// All differences, but for those that must be and those that the request ignores.
pub(crate) fn differences(request: &Request, there: &Received, here: &Received) -> Vec<Difference> {
    let mut found = match (there, here) {
        (Ok(there), Ok(here)) => of_answers(request, there, here),
        _ => vec![Difference::new(Part::Answer, [summary(there)], [summary(here)])],
    };
    if let Ok(here) = here {
        found.extend(unexpected(&request.expect, here));
    }
    found
}

fn of_answers(request: &Request, there: &Answer, here: &Answer) -> Vec<Difference> {
    let status = (there.status != here.status)
        .then(|| Difference::new(Part::Status, [there.status.as_str()], [here.status.as_str()]));
    let headers = headers::differences(request, there, here);
    let body = body::differences(&request.ignore, &there.body, &here.body);
    status.into_iter().chain(headers).chain(body).collect()
}

fn unexpected(expected: &Expected, here: &Answer) -> impl Iterator<Item = Difference> {
    let status = expected.status.filter(|status| here.status != *status);
    let status = status
        .map(|status| Difference::new(Part::ExpectedStatus, [status.to_string()], [here.status.as_str()]));
    let body = expected.body.as_ref().filter(|body| here.body != body.as_bytes());
    let body = body.map(|body| {
        Difference::new(Part::ExpectedBody, [body.as_str()], [String::from_utf8_lossy(&here.body)])
    });
    status.into_iter().chain(body)
}

fn summary(received: &Received) -> String {
    match received {
        Ok(answer) => format!("status {}", answer.status.as_str()),
        Err(error) => error.to_string(),
    }
}

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
    /// Whether who names this part means `other` as well: a body is all that is in it.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self == other || (*self == Self::Body && matches!(other, Self::Member(_)))
    }

    /// What stands in the answer: a status, where another one was expected.
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

/// Not those that are expected: a list of known differences excuses what is otherwise there, and not what is
/// wrong here.
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

#[cfg(test)]
mod tests;
