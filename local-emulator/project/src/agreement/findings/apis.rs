//! The events of each API: problems that API Gateway refuses and no linter finds.

use std::collections::BTreeSet;
use std::fmt::Write;

use api_routes_routing::{PathTemplate, PathTemplateError, RouteKey, RouteKeyError, TemplateSegment};

use super::functions::timeout_place;
use crate::agreement::rule::Rule;
use crate::agreement::{Drift, Finding, Survey};
use crate::aws::FrontDoorKind;
use crate::aws::http_api::RouteTable;
use crate::aws::rest_api::{INTEGRATION_TIMEOUT, InvalidResource, ResourceTable};
use crate::template::{Api, Event, SourcePosition, Template, TemplateFunction};

/// The maximum number of routes of an HTTP API:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>. The maximum number of resources
/// of a REST API:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>.
const MOST: usize = 300;

/// An event that leads to a function of an API.
pub(super) struct ApiRoute<'a> {
    function: &'a TemplateFunction,
    pub(super) event: &'a Event,
    key: RouteKey,
    /// Whether its function is judged.
    pub(super) is_ours: bool,
}

impl ApiRoute<'_> {
    pub(super) fn path(&self) -> Option<&PathTemplate> {
        match &self.key {
            RouteKey::Path { path, .. } => Some(path),
            RouteKey::Default => None,
        }
    }
}

impl Survey {
    pub(super) fn of_apis(&self, template: &Template, drifts: &[Drift]) -> Vec<Finding> {
        let functions = template.functions.iter().chain(&template.others);
        let ours = functions.filter(|function| self.is_ours(function));
        let events = ours.flat_map(|function| &function.events);
        let mut findings: Vec<_> = events.filter_map(|event| self.of_path(event)).collect();
        for api in &template.apis {
            let routes = self.routes_of(api, template, drifts);
            if routes.iter().any(|route| route.is_ours) {
                findings.extend(self.of_duplicates(api, &routes));
                findings.extend(self.of_timeouts(api, &routes));
                findings.extend(self.of_size(api, &routes));
                findings.extend(self.of_open_routes(api, &routes));
                findings.extend(self.of_unused_authorizers(api, template));
            }
        }
        findings
    }

    /// Returns the routes of an API, without paths that AWS refuses or that `sync` will change.
    fn routes_of<'a>(&self, api: &Api, template: &'a Template, drifts: &[Drift]) -> Vec<ApiRoute<'a>> {
        let changes = |function: &TemplateFunction, event: &Event| {
            let names = (function.logical_id.as_str(), event.name.as_str());
            drifts.iter().any(|drift| drift.event() == Some(names))
        };
        let functions = template.functions.iter().chain(&template.others);
        let events =
            functions.flat_map(|function| function.events.iter().map(move |event| (function, event)));
        let of_api = events.filter(|(_, event)| {
            event.is_api_known && (event.kind, &event.api) == (api.kind, &api.logical_id)
        });
        let route = |(function, event): (&'a TemplateFunction, &'a Event)| {
            let key = event.route_key.parse().ok()?;
            let is_ours = self.is_ours(function);
            (!changes(function, event)).then_some(ApiRoute { function, event, key, is_ours })
        };
        of_api.filter_map(route).collect()
    }

    fn of_path(&self, event: &Event) -> Option<Finding> {
        let error = event.route_key.parse::<RouteKey>().err()?;
        let path = event.route_key.split_once(' ').map_or(event.route_key.as_str(), |(_, path)| path);
        let finding = self.in_template(rule_of(&error), event.place, error.to_string());
        Some(match rule_of(&error) {
            Rule::NoLeadingSlash => finding.with_help(format!("write `Path: /{path}`")),
            Rule::TrailingSlash if path.len() > 1 => {
                finding.with_help(format!("write `Path: {}`", path.trim_end_matches('/')))
            }
            _ => finding,
        })
    }

    fn of_duplicates(&self, api: &Api, routes: &[ApiRoute<'_>]) -> Vec<Finding> {
        let mut clashes =
            if api.kind == FrontDoorKind::RestApi { of_rest_api(routes) } else { of_http_api(routes) };
        clashes.retain(|Clash { first, second, .. }| {
            (first.is_ours || second.is_ours) && first.function.may_be_beside(second.function)
        });
        let finding = |clash: Clash<'_>| {
            let ApiRoute { function, event, .. } = clash.second;
            let (other, first) = (&clash.first.event.name, &clash.first.function.logical_id);
            let message = format!(
                "{} (`{}` of `{}`, and `{other}` of `{first}`)",
                clash.message, event.name, function.logical_id
            );
            self.in_template(clash.rule, event.place, message)
        };
        clashes.into_iter().map(finding).collect()
    }

    /// Finds timeouts of routes over the default limit of a REST API. A timeout that the API cannot have is refused
    /// where the template is read.
    fn of_timeouts(&self, api: &Api, routes: &[ApiRoute<'_>]) -> Vec<Finding> {
        let is_long = |route: &&ApiRoute<'_>| {
            let is_over = route.event.timeout.is_some_and(|timeout| timeout > INTEGRATION_TIMEOUT);
            route.is_ours && is_over && api.kind == FrontDoorKind::RestApi && !route.event.streams
        };
        let finding = |route: &ApiRoute<'_>| {
            let (rule, words) = if api.is_edge {
                (
                    Rule::IntegrationTimeout,
                    "which its quota cannot change: its endpoint is optimised for the edge",
                )
            } else {
                (Rule::LongIntegrationTimeout, "unless its quota is raised")
            };
            let most = INTEGRATION_TIMEOUT.as_millis();
            let message = format!("a REST API waits for {most} ms at most, {words}");
            self.in_template(rule, timeout_place(route.event), message)
        };
        routes.iter().filter(is_long).map(finding).collect()
    }

    fn of_size(&self, api: &Api, routes: &[ApiRoute<'_>]) -> Option<Finding> {
        let (rule, count, what) = match api.kind {
            FrontDoorKind::RestApi => {
                (Rule::TooManyResources, resources(routes), "a REST API has 300 resources")
            }
            _ => (Rule::TooManyRoutes, routes.len(), "an HTTP API has 300 routes"),
        };
        let message =
            format!("`{}` has {count}, and {what} at most, unless its quota is raised", api.logical_id);
        (count > MOST).then(|| self.in_template(rule, api.place.unwrap_or(SourcePosition::START), message))
    }
}

/// Two events that exclude each other in one API.
struct Clash<'a> {
    rule: Rule,
    first: &'a ApiRoute<'a>,
    second: &'a ApiRoute<'a>,
    message: String,
}

/// Finds routes that the resource table of a REST API refuses.
fn of_rest_api<'a>(routes: &'a [ApiRoute<'a>]) -> Vec<Clash<'a>> {
    let mut resources = ResourceTable::default();
    let clash = |second: &'a ApiRoute<'a>| {
        let error = resources.add(second.key.clone(), ()).err()?;
        let (rule, first) = match &error {
            InvalidResource::Duplicate(first, _) => (Rule::DuplicateRouteKey, holder(routes, first)?),
            InvalidResource::Siblings(first, _) => (Rule::ConflictingVariables, holder(routes, first)?),
            InvalidResource::NoDefault => (Rule::RestDefault, second),
        };
        Some(Clash { rule, first, second, message: error.to_string() })
    };
    routes.iter().filter_map(clash).collect()
}

/// Finds routes that the route table of an HTTP API refuses, and routes that differ in the names of variables alone.
fn of_http_api<'a>(routes: &'a [ApiRoute<'a>]) -> Vec<Clash<'a>> {
    let mut table = RouteTable::default();
    let mut known: Vec<(&ApiRoute<'_>, Vec<TemplateSegment<'_>>)> = Vec::new();
    let mut clashes = Vec::new();
    for second in routes {
        if let Err(error) = table.add(second.key.clone(), ()) {
            let message = error.to_string();
            let first = holder(routes, &error.0);
            clashes.extend(first.map(|first| Clash {
                rule: Rule::DuplicateRouteKey,
                first,
                second,
                message,
            }));
            continue;
        }
        let segments: Vec<_> = second.path().into_iter().flat_map(PathTemplate::segments).collect();
        let clash = known.iter().find_map(|(first, others)| Some((*first, differing(others, &segments)?)));
        clashes.extend(clash.map(|(first, rule)| {
            let (one, other) = (&first.key, &second.key);
            let message = format!("`{one}` and `{other}` name the variable in one place differently");
            Clash { rule, first, second, message }
        }));
        known.push((second, segments));
    }
    clashes
}

/// Returns the route that had the key first.
fn holder<'a>(routes: &'a [ApiRoute<'a>], key: &RouteKey) -> Option<&'a ApiRoute<'a>> {
    routes.iter().find(|route| route.key == *key)
}

/// Counts the resources of the paths: each segment of each path is a resource, and so is `/`.
fn resources(routes: &[ApiRoute<'_>]) -> usize {
    let mut resources = BTreeSet::from([String::new()]);
    for path in routes.iter().filter_map(ApiRoute::path) {
        let mut resource = String::new();
        for segment in path.segments() {
            // Writing to a String cannot fail.
            let _ = write!(resource, "/{segment}");
            resources.insert(resource.clone());
        }
    }
    resources.len()
}

fn rule_of(error: &RouteKeyError) -> Rule {
    match error {
        RouteKeyError::UnknownMethod(_) => Rule::UnknownMethod,
        RouteKeyError::Path(PathTemplateError::NoLeadingSlash(_)) => Rule::NoLeadingSlash,
        RouteKeyError::Path(PathTemplateError::TrailingSlash(_)) => Rule::TrailingSlash,
        RouteKeyError::Path(PathTemplateError::EmptySegment(_)) => Rule::EmptySegment,
        RouteKeyError::Path(PathTemplateError::PartialParameter(_)) => Rule::PartialVariable,
        RouteKeyError::Path(PathTemplateError::GreedyNotLast(_)) => Rule::GreedyNotLast,
        RouteKeyError::Path(PathTemplateError::RepeatedName(_)) => Rule::RepeatedVariable,
        _ => Rule::UnsupportedPath,
    }
}

/// Whether two paths of an HTTP API name a variable differently.
///
/// Undocumented (HTTP-32): whether API Gateway refuses such paths. Its error, "has a conflicting variable on the same
/// hierarchical level as", is reported for paths that differ in nothing else
/// (<https://github.com/KensioSoftware/yulin/pull/307>). The word "level" suggests that it also refuses others.
fn differing(one: &[TemplateSegment<'_>], other: &[TemplateSegment<'_>]) -> Option<Rule> {
    use TemplateSegment::{Greedy, Parameter};
    let is_alike = |(a, b): &(&TemplateSegment<'_>, &TemplateSegment<'_>)| {
        a == b || matches!((a, b), (Parameter(_), Parameter(_)) | (Greedy(_), Greedy(_)))
    };
    let alike = one.iter().zip(other).take_while(is_alike).count();
    let differ = one[..alike] != other[..alike];
    let is_all = alike == one.len() && alike == other.len();
    differ.then_some(if is_all { Rule::ConflictingVariables } else { Rule::DifferingVariables })
}
