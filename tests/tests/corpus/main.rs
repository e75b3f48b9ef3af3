//! Compares functions of this library behind each front door of the emulator with recorded answers of Next.js to some
//! hundred requests.
//!
//! Each [case](case) is sent over a socket to each [front door](front_door), which invokes the [function](project) that
//! corresponds to the page. The response must be the recorded response, or the response in `tests/departures.toml`,
//! which gives the reason.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![expect(clippy::panic, reason = "a failed test says why")]

mod case;
mod client;
mod compare;
mod departures;
mod emulator;
mod etag;
mod front_door;
mod guide;
mod outcome;
mod project;
mod routing;
mod visit;

use crate::client::Client;
use crate::departures::Departures;
use crate::front_door::FrontDoors;
use crate::outcome::{Outcome, Summary};
use crate::routing::Pages;

#[test]
fn each_front_door_answers_as_next_or_as_listed() {
    let cases = case::cases();
    let departures = Departures::read(&cases);
    let pages = Pages::read();
    let front_doors = FrontDoors::open(&pages.0);
    let through = |front_door, address| {
        let mut client = Client::new(address);
        let outcome = |case| Outcome::new(case, front_door, &mut client, &pages, &departures);
        cases.iter().map(outcome).collect::<Vec<_>>()
    };
    // In parallel, since some pages take a while.
    let outcomes = std::thread::scope(|scope| {
        let through = &through;
        let begin = |(front_door, address)| (front_door, scope.spawn(move || through(front_door, address)));
        let threads: Vec<_> = front_doors.addresses().map(begin).collect();
        threads
            .into_iter()
            .map(|(front_door, thread)| (front_door, thread.join().unwrap()))
            .collect::<Vec<_>>()
    });
    let summary = Summary::new(outcomes);
    println!("{summary}");
    assert!(summary.is_as_expected(), "see the mismatches above");
    let page = include_str!("../../../docs/guide/coming-from-next.md");
    assert!(
        page.contains(&summary.to_string()),
        "`docs/guide/coming-from-next.md` has other counts than those above"
    );
}
