//! Compares each front door of the emulator with the events and responses of AWS, as its documentation and captures
//! have them. The events are also read by AWS's own libraries.
//!
//! `tests/fixtures/golden` gives the source of each file. The tests run in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![expect(clippy::panic, reason = "a failed test says why")]

mod backend;
mod compare;
mod departures;
mod exchange;
mod fixture;
mod form;
mod front_door;
mod reading;
mod typed;

use crate::departures::Departures;
use crate::exchange::Exchange;
use crate::fixture::{Door, Fixture};

/// Runs `check` on all fixtures, and fails with the names of those that have a problem.
fn each(fixtures: &[Fixture], mut check: impl FnMut(&Fixture) -> Result<(), String>) {
    let faults = fixtures.iter().filter_map(|fixture| {
        let fault = check(fixture).err()?;
        Some(format!("{}: {}\n{fault}\n", fixture.name, fixture.what))
    });
    let faults: Vec<_> = faults.collect();
    assert!(faults.is_empty(), "{} of {} fixtures:\n\n{}", faults.len(), fixtures.len(), faults.join("\n"));
}

fn front_door_does_as_aws(door: Door) {
    let fixtures = fixture::for_door(door);
    assert!(!fixtures.is_empty(), "no fixtures");
    each(&fixtures, |fixture| {
        let Exchange { event, response } = exchange::run(fixture);
        if let Some(expected) = &fixture.event {
            let event = event.ok_or("the function was not invoked")?;
            compare::events(expected, &event)?;
        }
        match &fixture.response {
            Some(expected) => compare::responses(expected, &response),
            None => Ok(()),
        }
    });
}

#[test]
fn an_http_api_does_as_aws_does() {
    front_door_does_as_aws(Door::HttpApi);
}

#[test]
fn an_http_api_with_payload_1_0_does_as_aws_does() {
    front_door_does_as_aws(Door::HttpApiPayload1);
}

#[test]
fn a_rest_api_does_as_aws_does() {
    front_door_does_as_aws(Door::RestApi);
}

#[test]
fn a_function_url_does_as_aws_does() {
    front_door_does_as_aws(Door::FunctionUrl);
}

#[test]
fn a_load_balancer_does_as_aws_does() {
    front_door_does_as_aws(Door::Alb);
    front_door_does_as_aws(Door::AlbMultiValue);
}

#[test]
fn every_event_is_the_typed_one_of_its_front_door() {
    each(&fixture::all(), |fixture| match exchange::run(fixture).event {
        Some(event) => typed::check(fixture.door, &event),
        None => Ok(()),
    });
}

#[test]
fn lambda_http_reads_the_same_or_as_listed() {
    let mut departures = Departures::default();
    each(&fixture::all(), |fixture| match exchange::run(fixture).event {
        Some(event) => departures.check(fixture, &event),
        None => Ok(()),
    });
    departures.assert_all_are_needed();
}

#[test]
fn fixture_names_its_source() {
    each(&fixture::all(), |fixture| match fixture.event.is_some() || fixture.response.is_some() {
        _ if !fixture.source.contains("https://") => Err("`source` has no address".to_owned()),
        false => Err("there is neither an `event` nor a `response`".to_owned()),
        true => Ok(()),
    });
}
