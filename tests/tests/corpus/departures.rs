//! The cases that we answer differently from Next.js, and our answers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::case::{Answer, Case, Content, Lines};
use crate::etag;
use crate::front_door::FrontDoor;
use crate::guide::{self, GuideRow};

/// `tests/departures.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    /// The reasons for departures: a few kinds, each explained once.
    reasons: BTreeMap<String, String>,
    departure: Vec<Row>,
    guide: Vec<GuideRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Row {
    reason: String,
    because: String,
    cases: Vec<String>,
    /// All front doors, if left out.
    #[serde(default = "everywhere")]
    front_doors: Vec<FrontDoor>,
    answers: Vec<OurAnswer>,
}

/// The differences from the answer of Next.js. Everything else is equal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct OurAnswer {
    /// The cases of the row, if left out.
    cases: Option<Vec<String>>,
    /// The front doors of the row, if left out.
    front_doors: Option<Vec<FrontDoor>>,
    /// The function that answers, if the case names none.
    page: Option<String>,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, Lines>,
    body: Option<Content>,
}

/// A case at a front door.
pub(crate) struct Departure {
    pub(crate) reason: String,
    pub(crate) page: Option<String>,
    pub(crate) expected: Answer,
}

pub(crate) struct Departures(BTreeMap<(String, FrontDoor), Departure>);

impl Departures {
    /// Reads the table.
    ///
    /// # Panics
    ///
    /// If the table contradicts itself or the cases.
    pub(crate) fn read(cases: &[Case]) -> Self {
        let table: Table = toml::from_str(include_str!("../../departures.toml")).unwrap();
        let used: BTreeSet<_> = table.departure.iter().map(|row| &row.reason).collect();
        assert_eq!(used, table.reasons.keys().collect(), "each reason is explained, and used");
        let mut departures = BTreeMap::new();
        for (id, front_door, departure) in table.departure.iter().flat_map(|row| row.departures(cases)) {
            let other = departures.insert((id.to_owned(), front_door), departure);
            assert!(other.is_none(), "`{id}` departs twice at {front_door}");
        }
        guide::check(&table.guide, |case| departures.keys().any(|(id, _)| id == case));
        Self(departures)
    }

    pub(crate) fn get(&self, case: &Case, front_door: FrontDoor) -> Option<&Departure> {
        self.0.get(&(case.id.clone(), front_door))
    }
}

impl Row {
    fn departures(&self, cases: &[Case]) -> Vec<(&str, FrontDoor, Departure)> {
        assert!(!self.because.is_empty(), "the row of {:?} does not say why", self.cases);
        let answered: BTreeSet<_> = self.answers.iter().flat_map(|ours| self.cases_of(ours)).collect();
        assert_eq!(answered, self.cases.iter().collect(), "each case of a row has an answer in it");
        let mut departures = Vec::new();
        for ours in &self.answers {
            for id in self.cases_of(ours) {
                let case = cases.iter().find(|case| case.id == *id);
                let case = case.unwrap_or_else(|| panic!("`{id}` departs, and there is no such case"));
                let front_doors = ours.front_doors.as_ref().unwrap_or(&self.front_doors);
                let within = front_doors.iter().all(|front_door| self.front_doors.contains(front_door));
                assert!(within, "`{id}` is answered at a front door that its row does not name");
                let departure = |front_door: &_| (id.as_str(), *front_door, self.departure(ours, case));
                departures.extend(front_doors.iter().map(departure));
            }
        }
        departures
    }

    fn cases_of<'r>(&'r self, ours: &'r OurAnswer) -> &'r [String] {
        ours.cases.as_ref().unwrap_or(&self.cases)
    }

    fn departure(&self, ours: &OurAnswer, case: &Case) -> Departure {
        let mut expected = case.response.clone();
        assert!(ours.differs_from(&expected), "the row of `{}` repeats the recorded answer", case.id);
        if let Some(body) = &ours.body {
            follow(&mut expected, body);
            expected.body = Some(body.clone());
        }
        expected.status = ours.status.unwrap_or(expected.status);
        expected.headers.extend(ours.headers.clone());
        Departure { reason: self.reason.clone(), page: ours.page.clone(), expected }
    }
}

impl OurAnswer {
    /// Whether any part differs from the recorded answer.
    fn differs_from(&self, recorded: &Answer) -> bool {
        self.status != Some(recorded.status)
            && (self.body.is_none() || self.body != recorded.body)
            && self.headers.iter().all(|(name, lines)| recorded.headers.get(name) != Some(lines))
    }
}

fn everywhere() -> Vec<FrontDoor> {
    FrontDoor::ALL.to_vec()
}

/// Adjusts the length and the `ETag` to another body. A 304 keeps the `ETag` of the body that it leaves out.
fn follow(expected: &mut Answer, body: &Content) {
    let set = |lines: &mut Lines, value: String| {
        if !lines.0.is_empty() {
            *lines = Lines(vec![value]);
        }
    };
    if let Some(lines) = expected.headers.get_mut("content-length") {
        set(lines, body.0.len().to_string());
    }
    if let Some(lines) = expected.headers.get_mut("etag").filter(|_| !body.0.is_empty()) {
        set(lines, etag::compute(&String::from_utf8_lossy(&body.0)));
    }
}
