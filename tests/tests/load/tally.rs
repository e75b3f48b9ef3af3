//! Counts of requests and outcomes.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use crate::harness::Response;

/// Counted outcomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally(BTreeMap<(&'static str, String), u64>);

impl Tally {
    pub(crate) fn count(&mut self, asked: &'static str, outcome: impl Into<String>) {
        self.add(asked, outcome, 1);
    }

    pub(crate) fn add(&mut self, asked: &'static str, outcome: impl Into<String>, times: u64) {
        *self.0.entry((asked, outcome.into())).or_default() += times;
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for ((asked, outcome), times) in other.0 {
            self.add(asked, outcome, times);
        }
    }

    /// Returns the number of requests with `outcome`.
    pub(crate) fn times(&self, outcome: &str) -> u64 {
        self.0.iter().filter(|((_, counted), _)| counted == outcome).map(|(_, times)| times).sum()
    }

    pub(crate) fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

impl FromIterator<Self> for Tally {
    fn from_iter<T: IntoIterator<Item = Self>>(tallies: T) -> Self {
        tallies.into_iter().fold(Self::default(), |mut all, tally| {
            all.merge(tally);
            all
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| asked | answered | times |\n| --- | --- | ---: |")?;
        self.0
            .iter()
            .try_for_each(|((asked, outcome), times)| writeln!(f, "| {asked} | {outcome} | {times} |"))
    }
}

/// The right answer of a healthy function.
pub(crate) const OWN: &str = "200 with its nonce";
/// The library's answer if a handler panics.
pub(crate) const HIDDEN: &str = r#"500 {"error":"Internal Server Error"}"#;
/// The gateway's answer if a process ends.
pub(crate) const FAILED: &str = r#"500 {"message":"Internal Server Error"}"#;

/// Names the outcome of a request with `nonce`.
pub(crate) fn outcome(answer: &io::Result<Response>, nonce: &str) -> String {
    match answer {
        Ok(response) if response.status == 200 && response.body == nonce.as_bytes() => OWN.to_owned(),
        Ok(response) => describe(response),
        Err(error) => format!("no answer: {}", error.kind()),
    }
}

/// Returns the status and the start of the body.
pub(crate) fn describe(response: &Response) -> String {
    let text: String = response.text().chars().take(100).collect();
    format!("{} {text}", response.status).trim_end().to_owned()
}
