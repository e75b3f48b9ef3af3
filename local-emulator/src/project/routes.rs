//! Which route keys lead to which function.

use std::fmt;

use api_routes::route::{Pattern, RouteKey, conflicts, divergences};

use super::template::TemplateFunction;
use super::{FUNCTIONS, Function, Project, Settings};

/// The routes of a project, in the order of their paths.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// Those that can be served.
    pub routes: Vec<Route>,
    /// Why the other ones cannot.
    pub errors: Vec<String>,
    /// What works here but surprises elsewhere.
    pub warnings: Vec<String>,
}

/// A function and the route keys that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The route as its folder spells it.
    pub pattern: Pattern,
    /// The package of the function.
    pub package: String,
    /// What API Gateway chooses by.
    pub keys: Vec<RouteKey>,
}

impl Project {
    /// The routes, each with the keys that the template deploys it under, or else those of its folder.
    pub fn routes(&self, settings: &Settings) -> Routes {
        let mut found = Routes::default();
        let mut folders: Vec<(String, Pattern)> = Vec::new();
        for function in &self.functions {
            match read(&function.route_folder) {
                Ok(pattern) => folders.push((folder_of(function), pattern)),
                Err(problem) => {
                    found.errors.push(format!("`{}` is not served: {problem}", folder_of(function)));
                }
            }
        }
        for conflict in conflicts(&folders) {
            found.errors.push(format!("`{}` is not served: {conflict}", conflict.second));
            folders.retain(|(folder, _)| *folder != conflict.second);
        }
        found.warnings.extend(divergences(&folders).iter().map(ToString::to_string));
        for function in &self.functions {
            let folder = folder_of(function);
            if let Some(at) = folders.iter().position(|(served, _)| *served == folder) {
                found.add(function, &folder, folders.swap_remove(at).1, settings);
            }
        }
        found.routes.sort_by_key(|route| route.pattern.to_string());
        found
    }
}

/// As a message names it, from the root of the project.
fn folder_of(function: &Function) -> String {
    format!("{FUNCTIONS}/{}", function.route_folder)
}

fn read(folder: &str) -> Result<Pattern, api_routes::route::PatternError> {
    let pattern = Pattern::from_folder(folder)?;
    pattern.deployable().map(|()| pattern)
}

impl Routes {
    fn add(&mut self, function: &Function, folder: &str, pattern: Pattern, settings: &Settings) {
        let deployed = settings.template().function(&function.binary);
        let keys = match deployed {
            Some(deployed) => self.deployed_keys(deployed, folder),
            None => Vec::new(),
        };
        let own = pattern.route_keys();
        if settings.has_template() {
            self.compare(folder, function, deployed.is_some(), &keys, &own);
        }
        let keys = if keys.is_empty() { own } else { keys };
        self.routes.push(Route { pattern, package: function.package.clone(), keys });
    }

    /// The keys that the template gives the function; one that API Gateway refuses is told and left out.
    fn deployed_keys(&mut self, deployed: &TemplateFunction, folder: &str) -> Vec<RouteKey> {
        let mut keys = Vec::new();
        for key in &deployed.route_keys {
            match key.parse() {
                Ok(key) => keys.push(key),
                Err(problem) => self.errors.push(format!(
                    "`{key}`, an event of `{}` for `{folder}`, cannot be deployed: {problem}",
                    deployed.logical_id
                )),
            }
        }
        keys
    }

    /// Folder and template should say the same; where they do not, the template is what is deployed.
    fn compare(
        &mut self,
        folder: &str,
        function: &Function,
        listed: bool,
        keys: &[RouteKey],
        own: &[RouteKey],
    ) {
        if !listed {
            self.warnings.push(format!(
                "`{folder}` is served here but not deployed: `template.yaml` has no function with `Binary: {}`",
                function.binary
            ));
        } else if keys.is_empty() {
            self.warnings
                .push(format!("`{folder}` is served here but not deployed: it has no `HttpApi` event"));
        } else if !same_paths(keys, own) {
            self.warnings.push(format!(
                "`{folder}` is deployed as {}, while its folder says {}: the template counts",
                listing(keys),
                listing(own)
            ));
        }
    }
}

fn same_paths(keys: &[RouteKey], own: &[RouteKey]) -> bool {
    let paths = |keys: &[RouteKey]| {
        let mut paths: Vec<_> = keys.iter().map(path_of).collect();
        paths.sort();
        paths.dedup();
        paths
    };
    paths(keys) == paths(own)
}

fn path_of(key: &RouteKey) -> String {
    match key {
        RouteKey::Path { path, .. } => path.to_string(),
        RouteKey::Default => key.to_string(),
    }
}

fn listing(keys: &[RouteKey]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

/// A table: route, route keys, package.
impl fmt::Display for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = || self.routes.iter().flat_map(|route| route.keys.iter().map(move |key| (route, key)));
        let width = rows().map(|(route, _)| route.pattern.to_string().len()).max().unwrap_or(0);
        let keys = rows().map(|(_, key)| key.to_string().len()).max().unwrap_or(0);
        for (number, (route, key)) in rows().enumerate() {
            let end = if number == 0 { "" } else { "\n" };
            let (path, key) = (route.pattern.to_string(), key.to_string());
            write!(f, "{end}  {path:width$}  {key:keys$}  {}", route.package)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
