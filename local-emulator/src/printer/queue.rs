//! Lines on their way to standard output and standard error.
//!
//! A separate thread writes them: with thousands of requests a second, a write for each line would take longer than the requests.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::io::Write;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::control;

/// The most bytes that wait for a terminal that accepts none (Ctrl-S, a pager). Further lines are dropped and counted, so that
/// functions do not stop because nobody reads.
pub(super) const BACKLOG: usize = 4 * 1024 * 1024;

/// How long lines gather after a write. Nobody notices, and the lines of a thousand requests wake the thread five times instead
/// of three thousand times, which took a fifth of the emulator's time under load.
const REST: Duration = Duration::from_millis(5);

/// How long [`LineQueue::flush`] waits for a terminal that accepts nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Erases the rest of a line.
const ERASE: &str = "\u{1b}[K";

/// The destination of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutputStream {
    Output,
    Error,
}

#[derive(Debug, Default)]
pub(super) struct LineQueue {
    lines: Mutex<QueuedLines>,
    /// Whether standard output is a terminal that can show a status.
    pub(super) has_status: bool,
    /// Wakes the thread: lines have come while it waited, or it should stop resting.
    filled: Condvar,
    /// Signals that the lines so far are written.
    written: Condvar,
    /// The errors that were printed by [`Printer::error_once`](super::Printer::error_once).
    pub(super) reported: Mutex<BTreeSet<String>>,
}

#[derive(Debug, Default)]
struct QueuedLines {
    waiting: LineBatch,
    /// The line below the last one.
    status: StatusLine,
    writer: WriterState,
    /// Whether a caller waits until everything is written.
    urgent: bool,
    /// The number of lines that were dropped for lack of room.
    dropped: usize,
    /// Whether both streams are gone.
    closed: bool,
}

/// Lines in their order, as pieces that each belong to one stream.
#[derive(Debug, Default)]
struct LineBatch {
    pieces: Vec<(OutputStream, String)>,
    length: usize,
}

/// A status below the last line. The next line overwrites it.
#[derive(Debug, Default)]
struct StatusLine {
    text: String,
    /// Whether the terminal shows another status.
    is_new: bool,
    /// Whether the terminal shows a status.
    is_shown: bool,
}

/// The state of the writing thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum WriterState {
    /// The thread waits for a line.
    #[default]
    Idle,
    /// The thread writes the lines that were waiting.
    Writing,
    /// The thread lets lines gather.
    Resting,
}

/// The streams. A stream that has failed is `None`.
pub(super) struct OutputStreams {
    pub(super) output: Option<Box<dyn Write + Send>>,
    pub(super) error: Option<Box<dyn Write + Send>>,
}

impl LineBatch {
    /// Returns the piece to which a line for `stream` is appended.
    fn piece(&mut self, stream: OutputStream) -> &mut String {
        if self.pieces.last().is_none_or(|(last, _)| *last != stream) {
            self.pieces.push((stream, String::new()));
        }
        // There is at least one piece now.
        let at = self.pieces.len() - 1;
        &mut self.pieces[at].1
    }

    fn push(&mut self, stream: OutputStream, text: &str) {
        self.length += text.len();
        self.piece(stream).push_str(text);
    }
}

impl LineQueue {
    pub(super) fn new(has_status: bool) -> Self {
        Self { has_status, ..Self::default() }
    }

    pub(super) fn push(&self, stream: OutputStream, line: fmt::Arguments<'_>) {
        let line = line.to_string();
        let mut lines = self.lines();
        if lines.closed || lines.waiting.length > BACKLOG {
            lines.dropped += 1;
            return;
        }
        let piece = lines.waiting.piece(stream);
        let before = piece.len();
        control::push_with_colours(&line, piece);
        piece.push('\n');
        let added = piece.len() - before;
        lines.waiting.length += added;
        if lines.writer == WriterState::Idle {
            // The state changes here, so that the next line does not wake the thread again.
            lines.writer = WriterState::Writing;
            drop(lines);
            self.filled.notify_one();
        }
    }

    pub(super) fn set_status(&self, line: &str) {
        let mut lines = self.lines();
        if !self.has_status || lines.closed || lines.status.text == line {
            return;
        }
        lines.status.text.clear();
        control::push_with_colours(line, &mut lines.status.text);
        lines.status.is_new = true;
        drop(lines);
        self.filled.notify_one();
    }

    pub(super) fn flush(&self) {
        let mut lines = self.lines();
        lines.urgent = true;
        self.filled.notify_one();
        let is_writing = |lines: &mut QueuedLines| {
            !lines.closed && (lines.writer == WriterState::Writing || lines.waiting.length > 0)
        };
        drop(self.written.wait_timeout_while(lines, PATIENCE, is_writing));
    }

    pub(super) fn write_to(&self, mut streams: OutputStreams) {
        loop {
            streams.write(self.take());
            if streams.output.is_none() && streams.error.is_none() {
                self.lines().closed = true;
                self.written.notify_all();
                return;
            }
            self.rest();
        }
    }

    /// Waits for lines, and takes all of them.
    fn take(&self) -> LineBatch {
        let mut lines = self.lines();
        while lines.waiting.length == 0 && !lines.status.is_new {
            lines.writer = WriterState::Idle;
            lines = self.filled.wait(lines).unwrap_or_else(PoisonError::into_inner);
        }
        lines.writer = WriterState::Writing;
        lines.urgent = false;
        let mut batch = LineBatch::default();
        if lines.status.is_shown {
            batch.push(OutputStream::Output, ERASE);
        }
        batch.pieces.append(&mut lines.waiting.pieces);
        lines.waiting.length = 0;
        if let dropped @ 1.. = mem::take(&mut lines.dropped) {
            let _ = writeln!(
                batch.piece(OutputStream::Output),
                "… {dropped} lines dropped: nobody read them in time"
            );
        }
        lines.status.is_new = false;
        lines.status.is_shown = !lines.status.text.is_empty();
        if lines.status.is_shown {
            // The next line overwrites the status.
            batch.push(OutputStream::Output, &lines.status.text);
            batch.push(OutputStream::Output, "\r");
        }
        batch
    }

    fn rest(&self) {
        let mut lines = self.lines();
        lines.writer = WriterState::Resting;
        self.written.notify_all();
        let rested = self.filled.wait_timeout_while(lines, REST, |lines| !lines.urgent);
        drop(rested);
    }

    fn lines(&self) -> MutexGuard<'_, QueuedLines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OutputStreams {
    /// Writes each piece to its stream. A stream that fails is gone, since nobody reads it any more.
    fn write(&mut self, batch: LineBatch) {
        for (stream, text) in batch.pieces {
            let to = match stream {
                OutputStream::Output => &mut self.output,
                OutputStream::Error => &mut self.error,
            };
            let written = to.as_mut().map(|to| to.write_all(text.as_bytes()).and_then(|()| to.flush()));
            if let Some(Err(_)) = written {
                *to = None;
            }
        }
    }
}
