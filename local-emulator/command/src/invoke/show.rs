//! Prints the answer: its body on standard output, and everything else on standard error.

use std::fmt;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use anstyle::Style;
use api_routes_project::tool;
use local_emulator::printer::{Milliseconds, Printer, shown, status_style};
use serde::Deserialize;

use super::arguments::Invoke;
use super::record::{FunctionError, Record, SentRequest};
use crate::json::escaped;

impl SentRequest {
    /// Prints the log, the line about the request, and the body. For a request that is only saved, prints the line alone.
    pub(super) fn show(&self, options: &Invoke, printer: &Printer) -> anyhow::Result<()> {
        if !options.only_saves() {
            self.show_log(options.verbose, printer);
        }
        printer.line(RequestLine(&self.record));
        if options.verbose {
            self.show_headers(printer);
        }
        if !options.only_saves() {
            self.show_error(options, printer);
        }
        // In a terminal that shows both, the lines come before the body.
        printer.flush();
        if options.record {
            return write((escaped(&serde_json::to_string_pretty(&self.json)?) + "\n").as_bytes());
        }
        if options.only_saves() {
            return Ok(());
        }
        let body = self.body()?;
        write(&body.bytes)?;
        if let Some(length) = body.cut_from {
            let kept = body.bytes.len();
            anyhow::bail!(
                "the body has {length} bytes, and only the first {kept} are printed: the inspector keeps no more"
            );
        }
        Ok(())
    }

    fn show_log(&self, is_verbose: bool, printer: &Printer) {
        let Record { log, function, request_id, .. } = &self.record;
        let function = shown(function.as_deref().unwrap_or_default());
        for line in log.iter().flat_map(|line| line.line.lines()) {
            if is_verbose || !is_platform_line(line, request_id.as_deref()) {
                printer.function(&function, line);
            }
        }
        if self.record.log_cut {
            printer.warning(
                "the inspector keeps 64 KiB or 4,096 lines of a log: see the rest in the emulator's terminal",
            );
        }
    }

    fn show_headers(&self, printer: &Printer) {
        for (name, value) in self.record.response.iter().flat_map(|response| &response.headers) {
            printer.line(format_args!("{}: {}", shown(name), shown(value)));
        }
    }

    fn show_error(&self, options: &Invoke, printer: &Printer) {
        if options.event.is_some() && self.record.status == Some(404) {
            let name = options.target.as_deref().unwrap_or_default();
            let command = tool::command("routes");
            printer.error(format_args!("there is no function `{}`: `{command}` lists them", shown(name)));
        } else if let Some(error) = self.function_error() {
            let FunctionError { error_type, error_message, was_invoked } = error;
            let what = if was_invoked { "the function failed" } else { "the function was not invoked" };
            let words = [error_type, error_message].into_iter().flatten().collect::<Vec<_>>().join(": ");
            // The message of a compiler has several lines.
            let words = words.lines().map(shown).collect::<Vec<_>>().join("\n");
            printer.error(format_args!("{what}: {words}"));
        }
    }
}

/// Returns whether Lambda wrote a line: START, END or REPORT, as text or as a JSON object.
fn is_platform_line(line: &str, request_id: Option<&str>) -> bool {
    let id = ["START", "END", "REPORT"]
        .iter()
        .find_map(|word| line.strip_prefix(word)?.strip_prefix(" RequestId: "))
        .and_then(|rest| rest.split_whitespace().next());
    match id {
        Some(id) => Some(id) == request_id,
        None => serde_json::from_str(line).is_ok_and(|line: PlatformLine| line.is_of(request_id)),
    }
}

/// A line that Lambda writes to the log of a function whose `LogFormat` is `JSON`.
#[derive(Deserialize)]
struct PlatformLine {
    r#type: String,
    record: PlatformRecord,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlatformRecord {
    request_id: String,
}

impl PlatformLine {
    fn is_of(&self, request_id: Option<&str>) -> bool {
        self.r#type.starts_with("platform.") && Some(self.record.request_id.as_str()) == request_id
    }
}

/// Writes bytes to standard output, unchanged. A reader that has closed it is not an error.
fn write(bytes: &[u8]) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    // A shell writes its prompt after the last byte, so a line end is added.
    let end: &[u8] =
        if output.is_terminal() && !bytes.ends_with(b"\n") && !bytes.is_empty() { b"\n" } else { b"" };
    let written = output.write_all(bytes).and_then(|()| output.write_all(end)).and_then(|()| output.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// `request 12: GET /api/posts/7 200 5.2 ms  /api/posts/[id] cold, init 3.1 ms`
struct RequestLine<'a>(&'a Record);

impl fmt::Display for RequestLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(record) = self;
        let dimmed = Style::new().dimmed();
        write!(f, "{dimmed}request {}", record.id)?;
        if let Some(from) = record.sent_from {
            write!(f, " from {from}")?;
        }
        write!(f, ":{dimmed:#} {}", shown(&self.subject()))?;
        match record.status {
            Some(status) => {
                let style = status_style(status);
                write!(f, " {style}{status}{style:#}")?;
            }
            None => f.write_str(" without an answer")?,
        }
        if let Some(milliseconds) = record.duration_ms {
            write!(f, " {}", Milliseconds(milliseconds))?;
        }
        write!(f, "{dimmed}")?;
        self.write_function(f)?;
        write!(f, "{dimmed:#}")?;
        record.note.as_deref().map_or(Ok(()), |note| write!(f, ": {}", shown(note)))
    }
}

impl RequestLine<'_> {
    /// Returns the method and target, or the function that an asynchronous event is for.
    fn subject(&self) -> String {
        let Record { method, path, query, event_for, authorizer, authorizes, .. } = self.0;
        match (method, path, event_for, authorizer) {
            (Some(method), Some(path), _, _) => {
                let query = query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
                format!("{method} {path}{query}")
            }
            (_, _, Some(name), _) => format!("event for {name}"),
            (_, _, _, Some(name)) => {
                format!("authorizer {name} of {}", authorizes.as_deref().unwrap_or_default())
            }
            _ => String::new(),
        }
    }

    fn write_function(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { function: Some(function), request_id, cold, init_ms, error_type, .. } = self.0 else {
            return Ok(());
        };
        write!(f, "  {}", shown(function))?;
        match (cold, init_ms) {
            (Some(true), Some(init)) => write!(f, " cold, init {}", Milliseconds(*init))?,
            (Some(true), None) => f.write_str(" cold")?,
            (Some(false), _) => f.write_str(" warm")?,
            (None, _) if request_id.is_some() => f.write_str(", still running")?,
            // The function did not start this invocation.
            (None, _) => {}
        }
        match error_type.as_deref() {
            Some("timeout") => f.write_str(", timed out"),
            Some(error_type) => write!(f, ", failed: {}", shown(error_type)),
            None => Ok(()),
        }
    }
}
