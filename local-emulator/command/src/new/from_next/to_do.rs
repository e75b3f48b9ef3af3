//! The to-do list of a function.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// The maximum number of items in a list. A handler with more needs to be read anyway.
const MOST_ITEMS: usize = 200;

/// The maximum length of a name from the source, in characters.
const LONGEST_NAME: usize = 100;

/// A finding of the text search in a Next.js file, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToDo {
    /// The file, relative to the Next.js project.
    pub(crate) file: PathBuf,
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The finding, and its counterpart here.
    pub(crate) text: String,
}

impl fmt::Display for ToDo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} (not verified)", self.file.display(), self.line, self.text)
    }
}

/// A list to add to.
#[derive(Debug)]
pub(super) struct ToDoList {
    file: PathBuf,
    items: Vec<ToDo>,
    texts: BTreeSet<String>,
    /// The line of the first item that did not fit.
    cut_at: Option<usize>,
}

impl ToDoList {
    pub(super) fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), items: Vec::new(), texts: BTreeSet::new(), cut_at: None }
    }

    /// Adds an item, unless there is one with the same text.
    pub(super) fn add(&mut self, line: usize, text: impl Into<String>) {
        let text = text.into();
        if self.texts.contains(&text) {
            return;
        }
        if self.items.len() == MOST_ITEMS {
            self.cut_at.get_or_insert(line);
            return;
        }
        self.texts.insert(text.clone());
        self.items.push(ToDo { file: self.file.clone(), line, text });
    }

    /// Returns the items in the order of their lines.
    pub(super) fn finish(mut self) -> Vec<ToDo> {
        if let Some(line) = self.cut_at {
            let text = format!("and more: this list ends after {MOST_ITEMS} items");
            self.items.push(ToDo { file: self.file, line, text });
        }
        self.items.sort_by_key(|item| item.line);
        self.items
    }
}

/// A name from the source or from the disk that is safe in a comment and on a terminal: [`escaped`], and not
/// too long.
pub(super) fn printable(name: &str) -> String {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", escaped(&name[..end])),
        None => escaped(name),
    }
}

/// Returns a text on one line, without control characters and characters that change the direction of text.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() || letter.is_ascii_graphic() || matches!(letter, ' ' | '…') {
            escaped.push(letter);
        } else {
            escaped.extend(letter.escape_unicode());
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_is_printed_in_one_short_line() {
        for (name, expected) in [
            ("@scope/name", "@scope/name"),
            ("a\nb\r\u{1b}[31m", "a\\u{a}b\\u{d}\\u{1b}[31m"),
            ("\u{202e}é", "\\u{202e}é"),
        ] {
            assert_eq!(printable(name), expected);
        }
        assert_eq!(printable(&"a".repeat(101)), format!("{}…", "a".repeat(100)));
    }

    #[test]
    fn list_is_free_of_repetitions_and_ends() {
        let mut list = ToDoList::new("a.ts".as_ref());
        for number in 0..300 {
            list.add(300 - number, format!("item {}", number / 2));
        }
        assert_eq!(list.finish().len(), 150);
        let mut list = ToDoList::new("a.ts".as_ref());
        for number in 0..300 {
            list.add(300 - number, format!("item {number}"));
        }
        let items = list.finish();
        assert_eq!(items.len(), 201);
        assert_eq!(items[0].to_string(), "a.ts:100: and more: this list ends after 200 items (not verified)");
    }
}
