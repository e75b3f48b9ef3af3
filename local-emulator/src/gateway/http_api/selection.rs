//! Which route takes a request.
//!
//! As <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>
//! has it: a full match of route and method, else a greedy path variable, else `$default`.
//! Among full matches, and among greedy ones, the first difference from the left decides: a literal
//! segment comes before `{id}`, and that before `{proxy+}`. For one path, a route's own method
//! comes before `ANY`. A path that only other methods have does not match at all, so that there is
//! no 405, and `HEAD` is not served by `GET`.

use std::borrow::Cow;

use http::Method;

use super::path::{decode, split_segment};
use super::trie::{Node, RouteId};
use crate::gateway::RouteKey;
use crate::gateway::route_key::{Route, Segment};

#[cfg(test)]
mod tests;

/// The routes of an API, each with what it leads to.
#[derive(Debug)]
pub struct RouteTable<T> {
    routes: Vec<(RouteKey, T)>,
    paths: Node,
    default: Option<RouteId>,
}

/// A request's route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'a, T> {
    /// The key of the route.
    pub key: &'a RouteKey,
    /// What the route leads to.
    pub target: &'a T,
    /// Path parameters, decoded, in the order of the path.
    pub parameters: Vec<(&'a str, Cow<'a, str>)>,
}

/// Two routes for the same requests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` and `{1}` are the same route: remove one of them")]
pub struct DuplicateRoute(Box<str>, Box<str>);

impl<T> RouteTable<T> {
    /// A table of `routes`, in any order.
    pub fn new(routes: impl IntoIterator<Item = (RouteKey, T)>) -> Result<Self, DuplicateRoute> {
        let mut table = Self { routes: routes.into_iter().collect(), paths: Node::default(), default: None };
        for id in 0..table.routes.len() {
            table.place(id)?;
        }
        Ok(table)
    }

    /// The route that takes a request, if any. `path` is encoded, as the client sent it.
    pub fn select<'a>(&'a self, method: &Method, path: &'a str) -> Option<Match<'a, T>> {
        let id = self.paths.find(method, path).or(self.default)?;
        let (key, target) = &self.routes[id];
        Some(Match { key, target, parameters: parameters(key, path) })
    }

    /// The routes, in the order they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&RouteKey, &T)> {
        self.routes.iter().map(|(key, target)| (key, target))
    }

    fn place(&mut self, id: RouteId) -> Result<(), DuplicateRoute> {
        let placed = match &self.routes[id].0.route {
            Some(Route { method, segments }) => self.paths.methods_of(segments).insert(method.as_ref(), id),
            None => self.default.replace(id).map_or(Ok(()), Err),
        };
        placed.map_err(|other| DuplicateRoute(self.key(other), self.key(id)))
    }

    fn key(&self, id: RouteId) -> Box<str> {
        self.routes[id].0.as_str().into()
    }
}

fn parameters<'a>(key: &'a RouteKey, path: &'a str) -> Vec<(&'a str, Cow<'a, str>)> {
    let mut parameters = Vec::new();
    let mut rest = path.strip_prefix('/');
    for segment in key.route.iter().flat_map(|route| &route.segments) {
        let Some(behind_slash) = rest else { break };
        let (text, next) = split_segment(behind_slash);
        match segment {
            Segment::Literal(_) => {}
            Segment::Parameter(name) => parameters.push((&**name, decode(text))),
            Segment::Greedy(name) => parameters.push((&**name, decode(behind_slash))),
        }
        rest = next;
    }
    parameters
}
