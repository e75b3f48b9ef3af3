//! A value of the template as its readers see it.

use super::Place;
use super::tree::{Data, Tree};

/// A value that is read, with everything decided that the file decides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a>(pub(super) &'a Tree);

impl<'a> Node<'a> {
    /// The value of a key, if this is a mapping that has it.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        self.0.get(key).map(Node)
    }

    /// A key and its value, if this is a mapping that has it.
    pub(super) fn entry(self, key: &str) -> Option<(Self, Self)> {
        self.entries().find(|(name, _)| name.0.as_text() == Some(key))
    }

    /// The keys and values of a mapping in the file's order, then those that it takes from others; of anything else,
    /// none.
    pub(super) fn entries(self) -> impl Iterator<Item = (Self, Self)> + use<'a> {
        self.0.entries().iter().map(|(key, value)| (Node(key), Node(value)))
    }

    /// The items of a list; of anything else, none.
    pub(super) fn items(self) -> impl Iterator<Item = Self> + use<'a> {
        self.0.as_list().into_iter().flatten().map(Node)
    }

    /// The values of a mapping, or the items of a list.
    pub(super) fn children(self) -> impl Iterator<Item = Self> + use<'a> {
        self.entries().map(|(_, value)| value).chain(self.items())
    }

    /// Whether a text stands in it, at whatever depth.
    pub(super) fn has_text(self, text: &str) -> bool {
        self.0.as_text() == Some(text) || self.children().any(|child| child.has_text(text))
    }

    /// A text, and neither a number nor a truth.
    pub(super) fn is_text(self) -> bool {
        matches!(&self.0.data, Data::Scalar(scalar) if scalar.is_text)
    }

    /// Nothing, as in `Auth:` without a value.
    pub(super) fn is_null(self) -> bool {
        matches!(self.0.data, Data::Null)
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self.0.data, Data::List(_))
    }

    /// Not an intrinsic function, which SAM does not merge either.
    pub(super) fn is_map(self) -> bool {
        matches!(self.0.data, Data::Map(_)) && self.intrinsic().is_none()
    }

    /// A scalar's text as it is deployed. Numbers and truths are written anew from their value, as `sam deploy` does:
    /// `1.10` reaches the function as `1.1`.
    pub(super) fn text(self) -> Option<String> {
        self.0.as_text().map(str::to_owned)
    }

    /// How a scalar stands in the file, if another text is deployed, or may be.
    pub(super) fn written(self) -> Option<&'a str> {
        match &self.0.data {
            Data::Scalar(scalar) => scalar.written.as_deref(),
            _ => None,
        }
    }

    /// The short name of the intrinsic function that this is, `!Ref`; one whose value the file does not decide.
    pub(super) fn intrinsic(self) -> Option<String> {
        self.0.intrinsic().map(|(name, _)| format!("!{name}"))
    }

    /// The logical id that is meant: `!Ref Api`, or `Api`.
    pub(super) fn reference(self) -> Option<String> {
        match self.0.intrinsic() {
            Some(("Ref", id)) => id.as_text().map(str::to_owned),
            _ => self.text(),
        }
    }

    /// `!Ref Id`, `!GetAtt Id.Arn`, `${Id.Arn}` in a text, or the same written long.
    pub(super) fn names(self, logical_id: &str) -> bool {
        let is_named = |text: &str| {
            let mut places = text.match_indices(logical_id);
            places.any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let after = text[at + logical_id.len()..].chars().next();
                before.is_none_or(|c| c == '{') && after.is_none_or(|c| c == '.' || c == '}')
            })
        };
        self.text().is_some_and(|text| is_named(&text))
            || self.children().any(|child| child.names(logical_id))
    }

    pub(super) fn place(self) -> Place {
        self.0.place
    }
}
