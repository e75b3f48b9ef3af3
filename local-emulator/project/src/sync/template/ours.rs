//! The functions of a template that are routes of this workspace.

use api_routes_routing::Pattern;

use crate::agreement::{RoutePackage, Survey};
use crate::text::Place;
use crate::text::yaml::{Document, Node};

/// In the order of the template.
pub(super) struct Ours<'a> {
    pub(super) functions: Vec<Function<'a>>,
    /// The keys of all resources.
    resources: Vec<&'a str>,
}

/// A function, and the route that it is.
pub(super) struct Function<'a> {
    logical_id: &'a str,
    pub(super) node: &'a Node,
    route: String,
}

impl<'a> Ours<'a> {
    pub(super) fn of(document: &'a Document<'_>, survey: &Survey) -> Self {
        let entries = document.root().and_then(|root| root.get("Resources")).map_or(&[][..], Node::entries);
        let named = entries.iter().filter_map(|entry| Some((entry.key.text()?, &entry.value)));
        let function = |(logical_id, node)| {
            let package = package(node, survey)?;
            Some(Function { logical_id, node, route: package.pattern.to_string() })
        };
        Self {
            functions: named.filter_map(function).collect(),
            resources: entries.iter().filter_map(|entry| entry.key.text()).collect(),
        }
    }

    /// Where the function of a route is to stand.
    pub(super) fn place_of(&self, pattern: &Pattern) -> Place {
        let route = |logical_id: &str| {
            let function = self.functions.iter().find(|function| function.logical_id == logical_id)?;
            Some(function.route.clone())
        };
        Place::among(&self.resources, route, &pattern.to_string())
    }
}

fn package<'a>(resource: &Node, survey: &'a Survey) -> Option<&'a RoutePackage> {
    let is_function = resource.get("Type")?.text() == Some("AWS::Serverless::Function");
    let binary = resource.at(&["Metadata", "BuildProperties", "Binary"])?.text().filter(|_| is_function)?;
    survey.packages.iter().find(|package| package.binary == binary)
}
