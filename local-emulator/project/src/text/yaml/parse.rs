//! Builds nodes from the parser's events.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, Span, StructureStyle, Tag, options};

use super::node::{Entry, Node, NodeData, Quotes};

/// The maximum number of levels of a document. No template has as many, and walks over nodes may be recursive.
pub(crate) const MAX_DEPTH: usize = 200;

/// The maximum number of dashes without an item. The text is parsed again for each dash.
const MOST_DASHES: usize = 100;

/// The scalar that the parser reads instead of such a dash.
const STAND_IN: &str = "x";

/// A text, with its documents.
#[derive(Clone, Debug)]
pub(crate) struct Document<'a> {
    pub(crate) text: &'a str,
    /// The root of each document; AWS reads the first.
    pub(crate) roots: Vec<Node>,
}

/// The reason why a text is not YAML, with the line and the column, both from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: not YAML: {problem}")]
pub(crate) struct SyntaxError {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) problem: String,
    /// Whether the text is YAML with more than [`MAX_DEPTH`] levels.
    pub(crate) is_too_deep: bool,
    /// The byte where a dash is an item of a list in brackets, which PyYAML takes.
    lone_dash: Option<usize>,
}

impl Document<'_> {
    /// Returns the first document, which AWS reads.
    pub(crate) fn root(&self) -> Option<&Node> {
        self.roots.first()
    }
}

/// Parses a text as PyYAML does, the parser of SAM: a closing bracket may be on the line below its key, a block scalar
/// that the end of the file cuts short has no line break, and a dash alone is an item of a list in brackets (`!Split
/// [-, !Ref Name]`).
pub(crate) fn parse(text: &str) -> Result<Document<'_>, SyntaxError> {
    let mut readable = Cow::Borrowed(text);
    let mut dashes = Vec::new();
    loop {
        let error = match roots(text, &readable, &dashes) {
            Ok(roots) => return Ok(Document { text, roots }),
            Err(error) => error,
        };
        let byte =
            error.lone_dash.filter(|byte| dashes.len() < MOST_DASHES && text[*byte..].starts_with('-'));
        let Some(byte) = byte else { return Err(error) };
        // The parser does not accept such a dash. A replacement of the same length keeps all positions.
        readable.to_mut().replace_range(byte..=byte, STAND_IN);
        dashes.push(byte);
    }
}

/// Returns the roots of the documents. `readable` is the text with a replacement for each dash without an item.
fn roots(text: &str, readable: &str, dashes: &[usize]) -> Result<Vec<Node>, SyntaxError> {
    let options = options! {
        block_scalar_eof_without_line_feed: true,
        emit_anchor_events: true,
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder { text, dashes, open: Vec::new(), roots: Vec::new(), end: 0 };
    for event in Parser::new_from_str_with_options(readable, options) {
        let (event, span) = event.map_err(|error| syntax_error(error.kind(), error.marker()))?;
        builder.take(event, span)?;
    }
    Ok(builder.roots)
}

fn syntax_error(kind: &ErrorKind, at: &Marker) -> SyntaxError {
    match kind {
        ErrorKind::RecursionLimitExceeded => too_deep(at),
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => {
            SyntaxError { lone_dash: at.byte_offset(), ..SyntaxError::new(at, kind.to_string(), false) }
        }
        _ => SyntaxError::new(at, kind.to_string(), false),
    }
}

impl SyntaxError {
    fn new(at: &Marker, problem: String, is_too_deep: bool) -> Self {
        Self { line: at.line().max(1), column: at.col() + 1, problem, is_too_deep, lone_dash: None }
    }
}

fn too_deep(at: &Marker) -> SyntaxError {
    SyntaxError::new(at, format!("more than {MAX_DEPTH} levels"), true)
}

struct Builder<'a> {
    text: &'a str,
    /// The positions of dashes without an item.
    dashes: &'a [usize],
    open: Vec<Open>,
    roots: Vec<Node>,
    /// The end of the last node.
    end: usize,
}

/// The start of a node: the byte, and the line and the column.
#[derive(Clone, Copy)]
struct Start {
    byte: usize,
    position: (usize, usize),
}

/// A mapping or a sequence whose end is not reached.
struct Open {
    start: Start,
    tag: Option<String>,
    anchor: usize,
    /// Whether the collection has braces or brackets.
    is_flow: bool,
    is_mapping: bool,
    children: Vec<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), SyntaxError> {
        let (start, end) = (self.start(span), self.byte(span.end));
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), start, self.byte(span.start)..end);
            }
            Event::Alias(anchor) => {
                let name = self.text[start.byte..end].to_owned();
                self.add(start, end, None, 0, NodeData::Alias(name, anchor), false);
            }
            Event::MappingStart(style, anchor, tag) => {
                self.open(true, style, anchor, tag.as_deref(), start, end);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(false, style, anchor, tag.as_deref(), start, end);
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(end),
            Event::Anchor(..) => self.begin_at(start),
            _ => {}
        }
        if self.open.len() > MAX_DEPTH {
            return Err(too_deep(&span.start));
        }
        Ok(())
    }

    /// Returns the byte of a marker, which a parser of a text always knows.
    fn byte(&self, marker: Marker) -> usize {
        marker.byte_offset().unwrap_or(marker.index()).min(self.text.len())
    }

    /// Returns the start of a node, which is the start of its tag.
    fn start(&self, span: Span) -> Start {
        let tag = span.tag_start().filter(|tag| tag.index() < span.start.index());
        let marker = tag.unwrap_or(span.start);
        Start { byte: self.byte(marker), position: (marker.line().max(1), marker.col() + 1) }
    }

    /// Moves the start of the last node to its anchor, which the parser reports after the node.
    fn begin_at(&mut self, anchor: Start) {
        let is_before = |byte: usize| anchor.byte < byte;
        if let Some(open) = self.open.last_mut().filter(|open| open.children.is_empty()) {
            open.start = if is_before(open.start.byte) { anchor } else { open.start };
            return;
        }
        let siblings = self.open.last_mut().map_or(&mut self.roots, |open| &mut open.children);
        if let Some(node) = siblings.last_mut().filter(|node| is_before(node.span.start)) {
            node.span.start = anchor.byte;
            node.position = anchor.position;
        }
    }

    fn open(
        &mut self,
        is_mapping: bool,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        start: Start,
        end: usize,
    ) {
        let (is_flow, tag) = (style == StructureStyle::Flow, tag.map(Tag::to_string));
        self.end = end;
        self.open.push(Open { start, tag, anchor, is_flow, is_mapping, children: Vec::new() });
    }

    /// Closes a collection. A block has no end of its own: it ends with its last child.
    fn close(&mut self, bracket: usize) {
        let Some(Open { start, tag, anchor, is_flow, is_mapping, children }) = self.open.pop() else {
            return;
        };
        let end = if is_flow { bracket } else { self.end.max(start.byte) };
        let keeps = !is_flow && children.last().is_some_and(|child| child.keeps_blank_lines);
        let data = if is_mapping {
            NodeData::Mapping { entries: pairs(children), is_flow }
        } else {
            NodeData::Sequence(children)
        };
        self.add(start, end, tag, anchor, data, keeps);
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        start: Start,
        range: Range<usize>,
    ) {
        let is_absent = style == ScalarStyle::Plain && range.is_empty();
        if is_absent && tag.is_none() && anchor == 0 {
            // The parser places an absent value after the colon, or at the next token.
            let end = self.end.min(range.start);
            let data = NodeData::Scalar { text: String::new(), quotes: Quotes::Plain };
            return self.add(Start { byte: end, ..start }, end, None, 0, data, false);
        }
        let (quotes, end, keeps) = match style {
            ScalarStyle::Plain => (Quotes::Plain, range.end, false),
            ScalarStyle::SingleQuoted => (Quotes::Single, range.end, false),
            ScalarStyle::DoubleQuoted => (Quotes::Double, range.end, false),
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_scalar(&range),
        };
        let text = match text {
            _ if is_absent => "",
            _ if self.dashes.contains(&range.start) => "-",
            text => text,
        };
        let text = text.to_owned();
        let data = NodeData::Scalar { text, quotes };
        self.add(start, end, tag.map(Tag::to_string), anchor, data, keeps);
    }

    /// Returns the quotes and the end of a block scalar, whose span begins after its header (`|+`) and continues to the
    /// next token.
    fn block_scalar(&self, range: &Range<usize>) -> (Quotes, usize, bool) {
        let header = &self.text[self.end.min(range.start)..range.end];
        let indicator = header.find(['|', '>']).map(|at| &header[at..]);
        let keeps = indicator.is_some_and(|header| header.lines().next().is_some_and(keeps));
        let end = if keeps { last_line_end(&self.text[..range.end]) } else { trimmed(self.text, range) };
        (Quotes::Block, end, keeps)
    }

    fn add(
        &mut self,
        start: Start,
        end: usize,
        tag: Option<String>,
        anchor: usize,
        data: NodeData,
        keeps_blank_lines: bool,
    ) {
        self.end = end.max(self.end);
        let node =
            Node { span: start.byte..end, position: start.position, tag, anchor, data, keeps_blank_lines };
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.roots.push(node),
        }
    }
}

/// Whether a header keeps blank lines: `|+`, `>2+`, perhaps with a comment.
fn keeps(header: &str) -> bool {
    header.chars().skip(1).take_while(|c| c.is_ascii_digit() || matches!(c, '+' | '-')).any(|c| c == '+')
}

/// Returns the end of the last line before the next token.
fn last_line_end(before: &str) -> usize {
    let before = before.trim_end_matches([' ', '\t']);
    let before = before.strip_suffix('\n').unwrap_or(before);
    before.strip_suffix('\r').unwrap_or(before).len()
}

fn trimmed(text: &str, range: &Range<usize>) -> usize {
    range.start + text[range.clone()].trim_end().len()
}

fn pairs(children: Vec<Node>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(children.len() / 2);
    let mut children = children.into_iter();
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        entries.push(Entry { key, value });
    }
    entries
}
