//! The folders that are routes, and their conflicts.

use api_routes_routing::{
    Conflict, Divergence, PathTemplate, Pattern, PatternError, RouteKey, TemplateSegment, conflicts,
    divergences,
};

use super::function::FUNCTIONS;

/// The folders of a project as routes. A folder is named from the root of the project:
/// `functions/api/posts/[id]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Routes {
    /// The routes that can be served, each with its folder.
    pub patterns: Vec<(String, Pattern)>,
    /// The folders that API Gateway cannot have as a route, with the reason.
    pub refused: Vec<(String, PatternError)>,
    /// The conflicts between routes; the second route of each is not served.
    pub conflicts: Vec<Conflict>,
    /// The paths for which Next.js would choose another route.
    pub divergences: Vec<Divergence>,
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

impl Routes {
    /// Reads folders relative to `functions/`. Of two folders in conflict, the first is served.
    pub fn from_folders<'a>(folders: impl IntoIterator<Item = &'a str>) -> Self {
        let mut routes = Self::default();
        for folder in folders {
            let name = format!("{FUNCTIONS}/{folder}");
            match read(folder) {
                Ok(pattern) => routes.patterns.push((name, pattern)),
                Err(problem) => routes.refused.push((name, problem)),
            }
        }
        routes.leave_out_conflicts();
        routes.divergences = divergences(&routes.patterns);
        routes
    }

    /// Leaves out each folder that conflicts with an earlier folder that is served.
    fn leave_out_conflicts(&mut self) {
        if conflicts(&self.patterns).is_empty() {
            return;
        }
        let mut served: Vec<(String, Pattern)> = Vec::new();
        for route in std::mem::take(&mut self.patterns) {
            let conflict = served.iter().find_map(|one| conflicts(&[one.clone(), route.clone()]).pop());
            match conflict {
                Some(conflict) => self.conflicts.push(conflict),
                None => served.push(route),
            }
        }
        self.patterns = served;
    }

    /// Returns the route of a folder, if it can be served.
    pub fn pattern(&self, route_folder: &str) -> Option<&Pattern> {
        let is_it = |folder: &str| {
            folder.strip_prefix(FUNCTIONS).and_then(|it| it.strip_prefix('/')) == Some(route_folder)
        };
        self.patterns.iter().find(|(folder, _)| is_it(folder)).map(|(_, pattern)| pattern)
    }
}

fn read(folder: &str) -> Result<Pattern, PatternError> {
    let pattern = Pattern::from_folder(folder)?;
    pattern.deployable().map(|()| pattern)
}

#[cfg(test)]
mod tests {
    use super::Routes;

    #[test]
    fn served_routes_never_conflict() {
        let folders = ["api/[c]", "api/[d]", "api/[d]/x", "api/[d]/y", "api/z", "api/z/index", "api/z/[c]"];
        let routes = Routes::from_folders(folders);
        let served: Vec<_> = routes.patterns.iter().map(|(folder, _)| folder.as_str()).collect();
        assert_eq!(served, ["functions/api/[c]", "functions/api/z", "functions/api/z/[c]"]);
        let refused: Vec<_> =
            routes.conflicts.iter().map(|it| (it.first.as_str(), it.second.as_str())).collect();
        let [c, z] = ["functions/api/[c]", "functions/api/z"];
        let expected = [
            (c, "functions/api/[d]"),
            (c, "functions/api/[d]/x"),
            (c, "functions/api/[d]/y"),
            (z, "functions/api/z/index"),
        ];
        assert_eq!(refused, expected);
    }

    #[test]
    fn conflict_with_a_folder_left_out_is_served() {
        let routes = Routes::from_folders(["api/[a]/x", "api/[b]", "api/[a]"]);
        let served: Vec<_> = routes.patterns.iter().map(|(folder, _)| folder.as_str()).collect();
        assert_eq!(served, ["functions/api/[a]/x", "functions/api/[a]"]);
    }
}
