//! The cases that we answer otherwise than Next.js does, and how.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::case::{Answer, Case, Content, Lines};
use crate::etag;
use crate::front_door::FrontDoor;

/// `tests/departures.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    /// Why we depart at all: a few kinds, each explained once.
    reasons: BTreeMap<String, String>,
    departure: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    reason: String,
    because: String,
    cases: Vec<String>,
    answers: Vec<OurAnswer>,
}

/// What differs from the answer of Next.js; the rest is as it was.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct OurAnswer {
    /// Left out, all of them.
    front_doors: Option<Vec<FrontDoor>>,
    /// The function that a front door without routes leads to.
    page: Option<String>,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, Lines>,
    body: Option<Content>,
}

/// One case at one front door.
pub(crate) struct Departure {
    pub(crate) reason: String,
    pub(crate) page: Option<String>,
    pub(crate) expected: Answer,
}

pub(crate) struct Departures(BTreeMap<(String, FrontDoor), Departure>);

impl Departures {
    /// # Panics
    /// If the table says something that cannot be.
    pub(crate) fn read(cases: &[Case]) -> Self {
        let table: Table = toml::from_str(include_str!("../../departures.toml")).unwrap();
        let used: BTreeSet<_> = table.departure.iter().map(|row| &row.reason).collect();
        assert_eq!(used, table.reasons.keys().collect(), "each reason is explained, and used");
        let mut departures = BTreeMap::new();
        for row in &table.departure {
            assert!(!row.because.is_empty(), "a row for {:?} does not say why", row.cases);
            for id in &row.cases {
                let case = cases.iter().find(|case| case.id == *id);
                let case = case.unwrap_or_else(|| panic!("`{id}` departs, and there is no such case"));
                for ours in &row.answers {
                    let front_doors = ours.front_doors.as_deref().unwrap_or(&FrontDoor::ALL);
                    for front_door in front_doors {
                        let departure = ours.departure(row, case);
                        let other = departures.insert((id.clone(), *front_door), departure);
                        assert!(other.is_none(), "`{id}` departs twice at {front_door}");
                    }
                }
            }
        }
        Self(departures)
    }

    pub(crate) fn get(&self, case: &Case, front_door: FrontDoor) -> Option<&Departure> {
        self.0.get(&(case.id.clone(), front_door))
    }
}

impl OurAnswer {
    fn departure(&self, row: &Row, case: &Case) -> Departure {
        let mut expected = case.response.clone();
        if let Some(body) = &self.body {
            follow(&mut expected, body);
            expected.body = Some(body.clone());
        }
        expected.status = self.status.unwrap_or(expected.status);
        expected.headers.extend(self.headers.clone());
        Departure { reason: row.reason.clone(), page: self.page.clone(), expected }
    }
}

/// With another body, length and `ETag` are those of that body.
fn follow(expected: &mut Answer, body: &Content) {
    let set = |lines: &mut Lines, value: String| {
        if !lines.0.is_empty() {
            *lines = Lines(vec![value]);
        }
    };
    if let Some(lines) = expected.headers.get_mut("content-length") {
        set(lines, body.0.len().to_string());
    }
    if let Some(lines) = expected.headers.get_mut("etag") {
        set(lines, etag::of(&String::from_utf8_lossy(&body.0)));
    }
}
