//! Mappings between braces.

use super::change::{NewEntry, Target};
use super::node::{Entry, Quotes};
use super::scalar::ScalarContext;
use crate::text::{Edit, Lines, Place};

pub(super) fn insert(
    lines: &Lines<'_>,
    target: Target<'_>,
    news: &[NewEntry<'_>],
    edits: &mut Vec<Edit>,
) -> Result<(), String> {
    if !target.node.is_flow() {
        return Err("nothing stands here, between braces: write `{}` first".to_owned());
    }
    let context = context(target);
    let entries = target.node.entries();
    if entries.is_empty() {
        let all: Vec<_> = news.iter().map(|new| new.value.flow(new.key, context)).collect();
        let opening = lines.slice(target.node.span.clone()).find('{').unwrap_or_default();
        edits.push(Edit::insert(target.node.span.start + opening + 1, all.join(", ")));
        return Ok(());
    }
    let flow = Flow { lines, entries, context };
    for place in places(news) {
        let news: Vec<_> = news.iter().filter(|new| new.place == place).copied().collect();
        flow.insert(place, &news, edits)?;
    }
    Ok(())
}

/// Returns the places of the new entries, each once.
fn places<'a>(news: &[NewEntry<'a>]) -> Vec<&'a Place> {
    let mut places = Vec::new();
    for new in news {
        if !places.contains(&new.place) {
            places.push(new.place);
        }
    }
    places
}

/// Returns the JSON style if the first key has double quotes, in this mapping or in its sibling.
fn context(target: Target<'_>) -> ScalarContext {
    let entries = target.node.entries().first().or(target.entry);
    let is_json = entries.is_some_and(|entry| entry.key.quotes() == Some(Quotes::Double));
    if is_json { ScalarContext::Json } else { ScalarContext::Flow }
}

struct Flow<'a> {
    lines: &'a Lines<'a>,
    entries: &'a [Entry],
    context: ScalarContext,
}

impl Flow<'_> {
    fn insert(&self, place: &Place, news: &[NewEntry<'_>], edits: &mut Vec<Edit>) -> Result<(), String> {
        let number = match place {
            Place::First => {
                edits.push(self.before_all(news));
                return Ok(());
            }
            Place::Last => self.entries.len() - 1,
            Place::After(key) => {
                let found = self.entries.iter().position(|entry| entry.key.text() == Some(key));
                found.ok_or_else(|| format!("there is no `{key}`"))?
            }
        };
        if self.has_lines() {
            self.on_lines(number, news, edits);
        } else {
            self.in_line(number, news, edits);
        }
        Ok(())
    }

    /// Whether each entry begins a line.
    fn has_lines(&self) -> bool {
        self.entries.iter().all(|entry| {
            let line = self.lines.line_at(entry.key.span.start);
            self.lines.start(line) + self.lines.indent(line).len() == entry.key.span.start
        })
    }

    fn before_all(&self, news: &[NewEntry<'_>]) -> Edit {
        let start = self.entries[0].key.span.start;
        if !self.has_lines() {
            let all = news.iter().map(|new| new.value.flow(new.key, self.context) + ", ");
            return Edit::insert(start, all.collect::<String>());
        }
        let line = self.lines.line_at(start);
        let (indent, newline) = (self.lines.indent(line), self.lines.newline(line));
        let all = news.iter().map(|new| {
            let entry = new.value.pretty(new.key, indent, &self.unit(indent), self.context);
            entry.join(newline) + "," + newline
        });
        Edit::insert(self.lines.start(line), all.collect::<String>())
    }

    fn in_line(&self, number: usize, news: &[NewEntry<'_>], edits: &mut Vec<Edit>) {
        let all = news.iter().map(|new| format!(", {}", new.value.flow(new.key, self.context)));
        edits.push(Edit::insert(self.end(number), all.collect::<String>()));
    }

    /// Inserts entries after an entry, on their own lines. Adds a comma after that entry if it has none; its comment
    /// stays with it.
    fn on_lines(&self, number: usize, news: &[NewEntry<'_>], edits: &mut Vec<Edit>) {
        let end = self.end(number);
        let line = self.lines.line_at(end);
        let rest = self.lines.slice(end..self.lines.end(line));
        let behind_comma = rest.trim_start().strip_prefix(',');
        let has_comma = behind_comma.is_some();
        let is_last_on_line = is_space(behind_comma.unwrap_or(rest));
        if !is_last_on_line {
            return self.in_line(number, news, edits);
        }
        if !has_comma {
            edits.push(Edit::insert(end, ","));
        }
        let indent = self.lines.indent(self.lines.line_at(self.entries[number].key.span.start));
        let newline = self.lines.newline(line);
        let mut text = String::new();
        for (at, new) in news.iter().enumerate() {
            let entry = new.value.pretty(new.key, indent, &self.unit(indent), self.context);
            text.push_str(&entry.iter().map(|line| format!("{newline}{line}")).collect::<Vec<_>>().concat());
            if has_comma || at + 1 < news.len() {
                text.push(',');
            }
        }
        edits.push(Edit::insert(self.lines.end(line), text));
    }

    /// Returns the indentation of an entry below another, as far as the existing indentation shows it.
    fn unit(&self, indent: &str) -> String {
        let inner = self.entries.iter().filter_map(|entry| entry.value.entries().first());
        let deeper = inner.map(|inner| self.lines.indent(self.lines.line_at(inner.key.span.start)));
        let deeper = deeper.filter_map(|deeper| deeper.strip_prefix(indent)).find(|unit| !unit.is_empty());
        deeper.unwrap_or("  ").to_owned()
    }

    /// Returns the end of an entry, including the colon of an entry without a value.
    fn end(&self, number: usize) -> usize {
        let entry = &self.entries[number];
        let end = entry.span().end;
        if !entry.value.span.is_empty() {
            return end;
        }
        let rest = self.lines.after(end);
        let spaces = rest.len() - rest.trim_start().len();
        if rest[spaces..].starts_with(':') { end + spaces + 1 } else { end }
    }
}

/// Whether the rest of a line is empty or a comment.
fn is_space(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}
