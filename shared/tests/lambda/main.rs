//! Functions as processes, between a front door's event and what they post to Lambda.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by a panic, also in what it shares"
)]

mod attempts;
mod concurrent;
mod events;
mod failures;
mod fake_lambda;
mod late_work;
mod logs;
mod shutdown;
mod snapshot;
mod streaming;
