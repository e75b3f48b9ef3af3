//! Which folders are routes, and which stand in each other's way.

use api_routes::route::{Conflict, Divergence, Pattern, PatternError, conflicts, divergences};

use super::FUNCTIONS;

/// The folders of a project as routes. A folder is named from the root of the project:
/// `functions/api/posts/[id]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// Those that can be served.
    pub patterns: Vec<(String, Pattern)>,
    /// Those that are no route that API Gateway can have.
    pub refused: Vec<(String, PatternError)>,
    /// Why some of the others cannot stand side by side; the second one of each is not served.
    pub conflicts: Vec<Conflict>,
    /// Where Next.js would choose between them otherwise.
    pub divergences: Vec<Divergence>,
}

impl Routes {
    /// Reads folders relative to `functions/`. Which of two in conflict is served is a matter of their order.
    pub fn of<'a>(folders: impl IntoIterator<Item = &'a str>) -> Self {
        let mut routes = Self::default();
        for folder in folders {
            let name = format!("{FUNCTIONS}/{folder}");
            match read(folder) {
                Ok(pattern) => routes.patterns.push((name, pattern)),
                Err(problem) => routes.refused.push((name, problem)),
            }
        }
        routes.conflicts = conflicts(&routes.patterns);
        for conflict in &routes.conflicts {
            routes.patterns.retain(|(folder, _)| *folder != conflict.second);
        }
        routes.divergences = divergences(&routes.patterns);
        routes
    }

    /// The route that a folder is, if it can be served.
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
