//! The parts of a request that only the inspector shows: headers, bodies, event, reply, log and times.

use std::time::Duration;

use http::HeaderMap;

use super::captured::{BodyExcerpt, CaptureBuffer, CapturedBody, CapturedHeaders, KEPT};

/// The most lines that are kept of a log.
const MOST_LINES: usize = 4_096;

/// Headers, bodies, event, reply, log and times of a request.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    memory: CaptureBuffer,
    request_headers: CapturedHeaders,
    request_body: CapturedBody,
    is_request_whole: bool,
    event: Option<CapturedBody>,
    reply: Option<CapturedBody>,
    response_headers: Option<CapturedHeaders>,
    response_body: CapturedBody,
    pub(crate) log: CapturedLog,
    pub(crate) times: Times,
    pub(crate) sandbox: Option<SandboxId>,
}

/// The lines of an invocation, up to [`KEPT`] bytes and [`MOST_LINES`] lines.
#[derive(Debug, Default)]
pub(crate) struct CapturedLog {
    pub(crate) lines: Vec<LogLine>,
    pub(crate) is_cut: bool,
    /// The bytes of all lines.
    text: usize,
}

/// A line that the function printed, or that Lambda writes about its init.
#[derive(Debug)]
pub(crate) struct LogLine {
    /// The time since the request came.
    pub(crate) at: Duration,
    pub(crate) text: Box<str>,
}

/// The times of the steps of a request, each since the request came.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    /// The front door had made the event.
    pub(crate) event: Option<Duration>,
    /// The function was built.
    pub(crate) ready: Option<Duration>,
    /// The runtime got the event.
    pub(crate) started: Option<Duration>,
    /// The invocation was over.
    pub(crate) ended: Option<Duration>,
}

/// The sandbox of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SandboxId {
    /// `None` if the process could not be started.
    pub(crate) process: Option<u32>,
    /// Counts the versions of the function since the emulator started.
    pub(crate) version: u64,
}

impl CapturedLog {
    pub(super) fn push(&mut self, at: Duration, mut text: String) {
        if self.is_cut {
            return;
        }
        let room = KEPT - self.text;
        if text.len() > room || self.lines.len() == MOST_LINES {
            self.is_cut = true;
            let end = (0..=room.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
            text.truncate(end.unwrap_or_default());
        }
        self.text += text.len();
        self.lines.push(LogLine { at, text: text.into() });
    }

    fn size(&self) -> usize {
        self.text + self.lines.capacity() * size_of::<LogLine>()
    }
}

impl Detail {
    /// Creates the detail of a request with these headers, in the allocation `reused`.
    pub(super) fn new(headers: &HeaderMap, reused: Vec<u8>) -> Self {
        let mut memory = CaptureBuffer::reusing(reused);
        let request_headers = memory.keep_headers(headers);
        Self { memory, request_headers, ..Self::default() }
    }

    /// Returns each header of the request.
    pub(crate) fn request_headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.request_headers.iter(&self.memory)
    }

    /// Returns the part of the body that the front door has read, and whether that is all of it.
    pub(crate) fn request_body(&self) -> (BodyExcerpt<'_>, bool) {
        (self.request_body.captured(&self.memory), self.is_request_whole)
    }

    pub(crate) fn event(&self) -> Option<BodyExcerpt<'_>> {
        self.event.as_ref().map(|event| event.captured(&self.memory))
    }

    /// Returns the reply of the function, or its error.
    pub(crate) fn reply(&self) -> Option<BodyExcerpt<'_>> {
        self.reply.as_ref().map(|reply| reply.captured(&self.memory))
    }

    /// Returns the headers of the response. `None` until the client is answered.
    pub(crate) fn response_headers(&self) -> Option<impl Iterator<Item = (&str, &[u8])>> {
        self.response_headers.as_ref().map(|headers| headers.iter(&self.memory))
    }

    pub(crate) fn response_body(&self) -> BodyExcerpt<'_> {
        self.response_body.captured(&self.memory)
    }

    pub(super) fn push_request_body(&mut self, piece: &[u8], is_end: bool) {
        self.request_body.push(piece, &mut self.memory);
        self.is_request_whole = is_end;
    }

    pub(super) fn keep_event(&mut self, event: &[u8]) {
        self.event = Some(self.memory.keep(event));
    }

    pub(super) fn keep_reply(&mut self, reply: &[u8]) {
        self.reply = Some(self.memory.keep(reply));
    }

    pub(super) fn push_reply(&mut self, piece: &[u8]) {
        self.reply.get_or_insert_default().push(piece, &mut self.memory);
    }

    pub(super) fn keep_response_headers(&mut self, headers: &HeaderMap) {
        self.response_headers = Some(self.memory.keep_headers(headers));
    }

    pub(super) fn push_response_body(&mut self, piece: &[u8]) {
        self.response_body.push(piece, &mut self.memory);
    }

    pub(super) fn into_reusable(self) -> Vec<u8> {
        self.memory.into_reusable()
    }

    /// Returns the size of the detail in bytes.
    pub(super) fn size(&self) -> usize {
        let own =
            [Some(&self.request_body), self.event.as_ref(), self.reply.as_ref(), Some(&self.response_body)];
        self.memory.size()
            + own.into_iter().flatten().map(CapturedBody::size).sum::<usize>()
            + self.log.size()
    }
}
