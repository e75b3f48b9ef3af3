//! Records requests and events while they go on.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, MutexGuard};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use http_body::{Body, Frame, SizeHint};
use uuid::Uuid;

use super::detail::{Detail, SandboxId};
use super::exchange::{ClientAnswer, DoorName, InvocationRecord, Subject};
use super::late::LateRequests;
use super::report::Report;
use super::request::{Record, RecordState};
use super::store::Store;
use super::system_log::SystemLog;
use crate::printer::Printer;

/// How long readers of the store wait before they read new requests, so that they read several at once.
pub(crate) const SOON: Duration = Duration::from_millis(50);

/// The lines that the log has of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogStyle {
    /// A line for each request, at its end.
    #[default]
    Requests,
    /// The lines that Lambda writes to a function's log: START, END and REPORT.
    Lambda,
}

/// Records requests and events. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Recorder(Arc<RecordSinks>);

/// The destinations of records.
#[derive(Debug)]
struct RecordSinks {
    printer: Printer,
    style: LogStyle,
    late: LateRequests,
    /// Absent if requests are only logged.
    store: Option<Store>,
}

/// A request, or an event without an HTTP request, that is under way. Clones share their state.
#[derive(Clone)]
pub struct Recording {
    record: Arc<Record>,
    recorder: Recorder,
}

/// The body of a request. It records the pieces that the front door reads.
#[derive(Debug)]
pub(crate) struct RecordedBody<B> {
    body: B,
    recording: Recording,
}

/// A request whose answer is on its way. Dropped, it records that the client left.
#[derive(Debug)]
pub(crate) struct PendingAnswer(Option<Recording>);

impl Recorder {
    /// Keeps the last requests in `store`, if there is one.
    pub(crate) fn new(printer: Printer, style: LogStyle, store: Option<Store>) -> Self {
        Self(Arc::new(RecordSinks { printer, style, late: LateRequests::default(), store }))
    }

    /// Whether requests are kept after their line of the log.
    pub(crate) fn is_keeping(&self) -> bool {
        self.0.store.is_some()
    }

    /// Begins to record a request. `sent_from` is the id of the recorded request that is sent again, perhaps edited.
    pub(crate) fn request(&self, head: &Parts, door: &DoorName, sent_from: Option<u64>) -> Recording {
        let detail = self.0.store.as_ref().map(|store| Detail::new(&head.headers, store.reusable()));
        let record = self.record(Subject::request(head, door), detail.unwrap_or_default());
        self.begin(record.with_sent_from(sent_from))
    }

    /// Begins to record an asynchronous event, which names its function and whose sender does not wait.
    pub(crate) fn event(&self, function: &str) -> Recording {
        self.begin(self.record(Subject::Event { name: function.to_owned() }, Detail::default()))
    }

    fn record(&self, subject: Subject, detail: Detail) -> Record {
        Record::new(subject, detail, self.0.printer.offset())
    }

    fn begin(&self, record: Record) -> Recording {
        let record = match &self.0.store {
            Some(store) => store.push(record),
            None => Arc::new(record),
        };
        Recording { record, recorder: self.clone() }
    }

    /// Logs requests whose invocations go on after their answers. Runs until it is dropped.
    pub(crate) async fn log_late(self) -> Infallible {
        loop {
            let record = self.0.late.next().await;
            Recording { record, recorder: self.clone() }.log();
        }
    }
}

impl Recording {
    pub(crate) fn record(&self) -> &Arc<Record> {
        &self.record
    }

    /// Begins to record that the authorizer `name` is asked about this request.
    pub(crate) fn authorizer(&self, name: &str) -> Self {
        let subject = self.state().exchange.subject.authorizer(name);
        let authorizes = self.recorder.is_keeping().then_some(self.record.id());
        let record = self.recorder.record(subject, Detail::default());
        self.recorder.begin(record.with_authorizes(authorizes))
    }

    /// Records a piece of the request's body. `is_end` is true for the last piece.
    fn request_body(&self, piece: &[u8], is_end: bool) {
        self.keep(|detail| detail.push_request_body(piece, is_end));
    }

    /// Records the event that the front door made for the function.
    pub(crate) fn made_event(&self, event: &[u8]) {
        self.keep(|detail| {
            detail.keep_event(event);
            detail.times.event = Some(self.record.elapsed());
        });
    }

    /// Records the name of the function that the event is for. Its invocation may never begin.
    pub(crate) fn leads_to(&self, function: Arc<str>) {
        if self.recorder.is_keeping() {
            self.state().exchange.function = Some(function);
        }
    }

    /// Records that the function is built, and that the event waits for a sandbox.
    pub(crate) fn function_ready(&self) {
        self.keep(|detail| detail.times.ready = Some(self.record.elapsed()));
    }

    /// Records that the invocation begins in a sandbox of `function`. Lambda adds the lines of `log` to the function's log.
    pub(crate) fn started(&self, function: &Arc<str>, request_id: Uuid, sandbox: SandboxId, log: &SystemLog) {
        let at = self.record.elapsed();
        let mut state = self.state();
        state.is_running = true;
        state.exchange.ran = Some(InvocationRecord {
            function: Arc::clone(function),
            request_id,
            log: log.clone(),
            report: None,
        });
        if self.recorder.is_keeping() {
            state.detail.sandbox = Some(sandbox);
            state.detail.times.started = Some(at);
            // Readers read a new request after `SOON`, so that only a later start has to be reported.
            if at > SOON {
                self.report_change(&state);
            }
        }
    }

    /// Records a line of the function's log.
    pub(crate) fn line(&self, line: impl fmt::Display) {
        self.keep(|detail| detail.log.push(self.record.elapsed(), line.to_string()));
    }

    /// Records the reply of the function, or its error.
    pub(crate) fn replied(&self, reply: &[u8]) {
        self.keep(|detail| detail.keep_reply(reply));
    }

    /// Records a piece of the function's streamed answer.
    pub(crate) fn reply_piece(&self, piece: &[u8]) {
        self.keep(|detail| detail.push_reply(piece));
    }

    /// Records the end of the invocation.
    pub(crate) fn reported(&self, report: &Report) {
        let mut state = self.state();
        state.is_running = false;
        if let Some(ran) = &mut state.exchange.ran {
            ran.report = Some(report.clone());
        }
        if self.recorder.is_keeping() {
            state.detail.times.ended = Some(self.record.elapsed());
        }
        self.end_if_over(&mut state);
    }

    /// Records the headers of the response.
    pub(crate) fn response_headers(&self, headers: &HeaderMap) {
        self.keep(|detail| detail.keep_response_headers(headers));
    }

    /// Records a piece of the response's body.
    pub(crate) fn response_body(&self, piece: &[u8]) {
        self.keep(|detail| detail.push_response_body(piece));
    }

    /// Records that the client has its answer. `words` is a note that the log of the function lacks.
    fn answered(&self, status: Option<u16>, words: Option<String>) {
        let mut state = self.state();
        state.exchange.answer = Some(ClientAnswer { status, duration: self.record.elapsed(), words });
        self.end_if_over(&mut state);
        if !state.is_logged {
            self.recorder.0.late.push(&self.record);
        }
    }

    fn keep(&self, change: impl FnOnce(&mut Detail)) {
        if self.recorder.is_keeping() {
            change(&mut self.state().detail);
        }
    }

    /// Logs a request whose invocation takes longer than its line waits.
    fn log(&self) {
        let mut state = self.state();
        self.report_change(&state);
        self.log_once(&mut state);
    }

    fn end_if_over(&self, state: &mut RecordState) {
        if state.is_over() {
            self.report_change(state);
            self.log_once(state);
        }
    }

    /// Reports a change to the store. The caller holds the lock of the state, so that changes stay in order.
    fn report_change(&self, state: &RecordState) {
        if let Some(store) = &self.recorder.0.store {
            store.report_change(self.record.id(), state.size());
        }
    }

    fn log_once(&self, state: &mut RecordState) {
        if std::mem::replace(&mut state.is_logged, true) {
            return;
        }
        let RecordSinks { printer, style, .. } = &*self.recorder.0;
        match style {
            LogStyle::Requests => printer.event("request", &state.exchange),
            // The log of the function has everything else.
            LogStyle::Lambda => {
                if let Some(line) = state.exchange.problem() {
                    printer.line(line);
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, RecordState> {
        self.record.state()
    }
}

impl<B: Body<Data = Bytes> + Unpin> RecordedBody<B> {
    pub(crate) fn new(body: B, recording: Recording) -> Self {
        if body.is_end_stream() {
            recording.request_body(&[], true);
        }
        Self { body, recording }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for RecordedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                let piece = frame.data_ref().map(AsRef::as_ref).unwrap_or_default();
                self.recording.request_body(piece, self.body.is_end_stream());
            }
            Some(Err(_)) => {}
            None => self.recording.request_body(&[], true),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl PendingAnswer {
    pub(crate) fn new(recording: Recording) -> Self {
        Self(Some(recording))
    }

    /// Records that the answer was sent, or begins to be sent. `words` is a note that the log of the function lacks.
    pub(crate) fn answered(mut self, status: u16, words: Option<String>) {
        if let Some(recording) = self.0.take() {
            recording.answered(Some(status), words);
        }
    }

    /// Records the end of an authorizer's invocation, which has no answer for a client.
    pub(crate) fn finish(mut self) {
        if let Some(recording) = self.0.take() {
            recording.answered(None, None);
        }
    }
}

impl Drop for PendingAnswer {
    fn drop(&mut self) {
        if let Some(recording) = self.0.take() {
            recording.answered(None, Some("the client hung up".to_owned()));
        }
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recording").field(&self.record.id()).finish()
    }
}
