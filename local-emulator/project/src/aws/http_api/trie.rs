//! The paths of all route keys, as a tree with one level per segment.

use std::collections::HashMap;

use api_routes_routing::TemplateSegment;
use http::Method;

use crate::aws::path::{decode, split_segment};
use crate::aws::route_methods::{Methods, RouteId};

#[derive(Debug, Default)]
pub(super) struct SegmentNode {
    literals: HashMap<Box<str>, Self>,
    parameter: Option<Box<Self>>,
    /// The routes whose path ends here.
    full: Methods,
    /// The routes with a greedy variable here, `{proxy+}`.
    greedy: Methods,
}

impl SegmentNode {
    /// Returns the routes of a path. Names of parameters do not distinguish paths.
    pub(super) fn methods_of<'t>(&mut self, path: impl Iterator<Item = TemplateSegment<'t>>) -> &mut Methods {
        let mut path = path.peekable();
        if path.peek().is_none() {
            // The text after the slash of `/` is an empty segment.
            return &mut self.literal("").full;
        }
        let mut node = self;
        for segment in path {
            node = match segment {
                TemplateSegment::Literal(text) => node.literal(text),
                TemplateSegment::Parameter(_) => node.parameter.get_or_insert_default(),
                TemplateSegment::Greedy(_) => return &mut node.greedy,
            };
        }
        &mut node.full
    }

    fn literal(&mut self, text: &str) -> &mut Self {
        self.literals.entry(text.into()).or_default()
    }

    /// Returns the route of a full match, or else the most specific greedy route.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<RouteId> {
        let mut walk = Walk { method, greedy: None };
        walk.visit(self, path.strip_prefix('/')).or(walk.greedy)
    }

    fn is_leaf(&self) -> bool {
        self.literals.is_empty() && self.parameter.is_none()
    }
}

/// A walk down the tree that meets the candidates in the order of their rank: at each level a literal before `{id}`
/// before `{proxy+}`. The walk visits a node at most once, and no node lies deeper than the longest route key. So no
/// path costs more than the tree has nodes, however it is made.
struct Walk<'a> {
    method: &'a Method,
    /// The first greedy route on the walk, which has the most specific prefix.
    greedy: Option<RouteId>,
}

impl Walk<'_> {
    /// Visits a node. `rest` is the path after the slash that follows `node`; `None` if the path ends here.
    fn visit(&mut self, node: &SegmentNode, rest: Option<&str>) -> Option<RouteId> {
        let Some(rest) = rest else { return node.full.select(self.method) };
        let found = self.visit_children(node, rest);
        if found.is_none() && self.greedy.is_none() {
            self.greedy = node.greedy.select(self.method);
        }
        found
    }

    fn visit_children(&mut self, node: &SegmentNode, rest: &str) -> Option<RouteId> {
        if node.is_leaf() {
            return None;
        }
        let (segment, rest) = split_segment(rest);
        let literal = node.literals.get(&*decode(segment));
        let parameter = node.parameter.as_deref().filter(|_| fits_parameter(segment, rest.is_none()));
        literal
            .and_then(|child| self.visit(child, rest))
            .or_else(|| parameter.and_then(|child| self.visit(child, rest)))
    }
}

/// Undocumented (HTTP-4): `/posts/{id}` takes `/posts/`, with an empty `id`. A probe of live HTTP APIs in
/// September 2026 showed this for a last segment. No probe shows whether `/{a}/b` takes `//b`; here it does not.
fn fits_parameter(segment: &str, is_last: bool) -> bool {
    is_last || !segment.is_empty()
}
