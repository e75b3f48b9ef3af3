//! Finds a function by the name that a developer types.

use api_routes_routing::{Pattern, RouteKey};
use http::Method;

use super::nearest::nearest;
use super::{FrontDoor, FrontDoors, FunctionId, ServedFunction};
use crate::aws::http_api::RouteTable;
use crate::routes::FUNCTIONS;
use crate::tool::command;

/// The methods that find a function by a path, since a route may have a single method.
const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// The error for an unknown name of a function.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no function `{name}`{}; `{}` lists all routes", proposal(.nearest), command("routes"))]
#[non_exhaustive]
pub struct UnknownFunction {
    /// The name that was typed.
    pub name: String,
    /// The names with a similar spelling, the nearest first.
    pub nearest: Vec<String>,
}

impl FrontDoors {
    /// Finds the function of a Lambda authorizer, by its logical id.
    pub fn authorizer(&self, logical_id: &str) -> Option<&ServedFunction> {
        self.functions.iter().find(|served| served.settings.logical_id == logical_id)
    }

    /// Finds the function with a name: its route (`/api/posts/[id]`), the folder of the route
    /// (`functions/api/posts/[id]`) or of an authorizer, its package, its binary, its logical id or name in the
    /// template, or a path that leads to it (`/api/posts/7`). If several functions fit, the first of these ways counts.
    ///
    /// # Errors
    /// No function fits.
    pub fn function(&self, name: &str) -> Result<&ServedFunction, UnknownFunction> {
        let route = route_of(name);
        let with = |is_named: &dyn Fn(&&ServedFunction) -> bool| self.functions.iter().find(is_named);
        let folder = name.trim_start_matches("./").trim_end_matches('/');
        with(&|it| it.place == route || it.place == folder)
            .or_else(|| with(&|it| it.id.name() == name))
            .or_else(|| with(&|it| it.settings.code.binary() == Some(name)))
            .or_else(|| with(&|it| it.settings.logical_id == name || it.settings.name == name))
            .or_else(|| self.at_path(&route))
            .ok_or_else(|| self.unknown(name))
    }

    fn at_path(&self, path: &str) -> Option<&ServedFunction> {
        let mut table = RouteTable::default();
        let ways = self.doors.iter().flat_map(FrontDoor::ways);
        for (key, id) in ways.filter(|(key, _)| **key != RouteKey::Default) {
            // An error means that an earlier front door has the route already.
            let _ = table.add(key.clone(), id);
        }
        let found = METHODS.iter().find_map(|method| table.select(method, path))?;
        self.functions.iter().find(|function| function.id == **found.target)
    }

    fn unknown(&self, name: &str) -> UnknownFunction {
        let names = self.functions.iter().flat_map(|function| {
            [function.place.as_str(), function.id.name(), &function.settings.logical_id]
        });
        UnknownFunction { name: name.to_owned(), nearest: nearest(name, names) }
    }
}

impl FrontDoor {
    /// Returns each route key with the function that it leads to.
    fn ways(&self) -> Vec<(&RouteKey, &FunctionId)> {
        match self {
            Self::Api { routes, .. } | Self::LoadBalancer { routes, .. } => {
                routes.iter().map(|route| (&route.key, &route.function)).collect()
            }
            Self::FunctionUrls(urls) => {
                urls.iter().flat_map(|url| url.keys.iter().map(|key| (key, &url.function))).collect()
            }
        }
    }
}

/// Returns the route for a name, which may be the folder that a shell completes, with a slash at the end.
fn route_of(name: &str) -> String {
    let name = name.trim_start_matches("./").trim_end_matches('/');
    let folder = name.strip_prefix(FUNCTIONS).and_then(|rest| rest.strip_prefix('/'));
    match folder.map(Pattern::from_folder) {
        Some(Ok(pattern)) => pattern.to_string(),
        _ => format!("/{}", name.trim_start_matches('/')),
    }
}

fn proposal(nearest: &[String]) -> String {
    let names: Vec<_> = nearest.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!(": the nearest name is {name}"),
        names => format!(": the nearest names are {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests;
