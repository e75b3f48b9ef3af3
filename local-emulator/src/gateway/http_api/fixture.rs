//! Requests that have found their route.

use http::request::Builder;

use super::event::RoutedRequest;
use super::{RouteTable, Stage};
use crate::authorizer::Authorized;
use crate::gateway::Api;
use crate::gateway::identity::RequestIds;

/// Returns the result of `check` for a request to the only route of an API.
pub(super) fn with_routed_request<T>(
    stage: &Stage,
    route_key: &str,
    request: Builder,
    body: &[u8],
    identity: &RequestIds,
    check: impl FnOnce(RoutedRequest<'_, ()>) -> T,
) -> T {
    let (head, ()) = request.body(()).unwrap().into_parts();
    let table = RouteTable::new([(route_key.parse().unwrap(), ())]).unwrap();
    check(RoutedRequest {
        stage,
        api: &Api {
            account_id: "123456789012".to_owned(),
            api_id: "a1b2c3d4e5".to_owned(),
            ..Api::default()
        },
        head: &head,
        body,
        route: &table.select(&head.method, stage.rest(head.uri.path()).unwrap()).unwrap(),
        peer: [68, 8, 83, 18].into(),
        identity,
        authorized: &Authorized::default(),
    })
}
