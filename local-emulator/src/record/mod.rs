//! The emulator's memory of what happened: each request from its arrival to the end of its invocation, as a line of the log and
//! in a store of the last requests, which the inspector reads.

mod body;
mod captured;
mod detail;
mod exchange;
mod late;
mod recording;
mod report;
mod store;
mod system_log;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::request::Parts;

pub(crate) use self::body::RecordedBody;
pub(crate) use self::captured::Captured;
pub(crate) use self::detail::{Detail, SandboxId};
pub(crate) use self::exchange::{Exchange, Subject};
use self::late::Late;
pub use self::recording::Recording;
pub(crate) use self::recording::{Record, SOON, Stage, Unanswered};
pub(crate) use self::report::{InitReport, Report, Status};
pub(crate) use self::store::{Sequence, Store};
pub use self::system_log::LogFormat;
pub(crate) use self::system_log::{InitPhase, JsonLog, SystemEvent, SystemLog};
use crate::printer::Printer;
use crate::timestamp::Timestamp;

/// The lines that the log has of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogStyle {
    /// One line for each request, at its end.
    #[default]
    Requests,
    /// The lines that Lambda writes to a function's log: START, END and REPORT.
    Lambda,
}

/// Records requests and events. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    printer: Printer,
    style: LogStyle,
    late: Late,
    /// Absent if no requests are kept.
    store: Option<Store>,
}

/// A front door as the log and the inspector name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DoorName {
    /// Its kind, with a number if it is not the first of its kind.
    pub(crate) name: Arc<str>,
    /// Whether lines for people name the front door.
    pub(crate) is_one_of_several: bool,
}

impl Recorder {
    /// Keeps the last requests in `store`, if there is one.
    pub(crate) fn new(printer: Printer, style: LogStyle, store: Option<Store>) -> Self {
        Self { printer, style, late: Late::default(), store }
    }

    /// Whether requests are kept after their line of the log.
    pub(crate) fn is_keeping(&self) -> bool {
        self.store.is_some()
    }

    /// Begins to record a request. `sent_from` is the id of the recorded request that is sent again, perhaps edited.
    pub(crate) fn request(&self, head: &Parts, door: &DoorName, sent_from: Option<u64>) -> Recording {
        let detail = self.store.as_ref().map(|store| Detail::new(&head.headers, store.reusable()));
        self.begin(Subject::request(head, door), detail.unwrap_or_default(), sent_from)
    }

    /// Begins to record an asynchronous event, which names its function and whose sender does not wait.
    pub(crate) fn event(&self, function: &str) -> Recording {
        self.begin(Subject::Event { name: function.to_owned() }, Detail::default(), None)
    }

    fn begin(&self, subject: Subject, detail: Detail, sent_from: Option<u64>) -> Recording {
        let received = Timestamp::now();
        let exchange = Exchange::new(subject, received.to_offset(self.printer.offset()));
        let record = Record::new(self, exchange, detail).received(received).sent_from(sent_from);
        Recording::new(match &self.store {
            Some(store) => store.push(record),
            None => Arc::new(record),
        })
    }

    /// Logs requests whose invocations go on after their answers. Runs until it is dropped.
    pub(crate) async fn log_late(self) -> Infallible {
        self.late.run().await
    }
}

/// Path and query as the client sent them.
fn target(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests;
