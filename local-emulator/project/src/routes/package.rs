//! The packages below `functions/`: routes and authorizers.

use api_routes_routing::{PathTemplate, Pattern, RouteKey, TemplateSegment};

/// The folder whose packages are functions.
pub const FUNCTIONS: &str = "functions";

/// The folder below [`FUNCTIONS`] whose packages are authorizers, not routes.
pub const AUTHORIZERS: &str = "authorizers";

/// Whether a folder, relative to [`FUNCTIONS`], holds authorizers and not routes.
pub(crate) fn is_of_authorizers(route_folder: &str) -> bool {
    route_folder.strip_prefix(AUTHORIZERS).is_some_and(|rest| rest.starts_with('/'))
}

/// A package below `functions/` and its route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutePackage {
    /// Its folder from the root of the project: `functions/api/posts/[id]`.
    pub folder: String,
    /// The name of its package.
    pub package: String,
    /// The name of its binary.
    pub binary: String,
    /// The pattern of its route.
    pub pattern: Pattern,
    /// Whether it is a member of the workspace.
    pub is_member: bool,
}

/// A package below `functions/` that is an authorizer, not a route.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizerPackage {
    /// Its folder from the root of the project: `functions/authorizers/session`.
    pub folder: String,
    /// The name of its binary.
    pub binary: String,
    /// Whether it is a member of the workspace.
    pub is_member: bool,
}

impl RoutePackage {
    /// Whether route keys with these paths lead to each path of the route. The names of variables do not matter.
    pub(crate) fn is_reached_by(&self, paths: &[PathTemplate]) -> bool {
        self.pattern.route_keys().iter().all(|key| match key {
            RouteKey::Path { path, .. } => paths.iter().any(|other| match_alike(path, other)),
            RouteKey::Default => true,
        })
    }
}

/// Whether two paths match the same requests: they differ only in the names of variables.
pub(crate) fn match_alike(one: &PathTemplate, other: &PathTemplate) -> bool {
    use TemplateSegment::{Greedy, Parameter};
    let is_alike = |(one, other): (TemplateSegment<'_>, TemplateSegment<'_>)| {
        one == other || matches!((one, other), (Parameter(_), Parameter(_)) | (Greedy(_), Greedy(_)))
    };
    one.segments().count() == other.segments().count() && one.segments().zip(other.segments()).all(is_alike)
}
