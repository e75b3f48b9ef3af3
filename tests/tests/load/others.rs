//! Clients that do nothing wrong beside those that do.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clients::{Answers, Question, ask};

/// So many there are, and so often they ask.
const OTHERS: usize = 8;
pub(crate) const QUESTIONS: u64 = 500;

/// Asks the [`QUESTIONS`], and more of them for as long as `going_on`.
pub(crate) fn others(address: SocketAddr, going_on: impl Fn() -> bool + Sync) -> Answers {
    let asked = AtomicU64::new(0);
    let next = || {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        (number < QUESTIONS || going_on()).then(|| Question::echo("others", format!("o{number}")))
    };
    ask(address, OTHERS, next, || ())
}
