//! A node with its position.

use std::ops::Range;

/// A node of a document.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The bytes from its tag or anchor to its last byte, without a comment after it.
    pub(crate) span: Range<usize>,
    /// The line and the column of its start, both from 1; columns count characters.
    pub(crate) position: (usize, usize),
    /// `!Ref`.
    pub(crate) tag: Option<String>,
    /// The number of its anchor; 0 without an anchor.
    pub(crate) anchor: usize,
    pub(crate) data: NodeData,
    /// Whether the node ends in a block scalar that keeps the blank lines after it (`|+`), so that one more line would
    /// change the scalar.
    pub(crate) keeps_blank_lines: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum NodeData {
    Scalar {
        text: String,
        quotes: Quotes,
    },
    Mapping {
        entries: Vec<Entry>,
        /// Whether the mapping has braces.
        is_flow: bool,
    },
    Sequence(Vec<Node>),
    /// The name, with its `*`, and the number of the anchor.
    Alias(String, usize),
}

/// A key of a mapping and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Node,
    pub(crate) value: Node,
}

/// The quotes of a scalar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Quotes {
    #[default]
    Plain,
    Single,
    Double,
    /// `|` or `>`.
    Block,
}

impl Node {
    /// Returns the value of a key, if this is a mapping that has it. A repeated key has its last value, as in SAM. A
    /// tagged mapping is the argument of an intrinsic function, and has no keys.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns a value further down.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key.text() == Some(key))
    }

    /// Returns the entries of a mapping in their order; empty for any other node.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.data {
            NodeData::Mapping { entries, .. } if self.tag.is_none() => entries,
            _ => &[],
        }
    }

    /// Returns the items of a list; empty for any other node.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.data {
            NodeData::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Returns the text of a scalar without a tag.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            NodeData::Scalar { text, .. } if self.tag.is_none() => Some(text),
            _ => None,
        }
    }

    pub(crate) fn quotes(&self) -> Option<Quotes> {
        match &self.data {
            NodeData::Scalar { quotes, .. } => Some(*quotes),
            _ => None,
        }
    }

    /// Whether the node is a mapping with braces.
    pub(crate) fn is_flow(&self) -> bool {
        matches!(self.data, NodeData::Mapping { is_flow: true, .. })
    }

    /// Whether the value is absent, `~`, or `null`.
    pub(crate) fn is_null(&self) -> bool {
        let is_null = |text: &str| matches!(text, "" | "~" | "null" | "Null" | "NULL");
        self.anchor == 0 && self.quotes() == Some(Quotes::Plain) && self.text().is_some_and(is_null)
    }

    /// Returns the innermost node with the same end.
    pub(crate) fn last(&self) -> &Self {
        match &self.data {
            NodeData::Mapping { entries, .. } => entries.last().map_or(self, |entry| entry.value.last()),
            NodeData::Sequence(items) => items.last().map_or(self, Self::last),
            NodeData::Scalar { .. } | NodeData::Alias(..) => self,
        }
    }

    /// Visits this node and all nodes below it, including keys.
    pub(crate) fn visit<'a>(&'a self, look: &mut impl FnMut(&'a Self)) {
        look(self);
        match &self.data {
            NodeData::Mapping { entries, .. } => {
                entries.iter().flat_map(|entry| [&entry.key, &entry.value]).for_each(|node| node.visit(look));
            }
            NodeData::Sequence(items) => items.iter().for_each(|item| item.visit(look)),
            NodeData::Scalar { .. } | NodeData::Alias(..) => {}
        }
    }
}

impl Entry {
    /// Returns the range from its key to the end of its value.
    pub(crate) fn span(&self) -> Range<usize> {
        self.key.span.start..self.value.span.end.max(self.key.span.end)
    }
}
