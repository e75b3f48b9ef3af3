//! How much load. The defaults are for each change; more is for once in a while.

use std::env;

/// How many requests there are in all.
pub(crate) fn requests() -> u64 {
    number("EMULATOR_LOAD_REQUESTS", 10_000)
}

/// How many sandboxes are killed.
pub(crate) fn kills() -> u64 {
    number("EMULATOR_LOAD_KILLS", 100)
}

/// What decides which ones.
pub(crate) fn seed() -> u64 {
    number("EMULATOR_LOAD_SEED", 4)
}

fn number(name: &str, default: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|error| panic!("{name}={text}: {error}")),
        Err(_) => default,
    }
}
