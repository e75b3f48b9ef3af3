//! The only place that writes to the terminal.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Write as _};
use std::io::{BufWriter, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice, StripStream};
use anstyle::{AnsiColor, Style};

/// So many bytes may wait for a terminal that takes none (Ctrl-S, a pager); lines beyond that are dropped,
/// and counted. The functions are not to stop for want of a reader.
const BACKLOG: usize = 4 * 1024 * 1024;

/// After a write, lines gather for so long before the next one: no eye sees it, and the lines of a
/// thousand requests wake the writing thread five times instead of three thousand. Those wake-ups
/// were a fifth of the emulator's time under load.
const REST: Duration = Duration::from_millis(5);

/// So many bytes make one write to a file or a pipe.
const GATHERED: usize = 64 * 1024;

/// How long [`Printer::flush`] waits for a terminal that takes nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// A handle to the terminal, or to a [`Log`] in tests. Lines come out whole and in order.
///
/// Printing appends to a buffer, which a thread of its own writes out: with thousands of requests a
/// second, a write for each line would take longer than the requests.
#[derive(Clone, Debug)]
pub struct Printer {
    queue: Arc<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    lines: Mutex<Lines>,
    /// Whether a line can be written over: the destination is a terminal.
    has_status: bool,
    /// The writer is wanted: there are lines while it waits, or it should not rest any longer.
    filled: Condvar,
    /// The lines that were there are written.
    written: Condvar,
    /// The errors that are printed once.
    reported: Mutex<BTreeSet<String>>,
}

#[derive(Debug, Default)]
struct Lines {
    waiting: String,
    /// What stands below the last line for a while, on a terminal.
    status: Status,
    writer: Writer,
    /// Somebody waits until all is written.
    urgent: bool,
    /// So many lines found no room.
    dropped: usize,
    /// Nobody takes lines any more: standard output is gone.
    closed: bool,
}

/// A line that the next one is written over.
#[derive(Debug, Default)]
struct Status {
    text: String,
    /// The terminal has another one.
    is_new: bool,
    /// The terminal has one.
    is_shown: bool,
}

/// Erases the rest of a line.
const ERASE: &str = "\u{1b}[K";

/// What the writing thread does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Writer {
    /// It waits for a line.
    #[default]
    Idle,
    /// Lines have been taken from `waiting` and are on their way.
    Writing,
    /// It lets lines gather.
    Resting,
}

/// What a recording [`Printer`] has printed.
#[derive(Clone, Debug)]
pub struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    printer: Printer,
}

impl Log {
    /// Everything printed up to now.
    pub fn text(&self) -> String {
        self.printer.flush();
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl Printer {
    /// Prints to standard output, in colour if it is a terminal that wants it (`NO_COLOR`).
    pub fn terminal() -> Self {
        Self::to_stream(std::io::stdout())
    }

    /// Prints to standard error, in colour if it is a terminal that wants it.
    pub fn standard_error() -> Self {
        Self::to_stream(std::io::stderr())
    }

    fn to_stream(stream: impl RawStream + AsLockedWrite + Send + 'static) -> Self {
        // A terminal that takes no colours may not erase a line either.
        if AutoStream::choice(&stream) == ColorChoice::Never {
            // Text without its colours comes in as many pieces as there were colours.
            let gathered: Box<dyn Write + Send> = Box::new(BufWriter::with_capacity(GATHERED, stream));
            return Self::to(StripStream::new(gathered), false);
        }
        let has_status = stream.is_terminal();
        Self::to(AutoStream::auto(stream), has_status)
    }

    /// Prints to memory, without colour.
    pub fn recorded() -> (Self, Log) {
        let text = Arc::new(Mutex::new(Vec::new()));
        let recorder: Box<dyn Write + Send> = Box::new(Recorder(Arc::clone(&text)));
        let printer = Self::to(StripStream::new(recorder), false);
        (printer.clone(), Log { text, printer })
    }

    fn to(out: impl Write + Send + 'static, has_status: bool) -> Self {
        let queue = Arc::new(Queue { has_status, ..Queue::default() });
        let lines = Arc::clone(&queue);
        // It lives as long as the program: a `Printer` is made once.
        thread::spawn(move || lines.write_to(out));
        Self { queue }
    }

    /// A line as it is.
    pub fn line(&self, line: impl Display) {
        self.queue.push(format_args!("{line}"));
    }

    /// Something the developer should mend, though the emulator goes on.
    pub fn warning(&self, warning: impl Display) {
        let style = AnsiColor::Yellow.on_default().bold();
        self.queue.push(format_args!("{style}warning{style:#}: {warning}"));
    }

    /// Something that failed.
    pub fn error(&self, error: impl Display) {
        let style = AnsiColor::Red.on_default().bold();
        self.queue.push(format_args!("{style}error{style:#}: {error}"));
    }

    /// Prints an error, unless the same one has been printed by this method before.
    pub(crate) fn error_once(&self, error: impl Display) {
        let error = error.to_string();
        let mut reported = self.queue.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.insert(error.clone()) {
            self.error(error);
        }
    }

    /// A line of a function's own output, or of its log, with its route in front.
    pub fn function(&self, route: &str, line: impl Display) {
        let style = Style::new().dimmed();
        self.queue.push(format_args!("{style}{route}{style:#} | {line}"));
    }

    /// Whether [`Printer::status`] shows anything.
    pub(crate) fn has_status(&self) -> bool {
        self.queue.has_status
    }

    /// Shows a line below the last one, until it is replaced by another one, or by nothing. Only on a terminal.
    pub(crate) fn status(&self, line: &str) {
        self.queue.set_status(line);
    }

    /// Waits until all that was printed has reached its destination, or does not get there.
    pub fn flush(&self) {
        self.queue.flush();
    }
}

impl Queue {
    fn push(&self, line: fmt::Arguments<'_>) {
        let mut lines = self.lines();
        if lines.closed || lines.waiting.len() > BACKLOG {
            lines.dropped += 1;
            return;
        }
        // Writing to a string fails only if `Display` does; then the line ends there.
        let _ = writeln!(lines.waiting, "{line}");
        if lines.writer == Writer::Idle {
            // Said here, so that the next line does not wake it again.
            lines.writer = Writer::Writing;
            drop(lines);
            self.filled.notify_one();
        }
    }

    fn set_status(&self, line: &str) {
        let mut lines = self.lines();
        if !self.has_status || lines.closed || lines.status.text == line {
            return;
        }
        line.clone_into(&mut lines.status.text);
        lines.status.is_new = true;
        drop(lines);
        self.filled.notify_one();
    }

    fn flush(&self) {
        let mut lines = self.lines();
        lines.urgent = true;
        self.filled.notify_one();
        let is_writing = |lines: &mut Lines| {
            !lines.closed && (lines.writer == Writer::Writing || !lines.waiting.is_empty())
        };
        drop(self.written.wait_timeout_while(lines, PATIENCE, is_writing));
    }

    fn write_to(&self, mut out: impl Write) {
        let mut batch = String::new();
        loop {
            self.take(&mut batch);
            if out.write_all(batch.as_bytes()).and_then(|()| out.flush()).is_err() {
                // Standard output is gone, and with it everybody who could read this.
                self.lines().closed = true;
                self.written.notify_all();
                return;
            }
            batch.clear();
            self.rest();
        }
    }

    /// Waits for lines, and takes them all.
    fn take(&self, batch: &mut String) {
        let mut lines = self.lines();
        while lines.waiting.is_empty() && !lines.status.is_new {
            lines.writer = Writer::Idle;
            lines = self.filled.wait(lines).unwrap_or_else(PoisonError::into_inner);
        }
        lines.writer = Writer::Writing;
        lines.urgent = false;
        if lines.status.is_shown {
            batch.push_str(ERASE);
        }
        batch.push_str(&lines.waiting);
        lines.waiting.clear();
        if let dropped @ 1.. = mem::take(&mut lines.dropped) {
            let _ = writeln!(batch, "… {dropped} lines dropped: nobody read them in time");
        }
        lines.status.is_new = false;
        lines.status.is_shown = !lines.status.text.is_empty();
        if lines.status.is_shown {
            // The next line begins where this one does.
            batch.extend([lines.status.text.as_str(), "\r"]);
        }
    }

    fn rest(&self) {
        let mut lines = self.lines();
        lines.writer = Writer::Resting;
        self.written.notify_all();
        let rested = self.filled.wait_timeout_while(lines, REST, |lines| !lines.urgent);
        drop(rested);
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Recorder(Arc<Mutex<Vec<u8>>>);

impl Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
