//! The emulator under load and faults: all outcomes are counted and compared with the expected ones.
//!
//! `EMULATOR_LOAD_REQUESTS`, `EMULATOR_LOAD_KILLS` and `EMULATOR_LOAD_SEED` set the load; `--nocapture` shows the
//! counts.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod clients;
mod connection;
mod faults;
#[expect(dead_code, unused_imports, reason = "only the black-box tests use all of it")]
#[path = "../blackbox/harness/mod.rs"]
mod harness;
mod kills;
mod misbehaviour;
mod others;
mod process;
mod streams;
mod tally;
mod under_load;
mod variables;
