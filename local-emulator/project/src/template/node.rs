//! A YAML node as AWS reads it.

use saphyr::{MarkedYaml, Scalar, YamlData};

use super::Place;

/// The key of what a mapping takes from others.
const MERGE: &str = "<<";

/// A node and its place in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a>(pub(super) &'a MarkedYaml<'a>);

impl<'a> Node<'a> {
    /// The value of a key, if this is a mapping that has it, or takes it from another one.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        let own = self.0.data.as_mapping_get(key).map(Node);
        own.or_else(|| self.merged().find_map(|merged| merged.get(key)))
    }

    /// A key and its value, if this is a mapping that has it.
    pub(super) fn entry(self, key: &str) -> Option<(Self, Self)> {
        self.entries().into_iter().find(|(name, _)| name.0.data.as_str() == Some(key))
    }

    /// The keys and values of a mapping in the file's order, then those that it takes from others; of anything else,
    /// none.
    pub(super) fn entries(self) -> Vec<(Self, Self)> {
        let own = self.0.data.as_mapping().into_iter().flatten();
        let own = own.map(|(key, value)| (Node(key), Node(value)));
        let mut entries: Vec<_> = own.filter(|(key, _)| key.0.data.as_str() != Some(MERGE)).collect();
        for (key, value) in self.merged().flat_map(Self::entries) {
            if !entries.iter().any(|(other, _)| other.0.data == key.0.data) {
                entries.push((key, value));
            }
        }
        entries
    }

    /// What `<<` names: a mapping, or a list of them, of which the first counts most. SAM's reader of YAML knows it:
    /// <https://yaml.org/type/merge.html>.
    fn merged(self) -> impl Iterator<Item = Self> + use<'a> {
        let named = self.0.data.as_mapping_get(MERGE).map(Node);
        let listed = named.into_iter().flat_map(Self::items);
        named.filter(|named| !named.is_list()).into_iter().chain(listed)
    }

    /// The items of a list; of anything else, none.
    pub(super) fn items(self) -> impl Iterator<Item = Self> + use<'a> {
        self.0.data.as_sequence().into_iter().flatten().map(Node)
    }

    /// The values of a mapping, the items of a list, or what a tag is for.
    pub(super) fn children(self) -> impl Iterator<Item = Self> + use<'a> {
        let tagged = match &self.0.data {
            YamlData::Tagged(_, target) => Some(Node(target)),
            _ => None,
        };
        self.entries().into_iter().map(|(_, value)| value).chain(self.items()).chain(tagged)
    }

    /// Whether a text stands in it, at whatever depth.
    pub(super) fn has_text(self, text: &str) -> bool {
        self.text().as_deref() == Some(text) || self.children().any(|child| child.has_text(text))
    }

    pub(super) fn is_list(self) -> bool {
        self.0.data.is_sequence()
    }

    /// Not an intrinsic function, which SAM does not merge either.
    pub(super) fn is_map(self) -> bool {
        self.0.data.is_mapping() && self.intrinsic().is_none()
    }

    /// A scalar's text as it is deployed. Numbers are written anew from their value, as
    /// `sam deploy` does: `1.10` reaches the function as `1.1`.
    pub(super) fn text(self) -> Option<String> {
        match &self.0.data {
            YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
            YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
            YamlData::Value(Scalar::FloatingPoint(number)) => Some(format!("{:?}", number.into_inner())),
            YamlData::Value(Scalar::Boolean(truth)) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// The short name of the intrinsic function that this is, written short (`!Ref Table`) or long
    /// (`Ref: Table`, `Fn::Sub: …`).
    pub(super) fn intrinsic(self) -> Option<String> {
        match &self.0.data {
            YamlData::Tagged(tag, _) => Some(format!("!{}", tag.suffix)),
            YamlData::Mapping(mapping) if mapping.len() == 1 => {
                let key = mapping.keys().next()?.data.as_str()?;
                let name = key.strip_prefix("Fn::").or_else(|| (key == "Ref").then_some(key))?;
                Some(format!("!{name}"))
            }
            _ => None,
        }
    }

    /// The logical id that is meant: `!Ref Api`, `Ref: Api`, or `Api`.
    pub(super) fn reference(self) -> Option<String> {
        match &self.0.data {
            YamlData::Tagged(tag, target) if tag.suffix == "Ref" => Node(target).text(),
            YamlData::Mapping(_) if self.intrinsic().as_deref() == Some("!Ref") => self.get("Ref")?.text(),
            _ => self.text(),
        }
    }

    pub(super) fn place(self) -> Place {
        // A node of an empty file has no place: line 0.
        Place { line: self.0.span.start.line().max(1), column: self.0.span.start.col() + 1 }
    }
}
