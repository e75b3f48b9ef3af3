//! Methods that a REST API answers by itself.

use std::collections::{BTreeMap, BTreeSet};

use api_routes_routing::{PathTemplate, RouteKey};
use http::Method;

use crate::aws::Authorization;
use crate::aws::rest_api::MockResponse;
use crate::template::Api;

/// A method of a REST API without a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mock {
    /// The route key of its requests.
    pub key: RouteKey,
    /// The response of the API.
    pub response: MockResponse,
    /// The callers that get the response.
    pub authorization: Authorization,
}

/// Returns the mock methods of the API's OpenAPI document.
pub(super) fn declared(api: &Api) -> Vec<Mock> {
    let mocks = api.mocks.iter();
    mocks
        .filter_map(|mock| {
            Some(Mock {
                key: mock.route_key.parse().ok()?,
                response: mock.response.clone(),
                authorization: mock.authorization.clone(),
            })
        })
        .collect()
}

/// Returns the preflight responses of a REST API with `Cors`: an `OPTIONS` method for each path that has none. `routes`
/// are the route keys that lead to functions.
pub(super) fn preflights(api: &Api, routes: &[&RouteKey], mocks: &[Mock]) -> Vec<Mock> {
    let Some(preflight) = &api.preflight else { return Vec::new() };
    let declared: Vec<RouteKey> = api.route_keys.iter().filter_map(|key| key.parse().ok()).collect();
    let mut paths: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for key in declared.iter().chain(routes.iter().copied()).chain(mocks.iter().map(|mock| &mock.key)) {
        if let RouteKey::Path { method, path } = key {
            paths.entry(path).or_default().insert(method.as_ref().map_or("ANY", Method::as_str));
        }
    }
    let mock = |(path, methods): (&PathTemplate, BTreeSet<&str>)| {
        let key = RouteKey::Path { method: Some(Method::OPTIONS), path: path.clone() };
        let authorization = api.preflight_authorization.clone();
        (!methods.contains("OPTIONS")).then(|| Mock {
            key,
            response: preflight.answer(&methods),
            authorization,
        })
    };
    paths.into_iter().filter_map(mock).collect()
}
