//! Counts the resources that CloudFormation gets from SAM.
//!
//! The numbers are from aws-sam-translator 1.115. Rarer properties are left out, so the real number may be higher.

use std::collections::BTreeSet;

use super::function::TemplateFunction;
use super::resource::{FUNCTION, HTTP_API, REST_API, Resource, implicit_api};
use super::value::TemplateValue;
use crate::aws::FrontDoorKind;

pub(super) fn resources<'a>(
    resources: &[Resource<'_>],
    functions: impl Iterator<Item = &'a TemplateFunction>,
) -> usize {
    let declared: usize = resources.iter().map(made_of).sum();
    let has_deployments = resources.iter().any(|resource| deployment(resource).is_some());
    let needs_role =
        resources.iter().filter_map(deployment).any(|deployment| deployment.get("Role").is_none());
    let implicit: usize = implicit_apis(resources, functions).into_iter().map(api).sum();
    // All deployments share an application, and a role unless each has its own.
    declared + implicit + usize::from(has_deployments) + usize::from(needs_role)
}

fn made_of(resource: &Resource<'_>) -> usize {
    match resource.kind.as_str() {
        FUNCTION => function(resource),
        HTTP_API => api(FrontDoorKind::HttpApi) + domain(resource),
        REST_API => api(FrontDoorKind::RestApi) + domain(resource),
        "AWS::Serverless::StateMachine" => 1 + usize::from(resource.property("Role").node().is_none()),
        _ => 1,
    }
}

/// Counts an API and its stage; a REST API also has a deployment.
fn api(kind: FrontDoorKind) -> usize {
    if kind == FrontDoorKind::RestApi { 3 } else { 2 }
}

/// Counts a domain name, a mapping for each base path, and a record.
fn domain(resource: &Resource<'_>) -> usize {
    let domain = resource.property("Domain");
    if domain.node().is_none() {
        return 0;
    }
    let paths = domain.member("BasePath").node().map_or(0, |paths| paths.items().count());
    1 + paths.max(1) + usize::from(domain.member("Route53").node().is_some())
}

fn function(resource: &Resource<'_>) -> usize {
    let has = |name| resource.property(name).node().is_some();
    let role = usize::from(!has("Role"));
    let alias = if has("AutoPublishAlias") { 2 } else { 0 };
    let group = usize::from(deployment(resource).is_some());
    let invoke = usize::from(has("EventInvokeConfig"));
    1 + role + alias + group + invoke + url(resource) + events(resource)
}

/// Counts a URL. An open URL has two permissions.
fn url(resource: &Resource<'_>) -> usize {
    let auth_type =
        resource.property("FunctionUrlConfig").member("AuthType").node().and_then(TemplateValue::text);
    let is_there = resource.property("FunctionUrlConfig").node().is_some();
    usize::from(is_there) + if auth_type.as_deref() == Some("NONE") { 2 } else { 0 }
}

/// Counts a permission for each event of an API, but a single one if the function is the `$default` of an HTTP API.
fn events(resource: &Resource<'_>) -> usize {
    let events = resource.property("Events").node();
    let events: Vec<_> =
        events.into_iter().flat_map(TemplateValue::entries).map(|(_, event)| event).collect();
    let kind = |event: &&TemplateValue| event.get("Type").and_then(TemplateValue::text).unwrap_or_default();
    let has_path =
        |event: &&TemplateValue| event.get("Properties").is_some_and(|it| it.get("Path").is_some());
    let is_http = |event: &&&TemplateValue| kind(event) == "HttpApi";
    let http = events.iter().filter(is_http).count();
    let takes_the_rest = events.iter().filter(is_http).any(|event| !has_path(event));
    let others = events.iter().filter(|event| kind(event) != "HttpApi");
    let others: usize = others.map(|event| event_source(&kind(event))).sum();
    others + if takes_the_rest { 1 } else { http }
}

/// Returns the number of resources for an event source: the source, and its permission to invoke the function.
fn event_source(kind: &str) -> usize {
    match kind {
        "Schedule" | "ScheduleV2" | "SNS" | "EventBridgeRule" | "CloudWatchEvent" | "CloudWatchLogs" => 2,
        _ => 1,
    }
}

/// Returns `DeploymentPreference`, unless it is disabled.
fn deployment<'a>(resource: &Resource<'a>) -> Option<&'a TemplateValue> {
    let preference = resource.property("DeploymentPreference").node()?;
    let enabled = preference.get("Enabled").and_then(TemplateValue::text);
    (enabled.as_deref() != Some("false")).then_some(preference)
}

/// Returns the implicit APIs of SAM, for events that name no API.
fn implicit_apis<'a>(
    resources: &[Resource<'_>],
    functions: impl Iterator<Item = &'a TemplateFunction>,
) -> Vec<FrontDoorKind> {
    let used: BTreeSet<&str> =
        functions.flat_map(|function| &function.events).map(|event| event.api.as_str()).collect();
    let is_made = |kind: &FrontDoorKind| {
        let id = implicit_api(*kind);
        used.contains(id) && !resources.iter().any(|resource| resource.logical_id == id)
    };
    [FrontDoorKind::HttpApi, FrontDoorKind::RestApi].into_iter().filter(is_made).collect()
}
