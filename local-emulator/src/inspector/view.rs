//! The JSON of a recorded request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::time::Duration;

use crate::record::{BodyExcerpt, Detail, Exchange, Record, RequestStage, SystemEvent};
use crate::timestamp::Timestamp;

/// A line of a list.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    id: u64,
    /// UTC, as RFC 3339 writes it.
    received: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_from: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizes_request: Option<u64>,
    #[serde(flatten)]
    exchange: &'a Exchange,
}

/// A request with all its details.
#[derive(Serialize)]
pub(super) struct RequestView<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<MessageView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<BodyView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<BodyView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<MessageView<'a>>,
    log: Vec<LineView>,
    log_cut: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<String>,
    timings: Timings,
    #[serde(skip_serializing_if = "Option::is_none")]
    sandbox: Option<SandboxProcess>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

#[derive(Serialize)]
struct MessageView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    headers: Vec<(&'a str, String)>,
    body: BodyView<'a>,
}

/// A body, as text if it is UTF-8, or else in base64.
#[derive(Serialize)]
pub(super) struct BodyView<'a> {
    /// The length of the whole body in bytes.
    length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    cut: bool,
    #[serde(skip_serializing_if = "is_false")]
    unread: bool,
}

#[derive(Serialize)]
struct LineView {
    at_ms: f64,
    line: String,
}

/// The parts of the time that a request took. A part that has not ended is absent.
#[derive(Debug, Default, PartialEq, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names of the members say the unit")]
struct Timings {
    #[serde(skip_serializing_if = "Option::is_none")]
    build_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    init_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_ms: Option<f64>,
}

#[derive(Serialize)]
struct SandboxProcess {
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<u32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl<'a> Summary<'a> {
    pub(super) fn new(record: &Record, exchange: &'a Exchange, stage: RequestStage) -> Self {
        Self {
            id: record.id(),
            received: record.received_at().to_string(),
            state: name(stage),
            sent_from: record.sent_from(),
            authorizes_request: record.authorizes(),
            exchange,
        }
    }
}

fn name(stage: RequestStage) -> &'static str {
    match stage {
        RequestStage::Receiving => "receiving",
        RequestStage::Building => "building",
        RequestStage::Queued => "queued",
        RequestStage::Running => "running",
        RequestStage::Done => "done",
    }
}

impl<'a> RequestView<'a> {
    pub(super) fn new(
        record: &Record,
        exchange: &'a Exchange,
        detail: &'a Detail,
        stage: RequestStage,
    ) -> Self {
        let status = exchange.answer.as_ref().and_then(|answer| answer.status);
        let response = detail.response_headers().map(|headers| MessageView {
            status,
            headers: headers_of(headers),
            body: BodyView::new(detail.response_body()),
        });
        let request = exchange.is_http().then(|| MessageView {
            status: None,
            headers: headers_of(detail.request_headers()),
            body: BodyView::of_request(detail.request_body()),
        });
        Self {
            summary: Summary::new(record, exchange, stage),
            request,
            event: detail.event().map(BodyView::new),
            reply: detail.reply().map(BodyView::new),
            response,
            log: log(record.received_at(), exchange, detail),
            log_cut: detail.log.is_cut,
            report: exchange.report().map(|report| report.to_string().trim_end().to_owned()),
            timings: Timings::new(exchange, detail),
            sandbox: detail.sandbox.map(|sandbox| SandboxProcess { pid: sandbox.process }),
            version: detail.sandbox.map(|sandbox| sandbox.version.to_string()),
        }
    }
}

impl<'a> RequestView<'a> {
    /// Replaces the kept part of the response's body with the whole body, if it is given.
    pub(super) fn with_response_body(mut self, body: Option<&'a [u8]>) -> Self {
        if let (Some(response), Some(body)) = (&mut self.response, body) {
            response.body = BodyView::new(BodyExcerpt { bytes: body, length: body.len() });
        }
        self
    }
}

/// Returns headers as text. Values that are not UTF-8 are read as Latin-1, as browsers do.
fn headers_of<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<(&'a str, String)> {
    let text = |value: &[u8]| {
        std::str::from_utf8(value)
            .map_or_else(|_| value.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
    };
    headers.map(|(name, value)| (name, text(value))).collect()
}

impl<'a> BodyView<'a> {
    fn new(body: BodyExcerpt<'a>) -> Self {
        let text = text(body.bytes, body.is_cut());
        Self {
            length: Some(body.length),
            base64: text.is_none().then(|| STANDARD.encode(body.bytes)),
            text,
            cut: body.is_cut(),
            unread: false,
        }
    }

    /// Returns the body of a request. A front door may refuse a request before it has read the whole body.
    fn of_request((body, is_whole): (BodyExcerpt<'a>, bool)) -> Self {
        if !is_whole && body.length == 0 {
            return Self { length: None, text: None, base64: None, cut: false, unread: true };
        }
        let view = Self::new(body);
        Self { cut: view.cut || !is_whole, ..view }
    }
}

/// Returns bytes as text, if they are UTF-8. The end of a cut body may be half a character, which is left out.
fn text(bytes: &[u8], is_cut: bool) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if is_cut && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// Returns the lines of the log, with Lambda's own lines in their place by time.
fn log(received: Timestamp, exchange: &Exchange, detail: &Detail) -> Vec<LineView> {
    let lines = detail.log.lines.iter().map(|line| (line.at, line.text.to_string()));
    let mut lines: Vec<_> = lines.collect();
    if let Some((ran, started)) = exchange.ran.as_ref().zip(detail.times.started) {
        let mut add = |at: Duration, events: &[SystemEvent<'_>]| {
            let before = lines.partition_point(|(line_at, _)| *line_at < at);
            let added = events.iter().filter_map(|event| ran.log.line(event, received.after(at)));
            let added: Vec<_> = added.map(|line| (at, line.trim_end().to_owned())).collect();
            lines.splice(before..before, added);
        };
        add(started, &[SystemEvent::Start(ran.request_id)]);
        if let Some((report, ended)) = ran.report.as_ref().zip(detail.times.ended) {
            add(ended, &[SystemEvent::RuntimeDone(report), SystemEvent::Report(report)]);
        }
    }
    lines.into_iter().map(|(at, line)| LineView { at_ms: milliseconds(at), line }).collect()
}

impl Timings {
    fn new(exchange: &Exchange, detail: &Detail) -> Self {
        let times = detail.times;
        let between = |from: Option<Duration>, to: Option<Duration>| Some(to?.saturating_sub(from?));
        let report = exchange.report();
        let init = report.and_then(|report| report.init);
        let queue = between(times.ready, times.started);
        // Lambda bills an init that was repeated as part of the invocation. Here it came before the start.
        let after_start = between(times.started, times.ended);
        let run = report.zip(after_start).map(|(report, after_start)| report.duration.min(after_start));
        Self {
            build_ms: between(times.event, times.ready).map(milliseconds),
            queue_ms: queue.map(|queue| milliseconds(queue.saturating_sub(init.unwrap_or_default()))),
            init_ms: init.map(milliseconds),
            run_ms: run.map(milliseconds),
            total_ms: exchange.answer.as_ref().map(|answer| milliseconds(answer.duration)),
        }
    }
}

/// Returns milliseconds with three digits, more than the precision of the clock.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}
