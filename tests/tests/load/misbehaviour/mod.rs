//! Clients that break the rules of HTTP, next to clients that do not.

mod slow;
mod ways;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use self::slow::Slow;
use self::ways::MISBEHAVIOURS;
use crate::clients::Answers;
use crate::connection::no_connection_is_left;
use crate::harness::{Connection, ServedProject};
use crate::others::{QUESTIONS, others};
use crate::tally::{OWN, Tally};
use crate::under_load::{UnderLoad, alone, project};

/// The number of clients for each kind of misbehaviour.
const TIMES: u64 = 32;

#[test]
fn limits_hold_and_no_other_client_waits() {
    let emulator = UnderLoad::start();
    let slow: Vec<_> = (0..TIMES).map(|n| Slow::begin(emulator.address, n)).collect();
    // These requests are answered at once, so none of them waits for a slow client.
    let meanwhile = others(emulator.address, || false);
    let mut tally: Tally = slow.into_iter().map(Slow::end).collect();
    let (misbehaved, others) = misbehave(emulator.address);
    tally.merge(misbehaved);
    let others: Answers = [meanwhile, others].into_iter().collect();
    println!("{tally}\n{}", others.tally);

    assert_eq!(tally, expected());
    assert_eq!(others.tally.times(OWN), others.tally.total(), "{}", others.tally);
    assert!(others.ids_are_unique());
    no_connection_is_left(emulator.address);
    emulator.check_each_function();
    let log = emulator.end();
    let bodies: BTreeSet<_> =
        log.lines().filter_map(|line| line.split_once("a body of ")).map(|(_, size)| size).collect();
    assert_eq!(bodies, BTreeSet::from(["4 bytes"]), "a function got a body that was cut off");
}

#[test]
fn client_with_unfinished_head_is_hung_up_on() {
    let _alone = alone();
    let served = ServedProject::start_with(project().root(), |config| {
        config.watch = false;
        config.head_timeout = Duration::from_millis(500);
    });
    assert_eq!(served.get("/api/echo").status, 200);
    let begun = ["", "GET /api/ec", "GET /api/echo HTTP/1.1\r\nhost: localhost:3000\r\n"];
    let clients = begun.into_iter().cycle().take(60).map(|begun| {
        let mut client = Connection::open(served.address).unwrap();
        client.write(begun.as_bytes()).unwrap();
        client
    });
    let mut clients: Vec<_> = clients.collect();
    let others = others(served.address, || false);
    assert_eq!(others.tally.times(OWN), QUESTIONS);
    for client in &mut clients {
        assert_eq!(client.rest().unwrap(), b"", "hung up without an answer");
    }
}

fn expected() -> Tally {
    let mut expected = Tally::default();
    expected.add(slow::KIND, OWN, TIMES);
    for (asked, outcome, _) in MISBEHAVIOURS {
        expected.add(asked, outcome, TIMES);
    }
    expected
}

/// Starts clients with each misbehaviour, and others for as long as they run.
fn misbehave(address: SocketAddr) -> (Tally, Answers) {
    thread::scope(|scope| {
        let clients: Vec<_> = (0..TIMES).map(|n| scope.spawn(move || client(address, n))).collect();
        let others = others(address, || clients.iter().any(|client| !client.is_finished()));
        (clients.into_iter().map(|client| client.join().unwrap()).collect(), others)
    })
}

fn client(address: SocketAddr, number: u64) -> Tally {
    let mut tally = Tally::default();
    for (asked, _, misbehaviour) in MISBEHAVIOURS {
        let nonce = format!("m{number}");
        let done = Connection::open(address).and_then(|mut client| misbehaviour(&mut client, &nonce));
        tally.count(asked, done.unwrap_or_else(|error| format!("no answer: {}", error.kind())));
    }
    tally
}
