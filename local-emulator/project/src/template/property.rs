//! A property in the form in which it is deployed.

use std::ops::RangeInclusive;

use super::Fault;
use super::reader::Reader;
use super::value::TemplateValue;

/// A resource's own value, with the value of `Globals`. SAM merges maps key by key, appends a list to the global one,
/// and takes the own value of anything else:
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property<'a> {
    name: &'static str,
    own: Option<&'a TemplateValue>,
    global: Option<&'a TemplateValue>,
    /// The kind of mistake that a refused value is.
    fault: Fault,
}

impl<'a> Property<'a> {
    pub(super) fn new(
        name: &'static str,
        own: Option<&'a TemplateValue>,
        global: Option<&'a TemplateValue>,
    ) -> Self {
        let merge = |own: &TemplateValue, global: &TemplateValue| {
            (own.is_map() && global.is_map()) || (own.is_list() && global.is_list())
        };
        let global = global.filter(|global| own.is_none_or(|own| merge(own, global)));
        Self { name, own, global, fault: Fault::Refused }
    }

    /// Sets the kind of complaint for refused values.
    pub(super) fn with_fault(self, fault: Fault) -> Self {
        Self { fault, ..self }
    }

    /// Returns a member, if this is a map.
    pub(super) fn member(self, name: &'static str) -> Self {
        let of = |node: Option<&'a TemplateValue>| node.and_then(|node| node.get(name));
        Self::new(name, of(self.own), of(self.global))
    }

    /// Returns the members of a map, first the members of `Globals`, each merged with the resource's member of the same
    /// name.
    pub(super) fn entries(self) -> Vec<(&'a TemplateValue, Self)> {
        let mut entries: Vec<(&'a TemplateValue, Self)> = Vec::new();
        for (key, _) in self.nodes().flat_map(TemplateValue::entries) {
            let Some(name) = key.text() else { continue };
            if entries.iter().any(|(known, _)| known.text().as_ref() == Some(&name)) {
                continue;
            }
            let of = |node: Option<&'a TemplateValue>| node.and_then(|node| node.get(&name));
            entries.push((key, Self::new(self.name, of(self.own), of(self.global))));
        }
        entries
    }

    /// Returns the value of the resource, or else of `Globals`.
    pub(super) fn node(self) -> Option<&'a TemplateValue> {
        self.own.or(self.global)
    }

    /// Returns the values that count, the value of `Globals` first.
    pub(super) fn nodes(self) -> impl Iterator<Item = &'a TemplateValue> {
        self.global.into_iter().chain(self.own)
    }

    /// Reads a text, a number or a boolean, as text. `otherwise` names the emulator's value if only AWS can resolve the
    /// property.
    pub(super) fn text(self, otherwise: &str, reader: &mut Reader) -> Option<String> {
        self.value("text", otherwise, reader, TemplateValue::text)
    }

    pub(super) fn truth(self, otherwise: &str, reader: &mut Reader) -> Option<bool> {
        self.value("`true` or `false`", otherwise, reader, |node| node.text()?.parse().ok())
    }

    pub(super) fn number(
        self,
        unit: &str,
        bounds: RangeInclusive<u32>,
        otherwise: &str,
        reader: &mut Reader,
    ) -> Option<u32> {
        let expected = match (bounds.start(), bounds.end()) {
            (least, &u32::MAX) => format!("a whole number of {unit}, {least} or more"),
            (least, most) => format!("a whole number of {unit} from {least} to {most}"),
        };
        self.value(&expected, otherwise, reader, |node| {
            node.text()?.parse().ok().filter(|number| bounds.contains(number))
        })
    }

    pub(super) fn choice<T: Copy>(
        self,
        choices: &[(&str, T)],
        otherwise: &str,
        reader: &mut Reader,
    ) -> Option<T> {
        let names: Vec<_> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
        self.value(&names.join(" or "), otherwise, reader, |node| {
            let text = node.text()?;
            choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice)
        })
    }

    /// Reads a list of texts, the list of `Globals` first. Items that only AWS can resolve are left out.
    pub(super) fn texts(self, reader: &mut Reader) -> Vec<String> {
        let mut texts = Vec::new();
        for list in self.nodes() {
            if list.intrinsic().is_some() {
                reader.unknown(self.name, list, "none");
            } else if !list.is_list() {
                reader.error(list, format!("`{}` must be a list", self.name));
            }
            for item in list.items() {
                texts.extend(Self::new(self.name, Some(item), None).text("none", reader));
            }
        }
        texts
    }

    fn value<T>(
        self,
        expected: &str,
        otherwise: &str,
        reader: &mut Reader,
        read: impl FnOnce(&'a TemplateValue) -> Option<T>,
    ) -> Option<T> {
        let node = self.node()?;
        if node.intrinsic().is_some() {
            reader.unknown(self.name, node, otherwise);
            return None;
        }
        let value = read(node);
        if value.is_none() {
            reader.fault(node, self.fault, format!("`{}` must be {expected}", self.name));
        }
        value
    }
}
