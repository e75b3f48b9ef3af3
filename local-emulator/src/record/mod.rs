//! The emulator's memory of requests: each becomes a line of the log at its end, and stays in a store of the last requests, which
//! the inspector reads.

mod captured;
mod detail;
mod exchange;
mod late;
mod recording;
mod report;
mod request;
mod store;
mod system_log;

pub(crate) use self::captured::BodyExcerpt;
pub(crate) use self::detail::{Detail, SandboxId};
pub(crate) use self::exchange::{DoorName, Exchange, Subject};
pub use self::recording::{LogStyle, Recording};
pub(crate) use self::recording::{PendingAnswer, RecordedBody, Recorder, SOON};
pub(crate) use self::report::{InitPhase, InitReport, Report, Status};
pub(crate) use self::request::{Record, RequestStage};
pub(crate) use self::store::{Sequence, Store};
pub use self::system_log::LogFormat;
pub(crate) use self::system_log::{JsonLog, SystemEvent, SystemLog};

#[cfg(test)]
mod tests;
