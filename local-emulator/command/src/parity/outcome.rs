//! What came of a request, and of all.

use super::answer::Answer;
use super::client::NoAnswer;
use super::difference::{Difference, Received, differences};
use super::known::Known;
use super::request::Request;

/// A request with what both made of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) request: Request,
    /// Its status, or why there is none.
    pub(crate) there: Result<u16, NoAnswer>,
    pub(crate) here: Result<u16, NoAnswer>,
    pub(crate) found: Vec<Found>,
}

/// A difference, and its cause if it is known.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) difference: Difference,
    pub(crate) cause: Option<String>,
}

/// How both compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// In all that is compared.
    Equal,
    /// Each difference is known.
    Known,
    /// One at least is not.
    Different,
}

/// How many requests came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) equal: usize,
    pub(crate) known: usize,
    pub(crate) different: usize,
}

impl Outcome {
    pub(crate) fn new(request: Request, there: Received, here: Received, known: &mut Known) -> Self {
        let found = differences(&request, &there, &here).into_iter().map(|difference| {
            let cause = known.cause(&request.name, &difference.part).map(str::to_owned);
            Found { difference, cause }
        });
        Self { found: found.collect(), there: status(there), here: status(here), request }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        match &self.found[..] {
            [] => Verdict::Equal,
            found if found.iter().all(|found| found.cause.is_some()) => Verdict::Known,
            _ => Verdict::Different,
        }
    }

    /// Whether it was answered there, and not as an error.
    pub(crate) fn is_success_there(&self) -> bool {
        self.there.as_ref().is_ok_and(|status| *status < 400)
    }

    /// Whether the emulator has something to say about it.
    pub(crate) fn has_failed_here(&self) -> bool {
        self.verdict() == Verdict::Different && self.here.as_ref().map_or(true, |status| *status >= 500)
    }
}

impl Tally {
    pub(crate) fn of(outcomes: &[Outcome]) -> Self {
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

fn status(received: Received) -> Result<u16, NoAnswer> {
    received.map(|Answer { status, .. }| status.as_u16())
}
