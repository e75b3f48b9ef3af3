//! Tables of texts.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::change::{Change, quoted};
use crate::text::{Edit, Lines, Place};

/// A table, with the positions of its entries in the order of the file.
struct Table<'a> {
    lines: &'a Lines<'a>,
    entries: Vec<WrittenEntry<'a>>,
    /// `{ … }`.
    is_inline: bool,
    span: Range<usize>,
}

struct WrittenEntry<'a> {
    key: &'a str,
    key_span: Range<usize>,
    value: &'a DeValue<'a>,
    span: Range<usize>,
}

pub(super) fn edits(
    lines: &Lines<'_>,
    entries: &DeTable<'_>,
    span: Range<usize>,
    changes: &[&Change],
    edits: &mut Vec<Edit>,
) -> Option<()> {
    let mut entries: Vec<_> = entries
        .iter()
        .map(|(key, value)| WrittenEntry {
            key: key.get_ref(),
            key_span: key.span(),
            value: value.get_ref(),
            span: value.span(),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    let table = Table { lines, entries, is_inline: lines.slice(span.clone()).starts_with('{'), span };
    if table.is_inline && table.entries.is_empty() {
        edits.push(table.filled(changes)?);
        return Some(());
    }
    for change in changes {
        match change {
            Change::InsertEntry { key, value, place, .. } => edits.push(table.inserted(key, value, place)?),
            Change::InsertSetting { key, value, .. } => edits.push(table.appended(key, value)?),
            Change::RemoveEntry { key, .. } => edits.push(Edit::remove(table.removed(table.number(key)?))),
            Change::Replace { key, from, to, .. } => table.replace(key, from, to, edits)?,
            Change::Rename { from, to, .. } => edits.push(table.renamed(from, to)?),
            _ => return None,
        }
    }
    Some(())
}

impl Table<'_> {
    fn number(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key == key)
    }

    fn inserted(&self, key: &str, value: &str, place: &Place) -> Option<Edit> {
        let Some(last) = self.entries.len().checked_sub(1) else { return self.first_one(key, value) };
        let beside = match place {
            Place::First => 0,
            Place::Last => last,
            Place::After(key) => self.number(key)?,
        };
        let text = self.written(key, value, beside);
        let entry = &self.entries[beside];
        let is_first = *place == Place::First;
        Some(match (self.is_inline, is_first) {
            (true, true) => Edit::insert(entry.key_span.start, text + ", "),
            (true, false) => Edit::insert(entry.span.end, format!(", {text}")),
            (false, true) => {
                let line = self.lines.line_at(entry.key_span.start);
                Edit::insert(self.lines.start(line), format!("{text}{}", self.lines.newline(line)))
            }
            (false, false) => {
                let line = self.lines.line_at(entry.span.end);
                Edit::insert(self.lines.end(line), format!("{}{text}", self.lines.newline(line)))
            }
        })
    }

    /// Inserts a setting after the last entry.
    fn appended(&self, key: &str, value: &str) -> Option<Edit> {
        let text = format!("{key} = {value}");
        let Some(last) = self.entries.last() else { return self.after_header(&text) };
        if self.is_inline {
            return Some(Edit::insert(last.span.end, format!(", {text}")));
        }
        let line = self.lines.line_at(last.key_span.start);
        let before = self.lines.slice(self.lines.start(line)..last.key_span.start);
        let line = self.lines.line_at(last.span.end);
        Some(Edit::insert(self.lines.end(line), format!("{}{before}{text}", self.lines.newline(line))))
    }

    /// Returns the edit that fills `{}`.
    fn filled(&self, changes: &[&Change]) -> Option<Edit> {
        let entries: Option<Vec<_>> = changes
            .iter()
            .map(|change| change.entry().map(|(key, value)| format!("{key} = {value}")))
            .collect();
        Some(Edit { range: self.span.clone(), text: format!("{{ {} }}", entries?.join(", ")) })
    }

    /// Inserts an entry into an empty table, which needs a header.
    fn first_one(&self, key: &str, value: &str) -> Option<Edit> {
        self.after_header(&format!("{} = {}", quoted(key, '"'), quoted(value, '"')))
    }

    fn after_header(&self, text: &str) -> Option<Edit> {
        let line = self.lines.line_at(self.span.start);
        let text = format!("{}{text}", self.lines.newline(line));
        is_header(self.lines, &self.span).then(|| Edit::insert(self.lines.end(line), text))
    }

    /// Writes an entry in the way of its sibling: the same indentation, or dotted keys before its own, the same quotes
    /// and equals sign.
    fn written(&self, key: &str, value: &str, beside: usize) -> String {
        let entry = &self.entries[beside];
        let line = self.lines.line_at(entry.key_span.start);
        let before = self.lines.slice(self.lines.start(line)..entry.key_span.start);
        let before = if self.is_inline { "" } else { before };
        let quote = |span: &Range<usize>| {
            let first = self.lines.slice(span.clone()).chars().next();
            first.filter(|first| *first == '\'').unwrap_or('"')
        };
        let equals = self.lines.slice(entry.key_span.end..entry.span.start);
        let equals = if equals.trim() == "=" && equals.len() == 1 { "=" } else { " = " };
        let (key, value) = (quoted(key, quote(&entry.key_span)), quoted(value, quote(&entry.span)));
        format!("{before}{key}{equals}{value}")
    }

    /// Returns the range of an entry, with its line unless the table is inline.
    fn removed(&self, number: usize) -> Range<usize> {
        let entry = &self.entries[number];
        if !self.is_inline {
            let (first, last) =
                (self.lines.line_at(entry.key_span.start), self.lines.line_at(entry.span.end));
            return self.lines.start(first)..self.lines.next(last);
        }
        match (self.entries.get(number + 1), number.checked_sub(1)) {
            (Some(next), _) => entry.key_span.start..next.key_span.start,
            (None, Some(before)) => self.entries[before].span.end..entry.span.end,
            (None, None) => entry.key_span.start..entry.span.end,
        }
    }

    /// Replaces the texts of an entry that are `from`.
    fn replace(&self, key: &str, from: &str, to: &str, edits: &mut Vec<Edit>) -> Option<()> {
        let entry = &self.entries[self.number(key)?];
        let before = edits.len();
        for span in spans_of(entry.value, entry.span.clone(), from) {
            let quote = self.lines.slice(span.clone()).chars().next()?;
            edits.push(Edit { range: span, text: quoted(to, quote) });
        }
        (edits.len() > before).then_some(())
    }

    fn renamed(&self, from: &str, to: &str) -> Option<Edit> {
        let range = self.entries[self.number(from)?].key_span.clone();
        let quote = self.lines.slice(range.clone()).chars().next()?;
        Some(Edit { range, text: quoted(to, quote) })
    }
}

/// Returns the positions of `text` in a value: the value itself, or values of its tables and lists.
fn spans_of(value: &DeValue<'_>, span: Range<usize>, text: &str) -> Vec<Range<usize>> {
    match value {
        DeValue::String(found) if found == text => vec![span],
        DeValue::Array(items) => {
            items.iter().flat_map(|item| spans_of(item.get_ref(), item.span(), text)).collect()
        }
        DeValue::Table(entries) => {
            entries.iter().flat_map(|(_, value)| spans_of(value.get_ref(), value.span(), text)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a table has a header, `[workspace]`.
pub(super) fn is_header(lines: &Lines<'_>, span: &Range<usize>) -> bool {
    lines.slice(span.clone()).starts_with('[')
}
