//! From the parser's events to nodes.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::node::{Data, Entry, Node, Quotes};

/// The most levels of a document. Deeper than any template; what walks over nodes may be recursive then.
pub(crate) const MAX_DEPTH: usize = 200;

/// A text and the documents in it.
#[derive(Clone, Debug)]
pub(crate) struct Document<'a> {
    pub(crate) text: &'a str,
    /// None for a text without any; AWS reads the first.
    pub(crate) roots: Vec<Node>,
}

/// Why a text is no YAML, with the line and the column, both from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: not YAML: {problem}")]
pub(crate) struct SyntaxError {
    line: usize,
    column: usize,
    problem: String,
}

impl Document<'_> {
    /// What AWS reads.
    pub(crate) fn root(&self) -> Option<&Node> {
        self.roots.first()
    }
}

pub(crate) fn parse(text: &str) -> Result<Document<'_>, SyntaxError> {
    let mut builder =
        Builder { text, offsets: Offsets::new(text), open: Vec::new(), roots: Vec::new(), end: 0 };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| SyntaxError {
            line: error.marker().line(),
            column: error.marker().col() + 1,
            problem: error.info().to_owned(),
        })?;
        builder.take(event, span)?;
    }
    Ok(Document { text, roots: builder.roots })
}

/// The parser counts characters.
struct Offsets {
    /// None if each is a byte.
    bytes: Option<Vec<usize>>,
    length: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self { bytes, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        let byte = self.bytes.as_ref().map_or(Some(character), |bytes| bytes.get(character).copied());
        byte.map_or(self.length, |byte| byte.min(self.length))
    }
}

struct Builder<'a> {
    text: &'a str,
    offsets: Offsets,
    open: Vec<Open>,
    roots: Vec<Node>,
    /// Where the last node ended.
    end: usize,
}

/// A mapping or a sequence whose end is to come.
struct Open {
    start: usize,
    tag: Option<String>,
    anchor: usize,
    /// It has braces or brackets.
    is_flow: bool,
    is_mapping: bool,
    children: Vec<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), SyntaxError> {
        let range = self.offsets.byte(span.start.index())..self.offsets.byte(span.end.index());
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), range);
            }
            Event::Alias(anchor) => {
                let name = self.text[range.clone()].to_owned();
                self.add(range, None, 0, Data::Alias(name, anchor), false);
            }
            Event::MappingStart(anchor, tag) => self.open(true, anchor, tag.as_deref(), range),
            Event::SequenceStart(anchor, tag) => self.open(false, anchor, tag.as_deref(), range),
            Event::MappingEnd | Event::SequenceEnd => self.close(range.start),
            _ => {}
        }
        if self.open.len() > MAX_DEPTH {
            let problem = format!("more than {MAX_DEPTH} levels");
            return Err(SyntaxError { line: span.start.line(), column: span.start.col() + 1, problem });
        }
        Ok(())
    }

    fn open(&mut self, is_mapping: bool, anchor: usize, tag: Option<&Tag>, range: Range<usize>) {
        let is_flow = self.text[range.clone()].trim_end().ends_with(if is_mapping { '{' } else { '[' });
        let (start, tag) = (range.start, tag.map(Tag::to_string));
        self.end = range.end;
        self.open.push(Open { start, tag, anchor, is_flow, is_mapping, children: Vec::new() });
    }

    /// A block has no end of its own: it ends with its last child.
    fn close(&mut self, bracket: usize) {
        let Some(Open { start, tag, anchor, is_flow, is_mapping, children }) = self.open.pop() else {
            return;
        };
        let end = if is_flow { bracket + 1 } else { self.end.max(start) };
        let keeps = !is_flow && children.last().is_some_and(|child| child.keeps_blank_lines);
        let data = if is_mapping {
            Data::Mapping { entries: pairs(children), is_flow }
        } else {
            Data::Sequence(children)
        };
        self.add(start..end, tag, anchor, data, keeps);
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        range: Range<usize>,
    ) {
        let (quotes, end, keeps) = match style {
            ScalarStyle::Plain if text.is_empty() && tag.is_none() && anchor == 0 => {
                // The parser puts what is not there at the next token.
                let range = self.end.min(range.start)..self.end.min(range.start);
                let data = Data::Scalar { text: String::new(), quotes: Quotes::Plain };
                return self.add(range, None, 0, data, false);
            }
            ScalarStyle::Plain => (Quotes::Plain, trimmed(self.text, &range), false),
            ScalarStyle::SingleQuoted => (Quotes::Single, closing_quote(self.text, &range, '\''), false),
            ScalarStyle::DoubleQuoted => (Quotes::Double, closing_quote(self.text, &range, '"'), false),
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_scalar(&range),
        };
        let data = Data::Scalar { text: text.to_owned(), quotes };
        self.add(range.start..end, tag.map(Tag::to_string), anchor, data, keeps);
    }

    /// Its span begins behind its header (`|+`), and goes on to the next token.
    fn block_scalar(&self, range: &Range<usize>) -> (Quotes, usize, bool) {
        let header = &self.text[self.end.min(range.start)..range.end];
        let indicator = header.find(['|', '>']).map(|at| &header[at..]);
        let keeps = indicator.is_some_and(|header| header.lines().next().is_some_and(keeps));
        let end = if keeps { last_line_end(&self.text[..range.end]) } else { trimmed(self.text, range) };
        (Quotes::Block, end, keeps)
    }

    fn add(&mut self, span: Range<usize>, tag: Option<String>, anchor: usize, data: Data, keeps: bool) {
        self.end = span.end.max(self.end);
        let node = Node { span, tag, anchor, data, keeps_blank_lines: keeps };
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.roots.push(node),
        }
    }
}

/// `|+`, `>2+`; what follows may be a comment.
fn keeps(header: &str) -> bool {
    header.chars().skip(1).take_while(|c| c.is_ascii_digit() || matches!(c, '+' | '-')).any(|c| c == '+')
}

/// Before the line break in front of the next token.
fn last_line_end(before: &str) -> usize {
    let before = before.trim_end_matches([' ', '\t']);
    let before = before.strip_suffix('\n').unwrap_or(before);
    before.strip_suffix('\r').unwrap_or(before).len()
}

fn trimmed(text: &str, range: &Range<usize>) -> usize {
    range.start + text[range.clone()].trim_end().len()
}

/// The parser's span goes on to the next token, over comments.
fn closing_quote(text: &str, range: &Range<usize>, quote: char) -> usize {
    let slice = &text[range.clone()];
    let Some(open) = opening_quote(slice, quote) else { return range.end };
    let mut characters = slice[open + 1..].char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote == '"' => drop(characters.next()),
            _ if character != quote => {}
            '\'' if characters.peek().is_some_and(|(_, next)| *next == '\'') => drop(characters.next()),
            _ => return range.start + open + 1 + at + 1,
        }
    }
    range.end
}

/// Behind a tag and an anchor, which have no white space in them and do not begin with a quote.
fn opening_quote(slice: &str, quote: char) -> Option<usize> {
    let mut at = 0;
    loop {
        at += slice[at..].len() - slice[at..].trim_start().len();
        if !slice[at..].starts_with(['!', '&']) {
            return slice[at..].find(quote).map(|found| at + found);
        }
        at += slice[at..].find(char::is_whitespace)?;
    }
}

fn pairs(children: Vec<Node>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(children.len() / 2);
    let mut children = children.into_iter();
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        entries.push(Entry { key, value });
    }
    entries
}
