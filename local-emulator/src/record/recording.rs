//! One request while it goes on, and afterwards.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderMap;
use uuid::Uuid;

use super::detail::{Detail, SandboxId};
use super::exchange::{Answer, Exchange, Ran};
use super::late::Late;
use super::report::Report;
use super::store::{Store, WeakStore};
use super::system_log::SystemLog;
use super::{LogStyle, Recorder};
use crate::printer::Printer;
use crate::timestamp::Timestamp;

/// The longest time until a reader of the store looks at a new request. Requests that come together are read together.
pub(crate) const SOON: Duration = Duration::from_millis(50);

/// A request, or an event without an HTTP request, that is under way. Clones share their state.
#[derive(Clone)]
pub struct Recording(Arc<Record>);

/// A request that is kept.
pub(crate) struct Record {
    id: u64,
    received: Timestamp,
    /// The id of the recorded request that this request sends again, perhaps edited.
    sent_from: Option<u64>,
    /// The id of the request that an authorizer is asked about.
    authorizes: Option<u64>,
    printer: Printer,
    style: LogStyle,
    late: Late,
    /// Absent if requests are only logged.
    store: Option<WeakStore>,
    began: Instant,
    state: Mutex<State>,
}

struct State {
    exchange: Exchange,
    detail: Detail,
    /// Whether an invocation is under way.
    is_running: bool,
    /// Whether the line about the request was logged.
    is_logged: bool,
}

/// The steps of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The front door reads the request.
    Receiving,
    /// The function is being built.
    Building,
    /// The event waits for a sandbox, or for its init.
    Queued,
    Running,
    /// The client has its answer and the function is back.
    Done,
}

/// A request whose answer is on its way. Dropped, it records that the client left.
#[derive(Debug)]
pub(crate) struct Unanswered(Option<Recording>);

impl Record {
    pub(super) fn new(recorder: &Recorder, exchange: Exchange, detail: Detail) -> Self {
        let state = State { exchange, detail, is_running: false, is_logged: false };
        Self {
            id: 0,
            received: Timestamp::now(),
            sent_from: None,
            authorizes: None,
            printer: recorder.printer.clone(),
            style: recorder.style,
            late: recorder.late.clone(),
            store: recorder.store.as_ref().map(Store::downgrade),
            began: Instant::now(),
            state: Mutex::new(state),
        }
    }

    pub(super) fn received(self, received: Timestamp) -> Self {
        Self { received, ..self }
    }

    pub(super) fn sent_from(self, sent_from: Option<u64>) -> Self {
        Self { sent_from, ..self }
    }

    /// The record of a question to the authorizer `name` about this request.
    fn of_authorizer(&self, name: &str) -> Self {
        let received = Timestamp::now();
        let subject = self.state().exchange.subject.authorizer(name);
        let exchange = Exchange::new(subject, received.to_offset(self.printer.offset()));
        let state = State { exchange, detail: Detail::default(), is_running: false, is_logged: false };
        Self {
            id: 0,
            received,
            sent_from: None,
            authorizes: self.store.is_some().then_some(self.id),
            printer: self.printer.clone(),
            style: self.style,
            late: self.late.clone(),
            store: self.store.clone(),
            began: Instant::now(),
            state: Mutex::new(state),
        }
    }

    pub(super) fn with_id(self, id: u64) -> Self {
        Self { id, ..self }
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    pub(crate) fn received_at(&self) -> Timestamp {
        self.received
    }

    pub(crate) fn source(&self) -> Option<u64> {
        self.sent_from
    }

    /// Returns the id of the request that an authorizer is asked about.
    pub(crate) fn authorizes(&self) -> Option<u64> {
        self.authorizes
    }

    /// Reads the current state.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Exchange, &Detail, Stage) -> T) -> T {
        let state = self.state();
        read(&state.exchange, &state.detail, state.stage())
    }

    /// Returns the size of the record in bytes.
    pub(super) fn size(&self) -> usize {
        self.state().size()
    }

    /// Returns memory for another record.
    pub(super) fn into_reusable(self) -> Vec<u8> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).detail.into_reusable()
    }

    /// Logs a request whose invocation takes longer than its line waits.
    pub(super) fn log(&self) {
        let mut state = self.state();
        self.changed(&state);
        self.log_once(&mut state);
    }

    fn log_once(&self, state: &mut State) {
        if std::mem::replace(&mut state.is_logged, true) {
            return;
        }
        match self.style {
            LogStyle::Requests => self.printer.event("request", &state.exchange),
            // The log of the function has everything else.
            LogStyle::Lambda => {
                if let Some(line) = state.exchange.problem() {
                    self.printer.line(line);
                }
            }
        }
    }

    fn end_if_over(&self, state: &mut State) {
        if state.is_over() {
            self.changed(state);
            self.log_once(state);
        }
    }

    /// Reports a change to the store. The caller holds the lock of the state, so that changes stay in order.
    fn changed(&self, state: &State) {
        if let Some(store) = &self.store {
            store.changed(self.id, state.size());
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn stage(&self) -> Stage {
        let times = &self.detail.times;
        match () {
            () if self.is_over() => Stage::Done,
            () if times.started.is_some() => Stage::Running,
            () if times.ready.is_some() => Stage::Queued,
            () if times.event.is_some() => Stage::Building,
            () => Stage::Receiving,
        }
    }

    fn is_over(&self) -> bool {
        !self.is_running && self.exchange.is_answered()
    }

    fn size(&self) -> usize {
        size_of::<Record>() + self.exchange.size() + self.detail.size()
    }
}

impl Recording {
    pub(super) fn new(record: Arc<Record>) -> Self {
        Self(record)
    }

    pub(crate) fn record(&self) -> &Arc<Record> {
        &self.0
    }

    /// Begins to record that the authorizer `name` is asked about this request.
    pub(crate) fn authorizer(&self, name: &str) -> Self {
        let record = self.0.of_authorizer(name);
        Self(match self.0.store.as_ref().and_then(WeakStore::upgrade) {
            Some(store) => store.push(record),
            None => Arc::new(record),
        })
    }

    /// A piece of the request's body has come. `is_end` is true for the last piece.
    pub(super) fn request_body(&self, piece: &[u8], is_end: bool) {
        self.keep(|detail| detail.push_request_body(piece, is_end));
    }

    /// The front door has made the event for the function.
    pub(crate) fn made_event(&self, event: &[u8]) {
        self.keep(|detail| {
            detail.keep_event(event);
            detail.times.event = Some(self.elapsed());
        });
    }

    /// The event is for the function of this name. Its invocation may never begin.
    pub(crate) fn leads_to(&self, function: Arc<str>) {
        if self.0.store.is_some() {
            self.state().exchange.function = Some(function);
        }
    }

    /// The function is built, and the event waits for a sandbox.
    pub(crate) fn is_ready(&self) {
        self.keep(|detail| detail.times.ready = Some(self.elapsed()));
    }

    /// The invocation begins in a sandbox of `function`, to whose log Lambda adds the lines of `log`.
    pub(crate) fn started(&self, function: &Arc<str>, request_id: Uuid, sandbox: SandboxId, log: &SystemLog) {
        let at = self.elapsed();
        let mut state = self.state();
        state.is_running = true;
        state.exchange.ran =
            Some(Ran { function: Arc::clone(function), request_id, log: log.clone(), report: None });
        if self.0.store.is_some() {
            state.detail.sandbox = Some(sandbox);
            state.detail.times.started = Some(at);
            // Readers look at a new request a moment after it came.
            if at > SOON {
                self.0.changed(&state);
            }
        }
    }

    /// The log of the function has a line.
    pub(crate) fn line(&self, line: impl fmt::Display) {
        self.keep(|detail| detail.log.push(self.elapsed(), line.to_string()));
    }

    /// The function has answered with `reply`, or failed with it.
    pub(crate) fn replied(&self, reply: &[u8]) {
        self.keep(|detail| detail.keep_reply(reply));
    }

    /// The function has written a piece of its answer.
    pub(crate) fn reply_piece(&self, piece: &[u8]) {
        self.keep(|detail| detail.push_reply(piece));
    }

    /// The invocation is over.
    pub(crate) fn reported(&self, report: &Report) {
        let mut state = self.state();
        state.is_running = false;
        if let Some(ran) = &mut state.exchange.ran {
            ran.report = Some(report.clone());
        }
        if self.0.store.is_some() {
            state.detail.times.ended = Some(self.elapsed());
        }
        self.0.end_if_over(&mut state);
    }

    /// The client gets these headers.
    pub(crate) fn response_headers(&self, headers: &HeaderMap) {
        self.keep(|detail| detail.keep_response_headers(headers));
    }

    /// The client gets this piece of the body.
    pub(crate) fn response_body(&self, piece: &[u8]) {
        self.keep(|detail| detail.push_response_body(piece));
    }

    /// The client has its answer. `words` is a note that the log of the function lacks.
    fn answered(&self, status: Option<u16>, words: Option<String>) {
        let mut state = self.state();
        state.exchange.answer = Some(Answer { status, duration: self.elapsed(), words });
        self.0.end_if_over(&mut state);
        if !state.is_logged {
            self.0.late.push(&self.0);
        }
    }

    fn keep(&self, change: impl FnOnce(&mut Detail)) {
        if self.0.store.is_some() {
            change(&mut self.state().detail);
        }
    }

    fn elapsed(&self) -> Duration {
        self.0.began.elapsed()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state()
    }
}

impl Unanswered {
    pub(crate) fn new(recording: Recording) -> Self {
        Self(Some(recording))
    }

    /// The answer was sent, or begins to be sent. `words` is a note that the log of the function lacks.
    pub(crate) fn answered(mut self, status: u16, words: Option<String>) {
        if let Some(recording) = self.0.take() {
            recording.answered(Some(status), words);
        }
    }

    /// No answer is sent for it: it was a question to an authorizer, which is over.
    pub(crate) fn over(mut self) {
        if let Some(recording) = self.0.take() {
            recording.answered(None, None);
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
        f.debug_tuple("Recording").field(&self.0.id).finish()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("id", &self.id).finish_non_exhaustive()
    }
}
