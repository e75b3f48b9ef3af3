//! The functions of a template that are routes of this workspace.

use api_routes_routing::Pattern;

use super::function::OutputStyle;
use crate::agreement::Survey;
use crate::routes::RoutePackage;
use crate::template::Template;
use crate::text::Place;
use crate::text::yaml::{Document, Node};

/// The route functions, in the order of the template.
pub(super) struct Ours<'a> {
    pub(super) functions: Vec<RouteFunction<'a>>,
    /// The keys of all resources.
    resources: Vec<&'a str>,
}

/// A function and its package.
pub(super) struct RouteFunction<'a> {
    logical_id: &'a str,
    pub(super) node: &'a Node,
    package: &'a RoutePackage,
}

impl<'a> Ours<'a> {
    pub(super) fn find(document: &'a Document<'_>, survey: &'a Survey) -> Self {
        let entries = document.root().and_then(|root| root.get("Resources")).map_or(&[][..], Node::entries);
        let named = entries.iter().filter_map(|entry| Some((entry.key.text()?, &entry.value)));
        let function = |(logical_id, node)| {
            Some(RouteFunction { logical_id, node, package: package(logical_id, survey)? })
        };
        Self {
            functions: named.filter_map(function).collect(),
            resources: entries.iter().filter_map(|entry| entry.key.text()).collect(),
        }
    }

    /// Returns the style of functions that name the output of cargo-lambda, if all of them do: `CodeUri` without the
    /// name of the binary, and `Metadata` if they have it.
    pub(super) fn output_style(&self) -> Option<OutputStyle> {
        let style = |function: &RouteFunction<'_>| OutputStyle::read(function.node, &function.package.binary);
        let mut styles = self.functions.iter().map(style);
        let first = styles.next()??;
        styles.all(|style| style.as_ref() == Some(&first)).then_some(first)
    }

    /// Returns the place for the function of a route.
    pub(super) fn place_of(&self, pattern: &Pattern) -> Place {
        let route = |logical_id: &str| {
            let function = self.functions.iter().find(|function| function.logical_id == logical_id)?;
            Some(function.package.pattern.to_string())
        };
        Place::among(&self.resources, route, &pattern.to_string())
    }
}

fn package<'a>(logical_id: &str, survey: &'a Survey) -> Option<&'a RoutePackage> {
    let mut functions = survey.examined.template.iter().flat_map(Template::all_functions);
    let function = functions.find(|function| function.logical_id == logical_id)?;
    survey.packages.iter().find(|package| function.code.binary() == Some(&package.binary))
}
