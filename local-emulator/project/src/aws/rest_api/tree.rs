//! The resources of an API, as a tree with one level per segment.

use std::collections::HashMap;

use api_routes_routing::TemplateSegment;
use http::Method;

use crate::aws::path::{decode, split_segment};
use crate::aws::route_methods::{Methods, RouteId};

/// A resource.
#[derive(Debug, Default)]
pub(super) struct ResourceNode {
    literals: HashMap<Box<str>, Self>,
    variable: Option<Box<VariableChild>>,
    methods: Methods,
}

/// The child whose segment is a variable. A resource has at most one.
#[derive(Debug)]
struct VariableChild {
    name: Box<str>,
    is_greedy: bool,
    /// The route that added the child.
    first: RouteId,
    node: ResourceNode,
}

impl ResourceNode {
    /// Returns the methods of the resource with this path, for the route `id`.
    ///
    /// # Errors
    /// A route that has another variable in the same place.
    pub(super) fn resource<'t>(
        &mut self,
        path: impl Iterator<Item = TemplateSegment<'t>>,
        id: RouteId,
    ) -> Result<&mut Methods, RouteId> {
        let mut node = self;
        for segment in path {
            node = match segment {
                TemplateSegment::Literal(text) => node.literals.entry(text.into()).or_default(),
                TemplateSegment::Parameter(name) => node.variable(name, false, id)?,
                TemplateSegment::Greedy(name) => node.variable(name, true, id)?,
            };
        }
        Ok(&mut node.methods)
    }

    fn variable(&mut self, name: &str, is_greedy: bool, id: RouteId) -> Result<&mut Self, RouteId> {
        let variable = self.variable.get_or_insert_with(|| {
            Box::new(VariableChild { name: name.into(), is_greedy, first: id, node: Self::default() })
        });
        if *variable.name == *name && variable.is_greedy == is_greedy {
            Ok(&mut variable.node)
        } else {
            Err(variable.first)
        }
    }

    /// Finds the route of a request. `path` has no slash at its ends.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<RouteId> {
        self.select(method, Some(path).filter(|path| !path.is_empty()))
    }

    /// Selects a route. `rest` is the path after the slash that follows this resource; `None` if the path ends here.
    ///
    /// A resource is visited once at most and none lies deeper than the longest path of the API, so no
    /// request costs more than the tree has resources, however it is made.
    ///
    /// Undocumented (REST-2): a resource that is more specific from the left comes first, greedy or not: of
    /// `/a/{rest+}` and `/{x}/b` the first takes `/a/b`.
    fn select(&self, method: &Method, rest: Option<&str>) -> Option<RouteId> {
        let Some(rest) = rest else { return self.methods.select(method) };
        let (segment, next) = split_segment(rest);
        // Undocumented (REST-1): an encoded segment matches the literal that it encodes.
        let literal = self.literals.get(&*decode(segment));
        literal.and_then(|child| child.select(method, next)).or_else(|| {
            let variable = self.variable.as_deref()?;
            if variable.is_greedy {
                variable.node.methods.select(method)
            } else {
                // Undocumented (REST-3): between two slashes within a path is a segment that only a greedy variable
                // takes.
                Some(segment).filter(|segment| !segment.is_empty())?;
                variable.node.select(method, next)
            }
        })
    }
}
