//! Records each request from its arrival to the end of its invocation, as one line of the log.

mod exchange;
mod late;
mod report;

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::Uri;
use http::request::Parts;
use uuid::Uuid;

use self::exchange::{Answer, Exchange, Ran, Subject};
use self::late::Late;
pub(crate) use self::report::{Report, Status};
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
}

/// One request, or one event without an HTTP request, that goes on. Clones share their state.
#[derive(Clone)]
pub struct Recording(Arc<Inner>);

struct Inner {
    printer: Printer,
    style: LogStyle,
    late: Late,
    began: Instant,
    state: Mutex<State>,
}

struct State {
    exchange: Exchange,
    /// An invocation is under way.
    is_running: bool,
    /// It is in the log.
    is_logged: bool,
}

/// A request whose answer is on its way. Dropped, it records that the client left.
#[derive(Debug)]
pub(crate) struct Unanswered(Option<Recording>);

impl Recorder {
    pub(crate) fn new(printer: Printer, style: LogStyle) -> Self {
        Self { printer, style, late: Late::default() }
    }

    /// Begins to record a request. `door` is the name of the front door, where there are several.
    pub(crate) fn request(&self, head: &Parts, door: Option<&'static str>) -> Recording {
        let (method, target) = (head.method.clone(), target(&head.uri));
        self.begin(Subject::Request { method, target, door }, true)
    }

    /// Begins to record an event that a function gets by its name, and whose sender does not wait.
    pub(crate) fn event(&self, function: &str) -> Recording {
        self.begin(Subject::Event { name: function.to_owned() }, false)
    }

    fn begin(&self, subject: Subject, is_answered: bool) -> Recording {
        let exchange = Exchange::new(subject, Timestamp::now().to_offset(self.printer.offset()), is_answered);
        let state = State { exchange, is_running: false, is_logged: false };
        let Self { printer, style, late } = self.clone();
        Recording(Arc::new(Inner { printer, style, late, began: Instant::now(), state: Mutex::new(state) }))
    }

    /// Logs requests whose invocations go on after their answers. Runs until it is dropped.
    pub(crate) async fn log_late(self) -> Infallible {
        self.late.run().await
    }
}

impl Recording {
    /// The invocation begins in a sandbox of `function`.
    pub(crate) fn started(&self, function: &str, request_id: Uuid) {
        let mut state = self.state();
        state.is_running = true;
        state.exchange.ran = Some(Ran { function: function.to_owned(), request_id, report: None });
    }

    /// The invocation is over.
    pub(crate) fn reported(&self, report: &Report) {
        let mut state = self.state();
        state.is_running = false;
        if let Some(ran) = &mut state.exchange.ran {
            ran.report = Some(report.clone());
        }
        self.log_if_over(&mut state);
    }

    /// The client has its answer. `words` say what the function's own log does not.
    fn answered(&self, status: Option<u16>, words: Option<String>) {
        let mut state = self.state();
        state.exchange.answer = Some(Answer { status, duration: self.0.began.elapsed(), words });
        self.log_if_over(&mut state);
        if !state.is_logged {
            self.0.late.push(&self.0);
        }
    }

    fn log_if_over(&self, state: &mut State) {
        if !state.is_running && state.exchange.is_answered() {
            self.0.log(state);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state()
    }
}

impl Inner {
    fn log(&self, state: &mut State) {
        if std::mem::replace(&mut state.is_logged, true) {
            return;
        }
        match self.style {
            LogStyle::Requests => self.printer.event("request", &state.exchange),
            // All else stands in the log of the function.
            LogStyle::Lambda => {
                if let Some(line) = state.exchange.problem() {
                    self.printer.line(line);
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unanswered {
    pub(crate) fn new(recording: Recording) -> Self {
        Self(Some(recording))
    }

    /// The answer has gone, or begins to go. `words` say what the function's own log does not.
    pub(crate) fn answered(mut self, status: u16, words: Option<String>) {
        if let Some(recording) = self.0.take() {
            recording.answered(Some(status), words);
        }
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if let Some(recording) = self.0.take() {
            recording.answered(None, Some("the client hung up".to_owned()));
        }
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").finish_non_exhaustive()
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
