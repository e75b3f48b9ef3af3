//! What became of each case, and how many there are of each kind.

use std::collections::BTreeMap;
use std::fmt;

use crate::case::Case;
use crate::compare::differences;
use crate::departures::Departures;
use crate::front_door::FrontDoor;
use crate::routing::Deployment;
use crate::visit::{Visit, visit};

pub(crate) enum Outcome {
    AsNext,
    Departs {
        reason: String,
    },
    /// In words, one for each thing that is wrong.
    Mismatch {
        case: String,
        reasons: Vec<String>,
    },
}

impl Outcome {
    pub(crate) fn of(
        case: &Case,
        front_door: FrontDoor,
        deployment: &Deployment,
        departures: &Departures,
    ) -> Self {
        let departure = departures.get(case, front_door);
        let page = departure.and_then(|departure| departure.page.as_deref());
        let mismatch = |reasons| Self::Mismatch { case: format!("{} {}", case.area, case.id), reasons };
        let Visit { answer, page } = match visit(case, front_door, deployment, page) {
            Ok(visit) => visit,
            Err(reason) => return mismatch(vec![reason]),
        };
        let from_next = differences(&case.response, &answer);
        let Some(departure) = departure else {
            let file = page.map(|page| page.file);
            let elsewhere = (file != case.route.as_deref()).then(|| format!("{file:?} answered"));
            let reasons: Vec<_> =
                elsewhere.into_iter().chain(from_next.iter().map(ToString::to_string)).collect();
            return if reasons.is_empty() { Self::AsNext } else { mismatch(reasons) };
        };
        if from_next.is_empty() {
            return mismatch(vec![
                "answers as Next.js does: take it out of the table of departures".to_owned(),
            ]);
        }
        let from_ours = differences(&departure.expected, &answer);
        if from_ours.is_empty() {
            Self::Departs { reason: departure.reason.clone() }
        } else {
            mismatch(from_ours.iter().map(ToString::to_string).collect())
        }
    }
}

/// Of all cases through all front doors.
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

/// More of them do not help.
const SHOWN: usize = 4000;

impl Summary {
    pub(crate) fn of(outcomes: impl IntoIterator<Item = (FrontDoor, Vec<Outcome>)>) -> Self {
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
