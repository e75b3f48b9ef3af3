//! The report as text: a diff for each request, and a table of all requests.

use std::collections::BTreeMap;
use std::fmt;

use anstyle::{AnsiColor, Style};

use super::client::NoAnswer;
use super::difference::Part;
use super::known::KnownDifferences;
use super::outcome::{Outcome, Tally, Verdict};

mod json;

pub(crate) use json::ComparisonDocument;

const THERE: Style = AnsiColor::Red.on_default();
const HERE: Style = AnsiColor::Green.on_default();

/// The maximum number of characters of a value that are shown; the rest is cut.
const WIDEST: usize = 200;

/// The diff of one request, without its known differences.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestDiff<'a>(pub(crate) &'a Outcome);

impl fmt::Display for RequestDiff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.request.title())?;
        for found in self.0.findings.iter().filter(|found| found.cause.is_none()) {
            let part = &found.difference.part;
            // An expected value comes from the file of requests, so it has neither `-` nor `+`.
            let (expected, style) = match part {
                Part::ExpectedStatus | Part::ExpectedBody => (' ', Style::new()),
                _ => ('-', THERE),
            };
            for line in &found.difference.there {
                write!(f, "\n  {style}{expected} {part}: {}{style:#}", Cut(line))?;
            }
            for line in &found.difference.here {
                write!(f, "\n  {HERE}+ {}: {}{HERE:#}", part.received(), Cut(line))?;
            }
        }
        Ok(())
    }
}

/// A table of all requests. Then come the known differences by cause, those that did not occur, and the counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary<'a> {
    pub(crate) outcomes: &'a [Outcome],
    pub(crate) known: &'a KnownDifferences,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table(f)?;
        for (cause, places) in self.causes() {
            write!(f, "\nknown: {cause}")?;
            places.iter().try_for_each(|place| write!(f, "\n  {place}"))?;
        }
        for gone in self.known.gone() {
            write!(f, "\n{THERE}not seen{THERE:#}: {gone}")?;
        }
        let tally = Tally::count(self.outcomes);
        let Tally { equal, known, different } = tally;
        write!(
            f,
            "\n{} requests: {equal} equal, {known} with known differences, {different} different",
            tally.all()
        )
    }
}

impl Summary<'_> {
    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = |outcome: &Outcome| Cut(&outcome.request.title()).to_string();
        let titles: Vec<_> = self.outcomes.iter().map(title).collect();
        let width = titles.iter().map(|title| title.chars().count()).max().unwrap_or(0);
        write!(f, "{:width$}  there  here", "")?;
        for (outcome, title) in self.outcomes.iter().zip(&titles) {
            let [there, here] = [&outcome.there, &outcome.here].map(status);
            write!(f, "\n{title:width$}  {there:5}  {here:4}  {}", verdict(outcome))?;
        }
        Ok(())
    }

    /// Returns the requests of each cause. Causes are sorted, so that two runs print the same order.
    fn causes(&self) -> BTreeMap<&str, Vec<String>> {
        let mut causes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for outcome in self.outcomes {
            for (cause, parts) in parts_by_cause(outcome) {
                causes.entry(cause).or_default().push(format!(
                    "{}: {}",
                    outcome.request.title(),
                    parts.join(", ")
                ));
            }
        }
        causes
    }
}

fn parts_by_cause(outcome: &Outcome) -> BTreeMap<&str, Vec<String>> {
    let mut parts: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for found in &outcome.findings {
        if let Some(cause) = &found.cause {
            parts.entry(cause.as_str()).or_default().push(found.difference.part.to_string());
        }
    }
    parts
}

fn status(received: &Result<u16, NoAnswer>) -> String {
    received.as_ref().map_or_else(|_| "none".to_owned(), ToString::to_string)
}

fn verdict(outcome: &Outcome) -> String {
    match outcome.verdict() {
        Verdict::Equal => "equal".to_owned(),
        Verdict::Known => "known".to_owned(),
        Verdict::Different => format!("{THERE}different{THERE:#}"),
    }
}

/// A text on one line, cut if it is too long.
struct Cut<'a>(&'a str);

impl fmt::Display for Cut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = self.0.chars();
        for letter in letters.by_ref().take(WIDEST) {
            if letter.is_control() {
                write!(f, "{}", letter.escape_default())?;
            } else {
                write!(f, "{letter}")?;
            }
        }
        if letters.next().is_some() { f.write_str("…") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
