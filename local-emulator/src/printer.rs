//! The only place that writes to the terminal.

use std::fmt::Display;
use std::io::{BufWriter, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anstyle::{AnsiColor, Style};

/// So many lines may wait for a terminal that does not take them; then whoever prints waits too.
const BACKLOG: usize = 16 * 1024;

/// A handle to the terminal, or to a [`Log`] in tests. Lines come out whole and in order.
#[derive(Clone, Debug)]
pub struct Printer {
    lines: SyncSender<Message>,
}

#[derive(Debug)]
enum Message {
    Line(String),
    Flush(SyncSender<()>),
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
        Self::to(anstream::AutoStream::auto(std::io::stdout()))
    }

    /// Prints to memory, without colour.
    pub fn recorded() -> (Self, Log) {
        let text = Arc::new(Mutex::new(Vec::new()));
        let recorder: Box<dyn Write + Send> = Box::new(Recorder(Arc::clone(&text)));
        let printer = Self::to(anstream::StripStream::new(recorder));
        (printer.clone(), Log { text, printer })
    }

    fn to(out: impl Write + Send + 'static) -> Self {
        let (lines, queue) = sync_channel(BACKLOG);
        thread::spawn(move || write_lines(&queue, out));
        Self { lines }
    }

    /// A line as it is.
    pub fn line(&self, line: impl Display) {
        self.send(line.to_string());
    }

    /// Something the developer should mend, though the emulator goes on.
    pub fn warning(&self, warning: impl Display) {
        let style = AnsiColor::Yellow.on_default().bold();
        self.send(format!("{style}warning{style:#}: {warning}"));
    }

    /// Something that failed.
    pub fn error(&self, error: impl Display) {
        let style = AnsiColor::Red.on_default().bold();
        self.send(format!("{style}error{style:#}: {error}"));
    }

    /// A line of a function's own output, or of its log, with its route in front.
    pub fn function(&self, route: &str, line: impl Display) {
        let style = Style::new().dimmed();
        self.send(format!("{style}{route}{style:#} | {line}"));
    }

    /// Waits until all that was printed has reached its destination.
    pub fn flush(&self) {
        let (done, flushed) = sync_channel(1);
        if self.lines.send(Message::Flush(done)).is_ok() {
            // An error means that the writer is gone, and with it whatever there was to wait for.
            let _ = flushed.recv();
        }
    }

    fn send(&self, line: String) {
        // The writer ends only with the last printer, or when standard output is gone: then there
        // is nobody left to tell.
        let _ = self.lines.send(Message::Line(line));
    }
}

fn write_lines(queue: &Receiver<Message>, out: impl Write) {
    let mut out = BufWriter::new(out);
    while let Ok(message) = queue.recv() {
        let mut next = Some(message);
        while let Some(message) = next {
            let written = match message {
                Message::Line(line) => writeln!(out, "{line}"),
                Message::Flush(done) => out.flush().map(|()| {
                    let _ = done.send(());
                }),
            };
            if written.is_err() {
                return;
            }
            next = queue.try_recv().ok();
        }
        if out.flush().is_err() {
            return;
        }
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
mod tests {
    use super::Printer;

    #[test]
    fn lines_of_a_function_carry_its_route() {
        let (printer, log) = Printer::recorded();
        printer.function("/api/user", "hello");
        printer.warning("no template.yaml");
        assert_eq!(log.text(), "/api/user | hello\nwarning: no template.yaml\n");
    }
}
