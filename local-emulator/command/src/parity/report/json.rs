//! The report as JSON, for programs.

use serde::Serialize;

use crate::parity::client::NoAnswer;
use crate::parity::known::KnownDifferences;
use crate::parity::outcome::{Outcome, Tally, Verdict};

/// The results of all requests.
#[derive(Debug, Serialize)]
pub(crate) struct ComparisonDocument<'a> {
    there: String,
    here: String,
    equal: usize,
    known: usize,
    different: usize,
    requests: Vec<RequestJson<'a>>,
    /// Known differences that did not occur.
    gone: Vec<String>,
}

#[derive(Debug, Serialize)]
struct RequestJson<'a> {
    name: &'a str,
    method: &'a str,
    path: &'a str,
    result: &'static str,
    there: StatusJson<'a>,
    here: StatusJson<'a>,
    differences: Vec<DifferenceJson<'a>>,
}

/// A status, or the reason why there is none.
#[derive(Debug)]
struct StatusJson<'a>(&'a Result<u16, NoAnswer>);

#[derive(Debug, Serialize)]
struct DifferenceJson<'a> {
    part: String,
    there: &'a [String],
    here: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
}

impl<'a> ComparisonDocument<'a> {
    pub(crate) fn new([there, here]: [String; 2], outcomes: &'a [Outcome], known: &KnownDifferences) -> Self {
        let Tally { equal, known: excused, different } = Tally::count(outcomes);
        let requests = outcomes.iter().map(RequestJson::new).collect();
        let gone = known.gone().map(|gone| gone.to_string()).collect();
        Self { there, here, equal, known: excused, different, requests, gone }
    }
}

impl<'a> RequestJson<'a> {
    fn new(outcome: &'a Outcome) -> Self {
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
            there: StatusJson(&outcome.there),
            here: StatusJson(&outcome.here),
            differences: outcome
                .findings
                .iter()
                .map(|found| DifferenceJson {
                    part: found.difference.part.to_string(),
                    there: &found.difference.there,
                    here: &found.difference.here,
                    cause: found.cause.as_deref(),
                })
                .collect(),
        }
    }
}

impl Serialize for StatusJson<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Ok(status) => serializer.serialize_u16(*status),
            Err(error) => serializer.collect_str(error),
        }
    }
}
