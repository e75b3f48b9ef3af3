//! Compares the answers to a request, and counts the results.

use super::client::{Answer, AnswerResult, NoAnswer};
use super::difference::{Difference, Part};
use super::known::KnownDifferences;
use super::request::{Expected, Request};
use super::{body, headers};

/// The result of one request.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) request: Request,
    /// The status of the deployment, or the reason why there is no answer.
    pub(crate) there: Result<u16, NoAnswer>,
    /// The status of the emulator, or the reason why there is no answer.
    pub(crate) here: Result<u16, NoAnswer>,
    pub(crate) findings: Vec<DifferenceFinding>,
}

/// A difference that was found, with its cause if it is known.
#[derive(Debug)]
pub(crate) struct DifferenceFinding {
    pub(crate) difference: Difference,
    pub(crate) cause: Option<String>,
}

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is no difference.
    Equal,
    /// Each difference is known.
    Known,
    /// At least one difference is not known.
    Different,
}

/// The number of requests with each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) equal: usize,
    pub(crate) known: usize,
    pub(crate) different: usize,
}

impl Outcome {
    pub(crate) fn new(
        request: Request,
        there: AnswerResult,
        here: AnswerResult,
        known: &mut KnownDifferences,
    ) -> Self {
        let findings = differences(&request, &there, &here).into_iter().map(|difference| {
            let cause = known.cause(&request.name, &difference.part).map(str::to_owned);
            DifferenceFinding { difference, cause }
        });
        Self { findings: findings.collect(), there: status(there), here: status(here), request }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        match &self.findings[..] {
            [] => Verdict::Equal,
            findings if findings.iter().all(|finding| finding.cause.is_some()) => Verdict::Known,
            _ => Verdict::Different,
        }
    }

    /// Returns whether the deployment answered with a status below 400.
    pub(crate) fn is_success_there(&self) -> bool {
        self.there.as_ref().is_ok_and(|status| *status < 400)
    }

    /// Returns whether the emulator failed, so that its log may explain the difference.
    pub(crate) fn has_failed_here(&self) -> bool {
        self.verdict() == Verdict::Different && self.here.as_ref().map_or(true, |status| *status >= 500)
    }
}

impl Tally {
    pub(crate) fn count(outcomes: &[Outcome]) -> Self {
        let count = |verdict| outcomes.iter().filter(|outcome| outcome.verdict() == verdict).count();
        Self {
            equal: count(Verdict::Equal),
            known: count(Verdict::Known),
            different: count(Verdict::Different),
        }
    }

    pub(crate) fn all(self) -> usize {
        self.equal + self.known + self.different
    }
}

/// Returns all differences, except those that are unavoidable and those that the request ignores.
fn differences(request: &Request, there: &AnswerResult, here: &AnswerResult) -> Vec<Difference> {
    let mut found = match (there, here) {
        (Ok(there), Ok(here)) => answer_differences(request, there, here),
        _ => vec![Difference::new(Part::Answer, [summary(there)], [summary(here)])],
    };
    if let Ok(here) = here {
        found.extend(unexpected(&request.expect, here));
    }
    found
}

fn answer_differences(request: &Request, there: &Answer, here: &Answer) -> Vec<Difference> {
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

fn summary(answer: &AnswerResult) -> String {
    match answer {
        Ok(answer) => format!("status {}", answer.status.as_str()),
        Err(error) => error.to_string(),
    }
}

fn status(answer: AnswerResult) -> Result<u16, NoAnswer> {
    answer.map(|Answer { status, .. }| status.as_u16())
}

#[cfg(test)]
mod tests;
