//! The outcome of each case, and the number of cases with each outcome.

use std::collections::BTreeMap;
use std::fmt;

use crate::case::{Answer, Case};
use crate::client::Client;
use crate::compare::differences;
use crate::departures::{Departure, Departures};
use crate::front_door::FrontDoor;
use crate::routing::Pages;
use crate::visit::{Visit, visit};

pub(crate) enum Outcome {
    AsNext,
    Departs {
        reason: String,
    },
    /// The differences in words.
    Mismatch {
        case: String,
        reasons: Vec<String>,
    },
}

impl Outcome {
    pub(crate) fn new(
        case: &Case,
        front_door: FrontDoor,
        client: &mut Client,
        pages: &Pages,
        departures: &Departures,
    ) -> Self {
        let departure = departures.get(case, front_door);
        let named = departure.and_then(|departure| departure.page.as_deref());
        let mismatch = |reasons| Self::Mismatch { case: format!("{} {}", case.area, case.id), reasons };
        let visit = match visit(case, front_door, client, pages, named) {
            Ok(visit) => visit,
            Err(reason) => return mismatch(vec![reason]),
        };
        let from_next = wrong(&visit, &case.response, elsewhere(&visit, case.route.as_deref()));
        match departure {
            None if from_next.is_empty() => Self::AsNext,
            None => mismatch(from_next),
            Some(_) if from_next.is_empty() => {
                mismatch(vec!["answers as Next.js does: take it out of the table".to_owned()])
            }
            Some(Departure { reason, expected, page }) => {
                let elsewhere = page.as_deref().and_then(|page| elsewhere(&visit, Some(page)));
                match wrong(&visit, expected, elsewhere) {
                    from_ours if from_ours.is_empty() => Self::Departs { reason: reason.clone() },
                    from_ours => mismatch(from_ours),
                }
            }
        }
    }
}

/// Returns the differences in words, after those that are known already.
fn wrong(visit: &Visit<'_>, expected: &Answer, known: Option<String>) -> Vec<String> {
    let differences = differences(expected, &visit.answer);
    known.into_iter().chain(differences.iter().map(ToString::to_string)).collect()
}

/// Explains which page answered, if it is not the page of this file.
fn elsewhere(visit: &Visit<'_>, file: Option<&str>) -> Option<String> {
    let answered = visit.page;
    (answered != file).then(|| format!("page: expected {file:?}, got {answered:?}"))
}

/// The number of cases with each outcome, at all front doors.
pub(crate) struct Summary {
    rows: Vec<Row>,
    mismatches: Vec<String>,
}

struct Row {
    front_door: FrontDoor,
    cases: usize,
    as_next: usize,
    departures: BTreeMap<String, usize>,
}

/// The maximum number of mismatches that are printed.
const SHOWN: usize = 40;

impl Summary {
    pub(crate) fn new(outcomes: impl IntoIterator<Item = (FrontDoor, Vec<Outcome>)>) -> Self {
        let mut summary = Self { rows: Vec::new(), mismatches: Vec::new() };
        for (front_door, outcomes) in outcomes {
            let mut row = Row { front_door, cases: outcomes.len(), as_next: 0, departures: BTreeMap::new() };
            for outcome in outcomes {
                match outcome {
                    Outcome::AsNext => row.as_next += 1,
                    Outcome::Departs { reason } => *row.departures.entry(reason).or_default() += 1,
                    Outcome::Mismatch { case, reasons } => {
                        summary
                            .mismatches
                            .push(format!("{case} at {front_door}\n    {}", reasons.join("\n    ")));
                    }
                }
            }
            summary.rows.push(row);
        }
        summary
    }

    pub(crate) fn is_as_expected(&self) -> bool {
        self.mismatches.is_empty()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for mismatch in self.mismatches.iter().take(SHOWN) {
            writeln!(f, "{mismatch}")?;
        }
        if self.mismatches.len() > SHOWN {
            writeln!(f, "… and {} more", self.mismatches.len() - SHOWN)?;
        }
        for Row { front_door, cases, as_next, departures } in &self.rows {
            let departing: usize = departures.values().sum();
            write!(f, "{front_door:<16}{cases} cases: {as_next} as Next.js, {departing} depart")?;
            let by_reason: Vec<_> =
                departures.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
            writeln!(
                f,
                "{}",
                if by_reason.is_empty() { String::new() } else { format!(" ({})", by_reason.join(", ")) }
            )?;
        }
        Ok(())
    }
}
