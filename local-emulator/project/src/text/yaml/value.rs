//! New values to write into a document.

use super::node::{Node, NodeData, Quotes};
use super::scalar::{ScalarContext, is_text, scalar};

/// A value that is not in the document yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Scalar {
        tag: Option<String>,
        text: String,
        quotes: Quotes,
    },
    /// A number or a boolean, as it is written.
    Bare(String),
    Map(Vec<(String, Self)>),
    List(Vec<Self>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Scalar { tag: None, text: text.to_owned(), quotes: Quotes::Plain }
    }
}

impl Value {
    pub(crate) fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    pub(crate) fn quoted(text: &str, quotes: Quotes) -> Self {
        Self::Scalar { tag: None, text: text.to_owned(), quotes }
    }

    /// Returns a reference: `!Ref Api`.
    pub(crate) fn reference(to: &str) -> Self {
        Self::Scalar { tag: Some("!Ref".to_owned()), text: to.to_owned(), quotes: Quotes::Plain }
    }

    /// Copies a value of the document. Returns `None` if the copy would lose something: anchors, aliases, tags of
    /// lists.
    pub(crate) fn copied(node: &Node) -> Option<Self> {
        if node.anchor != 0 {
            return None;
        }
        match &node.data {
            NodeData::Scalar { text, quotes: Quotes::Plain } if node.tag.is_none() && !is_text(text) => {
                (!node.is_null()).then(|| Self::Bare(text.clone()))
            }
            NodeData::Scalar { text, quotes } if !node.is_null() => {
                Some(Self::Scalar { tag: node.tag.clone(), text: text.clone(), quotes: *quotes })
            }
            NodeData::Mapping { entries, .. } if node.tag.is_none() => {
                let entry = |key: &Node, value| Some((key.text()?.to_owned(), Self::copied(value)?));
                entries.iter().map(|it| entry(&it.key, &it.value)).collect::<Option<_>>().map(Self::Map)
            }
            NodeData::Sequence(items) if node.tag.is_none() => {
                items.iter().map(Self::copied).collect::<Option<_>>().map(Self::List)
            }
            _ => None,
        }
    }

    /// Returns the lines of an entry in block style.
    pub(super) fn block(&self, key: &str, indent: &str, unit: &str) -> Vec<String> {
        let head = format!("{indent}{}:", scalar(key, Quotes::Plain, ScalarContext::Block));
        match self {
            Self::Map(entries) if !entries.is_empty() => {
                let deeper = format!("{indent}{unit}");
                let inner = entries.iter().flat_map(|(key, value)| value.block(key, &deeper, unit));
                std::iter::once(head).chain(inner).collect()
            }
            Self::Scalar { .. } | Self::Bare(_) => {
                vec![format!("{head} {}", self.inline(ScalarContext::Block))]
            }
            Self::Map(_) | Self::List(_) => vec![format!("{head} {}", self.inline(ScalarContext::Flow))],
        }
    }

    /// Returns an entry on a single line, between braces.
    pub(super) fn flow(&self, key: &str, context: ScalarContext) -> String {
        format!("{}: {}", scalar(key, Quotes::Plain, context), self.inline(context))
    }

    /// Returns the lines of an entry between braces, each deeper map on its own lines.
    pub(super) fn pretty(&self, key: &str, indent: &str, unit: &str, context: ScalarContext) -> Vec<String> {
        let Self::Map(entries) = self else { return vec![format!("{indent}{}", self.flow(key, context))] };
        if entries.len() < 2
            && entries.iter().all(|(_, value)| matches!(value, Self::Scalar { .. } | Self::Bare(_)))
        {
            return vec![format!("{indent}{}", self.flow(key, context))];
        }
        let deeper = format!("{indent}{unit}");
        let mut lines = vec![format!("{indent}{}: {{", scalar(key, Quotes::Plain, context))];
        for (number, (key, value)) in entries.iter().enumerate() {
            lines.extend(value.pretty(key, &deeper, unit, context));
            let is_last = number + 1 == entries.len();
            lines.last_mut().into_iter().filter(|_| !is_last).for_each(|line| line.push(','));
        }
        lines.push(format!("{indent}}}"));
        lines
    }

    fn inline(&self, context: ScalarContext) -> String {
        match self {
            Self::Scalar { tag: Some(tag), text, .. } if context == ScalarContext::Json => {
                let long = tag.trim_start_matches('!');
                let name = if long == "Ref" { "Ref".to_owned() } else { format!("Fn::{long}") };
                format!("{{{}}}", Self::from(text.as_str()).flow(&name, context))
            }
            Self::Scalar { tag: Some(tag), text, quotes } => {
                format!("{tag} {}", scalar(text, *quotes, context))
            }
            Self::Scalar { tag: None, text, quotes } => scalar(text, *quotes, context),
            Self::Bare(text) => text.clone(),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| value.flow(key, inside(context)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Self::List(items) => {
                let items = items.iter().map(|item| item.inline(inside(context)));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn inside(context: ScalarContext) -> ScalarContext {
    if context == ScalarContext::Json { context } else { ScalarContext::Flow }
}
