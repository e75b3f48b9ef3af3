//! What the developer is shown: a diff for each request, and a table of all.

use std::collections::BTreeMap;
use std::fmt;

use anstyle::{AnsiColor, Style};

use super::client::NoAnswer;
use super::difference::Part;
use super::known::Known;
use super::outcome::{Outcome, Tally, Verdict};

mod json;

pub(crate) use json::Document;

const THERE: Style = AnsiColor::Red.on_default();
const HERE: Style = AnsiColor::Green.on_default();

/// A longer value is cut: it is shown to be found, not to be read.
const WIDEST: usize = 200;

/// The diff of one request: what is not known of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Difference<'a>(pub(crate) &'a Outcome);

impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.request.title())?;
        for found in self.0.found.iter().filter(|found| found.cause.is_none()) {
            let part = &found.difference.part;
            // What is expected stands neither there nor here.
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

/// A table of all requests, then what is known of them by its causes, what of that is gone, and the count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary<'a> {
    pub(crate) outcomes: &'a [Outcome],
    pub(crate) known: &'a Known,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table(f)?;
        for (cause, places) in self.causes() {
            write!(f, "\nknown: {cause}")?;
            places.iter().try_for_each(|place| write!(f, "\n  {place}"))?;
        }
        for gone in self.known.gone() {
            write!(f, "\n{THERE}not known any more{THERE:#}: {gone}")?;
        }
        let tally = Tally::of(self.outcomes);
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
            write!(f, "\n{title:width$}  {there:5}  {here:4}  {}", word(outcome))?;
        }
        Ok(())
    }

    /// In the order of their words, so that a run reads as the one before it.
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
    for found in &outcome.found {
        if let Some(cause) = &found.cause {
            parts.entry(cause.as_str()).or_default().push(found.difference.part.to_string());
        }
    }
    parts
}

fn status(received: &Result<u16, NoAnswer>) -> String {
    received.as_ref().map_or_else(|_| "none".to_owned(), ToString::to_string)
}

fn word(outcome: &Outcome) -> String {
    match outcome.verdict() {
        Verdict::Equal => "equal".to_owned(),
        Verdict::Known => "known".to_owned(),
        Verdict::Different => format!("{THERE}different{THERE:#}"),
    }
}

/// A text on one line, not too long.
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
