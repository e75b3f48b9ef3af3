//! Sandboxes that are killed at random moments.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rustix::process::{Signal, kill_process};

use crate::clients::{CONNECTIONS, Question, ask};
use crate::harness::wait_for;
use crate::tally::{FAILED, OWN};
use crate::under_load::{FUNCTIONS, UnderLoad};
use crate::variables::{kills, seed};

/// The minimum number of requests that are answered between two kills. The maximum is twice as high.
const PAUSE: u64 = 20;

#[test]
fn kill_costs_at_most_the_sandboxs_request() {
    let emulator = UnderLoad::start();
    let (asked, answered) = (AtomicU64::new(0), AtomicU64::new(0));
    let answers = thread::scope(|scope| {
        let killing = scope.spawn(|| kill_at_random(&emulator, &answered));
        let next = || {
            let number = asked.fetch_add(1, Ordering::Relaxed);
            let path = FUNCTIONS[usize::try_from(number % 4).unwrap()];
            let question = Question { path, ..Question::echo("under fire", format!("n{number}")) };
            Some(question).filter(|_| !killing.is_finished())
        };
        ask(emulator.address, CONNECTIONS, next, || _ = answered.fetch_add(1, Ordering::Relaxed))
    });
    println!("{} kills, EMULATOR_LOAD_SEED={}\n{}", kills(), seed(), answers.tally);

    let (own, failed) = (answers.tally.times(OWN), answers.tally.times(FAILED));
    assert_eq!(own + failed, answers.tally.total(), "{}", answers.tally);
    assert!(failed <= kills(), "{failed} requests failed");
    assert!(answers.ids_are_unique());
    assert!(emulator.most_sandboxes() <= CONNECTIONS);
    emulator.check_each_function();
    emulator.end();
}

fn kill_at_random(emulator: &UnderLoad, answered: &AtomicU64) {
    let mut random = Random(seed());
    for _ in 0..kills() {
        let enough = answered.load(Ordering::Relaxed) + PAUSE + random.below(PAUSE);
        wait_for("answers", || (answered.load(Ordering::Relaxed) >= enough).then_some(()));
        wait_for("a sandbox to kill", || {
            let sandboxes = emulator.sandboxes();
            let chosen = random.below(sandboxes.len().max(1) as u64);
            let victim = sandboxes.get(usize::try_from(chosen).unwrap())?;
            // An error means that the sandbox has ended since it was listed.
            kill_process(victim.id, Signal::KILL).ok()
        });
    }
}

/// `SplitMix64`, <https://prng.di.unimi.it/splitmix64.c>: random enough.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % limit
    }
}
