//! The values of a template as SAM reads them: maps, lists and texts, each with its position.
//!
//! Intrinsic functions have their long form, `{Ref: Table}`, into which SAM's reader turns `!Ref Table`.

use super::SourcePosition;

/// A value and its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TemplateValue {
    pub(super) place: SourcePosition,
    pub(super) data: ValueKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// An empty value, `~` or `null`.
    Null,
    Scalar(Scalar),
    Map(Vec<(TemplateValue, TemplateValue)>),
    List(Vec<TemplateValue>),
}

/// A text, a number or a truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scalar {
    /// The text in the form in which it is deployed.
    pub(super) text: String,
    /// The text in the file, if it differs, or if some readers do not take it for a text.
    pub(super) written: Option<String>,
    /// Whether the scalar is a text, and neither a number nor a boolean.
    pub(super) is_text: bool,
}

impl TemplateValue {
    pub(super) fn from_text(place: SourcePosition, text: impl Into<String>) -> Self {
        let scalar = Scalar { text: text.into(), written: None, is_text: true };
        Self { place, data: ValueKind::Scalar(scalar) }
    }

    pub(super) fn null(place: SourcePosition) -> Self {
        Self { place, data: ValueKind::Null }
    }

    /// Returns the value of a key, if this is a mapping that has it.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.pairs().iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
    }

    /// Returns the entries of a mapping; empty for any other value.
    pub(super) fn pairs(&self) -> &[(Self, Self)] {
        match &self.data {
            ValueKind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the text of a scalar in the form in which it is deployed.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.data {
            ValueKind::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// Returns the items of a list.
    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match &self.data {
            ValueKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the name and the argument of an intrinsic function: `Sub` of `{Fn::Sub: …}`.
    pub(super) fn call(&self) -> Option<(&str, &Self)> {
        let [(key, argument)] = self.pairs() else { return None };
        let key = key.as_text()?;
        let name = key.strip_prefix("Fn::").or_else(|| (key == "Ref").then_some(key))?;
        Some((name, argument))
    }

    /// Returns a key and its value, if this is a mapping that has it.
    pub(super) fn entry(&self, key: &str) -> Option<(&Self, &Self)> {
        self.entries().find(|(name, _)| name.as_text() == Some(key))
    }

    /// Returns the keys and values of a mapping in the file's order, then the merged entries; empty for any other
    /// value.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Self, &Self)> {
        self.pairs().iter().map(|(key, value)| (key, value))
    }

    /// Returns the items of a list; empty for any other value.
    pub(super) fn items(&self) -> impl Iterator<Item = &Self> {
        self.as_list().into_iter().flatten()
    }

    /// Returns the values of a mapping, or the items of a list.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.entries().map(|(_, value)| value).chain(self.items())
    }

    /// Whether the value contains a text, at any depth.
    pub(super) fn has_text(&self, text: &str) -> bool {
        self.as_text() == Some(text) || self.children().any(|child| child.has_text(text))
    }

    /// Whether the value is a text, and neither a number nor a boolean.
    pub(super) fn is_text(&self) -> bool {
        matches!(&self.data, ValueKind::Scalar(scalar) if scalar.is_text)
    }

    /// Whether the value is empty, as in `Auth:`.
    pub(super) fn is_null(&self) -> bool {
        matches!(self.data, ValueKind::Null)
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.data, ValueKind::List(_))
    }

    /// Whether the value is a map, and not an intrinsic function, which SAM does not merge either.
    pub(super) fn is_map(&self) -> bool {
        matches!(self.data, ValueKind::Map(_)) && self.intrinsic().is_none()
    }

    /// Returns a scalar's text in the form in which it is deployed. Numbers and booleans are written again from their
    /// value, in the way of `sam deploy`: `1.10` reaches the function as `1.1`.
    pub(super) fn text(&self) -> Option<String> {
        self.as_text().map(str::to_owned)
    }

    /// Returns the text of a scalar in the file, if another text is deployed, or may be.
    pub(super) fn written(&self) -> Option<&str> {
        match &self.data {
            ValueKind::Scalar(scalar) => scalar.written.as_deref(),
            _ => None,
        }
    }

    /// Returns the short name of the intrinsic function, `!Ref`, whose value the file does not decide.
    pub(super) fn intrinsic(&self) -> Option<String> {
        self.call().map(|(name, _)| format!("!{name}"))
    }

    /// Returns the logical id of `!Ref Api`, or of `Api`.
    pub(super) fn reference(&self) -> Option<String> {
        match self.call() {
            Some(("Ref", id)) => id.as_text().map(str::to_owned),
            _ => self.text(),
        }
    }

    /// Whether the value refers to a logical id: `!Ref Id`, `!GetAtt Id.Arn`, `${Id.Arn}` in a text, or their long
    /// forms.
    pub(super) fn names(&self, logical_id: &str) -> bool {
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

    pub(super) fn place(&self) -> SourcePosition {
        self.place
    }
}
