//! Functions that panic, exit or hang now and then, next to healthy ones.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clients::{CONNECTIONS, Question, ask};
use crate::tally::{FAILED, HIDDEN, OWN, Tally};
use crate::under_load::{FUNCTIONS, UnderLoad};
use crate::variables::requests;

const PANIC: &str = "a panic";
const EXIT: &str = "an exit";
const SLEEP: &str = "a sleep past the deadline";
const HEALTHY: &str = "an answer";

/// How often the emulator is measured during the load.
const LOOKS: u64 = 200;

/// The growth in kilobytes that is allowed: the printer's buffer has up to 4 MB, and new sandboxes have buffers too. With
/// the 10,000 requests of `.ci/run`, a leak of a kilobyte for each request would be larger.
const FLAT: u64 = 6 * 1024;

#[test]
fn every_request_gets_its_own_answer_once() {
    let emulator = UnderLoad::start();
    let (asked, answered) = (AtomicU64::new(0), AtomicU64::new(0));
    let looks = Mutex::new(Vec::new());
    let next = || Some(asked.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < requests()).map(question);
    let look = || {
        let answered = answered.fetch_add(1, Ordering::Relaxed) + 1;
        if answered % (requests() / LOOKS).max(1) == 0 {
            looks.lock().unwrap().push(Look::at(&emulator, answered));
        }
    };
    let answers = ask(emulator.address, CONNECTIONS, next, look);
    let looks = looks.into_inner().unwrap();
    println!("{}", answers.tally);

    assert_eq!(answers.tally, expected());
    assert!(answers.ids_are_unique());
    let most = looks.iter().map(|look| look.most_sandboxes).max().unwrap();
    assert!(most <= CONNECTIONS, "{most} sandboxes of one function");
    let (first, last) = (memory(&looks, 0), memory(&looks, 9));
    println!("{most} sandboxes at most; {first} kB in the first tenth, {last} kB in the last\n");
    assert!(last <= first + FLAT, "{first} kB in the first tenth, {last} kB in the last");

    emulator.check_each_function();
    emulator.end();
}

/// Makes the request with a number, which decides its fault.
fn question(number: u64) -> Question {
    let (kind, path) = match number % 1_000 {
        250 => (SLEEP, "/api/sleeps"),
        750 => (EXIT, "/api/exits"),
        other if other % 100 == 99 => (PANIC, "/api/panics"),
        other => (HEALTHY, FUNCTIONS[usize::try_from(other % 4).unwrap()]),
    };
    Question { kind, path, nonce: format!("n{number}"), fault: kind != HEALTHY }
}

fn expected() -> Tally {
    let mut expected = Tally::default();
    for number in 0..requests() {
        let kind = question(number).kind;
        let outcome = match kind {
            HEALTHY => OWN,
            PANIC => HIDDEN,
            _ => FAILED,
        };
        expected.count(kind, outcome);
    }
    expected
}

/// The state of the emulator at one moment.
#[derive(Clone, Copy, Debug)]
struct Look {
    answered: u64,
    most_sandboxes: usize,
    /// In kilobytes.
    memory: u64,
}

impl Look {
    fn at(emulator: &UnderLoad, answered: u64) -> Self {
        Self { answered, most_sandboxes: emulator.most_sandboxes(), memory: emulator.memory() }
    }
}

/// Returns the median of the memory during one tenth of the load.
fn memory(looks: &[Look], tenth: u64) -> u64 {
    let during = looks.iter().filter(|look| (look.answered - 1) * 10 / requests() == tenth);
    let mut memory: Vec<_> = during.map(|look| look.memory).collect();
    memory.sort_unstable();
    memory[memory.len() / 2]
}
