//! Cargo's standard error: its progress, its warnings, and its other messages.

use std::time::{Duration, Instant};

use crate::printer::Printer;

/// The most bytes of Cargo's messages that are kept.
const CARGO_WORDS: usize = 64 * 1024;

/// The time between two lines of progress in a log.
const INTERVAL: Duration = Duration::from_secs(5);

/// The characters of a status line, which fit into any terminal. A wrapped line cannot be overwritten.
const STATUS: usize = 78;

/// The beginning of a line that Cargo may overwrite.
const ERASE: &str = "\u{1b}[K";

/// Reads Cargo's standard error as it comes.
#[derive(Debug)]
pub(super) struct Progress {
    /// The beginning of an unfinished line.
    rest: Vec<u8>,
    pub(super) words: String,
    /// Warnings of Cargo and of build scripts that have not been taken yet.
    pub(super) warnings: Vec<String>,
    last_line: Instant,
}

/// A line of progress.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'l> {
    /// A package begins to be compiled.
    Compiling(&'l str),
    /// The number of compiled units, and those that are being compiled: `87/240: tokio, serde`.
    Done(&'l str),
    /// A slow step: Cargo waits for another Cargo, or for the network.
    Waiting(&'l str),
    /// Any other progress.
    Other,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { rest: Vec::new(), words: String::new(), warnings: Vec::new(), last_line: Instant::now() }
    }

    /// Reads some bytes, and calls `began` with each package that begins to be compiled.
    pub(super) fn take(&mut self, bytes: &[u8], printer: &Printer, mut began: impl FnMut(&str)) {
        self.rest.extend_from_slice(bytes);
        while let Some(end) = self.rest.iter().position(|byte| [b'\r', b'\n'].contains(byte)) {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line).replace(ERASE, "");
            self.take_line(line.trim_end_matches(['\r', '\n']), printer, &mut began);
        }
    }

    /// Reads the last line, which may lack a line feed.
    pub(super) fn end(&mut self, printer: &Printer) {
        self.take(b"\n", printer, |_| {});
        printer.status("");
    }

    fn take_line(&mut self, line: &str, printer: &Printer, began: &mut impl FnMut(&str)) {
        match step(line) {
            Some(Step::Compiling(package)) => began(package),
            Some(Step::Waiting(line)) => printer.line(line),
            Some(Step::Done(done)) => self.show(done, printer),
            None if line.is_empty() => {}
            None if line.starts_with("warning: ") => self.warnings.push(line.to_owned()),
            None if self.words.len() + line.len() < CARGO_WORDS => self.words.extend([line, "\n"]),
            Some(Step::Other) | None => {}
        }
    }

    fn show(&mut self, done: &str, printer: &Printer) {
        if printer.has_status() {
            let line: String = format!("compiling {done}").chars().take(STATUS).collect();
            printer.status(&line);
        } else if self.last_line.elapsed() >= INTERVAL {
            self.last_line = Instant::now();
            printer.line(format_args!("compiling {done}"));
        }
    }
}

/// Returns the step of a line of progress. Cargo right-aligns its verb in twelve columns (`   Compiling …`).
fn step(line: &str) -> Option<Step<'_>> {
    let (verb, rest) = line.split_at_checked(12)?;
    let is_verb = verb.starts_with(' ') && !verb.ends_with(' ') && rest.starts_with(' ');
    let verb = Some(verb.trim_start()).filter(|verb| is_verb && !verb.contains(' '))?;
    Some(match verb {
        "Compiling" => Step::Compiling(rest.trim()),
        "Blocking" | "Updating" | "Downloading" => Step::Waiting(line.trim()),
        // `Building [====>    ] 87/240: tokio, serde`
        "Building" => match rest.split_once("] ") {
            Some((_, done)) if done.contains(": ") => Step::Done(done.trim()),
            _ => Step::Other,
        },
        _ => Step::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::{Progress, Step, step};
    use crate::printer::Printer;

    #[test]
    fn progress_is_separated_from_messages() {
        for (line, expected) in [
            ("   Compiling api-user v0.1.0", Step::Compiling("api-user v0.1.0")),
            (
                "    Blocking waiting for file lock on build directory",
                Step::Waiting("Blocking waiting for file lock on build directory"),
            ),
            (" Downloading crates ...", Step::Waiting("Downloading crates ...")),
            (
                "    Building [==>      ] 87/240: tokio, serde(build)",
                Step::Done("87/240: tokio, serde(build)"),
            ),
            ("    Finished `dev` profile in 0.3s", Step::Other),
        ] {
            assert_eq!(step(line), Some(expected));
        }
        for words in
            ["error: could not compile `a`", "    Finding it", "  in file a.rs for you", "", "Caused by:"]
        {
            assert_eq!(step(words), None, "{words}");
        }
    }

    #[test]
    fn overwritten_lines_are_read_one_by_one() {
        let (printer, _log) = Printer::recorded();
        let mut progress = Progress::new();
        let mut began = Vec::new();
        for part in [
            "   Compiling a v1.0.0\n    Build",
            "ing [=> ] 1/2: a\r\u{1b}[K   Compiling b v2.0.0\nerr",
            "or: no\nwarning: a@1.0.0: old\n",
        ] {
            progress.take(part.as_bytes(), &printer, |package| began.push(package.to_owned()));
        }
        progress.end(&printer);
        assert_eq!(progress.warnings, ["warning: a@1.0.0: old"]);
        assert_eq!(
            (began.join(", ").as_str(), progress.words.as_str()),
            ("a v1.0.0, b v2.0.0", "error: no\n")
        );
    }
}
