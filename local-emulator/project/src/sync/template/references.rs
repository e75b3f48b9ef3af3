//! Finds the references to a resource.

use std::collections::BTreeSet;

use crate::text::yaml::{Document, Entry, Node, NodeData};

/// A place in the template that names a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Its first byte.
    pub(super) place: usize,
    /// `!Ref`, `DependsOn`.
    pub(super) how: String,
}

/// Returns the references to a resource, without those in resources that are removed too.
pub(super) fn references(document: &Document<'_>, logical_id: &str, gone: &[&str]) -> Vec<Reference> {
    let mut search =
        Search { logical_id, declared: declared(document), anchors: BTreeSet::new(), found: Vec::new() };
    let Some(root) = document.root() else { return search.found };
    if let Some(resource) = root.at(&["Resources", logical_id]) {
        resource.visit(&mut |node| search.anchors.extend([node.anchor]));
    }
    for entry in root.entries() {
        if entry.key.text() == Some("Resources") {
            let is_gone = |entry: &&Entry| entry.key.text().is_some_and(|key| gone.contains(&key));
            let entries = entry.value.entries().iter().filter(|entry| !is_gone(entry));
            entries.for_each(|entry| search.node(&entry.value));
        } else {
            search.node(&entry.value);
        }
    }
    search.found
}

/// Returns the names of resources and parameters.
fn declared<'a>(document: &'a Document<'_>) -> Vec<&'a str> {
    let sections = ["Resources", "Parameters"].into_iter();
    let sections = sections.filter_map(|name| document.root()?.get(name));
    sections.flat_map(Node::entries).filter_map(|entry| entry.key.text()).collect()
}

struct Search<'a> {
    logical_id: &'a str,
    declared: Vec<&'a str>,
    /// The anchors that are removed with the resource; 0 means no anchor.
    anchors: BTreeSet<usize>,
    found: Vec<Reference>,
}

impl Search<'_> {
    fn node(&mut self, node: &Node) {
        if let Some(tag) = &node.tag {
            self.intrinsic(tag.trim_start_matches('!'), node, node);
        }
        match &node.data {
            NodeData::Alias(name, anchor) if self.anchors.contains(anchor) => self.add(node, name),
            NodeData::Mapping { entries, .. } => entries.iter().for_each(|entry| self.entry(entry)),
            NodeData::Sequence(items) => items.iter().for_each(|item| self.node(item)),
            NodeData::Scalar { .. } | NodeData::Alias(..) => {}
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let key = entry.key.text().unwrap_or_default();
        let function = key.strip_prefix("Fn::").unwrap_or(key);
        match key {
            "Ref" | "Fn::GetAtt" | "Fn::Sub" => self.intrinsic(function, &entry.value, &entry.key),
            "DependsOn" => self.names(&entry.value, key),
            // A connector of SAM: `Source: {Id: Posts}`, or a list of destinations.
            "Source" | "Destination" => {
                let ends = std::iter::once(&entry.value).chain(entry.value.items());
                ends.filter_map(|end| end.get("Id")).for_each(|id| self.names(id, &format!("{key}.Id")));
            }
            _ => {}
        }
        self.node(&entry.value);
    }

    fn intrinsic(&mut self, name: &str, argument: &Node, place: &Node) {
        let first = argument.items().first().unwrap_or(argument);
        let NodeData::Scalar { text, .. } = &first.data else { return };
        let is_meant = match name {
            "Ref" | "GetAtt" => self.is_of(text),
            "Sub" => substitutions(text).any(|name| self.is_of(name)),
            _ => false,
        };
        if is_meant {
            self.add(place, &format!("!{name}"));
        }
    }

    fn names(&mut self, node: &Node, how: &str) {
        let named = std::iter::once(node).chain(node.items());
        let named: Vec<_> = named.filter(|node| node.text().is_some_and(|text| self.is_of(text))).collect();
        for node in named {
            self.add(node, how);
        }
    }

    /// Whether a name is the resource, an attribute of it (`Posts.Arn`), or a resource that SAM makes for it
    /// (`PostsRole`, `PostsUrl`).
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html>
    fn is_of(&self, name: &str) -> bool {
        let name = name.split('.').next().unwrap_or(name);
        let longer = |other: &&&str| name.starts_with(**other) && other.len() > self.logical_id.len();
        name == self.logical_id
            || (name.starts_with(self.logical_id) && !self.declared.iter().any(|other| longer(&other)))
    }

    fn add(&mut self, node: &Node, how: &str) {
        self.found.push(Reference { place: node.span.start, how: how.to_owned() });
    }
}

/// Returns the names in `${Posts}` and `${Posts.Arn}`; `${!Posts}` is text.
fn substitutions(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    names.map(|(name, _)| name.trim()).filter(|name| !name.starts_with('!'))
}

#[cfg(test)]
mod tests {
    use super::references;
    use crate::text::yaml::parse;

    fn found(rest: &str) -> Vec<String> {
        let text = format!("Resources:\n  Posts: &p {{A: !Ref Posts, B: &b 1}}\n  PostsTable: {{}}\n{rest}");
        let document = parse(&text).unwrap();
        let found = references(&document, "Posts", &["Posts"]);
        found.into_iter().map(|reference| reference.how).collect()
    }

    #[test]
    fn every_way_to_refer_to_a_resource_is_found() {
        for (rest, how) in [
            ("  A: {B: !Ref Posts}\n", "!Ref"),
            ("  A: {B: {Ref: Posts}}\n", "!Ref"),
            ("  A: {B: !GetAtt Posts.Arn}\n", "!GetAtt"),
            ("  A: {B: !GetAtt [Posts, Arn]}\n", "!GetAtt"),
            ("  A: {B: {'Fn::GetAtt': [Posts, Arn]}}\n", "!GetAtt"),
            ("  A: {'Fn::GetAtt': Posts.Arn}\n", "!GetAtt"),
            ("  A: !Sub 'x${Posts.Arn}y'\n", "!Sub"),
            ("  A: {B: {'Fn::Sub': ['${Posts}', {}]}}\n", "!Sub"),
            ("  A: !Sub\n    - ${Posts}\n    - {}\n", "!Sub"),
            ("  A: {DependsOn: Posts}\n", "DependsOn"),
            ("  A: {DependsOn: [B, Posts]}\n", "DependsOn"),
            ("  A: {Properties: {Source: {Id: Posts}}}\n", "Source.Id"),
            ("  A: {Destination: [{Id: Posts}]}\n", "Destination.Id"),
            ("  A: !Ref PostsRole\n", "!Ref"),
            ("  A: !GetAtt PostsUrl.FunctionUrl\n", "!GetAtt"),
            ("  A: {B: [!If [C, !Ref Posts, D]]}\n", "!Ref"),
            ("Outputs:\n  A: {Value: !GetAtt Posts.Arn}\n", "!GetAtt"),
            ("  A: *p\n", "*p"),
            ("  A: {B: *b}\n", "*b"),
        ] {
            assert_eq!(found(rest), [how], "{rest}");
        }
    }

    #[test]
    fn similar_text_is_not_a_reference() {
        for rest in [
            "  A: {B: Posts}\n",
            "  A: {B: !Ref PostsTable}\n",
            "  A: !GetAtt PostsTable.Arn\n",
            "  A: !Sub '${!Posts} ${PostsTable} Posts'\n",
            "  A: !Ref Post\n",
            "  A: {DependsOn: PostsTable, Id: Posts}\n",
            "  # !Ref Posts\n",
            "  A: &a 1\n  B: *a\n",
        ] {
            assert_eq!(found(rest), [""; 0], "{rest}");
        }
    }

    #[test]
    fn removed_resources_are_not_references() {
        let document = parse("Resources:\n  A: {B: !Ref B}\n  B: {}\n").unwrap();
        assert_eq!(references(&document, "B", &["A", "B"]), []);
        assert_eq!(references(&document, "B", &["B"]).len(), 1);
    }
}
