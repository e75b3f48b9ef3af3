//! Finds the function of a template that the `uri` of an integration names.

use super::resource::{FUNCTION, Resource};
use super::value::TemplateValue;

/// The functions of a template, by the names that a `uri` may have for them.
#[derive(Clone, Copy, Debug)]
pub(super) struct FunctionIndex<'a> {
    resources: &'a [Resource<'a>],
}

impl<'a> FunctionIndex<'a> {
    pub(super) fn new(resources: &'a [Resource<'a>]) -> Self {
        Self { resources }
    }

    /// Finds the logical id of the invoked function, from `${Posts.Arn}` and `!GetAtt Posts.Arn`, an alias or a version
    /// of it, or an ARN with its `FunctionName`.
    pub(super) fn find(&self, uri: &TemplateValue) -> Option<String> {
        let by_reference = || references(uri).iter().find_map(|id| self.by_id(id, 0));
        by_reference().or_else(|| texts(uri).iter().find_map(|text| self.by_name(text)))
    }

    /// Whether an `AWS::Lambda::Permission` of the template is about a function.
    pub(super) fn has_permission(&self, logical_id: &str) -> bool {
        let mut permissions = self.resources.iter().filter(|it| it.kind == "AWS::Lambda::Permission");
        permissions
            .any(|it| it.property("FunctionName").node().is_some_and(|function| function.names(logical_id)))
    }

    fn by_id(&self, id: &str, depth: usize) -> Option<String> {
        let Some(resource) = self.resources.iter().find(|resource| resource.logical_id == id) else {
            return self.by_published_alias(id);
        };
        match resource.kind.as_str() {
            FUNCTION => Some(id.to_owned()),
            "AWS::Lambda::Alias" | "AWS::Lambda::Version" if depth < 3 => {
                let function = resource.property("FunctionName").node()?;
                references(function).iter().find_map(|id| self.by_id(id, depth + 1))
            }
            _ => None,
        }
    }

    /// Finds the function of an alias: `AutoPublishAlias: live` makes the alias `PostsAliaslive`.
    fn by_published_alias(&self, id: &str) -> Option<String> {
        let functions = self.resources.iter().filter(|resource| resource.kind == FUNCTION);
        let mut published = functions.filter(|resource| {
            let alias = resource.property("AutoPublishAlias").node().and_then(TemplateValue::text);
            alias.is_some_and(|alias| id == format!("{}Alias{alias}", resource.logical_id))
        });
        published.next().map(|resource| resource.logical_id.clone())
    }

    fn by_name(&self, text: &str) -> Option<String> {
        let (_, rest) = text.split_once(":function:")?;
        let name = rest.split([':', '/']).next()?;
        let functions = self.resources.iter().filter(|resource| resource.kind == FUNCTION);
        let mut named = functions.filter(|resource| {
            let own = resource.property("FunctionName").node().and_then(TemplateValue::text);
            own.as_deref() == Some(name)
        });
        named.next().map(|resource| resource.logical_id.clone())
    }
}

/// Whether a part of a `uri` contains `text`.
pub(super) fn has_text(uri: &TemplateValue, text: &str) -> bool {
    texts(uri).iter().any(|it| it.contains(text))
}

/// Returns the logical ids in a value, in their order.
fn references(node: &TemplateValue) -> Vec<String> {
    let mut ids = Vec::new();
    collect(node, &mut ids);
    ids
}

fn collect(node: &TemplateValue, ids: &mut Vec<String>) {
    let before_dot = |text: &str| text.split('.').next().unwrap_or_default().trim().to_owned();
    let argument = || node.children().next();
    match node.intrinsic().as_deref() {
        Some("!Ref") => ids.extend(argument().and_then(TemplateValue::text).map(|id| before_dot(&id))),
        Some("!GetAtt") => {
            let of = argument().and_then(|it| it.items().next().or(Some(it))).and_then(TemplateValue::text);
            ids.extend(of.map(|id| before_dot(&id)));
        }
        _ => {
            if let Some(text) = node.text() {
                let names = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
                ids.extend(names.map(|(name, _)| before_dot(name)));
            }
            node.children().for_each(|child| collect(child, ids));
        }
    }
}

fn texts(node: &TemplateValue) -> Vec<String> {
    node.text().into_iter().chain(node.children().flat_map(texts)).collect()
}
