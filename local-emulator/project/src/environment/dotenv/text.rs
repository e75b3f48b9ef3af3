//! The text of a `.env` file, as characters with their places.

use crate::template::SourcePosition;

/// The characters of a file, whose lines all end with `\n`.
pub(super) struct Text {
    chars: Vec<char>,
    /// The start of each line.
    lines: Vec<usize>,
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let chars: Vec<char> = text.chars().collect();
        let ends = chars.iter().enumerate().filter(|(_, char)| **char == '\n');
        let lines = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { chars, lines }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    /// Returns the characters from `start` up to `end`, without the spaces around them.
    pub(super) fn trimmed(&self, start: usize, end: usize) -> (usize, usize) {
        let start = self.skip(start, is_space).min(end);
        let within = self.chars.get(start..end).unwrap_or_default();
        let length = within.iter().rposition(|char| !is_space(*char)).map_or(0, |last| last + 1);
        (start, start + length)
    }

    /// Returns the first position from `at` on whose character does not fit.
    pub(super) fn skip(&self, at: usize, is: impl Fn(char) -> bool) -> usize {
        let rest = self.chars.get(at..).unwrap_or_default();
        rest.iter().position(|char| !is(*char)).map_or(self.len(), |count| at + count)
    }

    /// Whether `word` is at position `at`.
    pub(super) fn has(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(offset, char)| self.get(at + offset) == Some(char))
    }

    /// Returns the start of the line after `at`.
    pub(super) fn next_line(&self, at: usize) -> usize {
        self.skip(at, |char| !ends_line(char)) + 1
    }

    pub(super) fn are_in_one_line(&self, one: usize, other: usize) -> bool {
        self.line(one) == self.line(other)
    }

    pub(super) fn place(&self, at: usize) -> SourcePosition {
        let line = self.line(at);
        SourcePosition::new(line + 1, at - self.lines[line] + 1)
    }

    /// Returns the line of a position, from 0.
    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at) - 1
    }
}

/// Whether `\s` of JavaScript has a character:
/// <https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Regular_expressions/Character_class_escape>.
pub(super) fn is_space(char: char) -> bool {
    char == '\u{feff}' || (char.is_whitespace() && char != '\u{85}')
}

/// Whether `^` of JavaScript matches after a character, and `$` before it.
pub(super) fn ends_line(char: char) -> bool {
    matches!(char, '\n' | '\u{2028}' | '\u{2029}')
}
