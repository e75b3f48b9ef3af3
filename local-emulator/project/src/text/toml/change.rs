//! The changes that can be made to a TOML document.

use crate::text::Place;

/// The keys that lead to a table or a list from the root.
pub(crate) type Path = &'static [&'static str];

/// A change to apply to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Inserts a text into a list, creating the list if it is absent.
    InsertItem { at: Path, item: String, place: Place },
    /// Removes a text from a list.
    RemoveItem { at: Path, item: String },
    /// Inserts a text into a table, creating the table if it is absent.
    InsertEntry { at: Path, key: String, value: String, place: Place },
    /// Inserts a setting into a table, creating the table if it is absent: a bare key and a value as TOML.
    InsertSetting { at: Path, key: &'static str, value: &'static str },
    /// Removes an entry from a table.
    RemoveEntry { at: Path, key: String },
    /// Replaces each value of an entry that is `from`, in the same quotes. The value may be a list of tables.
    Replace { at: Path, key: String, from: String, to: String },
    /// Renames an entry of a table, in the same quotes. Its value and its comments stay.
    Rename { at: Path, from: String, to: String },
}

/// The reasons why a change cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{}:{}: {problem}", .position.0, .position.1)]
    Syntax { position: (usize, usize), problem: String },
    /// The edited text would have another meaning.
    #[error("cannot edit this layout safely")]
    Meaning,
}

/// Puts a text in the given quotes, if the text allows them. JSON's escapes are valid in TOML.
pub fn quoted(text: &str, quote: char) -> String {
    if quote == '\'' && !text.contains('\'') && !text.chars().any(char::is_control) {
        format!("'{text}'")
    } else {
        serde_json::Value::from(text).to_string()
    }
}

impl Change {
    pub(super) fn at(&self) -> Path {
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

    pub(super) fn item(&self) -> Option<&str> {
        match self {
            Self::InsertItem { item, .. } => Some(item),
            _ => None,
        }
    }

    /// Returns the key and the value of a new entry, as TOML.
    pub(super) fn entry(&self) -> Option<(String, String)> {
        match self {
            Self::InsertEntry { key, value, .. } => Some((quoted(key, '"'), quoted(value, '"'))),
            Self::InsertSetting { key, value, .. } => Some(((*key).to_owned(), (*value).to_owned())),
            _ => None,
        }
    }

    /// Returns the change as an instruction for a developer.
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
