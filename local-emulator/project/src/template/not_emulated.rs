//! Reports the declarations that the emulator does not support, once for each kind, so that differences from AWS are no
//! surprise.

use super::complaint::{Fault, SourcePosition};
use super::function::TemplateFunction;
use super::reader::Reader;
use super::resource::{FUNCTION, PLAIN_REST_API, REST_API, Resource};
use super::value::TemplateValue;

/// A kind of unsupported declaration, with its consequence here.
struct Kind {
    /// The subject of a sentence: `layers are not emulated`.
    subject: &'static str,
    consequence: &'static str,
    /// Returns the position of the declaration in a resource, if any.
    declared: fn(&Resource<'_>) -> Option<SourcePosition>,
    /// Whether this is a property of functions, which means nothing for a function that is not served.
    is_of_functions: bool,
}

const KINDS: [Kind; 11] = [
    Kind {
        subject: "layers are",
        consequence: "functions run without them",
        declared: |resource| function_property(resource, "Layers"),
        is_of_functions: true,
    },
    Kind {
        subject: "tenant isolation is",
        consequence: "tenants share sandboxes, and events have no tenant id",
        declared: |resource| function_property(resource, "TenancyConfig"),
        is_of_functions: true,
    },
    Kind {
        subject: "durable functions are",
        consequence: "an execution is one invocation, without checkpoints",
        declared: |resource| function_property(resource, "DurableConfig"),
        is_of_functions: true,
    },
    Kind {
        subject: "Lambda Web Functions are",
        consequence: "they are not served",
        declared: |resource| of_type(resource, &["AWS::Serverless::WebFunction"]),
        is_of_functions: false,
    },
    Kind {
        subject: "WebSocket APIs are",
        consequence: "they are not served",
        declared: web_socket,
        is_of_functions: false,
    },
    Kind {
        subject: "gateway responses are",
        consequence: "errors of the API have AWS's own bodies",
        declared: |resource| {
            api_property(resource, "GatewayResponses")
                .or_else(|| of_type(resource, &["AWS::ApiGateway::GatewayResponse"]))
        },
        is_of_functions: false,
    },
    Kind {
        subject: "WAF is",
        consequence: "no request is blocked",
        declared: |resource| {
            of_type(
                resource,
                &[
                    "AWS::WAFv2::WebACL",
                    "AWS::WAFv2::WebACLAssociation",
                    "AWS::WAFRegional::WebACLAssociation",
                ],
            )
        },
        is_of_functions: false,
    },
    Kind {
        subject: "usage plans are",
        consequence: "no request is throttled or counted",
        declared: |resource| {
            let plan = resource.property("Auth").member("UsagePlan").node().map(TemplateValue::place);
            plan.filter(|_| resource.kind == REST_API)
                .or_else(|| of_type(resource, &["AWS::ApiGateway::UsagePlan"]))
        },
        is_of_functions: false,
    },
    Kind {
        subject: "resource policies are",
        consequence: "callers of every account and network are let in",
        declared: resource_policy,
        is_of_functions: false,
    },
    Kind {
        subject: "roles of integrations (`InvokeRole`) are",
        consequence: "functions are invoked without one",
        declared: |resource| {
            let is_role = |node: &&TemplateValue| node.text().as_deref() != Some("NONE") && !node.is_null();
            auths(resource)
                .into_iter()
                .find_map(|auth| auth.get("InvokeRole").filter(is_role))
                .map(TemplateValue::place)
        },
        is_of_functions: false,
    },
    Kind {
        subject: "caches of stages are",
        consequence: "each request reaches its function",
        declared: |resource| {
            let enabled = resource.property("CacheClusterEnabled").node()?;
            let is_on = enabled.text().as_deref() == Some("true") && resource.kind == REST_API;
            is_on.then(|| enabled.place())
        },
        is_of_functions: false,
    },
];

/// Reports each kind at its first position, with all resources that declare it.
pub(super) fn warn(resources: &[Resource<'_>], served: &[TemplateFunction], reader: &mut Reader) {
    for kind in KINDS {
        let is_served = |resource: &&Resource<'_>| {
            !kind.is_of_functions || served.iter().any(|function| function.logical_id == resource.logical_id)
        };
        let found = resources
            .iter()
            .filter(is_served)
            .filter_map(|resource| Some(((kind.declared)(resource)?, resource.logical_id.as_str())));
        let found: Vec<_> = found.collect();
        let Some((first, _)) = found.first() else { continue };
        let names: Vec<_> = found.iter().map(|(place, id)| format!("`{id}` (line {})", place.line)).collect();
        let message = format!("{} not emulated, {}: {}", kind.subject, kind.consequence, names.join(", "));
        reader.caution(*first, Fault::Emulator, message);
    }
}

fn function_property(resource: &Resource<'_>, name: &'static str) -> Option<SourcePosition> {
    let node = resource.property(name).node().filter(|_| resource.kind == FUNCTION)?;
    let is_empty = node.is_list() && node.items().next().is_none();
    (!is_empty).then(|| node.place())
}

fn api_property(resource: &Resource<'_>, name: &'static str) -> Option<SourcePosition> {
    resource.property(name).node().filter(|_| resource.kind == REST_API).map(TemplateValue::place)
}

/// Returns `Auth` of a REST API, or of the events of a function.
fn auths<'a>(resource: &Resource<'a>) -> Vec<&'a TemplateValue> {
    match resource.kind.as_str() {
        REST_API => resource.property("Auth").nodes().collect(),
        FUNCTION => {
            let events = resource.property("Events").node().into_iter().flat_map(TemplateValue::entries);
            let rest = events.filter(|(_, event)| {
                event.get("Type").and_then(TemplateValue::text).as_deref() == Some("Api")
            });
            rest.filter_map(|(_, event)| event.get("Properties")?.get("Auth")).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the position of `Policy` of a REST API, of `x-amazon-apigateway-policy` in its document, or of
/// `ResourcePolicy` in `Auth`.
fn resource_policy(resource: &Resource<'_>) -> Option<SourcePosition> {
    let is_api = [REST_API, PLAIN_REST_API].contains(&resource.kind.as_str());
    let policy = resource.property("Policy").node().filter(|_| is_api);
    let of_document = || resource.document().filter(|_| is_api)?.0.get("x-amazon-apigateway-policy");
    let of_auth = || auths(resource).into_iter().find_map(|auth| auth.get("ResourcePolicy"));
    policy.or_else(of_document).or_else(of_auth).map(TemplateValue::place)
}

fn of_type(resource: &Resource<'_>, types: &[&str]) -> Option<SourcePosition> {
    types.contains(&resource.kind.as_str()).then(|| resource.key.place())
}

fn web_socket(resource: &Resource<'_>) -> Option<SourcePosition> {
    let protocol = resource.property("ProtocolType").node().and_then(TemplateValue::text);
    let is_one = resource.kind == "AWS::ApiGatewayV2::Api" && protocol.as_deref() == Some("WEBSOCKET");
    is_one.then(|| resource.key.place()).or_else(|| of_type(resource, &["AWS::Serverless::WebSocketApi"]))
}
