//! The meaning of a document, without the way in which it is written.

use super::change::{Change, Path};
use super::node::{Node, NodeData, Quotes};
use super::parse::Document;
use super::scalar;
use super::value::Value;

/// The meaning of a document. Keys that are not text, such as `? [a]`, are compared too.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DocumentMeaning {
    Scalar {
        tag: Option<String>,
        text: String,
        /// Whether the scalar is a text, and not a number, a boolean or null.
        is_text: bool,
    },
    Map(Option<String>, Vec<(Self, Self)>),
    List(Option<String>, Vec<Self>),
    Alias(String),
}

/// Whether the new document is the old one with the changes, and nothing else.
pub(super) fn is_changed_by(old: &Document<'_>, new: &Document<'_>, changes: &[Change]) -> bool {
    let mut expected: Vec<DocumentMeaning> = old.roots.iter().map(DocumentMeaning::from_node).collect();
    let found: Vec<DocumentMeaning> = new.roots.iter().map(DocumentMeaning::from_node).collect();
    let is_done = match expected.first_mut() {
        Some(root) => changes.iter().all(|change| root.change(change).is_some()),
        None => changes.is_empty(),
    };
    is_done && expected.len() == found.len() && expected.iter().zip(&found).all(|(one, other)| one.is(other))
}

impl DocumentMeaning {
    fn from_node(node: &Node) -> Self {
        let tag = node.tag.clone();
        match &node.data {
            NodeData::Scalar { text, quotes } => {
                let is_text = *quotes != Quotes::Plain || scalar::is_text(text);
                Self::Scalar { tag, text: text.clone(), is_text }
            }
            NodeData::Mapping { entries, .. } => {
                let entry =
                    |entry: &super::Entry| (Self::from_node(&entry.key), Self::from_node(&entry.value));
                Self::Map(tag, entries.iter().map(entry).collect())
            }
            NodeData::Sequence(items) => Self::List(tag, items.iter().map(Self::from_node).collect()),
            NodeData::Alias(name, _) => Self::Alias(name.clone()),
        }
    }

    fn text(text: &str) -> Self {
        Self::Scalar { tag: None, text: text.to_owned(), is_text: true }
    }

    fn new(value: &Value) -> Self {
        match value {
            Value::Scalar { tag, text, .. } => {
                Self::Scalar { tag: tag.clone(), text: text.clone(), is_text: true }
            }
            Value::Bare(text) => Self::Scalar { tag: None, text: text.clone(), is_text: false },
            Value::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (Self::text(key), Self::new(value)));
                Self::Map(None, entries.collect())
            }
            Value::List(items) => Self::List(None, items.iter().map(Self::new).collect()),
        }
    }

    /// Applies a change; `None` if its path does not exist.
    fn change(&mut self, change: &Change) -> Option<()> {
        match change {
            Change::Insert { at, key, value, .. } => {
                let entries = self.at(at)?.filled()?;
                let is_new = entries.iter().all(|(other, _)| !other.is_key(key));
                entries.push((Self::text(key), Self::new(value)));
                is_new.then_some(())
            }
            Change::Remove { at, key } => {
                let entries = self.at(at)?.entries()?;
                let place = entries.iter().position(|(other, _)| other.is_key(key))?;
                entries.remove(place);
                Some(())
            }
            Change::Replace { at, from, to } => match self.at(at)? {
                Self::Scalar { text, .. } if text == from => {
                    to.clone_into(text);
                    Some(())
                }
                _ => None,
            },
        }
    }

    fn at(&mut self, at: &Path) -> Option<&mut Self> {
        at.iter().try_fold(self, |node, key| {
            let mut entries = node.entries()?.iter_mut().rev();
            entries.find(|(other, _)| other.is_key(key)).map(|(_, value)| value)
        })
    }

    fn entries(&mut self) -> Option<&mut Vec<(Self, Self)>> {
        match self {
            Self::Map(None, entries) => Some(entries),
            _ => None,
        }
    }

    /// Returns the entries for an insertion, which turns null into a mapping.
    fn filled(&mut self) -> Option<&mut Vec<(Self, Self)>> {
        if let Self::Scalar { tag: None, is_text: false, .. } = self {
            *self = Self::Map(None, Vec::new());
        }
        self.entries()
    }

    fn is_key(&self, key: &str) -> bool {
        matches!(self, Self::Scalar { tag: None, text, .. } if text == key)
    }

    /// Compares two meanings. The order of a mapping's entries does not matter, and JSON has the long form of `!Ref`.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Map(tag, ours), Self::Map(other_tag, theirs)) => {
                tag == other_tag
                    && ours.len() == theirs.len()
                    && ours.iter().all(|entry| is_in(entry, theirs))
            }
            (Self::List(tag, ours), Self::List(other_tag, theirs)) => {
                tag == other_tag
                    && ours.len() == theirs.len()
                    && ours.iter().zip(theirs).all(|(a, b)| a.is(b))
            }
            (Self::Scalar { tag: Some(tag), text, .. }, Self::Map(None, entries)) => {
                let [(key, value)] = &entries[..] else { return false };
                let name = tag.trim_start_matches('!');
                (key.is_key(name) || key.is_key(&format!("Fn::{name}"))) && *value == Self::text(text)
            }
            _ => self == other,
        }
    }
}

fn is_in(
    (key, value): &(DocumentMeaning, DocumentMeaning),
    entries: &[(DocumentMeaning, DocumentMeaning)],
) -> bool {
    entries.iter().any(|(other, found)| key == other && value.is(found))
}
