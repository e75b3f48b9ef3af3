//! Events that `lambda_http` reads differently from this library.

use serde_json::Value;

use crate::fixture::{Door, Fixture};
use crate::reading::{self, Reading};

/// A difference between the readings.
struct Departure {
    because: &'static str,
    doors: &'static [Door],
    /// Turns our reading into the reading of `lambda_http`.
    applied: fn(&mut Reading, &Value),
}

const DEPARTURES: &[Departure] = &[
    Departure {
        because: "`lambda_http` keeps the stage in the path, and adds a missing one: \
            https://github.com/awslabs/aws-lambda-rust-runtime/issues/668, …/782",
        doors: &[Door::HttpApi, Door::HttpApiPayload1, Door::RestApi],
        applied: |ours, event| {
            if let Some(stage) = named_stage(event) {
                ours.path = format!("/{stage}{}", ours.path);
            }
        },
    },
    Departure {
        because: "`lambda_http` adds the stage to its own root path: /prod becomes /prod/prod",
        doors: &[Door::HttpApi],
        applied: |ours, event| {
            if let Some(stage) = named_stage(event).filter(|stage| event["rawPath"] == format!("/{stage}")) {
                ours.path = format!("/{stage}/{stage}");
            }
        },
    },
    Departure {
        because: "`lambda_http` takes a decoded path of AWS for an encoded one, and ends the path at a hash",
        doors: &[Door::HttpApi],
        applied: |ours, _| ours.path.truncate(ours.path.find("%23").unwrap_or(ours.path.len())),
    },
    Departure {
        because: "`lambda_http` takes a decoded path of AWS for an encoded one, and reads an escape after a percent sign",
        doors: &[Door::HttpApi],
        applied: |ours, _| ours.path = ours.path.replace("%25", "%"),
    },
    Departure {
        because: "`lambda_http` keeps the last value of a repeated header, although the event has all",
        doors: &[Door::HttpApiPayload1, Door::RestApi],
        applied: |ours, _| {
            for values in ours.headers.values_mut() {
                values.drain(..values.len() - 1);
            }
        },
    },
    Departure {
        because: "`lambda_http` keeps several headers of cookies, where Node and this library have one",
        doors: &[Door::AlbMultiValue],
        applied: |ours, event| {
            let lines = event["multiValueHeaders"]["cookie"].as_array();
            if let (Some(lines), Some(ours)) = (lines, ours.headers.get_mut("cookie")) {
                *ours = lines.iter().filter_map(|line| line.as_str().map(str::to_owned)).collect();
            }
        },
    },
];

fn named_stage(event: &Value) -> Option<&str> {
    event["requestContext"]["stage"].as_str().filter(|stage| *stage != "$default")
}

/// Events that no handler of ours gets: the fixture, the status of the answer, and the reason.
const ANSWERED: &[(&str, u16, &str)] = &[(
    "function-url/event-invalid-escape.json",
    400,
    "a parameter that cannot be decoded is a bad request, as in Next.js",
)];

/// The table, and the rows that were needed.
#[derive(Default)]
pub(crate) struct Departures {
    departures: [bool; DEPARTURES.len()],
    answered: [bool; ANSWERED.len()],
}

impl Departures {
    /// Compares both readings of an event.
    ///
    /// # Errors
    ///
    /// The readings differ, and no row explains it.
    pub(crate) fn check(&mut self, fixture: &Fixture, event: &Value) -> Result<(), String> {
        let mut ours = match reading::ours(event) {
            Ok(ours) => ours,
            Err(status) => return self.answered(fixture, status),
        };
        let theirs = reading::lambda_http(event);
        for (row, needed) in DEPARTURES.iter().zip(&mut self.departures) {
            if row.doors.contains(&fixture.door) {
                let before = ours.clone();
                (row.applied)(&mut ours, event);
                *needed |= ours != before;
            }
        }
        if ours == theirs {
            return Ok(());
        }
        Err(format!("ours, with the departures: {ours:?}\nlambda_http: {theirs:?}\n"))
    }

    fn answered(&mut self, fixture: &Fixture, status: u16) -> Result<(), String> {
        let row = ANSWERED.iter().position(|row| (row.0, row.1) == (&*fixture.name, status));
        let row = row.ok_or_else(|| format!("we answer {status} before the handler is asked"))?;
        self.answered[row] = true;
        Ok(())
    }

    /// Checks that each row was needed.
    ///
    /// # Panics
    ///
    /// If a row was not needed.
    pub(crate) fn assert_all_are_needed(&self) {
        let departures = DEPARTURES.iter().map(|row| row.because).zip(self.departures);
        let answered = ANSWERED.iter().map(|row| row.2).zip(self.answered);
        let idle = departures.chain(answered).filter(|(_, needed)| !needed);
        let idle: Vec<_> = idle.map(|(because, _)| because).collect();
        assert!(idle.is_empty(), "no fixture needs these rows: {idle:#?}");
    }
}
