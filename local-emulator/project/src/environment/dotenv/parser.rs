//! The variables of a `.env` file as they are written, before `$NAME` in them is replaced.
//!
//! Next reads a file with the regular expression of dotenv 16.3.1, whose spaces match across lines:
//! <https://github.com/motdotla/dotenv/blob/v16.3.1/lib/main.js>. This parser finds what that expression finds, in
//! linear time.

use super::complaint::DotenvProblem;
use super::text::{Text, ends_line, is_space};

const EXPORT: &str = "export";

const QUOTES: [char; 3] = ['\'', '"', '`'];

/// A variable.
pub(super) struct Statement {
    pub(super) name: String,
    /// The start of the name.
    pub(super) at: usize,
    pub(super) value: Vec<Letter>,
}

/// A character of a value.
#[derive(Clone, Copy)]
pub(super) struct Letter {
    pub(super) char: char,
    /// Its place in the text.
    pub(super) at: usize,
}

/// The variables of a text, with its problems.
pub(super) struct Parsed {
    pub(super) statements: Vec<Statement>,
    /// The problems, each with its position in the text.
    pub(super) problems: Vec<(usize, DotenvProblem)>,
}

/// The characters of a value, without the quotes around them.
struct Content {
    start: usize,
    end: usize,
    /// Whether `\n` and `\r` in the value are a newline and a carriage return.
    has_escapes: bool,
    /// The position after the statement, from which the search continues.
    rest: usize,
}

impl Parsed {
    pub(super) fn new(text: &Text) -> Self {
        let mut parsed = Self { statements: Vec::new(), problems: Vec::new() };
        let mut line = 0;
        while line < text.len() {
            let first = text.skip(line, is_space);
            let rest = parsed.take_statement(text, first).unwrap_or_else(|| {
                if text.get(first).is_some_and(|char| char != '#') {
                    parsed.problems.push((first, DotenvProblem::NoVariable));
                }
                first
            });
            line = text.next_line(rest);
        }
        parsed
    }

    /// Returns the end of the variable that begins at `first`, if there is one.
    fn take_statement(&mut self, text: &Text, first: usize) -> Option<usize> {
        let exported = after_export(text, first).and_then(|at| separated(text, at));
        let (at, end, value) = exported.or_else(|| separated(text, first))?;
        let name: String = (at..end).filter_map(|at| text.get(at)).collect();
        let content = self.content(text, &name, value);
        if content.start < content.end && !text.are_in_one_line(end, content.start) {
            self.problems.push((content.start, DotenvProblem::NextLine { name: name.clone() }));
        }
        let mut value = letters(text, &content);
        if let Some(zero) = value.iter().position(|letter| letter.char == '\0') {
            self.problems.push((value[zero].at, DotenvProblem::Nul { name: name.clone() }));
            value.truncate(zero);
        }
        self.statements.push(Statement { name, at, value });
        Some(content.rest)
    }

    /// Reads the value that begins after `at`.
    fn content(&mut self, text: &Text, name: &str, at: usize) -> Content {
        let first = text.skip(at, is_space);
        if let Some(quote) = text.get(first).filter(|char| QUOTES.contains(char))
            && let Some(close) = closing(text, first, quote)
        {
            return Content { start: first + 1, end: close, has_escapes: quote == '"', rest: close + 1 };
        }
        let stop = text.skip(at, |char| char != '#' && char != '\n');
        let name = || name.to_owned();
        if text.get(stop) == Some('#') && !text.get(stop - 1).is_some_and(is_space) {
            self.problems.push((stop, DotenvProblem::CutValue { name: name() }));
        }
        let (start, end) = text.trimmed(at, stop);
        let quote = text.get(start).filter(|char| start < end && QUOTES.contains(char));
        let has_escapes = quote == Some('"');
        if quote.is_some() && end - start > 1 && text.get(end - 1) == quote {
            return Content { start: start + 1, end: end - 1, has_escapes, rest: stop };
        }
        if quote.is_some() {
            self.problems.push((start, DotenvProblem::OpenQuote { name: name() }));
        }
        Content { start, end, has_escapes, rest: stop }
    }
}

/// Returns the position of the word after `export`, if `export` is at `at`.
fn after_export(text: &Text, at: usize) -> Option<usize> {
    let end = at + EXPORT.len();
    let next = text.has(at, EXPORT).then(|| text.skip(end, is_space));
    next.filter(|next| *next > end)
}

/// Returns the start and the end of the name at `at`, and the start of its value: after `=`, or after `:` and a space.
fn separated(text: &Text, at: usize) -> Option<(usize, usize, usize)> {
    let end = text.skip(at, is_of_name);
    let equals = text.skip(end, is_space);
    let value = match text.get(end) {
        _ if end == at => return None,
        _ if text.get(equals) == Some('=') => equals + 1,
        Some(':') if text.get(end + 1).is_some_and(is_space) => end + 2,
        _ => return None,
    };
    Some((at, end, value))
}

fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '-')
}

/// Returns the quote that closes the quote at `open`. Only a comment may follow it in its line. A quote after a
/// backslash closes the value only if no other quote does.
fn closing(text: &Text, open: usize, quote: char) -> Option<usize> {
    let mut escaped = Vec::new();
    let mut at = open + 1;
    let plain = loop {
        match text.get(at) {
            Some('\\') if text.get(at + 1) == Some(quote) => {
                escaped.push(at + 1);
                at += 2;
            }
            Some(char) if char == quote => break Some(at),
            Some(_) => at += 1,
            None => break None,
        }
    };
    plain.into_iter().chain(escaped.into_iter().rev()).find(|close| ends_after(text, close + 1))
}

/// Whether a line ends at `at`, except for spaces and a comment.
fn ends_after(text: &Text, at: usize) -> bool {
    let end = text.skip(at, |char| is_space(char) && !ends_line(char));
    text.get(end).is_none_or(|char| char == '#' || ends_line(char))
}

fn letters(text: &Text, content: &Content) -> Vec<Letter> {
    let mut letters = Vec::new();
    let mut at = content.start;
    while let Some(char) = text.get(at).filter(|_| at < content.end) {
        let next = text.get(at + 1).filter(|_| content.has_escapes && char == '\\' && at + 1 < content.end);
        let (char, length) = match next {
            Some('n') => ('\n', 2),
            Some('r') => ('\r', 2),
            _ => (char, 1),
        };
        letters.push(Letter { char, at });
        at += length;
    }
    letters
}
