//! Functions as processes, between a front door's event and what they post to Lambda.

mod events;
mod fake_lambda;
mod late_work;
mod logs;
mod streaming;
