//! Lists of texts.

use std::ops::Range;

use toml::de::DeArray;

use super::change::{Change, quoted};
use crate::text::{Edit, Lines, Place};

/// The default indentation of the items of a list with several lines.
const INDENT: &str = "    ";

/// A list, with the positions of its items.
struct List<'a> {
    lines: &'a Lines<'a>,
    span: Range<usize>,
    items: Vec<(&'a str, Range<usize>)>,
}

pub(super) fn edits(
    lines: &Lines<'_>,
    items: &DeArray<'_>,
    span: Range<usize>,
    changes: &[&Change],
    edits: &mut Vec<Edit>,
) -> Option<()> {
    let items =
        items.iter().map(|item| Some((item.get_ref().as_str()?, item.span()))).collect::<Option<_>>()?;
    let list = List { lines, span, items };
    for change in changes {
        match change {
            Change::RemoveItem { item, .. } => edits.push(Edit::remove(list.removed(item)?)),
            Change::InsertItem { .. } => {}
            _ => return None,
        }
    }
    let inserted = changes.iter().filter_map(|change| match change {
        Change::InsertItem { item, place, .. } => Some((item.as_str(), place)),
        _ => None,
    });
    list.insert(&inserted.collect::<Vec<_>>(), edits)
}

impl List<'_> {
    fn insert(&self, news: &[(&str, &Place)], edits: &mut Vec<Edit>) -> Option<()> {
        if news.is_empty() {
            return Some(());
        }
        if self.items.is_empty() {
            edits.push(self.first_ones(news));
            return Some(());
        }
        let mut places: Vec<&Place> = Vec::new();
        for (_, place) in news {
            if places.contains(place) {
                continue;
            }
            places.push(place);
            let texts: Vec<_> =
                news.iter().filter(|(_, other)| other == place).map(|(text, _)| *text).collect();
            match place {
                Place::First => edits.push(self.before_all(&texts)),
                Place::Last => self.behind(self.items.len() - 1, &texts, edits),
                Place::After(item) => self.behind(self.number(item)?, &texts, edits),
            }
        }
        Some(())
    }

    fn number(&self, item: &str) -> Option<usize> {
        self.items.iter().position(|(text, _)| *text == item)
    }

    /// Inserts items into an empty list.
    fn first_ones(&self, news: &[(&str, &Place)]) -> Edit {
        let texts = news.iter().map(|(text, _)| quoted(text, '"'));
        let last = self.lines.line_at(self.span.end);
        if self.lines.line_at(self.span.start) == last {
            return Edit::insert(self.span.start + 1, texts.collect::<Vec<_>>().join(", "));
        }
        let newline = self.lines.newline(last - 1);
        let texts = texts.map(|text| format!("{newline}{INDENT}{text},"));
        Edit::insert(self.lines.end(last - 1), texts.collect::<String>())
    }

    fn before_all(&self, texts: &[&str]) -> Edit {
        let start = self.items[0].1.start;
        let line = self.lines.line_at(start);
        let texts = texts.iter().map(|text| self.quoted(text, 0));
        if self.begins_line(0) {
            let (indent, newline) = (self.lines.indent(line), self.lines.newline(line));
            let texts = texts.map(|text| format!("{indent}{text},{newline}"));
            return Edit::insert(self.lines.start(line), texts.collect::<String>());
        }
        Edit::insert(start, texts.map(|text| text + ", ").collect::<String>())
    }

    /// Inserts items after an item. Adds a comma after that item if it has none; its comment stays with it.
    fn behind(&self, number: usize, texts: &[&str], edits: &mut Vec<Edit>) {
        let end = self.items[number].1.end;
        let line = self.lines.line_at(end);
        let rest = self.lines.slice(end..self.lines.end(line));
        let behind_comma = rest.trim_start().strip_prefix(',');
        let others = behind_comma.unwrap_or(rest).trim();
        let texts: Vec<_> = texts.iter().map(|text| self.quoted(text, number)).collect();
        if !self.begins_line(number) || !(others.is_empty() || others.starts_with('#')) {
            edits.push(Edit::insert(
                end,
                texts.iter().map(|text| format!(", {text}")).collect::<Vec<_>>().concat(),
            ));
            return;
        }
        if behind_comma.is_none() {
            edits.push(Edit::insert(end, ","));
        }
        let indent = self.lines.indent(self.lines.line_at(self.items[number].1.start));
        let newline = self.lines.newline(line);
        let comma = if behind_comma.is_some() { "," } else { "" };
        let lines = texts.iter().map(|text| format!("{newline}{indent}{text}")).collect::<Vec<_>>();
        edits.push(Edit::insert(self.lines.end(line), lines.join(",") + comma));
    }

    /// Returns the range of an item, with its line if no other item is on it.
    fn removed(&self, item: &str) -> Option<Range<usize>> {
        let number = self.number(item)?;
        let (_, span) = &self.items[number];
        let line = self.lines.line_at(span.start);
        let rest =
            self.lines.slice(span.end..self.lines.end(line)).trim_start().trim_start_matches(',').trim();
        if line > 0 && self.begins_line(number) && (rest.is_empty() || rest.starts_with('#')) {
            return Some(self.lines.end(line - 1)..self.lines.end(line));
        }
        Some(match (self.items.get(number + 1), number.checked_sub(1)) {
            (Some((_, next)), _) => span.start..next.start,
            (None, Some(before)) => self.items[before].1.end..span.end,
            (None, None) => span.clone(),
        })
    }

    fn begins_line(&self, number: usize) -> bool {
        let start = self.items[number].1.start;
        let line = self.lines.line_at(start);
        self.lines.start(line) + self.lines.indent(line).len() == start
    }

    /// Quotes a text in the way of the sibling item.
    fn quoted(&self, text: &str, beside: usize) -> String {
        let written = self.lines.slice(self.items[beside].1.clone());
        quoted(text, written.chars().next().unwrap_or('"'))
    }
}
