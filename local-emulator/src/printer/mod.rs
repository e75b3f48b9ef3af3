//! Writes to the terminal. No other code does.

mod control;
mod queue;
mod request;
#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::io::{BufWriter, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice, StripStream};
use anstyle::{AnsiColor, Style};
use serde::Serialize;
use time::UtcOffset;

pub use self::control::shown;
use self::queue::{LineQueue, OutputStream, OutputStreams};
pub use self::request::{Milliseconds, status_style};
use crate::timestamp::Timestamp;

/// The most bytes of one write to a file or a pipe.
const GATHERED: usize = 64 * 1024;

/// A handle to standard output and standard error, or to a [`Log`] in tests. Lines are printed whole, in order, and without the
/// control characters of clients and functions.
#[derive(Clone, Debug)]
pub struct Printer {
    queue: Arc<LineQueue>,
    format: Format,
    is_quiet: bool,
    errors: OutputStream,
    /// The difference between local time and UTC.
    offset: UtcOffset,
}

/// The form of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    /// Text for people.
    #[default]
    Text,
    /// A JSON object for each line, for programs.
    Json,
}

/// An event in JSON: `type` and `time` come first.
#[derive(Serialize)]
struct JsonLine<'a, E> {
    r#type: &'static str,
    time: String,
    #[serde(flatten)]
    event: &'a E,
}

/// A line of text in JSON.
#[derive(Serialize)]
struct MessageLine {
    message: String,
}

/// A line that a function printed.
#[derive(Serialize)]
struct OutputLine<'a> {
    function: &'a str,
    line: String,
}

/// The text that a recording [`Printer`] has printed.
#[derive(Clone, Debug)]
pub struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    printer: Printer,
}

impl Log {
    /// Returns everything printed up to now, to either stream.
    pub fn text(&self) -> String {
        self.printer.flush();
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl Printer {
    /// Prints results to standard output, and warnings and errors to standard error, in colour if they are terminals that
    /// want it (`NO_COLOR`).
    pub fn terminal() -> Self {
        let (output, has_status) = to_stream(std::io::stdout());
        Self { offset: local_offset(), ..Self::to(output, to_stream(std::io::stderr()).0, has_status) }
    }

    /// Prints everything to standard error, in colour if it is a terminal that wants it.
    pub fn standard_error() -> Self {
        let (error, has_status) = to_stream(std::io::stderr());
        let printer = Self::to(error, Box::new(std::io::sink()), has_status);
        Self { errors: OutputStream::Output, offset: local_offset(), ..printer }
    }

    /// Prints to memory, without colour.
    pub fn recorded() -> (Self, Log) {
        let text = Arc::new(Mutex::new(Vec::new()));
        let stream = || -> Box<dyn Write + Send> {
            let recorder: Box<dyn Write + Send> = Box::new(MemoryWriter(Arc::clone(&text)));
            Box::new(StripStream::new(recorder))
        };
        let printer = Self::to(stream(), stream(), false);
        (printer.clone(), Log { text, printer })
    }

    fn to(output: Box<dyn Write + Send>, error: Box<dyn Write + Send>, has_status: bool) -> Self {
        let queue = Arc::new(LineQueue::new(has_status));
        let lines = Arc::clone(&queue);
        let streams = OutputStreams { output: Some(output), error: Some(error) };
        // The thread lives as long as the program, since a `Printer` is made once.
        thread::spawn(move || lines.write_to(streams));
        Self {
            queue,
            format: Format::Text,
            is_quiet: false,
            errors: OutputStream::Error,
            offset: UtcOffset::UTC,
        }
    }

    /// Prints one JSON object for each line, all of them to standard output.
    #[must_use]
    pub fn with_json(self) -> Self {
        Self { format: Format::Json, errors: OutputStream::Output, ..self }
    }

    /// Prints nothing except errors.
    #[must_use]
    pub fn with_quiet(self) -> Self {
        Self { is_quiet: true, ..self }
    }

    /// Prints a line for people.
    pub fn line(&self, line: impl Display) {
        if self.is_quiet {
            return;
        }
        match self.format {
            Format::Text => self.queue.push(OutputStream::Output, format_args!("{line}")),
            Format::Json => self.json("message", &MessageLine { message: line.to_string() }),
        }
    }

    /// Prints a problem that the developer should fix. The emulator goes on.
    pub fn warning(&self, warning: impl Display) {
        if !self.is_quiet {
            self.problem("warning", AnsiColor::Yellow, warning);
        }
    }

    /// Prints an error, even if the printer is quiet.
    pub fn error(&self, error: impl Display) {
        self.problem("error", AnsiColor::Red, error);
    }

    fn problem(&self, kind: &'static str, colour: AnsiColor, text: impl Display) {
        let style = colour.on_default().bold();
        match self.format {
            Format::Text => self.queue.push(self.errors, format_args!("{style}{kind}{style:#}: {text}")),
            Format::Json => self.json(kind, &MessageLine { message: text.to_string() }),
        }
    }

    /// Prints an error, unless this method has printed the same error before.
    pub(crate) fn error_once(&self, error: impl Display) {
        let error = error.to_string();
        let mut reported = self.queue.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.insert(error.clone()) {
            self.error(error);
        }
    }

    /// Prints a line of a function's output, or of its log, with its route in front. Its colours end with the line.
    pub fn function(&self, route: &str, line: impl Display) {
        if self.is_quiet {
            return;
        }
        let line = line.to_string();
        match self.format {
            Format::Json => self.json("output", &OutputLine { function: route, line }),
            Format::Text => {
                let style = Style::new().dimmed();
                let end = if line.contains('\u{1b}') { "\u{1b}[0m" } else { "" };
                self.queue.push(OutputStream::Output, format_args!("{style}{route}{style:#} | {line}{end}"));
            }
        }
    }

    /// Prints an event, as text or as JSON.
    pub(crate) fn event(&self, kind: &'static str, event: &(impl Serialize + Display)) {
        match self.format {
            _ if self.is_quiet => {}
            Format::Text => self.queue.push(OutputStream::Output, format_args!("{event}")),
            Format::Json => self.json(kind, event),
        }
    }

    /// Prints a failure, as an error in text or as JSON.
    pub(crate) fn failure(&self, kind: &'static str, failure: &(impl Serialize + Display)) {
        match self.format {
            Format::Text => self.error(failure),
            Format::Json => self.json(kind, failure),
        }
    }

    fn json(&self, kind: &'static str, event: &impl Serialize) {
        let line = JsonLine { r#type: kind, time: Timestamp::now().to_string(), event };
        // Serialization does not fail, since all keys are texts.
        if let Ok(json) = serde_json::to_string(&line) {
            self.queue.push(OutputStream::Output, format_args!("{}", control::escape_json(&json)));
        }
    }

    /// Whether lines are for programs.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Returns the difference between local time and UTC.
    pub(crate) fn offset(&self) -> UtcOffset {
        self.offset
    }

    /// Whether [`Printer::status`] shows anything.
    pub(crate) fn has_status(&self) -> bool {
        self.queue.has_status && self.format == Format::Text && !self.is_quiet
    }

    /// Shows a status below the last line, on a terminal only. The next status replaces it, and an empty one removes it.
    pub(crate) fn status(&self, line: &str) {
        if self.has_status() {
            self.queue.set_status(line);
        }
    }

    /// Waits until everything printed has reached its destination, at most for a second.
    pub fn flush(&self) {
        self.queue.flush();
    }
}

/// Returns a writer to a stream, and whether the stream can show a status. A terminal without colours may not be able to erase a
/// line either.
fn to_stream(stream: impl RawStream + AsLockedWrite + Send + 'static) -> (Box<dyn Write + Send>, bool) {
    if AutoStream::choice(&stream) == ColorChoice::Never {
        // Colours are stripped in many pieces, which are gathered into larger writes.
        let gathered: Box<dyn Write + Send> = Box::new(BufWriter::with_capacity(GATHERED, stream));
        return (Box::new(StripStream::new(gathered)), false);
    }
    let has_status = stream.is_terminal();
    (Box::new(AutoStream::auto(stream)), has_status)
}

/// Returns the difference between local time and UTC, or zero if the process already has several threads.
fn local_offset() -> UtcOffset {
    UtcOffset::current_local_offset().unwrap_or(UtcOffset::UTC)
}

struct MemoryWriter(Arc<Mutex<Vec<u8>>>);

impl Write for MemoryWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
