//! Well-behaved clients next to clients that misbehave.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clients::{Answers, Question, ask};

/// The number of clients, and of their requests.
const OTHERS: usize = 8;
pub(crate) const QUESTIONS: u64 = 500;

/// Sends the [`QUESTIONS`], and more requests while `going_on` is true.
pub(crate) fn others(address: SocketAddr, going_on: impl Fn() -> bool + Sync) -> Answers {
    let asked = AtomicU64::new(0);
    let next = || {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        (number < QUESTIONS || going_on()).then(|| Question::echo("others", format!("o{number}")))
    };
    ask(address, OTHERS, next, || ())
}
