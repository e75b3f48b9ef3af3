//! The report for programs.

use serde::Serialize;

use crate::parity::client::NoAnswer;
use crate::parity::known::Known;
use crate::parity::outcome::{Outcome, Tally, Verdict};

/// All that was compared.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a> {
    there: String,
    here: String,
    equal: usize,
    known: usize,
    different: usize,
    requests: Vec<Request<'a>>,
    /// Known differences that did not occur.
    gone: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Request<'a> {
    name: &'a str,
    method: &'a str,
    path: &'a str,
    result: &'static str,
    there: Status<'a>,
    here: Status<'a>,
    differences: Vec<Difference<'a>>,
}

/// A number, or why there is none.
#[derive(Debug)]
struct Status<'a>(&'a Result<u16, NoAnswer>);

#[derive(Debug, Serialize)]
struct Difference<'a> {
    part: String,
    there: &'a [String],
    here: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
}

impl<'a> Document<'a> {
    pub(crate) fn new([there, here]: [String; 2], outcomes: &'a [Outcome], known: &Known) -> Self {
        let Tally { equal, known: excused, different } = Tally::of(outcomes);
        let requests = outcomes.iter().map(Request::of).collect();
        let gone = known.gone().map(|gone| gone.to_string()).collect();
        Self { there, here, equal, known: excused, different, requests, gone }
    }
}

impl<'a> Request<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        let request = &outcome.request;
        Self {
            name: &request.name,
            method: request.method.as_str(),
            path: &request.target,
            result: match outcome.verdict() {
                Verdict::Equal => "equal",
                Verdict::Known => "known",
                Verdict::Different => "different",
            },
            there: Status(&outcome.there),
            here: Status(&outcome.here),
            differences: outcome
                .found
                .iter()
                .map(|found| Difference {
                    part: found.difference.part.to_string(),
                    there: &found.difference.there,
                    here: &found.difference.here,
                    cause: found.cause.as_deref(),
                })
                .collect(),
        }
    }
}

impl Serialize for Status<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Ok(status) => serializer.serialize_u16(*status),
            Err(error) => serializer.collect_str(error),
        }
    }
}
