//! The resource table of a REST API.
//!
//! A REST API is a tree of resources, each with methods of its own
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html>).
//! Resource and method are chosen together: a resource without the request's method takes nothing, and the
//! request goes on to a `{proxy+}` elsewhere in the tree, as measured against AWS for
//! `tests/test_apigatewayv1.py` of <https://github.com/ministackorg/ministack>.

mod mock;
mod tree;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use api_routes_routing::{PathTemplate, RouteKey, TemplateSegment};
use http::Method;

pub use self::mock::MockResponse;
use self::tree::ResourceNode;
use crate::aws::path::split_segment;
use crate::aws::route_methods::RouteId;

/// The time that a client waits for a function, unless its integration sets another.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
pub const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(29);

/// The methods that `ANY` stands for; requests with other methods meet no resource.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html>
const METHODS: [Method; 7] =
    [Method::DELETE, Method::GET, Method::HEAD, Method::OPTIONS, Method::PATCH, Method::POST, Method::PUT];

/// The resources of an API, each with the targets of its methods.
#[derive(Debug)]
pub struct ResourceTable<T> {
    routes: Vec<Route<T>>,
    root: ResourceNode,
}

#[derive(Debug)]
struct Route<T> {
    key: RouteKey,
    path: PathTemplate,
    resource_id: String,
    target: T,
}

/// The resource that a request matches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match<'a, T> {
    /// Its path, with variables: `/posts/{id}`.
    pub resource: &'a str,
    /// Its id, which stays the same as long as its path does.
    pub resource_id: &'a str,
    /// The target of its method.
    pub target: &'a T,
    /// Path parameters as the client sent them, in the order of the path.
    pub parameters: Vec<(&'a str, &'a str)>,
}

/// The reasons why API Gateway would refuse a resource.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidResource {
    /// Two methods for the same requests.
    #[error("`{0}` and `{1}` are the same method of a REST API: remove one of them")]
    Duplicate(RouteKey, RouteKey),
    /// The key is `$default`, which only HTTP APIs have.
    #[error("a REST API has no `$default` route: write `ANY /` and `ANY /{{proxy+}}`")]
    NoDefault,
    /// Two variables at the same place (<https://github.com/serverless/serverless/issues/3075>).
    #[error(
        "`{0}` and `{1}` have different variables in the same place, and a REST API takes one: \
         give them one name, or a literal segment before"
    )]
    Siblings(RouteKey, RouteKey),
}

impl<T> ResourceTable<T> {
    /// Creates a table of `routes`, in any order.
    ///
    /// # Errors
    /// The first route that API Gateway would refuse.
    pub fn new(routes: impl IntoIterator<Item = (RouteKey, T)>) -> Result<Self, InvalidResource> {
        let mut table = Self::default();
        routes.into_iter().try_for_each(|(key, target)| table.add(key, target)).map(|()| table)
    }

    /// Adds a method of a resource.
    ///
    /// # Errors
    /// If API Gateway would refuse the route; the table stays as it is.
    pub fn add(&mut self, key: RouteKey, target: T) -> Result<(), InvalidResource> {
        let RouteKey::Path { method, path } = &key else { return Err(InvalidResource::NoDefault) };
        let id = self.routes.len();
        let taken = |holder: RouteId| self.routes[holder].key.clone();
        let methods = self.root.resource(path.segments(), id);
        let methods = methods.map_err(|holder| InvalidResource::Siblings(taken(holder), key.clone()))?;
        methods
            .insert(method.as_ref(), id)
            .map_err(|holder| InvalidResource::Duplicate(taken(holder), key.clone()))?;
        let (path, resource_id) = (path.clone(), short_id(path.as_str()));
        self.routes.push(Route { key, path, resource_id, target });
        Ok(())
    }

    /// Returns the resource for a request, if any. `path` is encoded, as the client sent it, and without the stage.
    ///
    /// A slash at the end of the path is ignored, even after a parameter
    /// (`tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` in
    /// <https://github.com/localstack/localstack>).
    ///
    /// Undocumented (REST-15): several slashes at the end are ignored too.
    pub fn select<'a>(&'a self, method: &Method, path: &'a str) -> Option<Match<'a, T>> {
        let path = path.trim_matches('/');
        let id = self.root.find(method, path).filter(|_| METHODS.contains(method))?;
        let Route { path: template, resource_id, target, .. } = &self.routes[id];
        let parameters = parameters(template, path);
        Some(Match { resource: template.as_str(), resource_id, target, parameters })
    }

    /// Returns the methods of all resources, in their original order.
    pub fn iter(&self) -> impl Iterator<Item = (&RouteKey, &T)> {
        self.routes.iter().map(|route| (&route.key, &route.target))
    }
}

impl<T> Default for ResourceTable<T> {
    /// Creates a table without resources.
    fn default() -> Self {
        Self { routes: Vec::new(), root: ResourceNode::default() }
    }
}

fn parameters<'a>(template: &'a PathTemplate, path: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut parameters = Vec::new();
    let mut rest = Some(path);
    for segment in template.segments() {
        let Some(sent) = rest else { break };
        let (text, next) = split_segment(sent);
        match segment {
            TemplateSegment::Literal(_) => {}
            TemplateSegment::Parameter(name) => parameters.push((name, text)),
            TemplateSegment::Greedy(name) => parameters.push((name, sent)),
        }
        rest = next;
    }
    parameters
}

/// Returns six letters and digits in the form of ids of resources and deployments, always the same for the same text.
pub fn short_id(text: &str) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let mut number = hasher.finish();
    let mut digit = || {
        let digit = DIGITS[(number % 36) as usize];
        number /= 36;
        char::from(digit)
    };
    (0..6).map(|_| digit()).collect()
}

#[cfg(test)]
mod tests;
