//! Everything that is kept of a request besides its line in the log.

use std::time::Duration;

use super::captured::{Captured, CapturedHeaders, KEPT};

/// A line takes so much memory besides its text.
const LINE: usize = size_of::<LogLine>();

/// Headers, bodies, event, reply, log and times of a request.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub(crate) request_headers: CapturedHeaders,
    pub(crate) request_body: RequestBody,
    pub(crate) event: Option<Captured>,
    /// The function's answer, or its error.
    pub(crate) reply: Option<Captured>,
    /// Absent until the client is answered.
    pub(crate) response_headers: Option<CapturedHeaders>,
    pub(crate) response_body: Captured,
    pub(crate) log: Log,
    pub(crate) times: Times,
    /// The process that ran the function, and the version of the function.
    pub(crate) sandbox: Option<SandboxId>,
}

/// The body of a request, as far as the front door has read it.
#[derive(Debug, Default)]
pub(crate) struct RequestBody {
    pub(crate) read: Captured,
    pub(crate) is_whole: bool,
}

/// The log of an invocation, up to [`KEPT`] bytes.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) lines: Vec<LogLine>,
    pub(crate) is_cut: bool,
    bytes: usize,
}

/// A line of the log.
#[derive(Debug)]
pub(crate) struct LogLine {
    /// Since the request came.
    pub(crate) at: Duration,
    pub(crate) text: LogText,
}

/// The text of a line. Those that each invocation has are written when somebody reads them.
#[derive(Debug)]
pub(crate) enum LogText {
    Start,
    /// A line of the function, or of what went wrong.
    Line(Box<str>),
    /// END and REPORT.
    End,
}

/// The steps of a request, each since it came.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    /// The front door has made the event.
    pub(crate) event: Option<Duration>,
    /// The function is built.
    pub(crate) ready: Option<Duration>,
    /// The runtime has got the event.
    pub(crate) started: Option<Duration>,
}

/// The sandbox of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SandboxId {
    /// Absent if its process could not be started.
    pub(crate) process: Option<u32>,
    /// Counts the versions of the function since the emulator started.
    pub(crate) version: u64,
}

impl Log {
    pub(super) fn push(&mut self, at: Duration, text: LogText) {
        let length = LINE + if let LogText::Line(line) = &text { line.len() } else { 0 };
        let is_line = matches!(text, LogText::Line(_));
        if is_line && self.bytes + length > KEPT {
            self.is_cut = true;
            return;
        }
        self.bytes += length;
        self.lines.push(LogLine { at, text });
    }
}

impl Detail {
    /// Returns the bytes that it takes.
    pub(super) fn memory(&self) -> usize {
        let bodies = [&self.request_body.read, &self.response_body].into_iter().chain(&self.event);
        let bodies = bodies.chain(&self.reply).map(Captured::memory).sum::<usize>();
        let headers = [Some(&self.request_headers), self.response_headers.as_ref()];
        bodies + headers.into_iter().flatten().map(CapturedHeaders::memory).sum::<usize>() + self.log.bytes
    }
}
