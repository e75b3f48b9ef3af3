//! What Next.js answered to some hundred requests, held against this library behind each front door of AWS.
//!
//! Each [case](case) goes through the [front door](front_door) as an event to the [function](routing) that is
//! written as the page was, and the reply comes back as a response, which must be the one that was recorded;
//! or the one in `tests/departures.toml`, which says why. All of it happens in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![expect(clippy::panic, reason = "likewise, where there is more to say")]

mod case;
mod compare;
mod departures;
mod environment;
mod etag;
mod fixtures;
mod front_door;
mod outcome;
mod routing;
mod visit;

use crate::departures::Departures;
use crate::front_door::FrontDoor;
use crate::outcome::{Outcome, Summary};
use crate::routing::Deployment;

#[test]
fn each_front_door_answers_as_next_does_or_as_the_table_of_departures_says() {
    if environment::is_missing() {
        return environment::run_again_within(
            each_front_door_answers_as_next_does_or_as_the_table_of_departures_says,
        );
    }
    let cases = case::cases();
    let departures = Departures::read(&cases);
    let deployment = Deployment::new();
    let through = |front_door| {
        let outcome = |case| Outcome::of(case, front_door, &deployment, &departures);
        cases.iter().map(outcome).collect::<Vec<_>>()
    };
    // Side by side, since some pages take their time.
    let outcomes = std::thread::scope(|scope| {
        let through = &through;
        let threads = FrontDoor::ALL.map(|front_door| (front_door, scope.spawn(move || through(front_door))));
        threads.map(|(front_door, thread)| (front_door, thread.join().unwrap()))
    });
    let summary = Summary::of(outcomes);
    println!("{summary}");
    assert!(summary.is_as_expected(), "see the mismatches above");
}
