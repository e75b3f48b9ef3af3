//! The route table of an HTTP API.
//!
//! The order is that of <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>:
//! a full match of route and method, else a greedy path variable, else `$default`. Among full matches, and among greedy
//! ones, the first difference from the left decides: a literal segment comes before `{id}`, and `{id}` before
//! `{proxy+}`. For the same path, a route's own method comes before `ANY`. A path that only other methods have does not
//! match at all, so there is no 405, and `GET` does not serve `HEAD`.
//!
//! Undocumented (HTTP-29): no header names another method, as `X-HTTP-Method-Override` does for REST APIs.

mod trie;

use std::borrow::Cow;
use std::time::Duration;

use api_routes_routing::{RouteKey, TemplateSegment};
use http::Method;

use self::trie::SegmentNode;
use crate::aws::path::{decode, split_segment};
use crate::aws::route_methods::RouteId;

/// The longest time that a client waits for a function, and the default.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
pub const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);

/// The routes of an API, each with its target.
#[derive(Debug)]
pub struct RouteTable<T> {
    routes: Vec<Route<T>>,
    paths: SegmentNode,
    default: Option<RouteId>,
}

#[derive(Debug)]
struct Route<T> {
    key: RouteKey,
    /// The key in the form of events.
    text: String,
    target: T,
}

/// The route that a request matches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match<'a, T> {
    /// The key of the route, in the form of API Gateway.
    pub key: &'a str,
    /// The target of the route.
    pub target: &'a T,
    /// Path parameters, decoded, in the order of the path.
    pub parameters: Vec<(&'a str, Cow<'a, str>)>,
}

/// Two routes for the same requests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` and `{1}` are the same route: remove one of them")]
pub struct DuplicateRoute(
    /// The key that the table has.
    pub RouteKey,
    /// The key that was not added.
    pub RouteKey,
);

impl<T> RouteTable<T> {
    /// Creates a table of `routes`, in any order.
    ///
    /// # Errors
    /// The first two routes for the same requests.
    pub fn new(routes: impl IntoIterator<Item = (RouteKey, T)>) -> Result<Self, DuplicateRoute> {
        let mut table = Self::default();
        routes.into_iter().try_for_each(|(key, target)| table.add(key, target)).map(|()| table)
    }

    /// Adds a route.
    ///
    /// # Errors
    /// If the table has a route for the same requests already, which stays.
    pub fn add(&mut self, key: RouteKey, target: T) -> Result<(), DuplicateRoute> {
        match self.place(&key, self.routes.len()) {
            Ok(()) => {
                self.routes.push(Route { text: key.to_string(), key, target });
                Ok(())
            }
            Err(holder) => Err(DuplicateRoute(self.routes[holder].key.clone(), key)),
        }
    }

    /// Returns the route for a request, if any. `path` is encoded, as the client sent it.
    pub fn select<'a>(&'a self, method: &Method, path: &'a str) -> Option<Match<'a, T>> {
        let id = self.paths.find(method, path).or(self.default)?;
        let Route { key, text, target } = &self.routes[id];
        Some(Match { key: text, target, parameters: parameters(key, path) })
    }

    /// Returns the routes, in their original order.
    pub fn iter(&self) -> impl Iterator<Item = (&RouteKey, &T)> {
        self.routes.iter().map(|route| (&route.key, &route.target))
    }

    /// Adds the route `id` for the requests of `key`. The error is the route that has these requests already.
    fn place(&mut self, key: &RouteKey, id: RouteId) -> Result<(), RouteId> {
        match (key, self.default) {
            (RouteKey::Path { method, path }, _) => {
                self.paths.methods_of(path.segments()).insert(method.as_ref(), id)
            }
            (RouteKey::Default, Some(holder)) => Err(holder),
            (RouteKey::Default, None) => {
                self.default = Some(id);
                Ok(())
            }
        }
    }
}

impl<T> Default for RouteTable<T> {
    /// Creates a table without routes.
    fn default() -> Self {
        Self { routes: Vec::new(), paths: SegmentNode::default(), default: None }
    }
}

fn parameters<'a>(key: &'a RouteKey, path: &'a str) -> Vec<(&'a str, Cow<'a, str>)> {
    let mut parameters = Vec::new();
    let mut rest = path.strip_prefix('/');
    let RouteKey::Path { path: template, .. } = key else { return parameters };
    for segment in template.segments() {
        let Some(behind_slash) = rest else { break };
        let (text, next) = split_segment(behind_slash);
        match segment {
            TemplateSegment::Literal(_) => {}
            TemplateSegment::Parameter(name) => parameters.push((name, decode(text))),
            TemplateSegment::Greedy(name) => parameters.push((name, decode(behind_slash))),
        }
        rest = next;
    }
    parameters
}

#[cfg(test)]
mod tests;
