//! A template as SAM has it once its YAML is read: maps, lists and texts, each with its place.
//!
//! Intrinsic functions have their long form, `{Ref: Table}`, as SAM's reader makes it of `!Ref Table`.

use super::Place;

/// A value and its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tree {
    pub(super) place: Place,
    pub(super) data: Data,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// Nothing, `~` or `null`.
    Null,
    Scalar(Scalar),
    Map(Vec<(Tree, Tree)>),
    List(Vec<Tree>),
}

/// A text, a number or a truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scalar {
    /// Its text as it is deployed.
    pub(super) text: String,
    /// How it stands in the file, if that is another text, or one that not every reader takes for a text.
    pub(super) written: Option<String>,
    /// Neither a number nor a truth.
    pub(super) is_text: bool,
}

impl Tree {
    pub(super) fn text(place: Place, text: impl Into<String>) -> Self {
        let scalar = Scalar { text: text.into(), written: None, is_text: true };
        Self { place, data: Data::Scalar(scalar) }
    }

    pub(super) fn null(place: Place) -> Self {
        Self { place, data: Data::Null }
    }

    /// The value of a key, if this is a mapping that has it.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.entries().iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
    }

    /// The entries of a mapping; of anything else, none.
    pub(super) fn entries(&self) -> &[(Self, Self)] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text of a scalar as it is deployed.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The items of a list.
    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match &self.data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    /// The intrinsic function that this is, `Sub` of `{Fn::Sub: …}`, and its argument.
    pub(super) fn intrinsic(&self) -> Option<(&str, &Self)> {
        let [(key, argument)] = self.entries() else { return None };
        let key = key.as_text()?;
        let name = key.strip_prefix("Fn::").or_else(|| (key == "Ref").then_some(key))?;
        Some((name, argument))
    }
}
