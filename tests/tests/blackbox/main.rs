//! The emulator from outside: real functions behind a real gateway, called over a socket.
//!
//! Two projects are served once for all tests: this repository's own functions, and the functions that fail in
//! `tests/fixtures/faults`. A test that edits files has its own project.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![expect(clippy::panic, reason = "a failed test says why")]

mod access;
mod any_runtime;
mod attach;
mod authorizers;
mod causes;
mod check;
mod cleanup;
mod cli;
mod completions;
mod concurrency;
mod dotenv;
mod edge;
mod env;
mod errors;
mod events;
mod examples;
mod exec;
mod faults;
mod front_doors;
mod guide;
mod harness;
mod hints;
mod init;
mod inspector;
mod invoke;
mod invoke_command;
mod json_log;
mod limits;
mod logs;
mod man;
mod new;
mod parity;
mod pipes;
mod readme;
mod reload;
mod replies;
mod routing;
mod runtime;
mod sandboxes;
mod shutdown;
mod snapshot;
mod stack;
mod streaming;
mod sync;
mod template;
mod warnings;
