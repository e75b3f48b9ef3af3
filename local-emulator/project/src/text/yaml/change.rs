//! The changes that can be made to a YAML document, and the mapping that a change is for.

use super::node::{Entry, Node};
use super::parse::SyntaxError;
use super::value::Value;
use crate::text::Place;

/// The keys that lead to a node from the root.
pub(crate) type Path = Vec<String>;

/// A change to apply to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Inserts an entry into the mapping at a path, which may be empty.
    Insert { at: Path, key: String, value: Value, place: Place },
    /// Removes an entry, with the comment right above it.
    Remove { at: Path, key: String },
    /// Replaces text in the scalar at a path, in the same quotes.
    Replace { at: Path, from: String, to: String },
}

/// The reasons why a change cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{0}")]
    Syntax(#[from] SyntaxError),
    /// The layout at the path cannot be edited.
    #[error("{}:{}: {problem}", .position.0, .position.1)]
    Form { position: (usize, usize), problem: String, changes: Vec<Change> },
    /// The edited text would have another meaning.
    #[error("cannot edit this layout safely")]
    Meaning,
}

/// A new entry of a mapping.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewEntry<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a Value,
    pub(super) place: &'a Place,
}

/// The mapping that changes, with the entry that holds it; the root has none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) entry: Option<&'a Entry>,
    pub(super) node: &'a Node,
    /// Whether the mapping has braces, or is between braces.
    pub(super) is_in_flow: bool,
    /// Whether the parent is a flow mapping.
    pub(super) is_below_flow: bool,
    /// The sibling entries, including its own, and the parent entry.
    pub(super) siblings: &'a [Entry],
    pub(super) above: Option<&'a Entry>,
    /// The number of keys in its path.
    pub(super) depth: usize,
}

impl<'a> Target<'a> {
    pub(super) fn root(node: &'a Node) -> Self {
        Self {
            entry: None,
            node,
            is_in_flow: node.is_flow(),
            is_below_flow: false,
            siblings: &[],
            above: None,
            depth: 0,
        }
    }

    pub(super) fn below(self, entry: &'a Entry) -> Self {
        Self {
            entry: Some(entry),
            node: &entry.value,
            is_in_flow: self.is_in_flow || entry.value.is_flow(),
            is_below_flow: self.is_in_flow,
            siblings: self.node.entries(),
            above: self.entry,
            depth: self.depth + 1,
        }
    }
}

impl Change {
    /// Returns the change as lines or an instruction for a developer.
    pub(crate) fn by_hand(&self) -> String {
        match self {
            Self::Insert { at, key, value, .. } => {
                let indent = "  ".repeat(at.len());
                let heads = at.iter().enumerate().map(|(depth, key)| format!("{}{key}:", "  ".repeat(depth)));
                heads.chain(value.block(key, &indent, "  ")).collect::<Vec<_>>().join("\n")
            }
            Self::Remove { at, key } => format!("remove `{key}` from `{}`", at.join(".")),
            Self::Replace { at, from, to } => format!("make `{to}` of `{from}` in `{}`", at.join(".")),
        }
    }
}
