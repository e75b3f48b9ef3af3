//! Edits of mappings whose entries have their own lines.

use std::ops::Range;

use super::change::{NewEntry, Target};
use super::node::{Entry, Node, Quotes};
use crate::text::{Edit, Lines, Place};

/// The default indentation.
const UNIT: &str = "  ";

/// Whether entries may have their own lines: also in `Events: {}`, if its parent's entries have.
pub(super) fn takes(lines: &Lines<'_>, target: Target<'_>) -> bool {
    let Some(parent) = target.entry else { return false };
    target.node.is_flow()
        && target.node.entries().is_empty()
        && !target.is_below_flow
        && lines.slice(target.node.span.clone()).chars().all(|c| matches!(c, '{' | '}' | ' '))
        && lines.line_at(parent.key.span.end) == lines.line_at(target.node.span.end)
}

pub(super) fn insert(
    lines: &Lines<'_>,
    target: Target<'_>,
    news: &[NewEntry<'_>],
    edits: &mut Vec<Edit>,
) -> Result<(), String> {
    let entries = target.node.entries();
    if entries.is_empty() {
        return fill(lines, target, news, edits);
    }
    let style = EntryStyle::read(lines, target);
    for new in news {
        let text = new.value.block(new.key, &style.indent, &style.unit);
        edits.push(match anchor(entries, new.place)? {
            Some(entry) if is_open(lines, entry) => style.before(lines, entry, &text),
            Some(entry) => style.after(lines, entry, &text),
            None => style.before(lines, &entries[0], &text),
        });
    }
    Ok(())
}

/// Whether a block scalar (`|`) ends with the file in the middle of a line. A line break, which an entry after it
/// needs, would change its text.
fn is_open(lines: &Lines<'_>, entry: &Entry) -> bool {
    let last = lines.count() - 1;
    let is_last = lines.line_at(entry.span().end) == last && !lines.is_blank(last);
    is_last && entry.value.last().quotes() == Some(Quotes::Block)
}

/// Returns the entry before the place; `None` for the first place.
fn anchor<'a>(entries: &'a [Entry], place: &Place) -> Result<Option<&'a Entry>, String> {
    match place {
        Place::First => Ok(None),
        Place::Last => Ok(entries.last()),
        Place::After(key) => {
            let found = entries.iter().find(|entry| entry.key.text() == Some(key));
            found.map(Some).ok_or_else(|| format!("there is no `{key}`"))
        }
    }
}

/// Inserts entries into an empty mapping, `{}`, or `null`.
fn fill(
    lines: &Lines<'_>,
    target: Target<'_>,
    news: &[NewEntry<'_>],
    edits: &mut Vec<Edit>,
) -> Result<(), String> {
    let node = target.node;
    let parent = target.entry.filter(|_| node.is_null() || node.is_flow());
    let parent = parent.ok_or("expected a mapping")?;
    let colon = behind_colon(lines, &parent.key);
    if !node.span.is_empty() {
        edits.push(Edit::remove(colon.min(node.span.start)..node.span.end));
    }
    let indent = indent_of(lines, &parent.key);
    let unit = target.sibling_unit(lines).unwrap_or_else(|| UNIT.to_owned());
    let line = tail(lines, parent, &indent);
    let style = EntryStyle { indent: format!("{indent}{unit}"), unit, gap: target.depth_gap() };
    let at = lines.end(line);
    for (number, new) in news.iter().enumerate() {
        let gap = if number == 0 { 0 } else { style.gap };
        let text = new.value.block(new.key, &style.indent, &style.unit);
        edits.push(Edit::insert(at, joined(lines.newline(line), gap, &text)));
    }
    Ok(())
}

/// The style of a mapping's entries.
struct EntryStyle {
    indent: String,
    unit: String,
    /// The blank lines between two entries.
    gap: usize,
}

impl EntryStyle {
    fn read(lines: &Lines<'_>, target: Target<'_>) -> Self {
        let entries = target.node.entries();
        let indent = indent_of(lines, &entries[0].key);
        let unit = deeper(lines, entries).or_else(|| target.entry.and_then(|it| step(lines, it)));
        Self { unit: unit.unwrap_or_else(|| UNIT.to_owned()), gap: gap(lines, target, &indent), indent }
    }

    fn after(&self, lines: &Lines<'_>, entry: &Entry, text: &[String]) -> Edit {
        let line = tail(lines, entry, &self.indent);
        let gap = if entry.value.keeps_blank_lines { 0 } else { self.gap };
        Edit::insert(lines.end(line), joined(lines.newline(line), gap, text))
    }

    fn before(&self, lines: &Lines<'_>, entry: &Entry, text: &[String]) -> Edit {
        let line = head(lines, entry);
        let newline = lines.newline(line);
        let bom =
            if line == 0 && lines.content(0).starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let text = text.iter().map(|line| format!("{line}{newline}")).collect::<Vec<_>>().concat();
        Edit::insert(lines.start(line) + bom, text + &newline.repeat(self.gap))
    }
}

/// Joins entries, each on its own line after the existing text.
fn joined(newline: &str, gap: usize, text: &[String]) -> String {
    newline.repeat(gap) + &text.iter().map(|line| format!("{newline}{line}")).collect::<Vec<_>>().concat()
}

/// Returns the blank lines between the first two entries that show them; a single resource gets a blank line.
fn gap(lines: &Lines<'_>, target: Target<'_>, indent: &str) -> usize {
    let entries = target.node.entries();
    let between = |pair: &[Entry]| {
        let from = tail(lines, &pair[0], indent);
        let to = lines.line_at(pair[1].key.span.start);
        (from + 1..to).take_while(|line| lines.is_blank(*line)).count()
    };
    match entries {
        [] | [_] => target.depth_gap(),
        _ => between(&entries[entries.len() - 2..]),
    }
}

impl Target<'_> {
    /// Returns the default number of blank lines: 1 between resources, otherwise 0.
    fn depth_gap(self) -> usize {
        usize::from(self.depth == 1)
    }

    /// Returns the indentation of the sibling entries.
    fn sibling_unit(self, lines: &Lines<'_>) -> Option<String> {
        deeper(lines, self.siblings).or_else(|| self.above.and_then(|above| step(lines, above)))
    }
}

/// Returns the indentation of the first block below one of the entries.
fn deeper(lines: &Lines<'_>, entries: &[Entry]) -> Option<String> {
    entries.iter().find_map(|entry| step(lines, entry))
}

fn step(lines: &Lines<'_>, entry: &Entry) -> Option<String> {
    let first = entry.value.entries().first().filter(|_| !entry.value.is_flow())?;
    let (outer, inner) = (indent_of(lines, &entry.key).len(), indent_of(lines, &first.key).len());
    (inner > outer).then(|| " ".repeat(inner - outer))
}

fn indent_of(lines: &Lines<'_>, key: &Node) -> String {
    let line = lines.line_at(key.span.start);
    let before = lines.slice(lines.start(line)..key.span.start).trim_start_matches('\u{feff}');
    before.chars().map(|c| if c == '\t' { c } else { ' ' }).collect()
}

/// Returns the last line of an entry. Comments with a deeper indentation than its key belong to it.
fn tail(lines: &Lines<'_>, entry: &Entry, indent: &str) -> usize {
    let end = lines.line_at(entry.span().end);
    let is_inner = |line: usize| lines.is_comment(line) && lines.indent(line).len() > indent.len();
    let following = (end + 1..lines.count()).take_while(|line| lines.is_blank(*line) || is_inner(*line));
    following.filter(|line| is_inner(*line)).last().unwrap_or(end)
}

/// Returns the first line of an entry. Comments right above it belong to it, unless the file begins with them.
fn head(lines: &Lines<'_>, entry: &Entry) -> usize {
    let line = lines.line_at(entry.key.span.start);
    let indent = lines.indent(line).len();
    let is_own = |line: usize| lines.is_comment(line) && lines.indent(line).len() == indent;
    let first = (0..line).rev().take_while(|line| is_own(*line)).last().unwrap_or(line);
    if first == 0 { line } else { first }
}

/// Returns the lines of an entry, with the blank lines on one side. `above` and `has_next` describe the entries that
/// stay.
pub(super) fn lines_of(
    lines: &Lines<'_>,
    entry: &Entry,
    above: Option<&Entry>,
    has_next: bool,
) -> Range<usize> {
    let (first, last) = (head(lines, entry), tail(lines, entry, &indent_of(lines, &entry.key)));
    let before = (0..first).rev().take_while(|line| lines.is_blank(*line)).count();
    let after = (last + 1..lines.count()).take_while(|line| lines.is_blank(*line)).count();
    match above {
        // The blank lines before the entry belong to the scalar above it, and must not become more.
        Some(above) if above.value.keeps_blank_lines => lines.start(first)..lines.next(last + after),
        None if first == 0 => lines.start(0)..lines.next(last + after),
        None if has_next => lines.end(first - 1)..lines.end(last + after),
        // At the end of a file, a block scalar would lose its line break.
        Some(above)
            if above.value.last().quotes() == Some(Quotes::Block) && lines.next(last) == lines.end(last) =>
        {
            lines.next(first.saturating_sub(before + 1))..lines.end(last)
        }
        _ => lines.end(first.saturating_sub(before + 1))..lines.end(last),
    }
}

/// Returns the first position for the value of a key.
pub(super) fn behind_colon(lines: &Lines<'_>, key: &Node) -> usize {
    let rest = lines.slice(key.span.end..lines.next(lines.line_at(key.span.end)));
    key.span.end + rest.find(':').map_or(0, |colon| colon + 1)
}
