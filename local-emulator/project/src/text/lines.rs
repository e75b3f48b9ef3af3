//! The lines of a text, by position.

use std::ops::Range;

/// A text by its lines. Lines are counted from 0, places are bytes.
#[derive(Clone, Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Splits a text into lines, which end as in YAML: with `\n`, `\r\n`, or `\r` alone.
    pub(crate) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = (0..bytes.len()).filter(|&at| match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        Self { text, starts: std::iter::once(0).chain(ends.map(|at| at + 1)).collect() }
    }

    /// Returns the number of lines, including the line after the last end, which may be empty.
    pub(crate) fn count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the line of a position.
    pub(crate) fn line_at(&self, place: usize) -> usize {
        self.starts.partition_point(|start| *start <= place).saturating_sub(1)
    }

    pub(crate) fn start(&self, line: usize) -> usize {
        self.starts[line]
    }

    /// Returns the end of a line's text, before its `\n` or `\r\n`.
    pub(crate) fn end(&self, line: usize) -> usize {
        self.start(line) + self.content(line).len()
    }

    /// Returns the start of the next line.
    pub(crate) fn next(&self, line: usize) -> usize {
        self.starts.get(line + 1).copied().unwrap_or(self.text.len())
    }

    pub(crate) fn content(&self, line: usize) -> &'a str {
        self.text[self.start(line)..self.next(line)].trim_end_matches(['\r', '\n'])
    }

    pub(crate) fn is_blank(&self, line: usize) -> bool {
        self.content(line).trim().is_empty()
    }

    pub(crate) fn is_comment(&self, line: usize) -> bool {
        self.content(line).trim_start().starts_with('#')
    }

    /// Returns the spaces and tabs at the start of a line.
    pub(crate) fn indent(&self, line: usize) -> &'a str {
        let content = self.content(line);
        &content[..content.len() - content.trim_start_matches([' ', '\t']).len()]
    }

    /// Returns the line break of a line, or else of the line before it, or of the first line.
    pub(crate) fn newline(&self, line: usize) -> &'a str {
        let own = |line: usize| &self.text[self.end(line)..self.next(line)];
        [line, line.saturating_sub(1), 0].into_iter().map(own).find(|end| !end.is_empty()).unwrap_or("\n")
    }

    /// Returns the text of a range; empty for a range that does not fit the text.
    pub(crate) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    pub(crate) fn after(&self, place: usize) -> &'a str {
        self.text.get(place..).unwrap_or_default()
    }

    /// Returns the line and the column of a position, both from 1; columns count characters.
    pub(crate) fn position(&self, place: usize) -> (usize, usize) {
        let line = self.line_at(place);
        (line + 1, self.slice(self.start(line)..place).chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_end_in_any_of_three_ways() {
        let lines = Lines::new("a\nbé\r\nc\rd");
        let all: Vec<_> = (0..lines.count()).map(|line| (lines.content(line), lines.newline(line))).collect();
        assert_eq!(all, [("a", "\n"), ("bé", "\r\n"), ("c", "\r"), ("d", "\r")]);
        assert_eq!([0, 1, 2, 4, 5, 6, 7, 9].map(|place| lines.line_at(place)), [0, 0, 1, 1, 1, 1, 2, 3]);
        assert_eq!([0, 3, 5, 7].map(|place| lines.position(place)), [(1, 1), (2, 2), (2, 3), (3, 1)]);
    }

    #[test]
    fn last_line_may_be_empty() {
        let lines = Lines::new("a\n");
        assert_eq!((lines.count(), lines.content(1), lines.newline(1)), (2, "", "\n"));
        assert_eq!(Lines::new("").newline(0), "\n");
    }

    #[test]
    fn indent_is_spaces_and_tabs() {
        let lines = Lines::new("  a\n\t# b\n \t\n");
        assert_eq!([0, 1, 2].map(|line| lines.indent(line)), ["  ", "\t", " \t"]);
        assert!(lines.is_comment(1) && lines.is_blank(2) && !lines.is_blank(0) && !lines.is_comment(0));
    }
}
