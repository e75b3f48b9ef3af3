//! Changes of a document, as text.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{array, meaning, table};
use crate::text::{Edit, Lines, Place, apply};

/// The keys that lead to a table or a list from the root.
pub(crate) type Path = &'static [&'static str];

/// What is to be otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A text more in a list, which is made if it is not there.
    InsertItem { at: Path, item: String, place: Place },
    /// A text less in a list.
    RemoveItem { at: Path, item: String },
    /// A text more in a table, which is made if it is not there.
    InsertEntry { at: Path, key: String, value: String, place: Place },
    /// A setting more in a table, which is made if it is absent: a bare key and a value as TOML.
    InsertSetting { at: Path, key: &'static str, value: &'static str },
    /// An entry less in a table.
    RemoveEntry { at: Path, key: String },
    /// Another text for each value of an entry that is `from`, in the same quotes. The value may be a list of tables.
    Replace { at: Path, key: String, from: String, to: String },
    /// Another key for an entry of a table, in the same quotes. Its value and its comments stay.
    Rename { at: Path, from: String, to: String },
}

/// Why a change cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{}:{}: {problem}", .position.0, .position.1)]
    Syntax { position: (usize, usize), problem: String },
    /// The text with the changes does not say what was meant.
    #[error("the file is written in a way that its changed text would not be read as meant")]
    Meaning,
}

/// The text with the changes.
///
/// # Errors
/// A [`Refusal`], if the text is no TOML, or written in a way that leaves no place for a change.
pub(crate) fn edit(text: &str, changes: &[Change]) -> Result<String, Refusal> {
    if changes.is_empty() {
        return Ok(text.to_owned());
    }
    let lines = Lines::new(text);
    let document = DeTable::parse(text).map_err(|error| Refusal::Syntax {
        position: lines.position(error.span().unwrap_or_default().start),
        problem: format!("not TOML: {}", error.message()),
    })?;
    let edits = edits(&lines, document.get_ref(), changes).ok_or(Refusal::Meaning)?;
    let edited = apply(text, edits).ok_or(Refusal::Meaning)?;
    meaning::is_changed_by(text, &edited, changes).then_some(edited).ok_or(Refusal::Meaning)
}

/// `None` for what is not written in any of the usual ways.
fn edits(lines: &Lines<'_>, root: &DeTable<'_>, changes: &[Change]) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    // A new table goes to the end of the file, after what is added to a table that ends there.
    let mut new_tables = Vec::new();
    for at in places(changes) {
        let changes: Vec<_> = changes.iter().filter(|change| change.at() == at).collect();
        match find(root, at) {
            Some(found) => match found.get_ref() {
                DeValue::Array(items) => array::edits(lines, items, found.span(), &changes, &mut edits)?,
                DeValue::Table(entries) => table::edits(lines, entries, found.span(), &changes, &mut edits)?,
                _ => return None,
            },
            None => new_tables.push(made(lines, root, at, &changes)?),
        }
    }
    edits.extend(new_tables);
    Some(edits)
}

fn places(changes: &[Change]) -> Vec<Path> {
    let mut places: Vec<Path> = Vec::new();
    for change in changes {
        if !places.contains(&change.at()) {
            places.push(change.at());
        }
    }
    places
}

fn find<'a, 'i>(root: &'a DeTable<'i>, at: Path) -> Option<&'a Spanned<DeValue<'i>>> {
    let (name, above) = at.split_last()?;
    let mut table = root;
    for name in above {
        table = table.get(*name)?.get_ref().as_table()?;
    }
    table.get(*name)
}

/// A list or a table that is not there yet: below the header that it belongs to, or at the end of the file.
fn made(lines: &Lines<'_>, root: &DeTable<'_>, at: Path, changes: &[&Change]) -> Option<Edit> {
    let newline = lines.newline(0);
    let (name, above) = at.split_last()?;
    let items: Vec<_> = changes.iter().filter_map(|change| change.item()).collect();
    let entries: Vec<_> = changes.iter().filter_map(|change| change.entry()).collect();
    let list =
        items.iter().map(|item| format!("{newline}    {},", quoted(item, '"'))).collect::<Vec<_>>().concat();
    let list = format!("{newline}{name} = [{list}{newline}]");
    let header = find(root, above).map(Spanned::span).filter(|span| is_header(lines, span));
    let end = lines.after(0).trim_end().len();
    let gap = if end == 0 { String::new() } else { newline.repeat(2) };
    match (items.is_empty(), header) {
        (false, Some(header)) => Some(Edit::insert(lines.end(lines.of(header.start)), list)),
        (false, None) => Some(Edit::insert(end, format!("{gap}[{}]{list}", above.join(".")))),
        (true, _) if entries.is_empty() => None,
        (true, _) => {
            let lines = entries.iter().map(|(key, value)| format!("{newline}{key} = {value}"));
            Some(Edit::insert(end, format!("{gap}[{}]{}", at.join("."), lines.collect::<String>())))
        }
    }
}

/// Whether a table has a header, `[workspace]`.
pub(super) fn is_header(lines: &Lines<'_>, span: &Range<usize>) -> bool {
    lines.slice(span.clone()).starts_with('[')
}

/// In such quotes, if the text allows them. JSON's escapes are TOML's too.
pub fn quoted(text: &str, quote: char) -> String {
    if quote == '\'' && !text.contains('\'') && !text.chars().any(char::is_control) {
        format!("'{text}'")
    } else {
        serde_json::Value::from(text).to_string()
    }
}

impl Change {
    fn at(&self) -> Path {
        match self {
            Self::InsertItem { at, .. }
            | Self::RemoveItem { at, .. }
            | Self::InsertEntry { at, .. }
            | Self::InsertSetting { at, .. }
            | Self::RemoveEntry { at, .. }
            | Self::Replace { at, .. }
            | Self::Rename { at, .. } => at,
        }
    }

    fn item(&self) -> Option<&str> {
        match self {
            Self::InsertItem { item, .. } => Some(item),
            _ => None,
        }
    }

    /// The key and the value of a new entry, as TOML.
    pub(super) fn entry(&self) -> Option<(String, String)> {
        match self {
            Self::InsertEntry { key, value, .. } => Some((quoted(key, '"'), quoted(value, '"'))),
            Self::InsertSetting { key, value, .. } => Some(((*key).to_owned(), (*value).to_owned())),
            _ => None,
        }
    }

    /// What a developer would do by hand.
    pub(crate) fn by_hand(&self) -> String {
        let table = |at: Path| format!("[{}]", at.join("."));
        match self {
            Self::InsertItem { at, item, .. } => {
                format!("add {} to `{}`", quoted(item, '"'), at.join("."))
            }
            Self::RemoveItem { at, item } => format!("remove {} from `{}`", quoted(item, '"'), at.join(".")),
            Self::InsertEntry { at, key, value, .. } => {
                format!("add {} = {} below {}", quoted(key, '"'), quoted(value, '"'), table(at))
            }
            Self::InsertSetting { at, key, value } => format!("add {key} = {value} below {}", table(at)),
            Self::RemoveEntry { at, key } => format!("remove {} from {}", quoted(key, '"'), table(at)),
            Self::Replace { at, key, to, .. } => {
                format!("write {} = {} below {}", quoted(key, '"'), quoted(to, '"'), table(at))
            }
            Self::Rename { at, from, to } => {
                format!("rename {} to {} below {}", quoted(from, '"'), quoted(to, '"'), table(at))
            }
        }
    }
}
