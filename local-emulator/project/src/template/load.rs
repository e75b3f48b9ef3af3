//! Loads YAML as SAM reads it: with anchors, merges, repeated keys, and the scalars of YAML 1.1.

use std::collections::HashMap;

use super::complaint::{Complaint, Fault, SourcePosition};
use super::value::{Scalar, TemplateValue, ValueKind};
use crate::text::yaml::{self, MAX_DEPTH, Node, Plain, Quotes, SyntaxError};

/// The maximum number of nodes that aliases may repeat. An alias of a list of aliases repeats all of them, so that a
/// short file could fill the memory.
const MAX_COPIES: usize = 100_000;

/// The key that merges another mapping: <https://yaml.org/type/merge.html>.
const MERGE: &str = "<<";

/// The words that need quotes, or a tag.
const WORDS: [&str; 2] = [MERGE, "="];

/// The tags that YAML itself has: `!!int`.
const CORE: &str = "tag:yaml.org,2002:";

/// A document, with its oddities.
#[derive(Debug)]
pub(super) struct LoadedDocument {
    pub(super) root: TemplateValue,
    pub(super) repeated: Vec<RepeatedKey>,
    /// The first tab in a position where SAM's reader accepts only spaces.
    pub(super) tab: Option<SourcePosition>,
}

/// A key that a mapping has twice. The last one counts: PyYAML puts the entries into a `dict` one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RepeatedKey {
    pub(super) name: String,
    pub(super) first: SourcePosition,
    pub(super) last: SourcePosition,
}

/// The reasons why a document cannot be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoadError {
    /// Aliases of nodes that have aliases go deeper than [`MAX_DEPTH`].
    TooDeep(SourcePosition),
    /// Aliases repeat more than [`MAX_COPIES`] nodes.
    TooLarge(SourcePosition),
    /// A key is a map, a list or an intrinsic function, which Python does not accept as a key.
    Key(SourcePosition),
    /// `<<` has neither a map nor a list of maps.
    Merge(SourcePosition),
    /// An alias is inside the node that it repeats.
    SelfAlias(SourcePosition),
    /// A word of a type that PyYAML's safe loader does not support: <https://yaml.org/type/value.html>.
    Word(SourcePosition, &'static str),
    /// A second document begins.
    SecondDocument(SourcePosition),
}

/// Loads a file of a template.
pub(super) fn read(text: &str, file: usize, name: &str) -> Result<LoadedDocument, Complaint> {
    let document = yaml::parse(text).map_err(|error| not_yaml(&error, file, name))?;
    load(&document, file).map_err(|error| not_loaded(error, name))
}

/// Loads the document of a file. An empty text is null.
fn load(document: &yaml::Document<'_>, file: usize) -> Result<LoadedDocument, LoadError> {
    let mut loader = Loader { file, ..Loader::default() };
    if let Some(second) = document.roots.get(1) {
        return Err(LoadError::SecondDocument(loader.place(second)));
    }
    let root = match document.root() {
        Some(root) => loader.node(root, 0)?.tree,
        None => TemplateValue::null(SourcePosition { file, ..SourcePosition::START }),
    };
    let tab = document.refused_tab().map(|(line, column)| SourcePosition { file, line, column });
    Ok(LoadedDocument { root, repeated: loader.repeated, tab })
}

#[derive(Default)]
struct Loader {
    file: usize,
    anchors: HashMap<usize, SizedValue>,
    copies: usize,
    repeated: Vec<RepeatedKey>,
}

/// A tree, with its size and its levels.
#[derive(Clone)]
struct SizedValue {
    tree: TemplateValue,
    size: usize,
    height: usize,
}

impl SizedValue {
    fn leaf(tree: TemplateValue) -> Self {
        Self { tree, size: 1, height: 0 }
    }
}

impl Loader {
    fn place(&self, node: &Node) -> SourcePosition {
        let (line, column) = node.position;
        SourcePosition { file: self.file, line, column }
    }

    fn node(&mut self, node: &Node, depth: usize) -> Result<SizedValue, LoadError> {
        let place = self.place(node);
        let part = match &node.data {
            yaml::NodeData::Alias(_, anchor) => self.copy(*anchor, place, depth)?,
            yaml::NodeData::Scalar { text, quotes } => {
                SizedValue::leaf(scalar(text, *quotes, node.tag.as_deref(), place)?)
            }
            yaml::NodeData::Sequence(items) => self.list(items, place, depth)?,
            yaml::NodeData::Mapping { entries, .. } => self.map(entries, place, depth)?,
        };
        let part = match node.tag.as_deref().and_then(function) {
            Some(name) => call(&name, part, place),
            None => part,
        };
        if node.anchor != 0 {
            self.anchors.insert(node.anchor, part.clone());
        }
        Ok(part)
    }

    fn copy(&mut self, anchor: usize, place: SourcePosition, depth: usize) -> Result<SizedValue, LoadError> {
        let Some(part) = self.anchors.get(&anchor) else { return Err(LoadError::SelfAlias(place)) };
        self.copies += part.size;
        if self.copies > MAX_COPIES {
            return Err(LoadError::TooLarge(place));
        }
        if depth + part.height > MAX_DEPTH {
            return Err(LoadError::TooDeep(place));
        }
        Ok(part.clone())
    }

    fn list(&mut self, items: &[Node], place: SourcePosition, depth: usize) -> Result<SizedValue, LoadError> {
        let parts: Vec<_> = items.iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?;
        let (size, height) = measure(&parts);
        let items = parts.into_iter().map(|part| part.tree).collect();
        Ok(SizedValue { tree: TemplateValue { place, data: ValueKind::List(items) }, size, height })
    }

    fn map(
        &mut self,
        entries: &[yaml::Entry],
        place: SourcePosition,
        depth: usize,
    ) -> Result<SizedValue, LoadError> {
        let mut parts = Vec::with_capacity(entries.len());
        let mut merged = Vec::new();
        for entry in entries {
            // A map that merges itself adds nothing.
            if is_merge(&entry.key) && self.repeats_itself(&entry.value) {
                continue;
            }
            let value = self.node(&entry.value, depth + 1)?;
            if is_merge(&entry.key) {
                if is_short_call(&entry.value) {
                    return Err(LoadError::Merge(value.tree.place));
                }
                merged.push(value);
            } else {
                parts.push((self.key(&entry.key, depth + 1)?, value));
            }
        }
        let (size, height) = measure(parts.iter().flat_map(|(key, value)| [key, value]).chain(&merged));
        let mut own = self.once(parts.into_iter().map(|(key, value)| (key.tree, value.tree)));
        let merged: Vec<_> = merged.into_iter().map(|part| bring(part.tree)).collect::<Result<_, _>>()?;
        for (key, value) in merged.into_iter().flatten() {
            if !own.iter().any(|(other, _)| is_same(other, &key)) {
                own.push((key, value));
            }
        }
        Ok(SizedValue { tree: TemplateValue { place, data: ValueKind::Map(own) }, size, height })
    }

    fn repeats_itself(&self, node: &Node) -> bool {
        matches!(&node.data, yaml::NodeData::Alias(_, anchor) if !self.anchors.contains_key(anchor))
    }

    fn key(&mut self, node: &Node, depth: usize) -> Result<SizedValue, LoadError> {
        let key = self.node(node, depth)?;
        let is_text = matches!(key.tree.data, ValueKind::Scalar(_) | ValueKind::Null);
        if is_text { Ok(key) } else { Err(LoadError::Key(key.tree.place)) }
    }

    /// Keeps each key once, with its last value.
    fn once(
        &mut self,
        entries: impl Iterator<Item = (TemplateValue, TemplateValue)>,
    ) -> Vec<(TemplateValue, TemplateValue)> {
        let mut own: Vec<(TemplateValue, TemplateValue)> = Vec::new();
        let mut places: HashMap<(String, bool), usize> = HashMap::new();
        for (key, value) in entries {
            let ValueKind::Scalar(scalar) = &key.data else {
                own.push((key, value));
                continue;
            };
            let name = (scalar.text.clone(), scalar.is_text);
            if let Some(at) = places.get(&name) {
                let (first, last) = (own[*at].0.place, key.place);
                self.repeated.push(RepeatedKey { name: name.0, first, last });
                own[*at] = (key, value);
            } else {
                places.insert(name, own.len());
                own.push((key, value));
            }
        }
        own
    }
}

/// Returns the size and the levels of a value with these parts.
fn measure<'a>(parts: impl IntoIterator<Item = &'a SizedValue>) -> (usize, usize) {
    let (size, height) =
        parts.into_iter().fold((0, 0), |(size, height), part| (size + part.size, height.max(part.height)));
    (size + 1, height + 1)
}

fn is_merge(key: &Node) -> bool {
    key.quotes() == Some(Quotes::Plain) && key.text() == Some(MERGE)
}

/// Returns the entries that a merge adds, from a map, or from a list of maps, of which the first has priority.
fn bring(tree: TemplateValue) -> Result<Vec<(TemplateValue, TemplateValue)>, LoadError> {
    match tree.data {
        ValueKind::List(items) => {
            let entries: Vec<_> = items.into_iter().map(entries).collect::<Result<_, _>>()?;
            Ok(entries.into_iter().flatten().collect())
        }
        _ => entries(tree),
    }
}

fn entries(tree: TemplateValue) -> Result<Vec<(TemplateValue, TemplateValue)>, LoadError> {
    match tree.data {
        ValueKind::Map(entries) => Ok(entries),
        _ => Err(LoadError::Merge(tree.place)),
    }
}

/// Whether the node is `!Ref Name`, which is not a map yet when PyYAML merges.
fn is_short_call(node: &Node) -> bool {
    node.tag.as_deref().and_then(function).is_some() && matches!(node.data, yaml::NodeData::Scalar { .. })
}

fn is_same(one: &TemplateValue, other: &TemplateValue) -> bool {
    one.as_text().is_some() && one.as_text() == other.as_text()
}

/// Returns the key of an intrinsic function that is written as a tag. PyYAML accepts any name:
/// <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/yaml_helper.py>.
fn function(tag: &str) -> Option<String> {
    let name = tag.strip_prefix('!').filter(|name| !name.is_empty() && !name.starts_with('!'))?;
    Some(if matches!(name, "Ref" | "Condition") { name.to_owned() } else { format!("Fn::{name}") })
}

fn call(name: &str, argument: SizedValue, place: SourcePosition) -> SizedValue {
    let SizedValue { tree, size, height } = argument;
    let data = ValueKind::Map(vec![(TemplateValue::from_text(place, name), tree)]);
    SizedValue { tree: TemplateValue { place, data }, size: size + 2, height: height + 1 }
}

fn scalar(
    text: &str,
    quotes: Quotes,
    tag: Option<&str>,
    place: SourcePosition,
) -> Result<TemplateValue, LoadError> {
    let is_plain = quotes == Quotes::Plain && tag.is_none();
    if let Some(word) = WORDS.into_iter().find(|word| is_plain && text == *word) {
        return Err(LoadError::Word(place, word));
    }
    // Other tags mark a text: `!!str 010`, `!Ref 010`.
    let is_typed =
        tag.is_some_and(|tag| ["bool", "int", "float", "null"].iter().any(|it| tag == format!("{CORE}{it}")));
    let plain = if is_plain || is_typed { Plain::read(text) } else { Plain::Text };
    let (value, is_text) = match plain {
        Plain::Null => return Ok(TemplateValue::null(place)),
        Plain::Truth(truth) => (truth.to_string(), false),
        Plain::Number(value) => (value, false),
        Plain::Text => (text.to_owned(), true),
    };
    let is_odd = value != text || yaml::has_exponent(text) || (is_plain && yaml::has_leading_zero(text));
    let written = is_odd.then(|| text.to_owned());
    Ok(TemplateValue { place, data: ValueKind::Scalar(Scalar { text: value, written, is_text }) })
}

fn not_yaml(error: &SyntaxError, number: usize, file: &str) -> Complaint {
    let place = SourcePosition { file: number, line: error.line, column: error.column };
    if error.is_too_deep {
        return nested_too_deeply(place, file);
    }
    let message = format!("not YAML: {}; check the indentation, and quote values with braces", error.problem);
    Complaint { file: file.to_owned(), place, message, fault: Fault::NotYaml }
}

fn not_loaded(error: LoadError, file: &str) -> Complaint {
    let (place, message) = match error {
        LoadError::TooDeep(place) => return nested_too_deeply(place, file),
        LoadError::TooLarge(place) => (place, "aliases repeat too much: write out this alias".to_owned()),
        LoadError::Key(place) => {
            (place, "a key must be text, not a map or a list: quote values with braces".to_owned())
        }
        LoadError::Merge(place) => (place, "`<<` takes a map, or a list of maps".to_owned()),
        LoadError::SelfAlias(place) => (place, "an alias cannot repeat the node around it".to_owned()),
        LoadError::Word(place, word) => {
            (place, format!("SAM cannot read `{word}` without quotes: write `'{word}'`"))
        }
        LoadError::SecondDocument(place) => {
            (place, "a template is one document: remove the second one".to_owned())
        }
    };
    Complaint { file: file.to_owned(), place, message, fault: Fault::NotYaml }
}

fn nested_too_deeply(place: SourcePosition, file: &str) -> Complaint {
    let message = format!(
        "more than {MAX_DEPTH} levels, the limit of this tool: check the indentation, or use fewer levels"
    );
    Complaint { file: file.to_owned(), place, message, fault: Fault::NotYaml }
}
