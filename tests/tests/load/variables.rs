//! Variables that set the load. The defaults are for each change, and larger values for rare runs.

use std::env;

/// Returns the number of requests.
pub(crate) fn requests() -> u64 {
    number("EMULATOR_LOAD_REQUESTS", 2_000)
}

/// Returns the number of sandboxes to kill.
pub(crate) fn kills() -> u64 {
    number("EMULATOR_LOAD_KILLS", 20)
}

/// Returns the seed of the random choices.
pub(crate) fn seed() -> u64 {
    number("EMULATOR_LOAD_SEED", 4)
}

fn number(name: &str, default: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|error| panic!("{name}={text}: {error}")),
        Err(_) => default,
    }
}
