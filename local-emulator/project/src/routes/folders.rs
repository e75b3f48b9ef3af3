//! The folders that are routes, and their conflicts.

use api_routes_routing::{Conflict, Divergence, Pattern, PatternError, conflicts, divergences};

use super::package::FUNCTIONS;

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
