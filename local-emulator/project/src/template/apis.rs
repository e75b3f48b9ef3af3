//! The APIs of a template, with the settings and the routes that documents and events give them.

use std::collections::BTreeSet;

use super::access::Access;
use super::api::{Api, DeclaredMock, is_edge, key_source};
use super::definition::Definition;
use super::event::Event;
use super::function::TemplateFunction;
use super::openapi::{Integration, Operation};
use super::preflight::{self, Preflight};
use super::property::Property;
use super::reader::Reader;
use super::resource::{HTTP_API, REST_API, Resource, implicit_api};
use super::value::TemplateValue;
use super::{cors, plain_api, usage_plans};
use crate::aws::{Cors, FrontDoorKind};

/// Reads the APIs of the template, then the APIs that only events name.
pub(super) fn read(
    resources: &[Resource<'_>],
    globals: Option<&TemplateValue>,
    functions: [&[TemplateFunction]; 2],
    definitions: &[Definition],
    accesses: &[Access],
    reader: &mut Reader,
) -> Vec<Api> {
    let api = |resource| api(resource, reader).or_else(|| plain_api::read(resource, resources, reader));
    let mut apis: Vec<Api> = resources.iter().filter_map(api).collect();
    for api in &mut apis {
        let Some(access) = accesses.iter().find(|access| access.is_api(api.kind, &api.logical_id)) else {
            continue;
        };
        for definition in definitions {
            add_document(api, definition, access, reader);
        }
    }
    let [ours, others] = functions;
    for event in ours.iter().flat_map(|function| &function.events) {
        if !apis.iter().any(|api| api.has(event)) {
            apis.push(besides(event, globals, reader));
        }
    }
    let deployed = ours.iter().chain(others).filter(|function| function.is_deployed());
    for event in deployed.flat_map(|function| &function.events) {
        if let Some(api) = apis.iter_mut().find(|api| api.has(event)) {
            api.route_keys.push(event.route_key.clone());
        }
    }
    for api in &mut apis {
        if let Some(access) = accesses.iter().find(|access| access.is_api(api.kind, &api.logical_id)) {
            let used = names_of(api, access, [ours, others], definitions);
            api.authorizers = access.authorizers();
            for declared in &mut api.authorizers {
                declared.is_used = used.iter().any(|name| *name == declared.authorizer.name);
            }
            api.default_authorizer = access.default_authorizer();
            api.authorization = access.of_plain_route();
            api.preflight_authorization = access.of_preflight();
        }
    }
    usage_plans::add(&mut apis, resources, globals, reader);
    apis
}

/// Adds the settings of an OpenAPI document, and the operations that do not lead to a function.
fn add_document(api: &mut Api, definition: &Definition, access: &Access, reader: &mut Reader) {
    let Definition { kind, logical_id, document, .. } = definition;
    if (api.kind, &api.logical_id) != (*kind, logical_id) {
        return;
    }
    api.cors = cors::merged(document.cors.clone(), api.cors.take());
    api.binary_media_types.extend_from_slice(&document.binary_media_types);
    if let Some(source) = document.api_key_source {
        api.api_key_source = source;
    }
    for Operation { route_key, integration, requested, .. } in &document.operations {
        match integration {
            Some(Integration::Mock(response)) => {
                api.mocks.push(DeclaredMock {
                    route_key: route_key.clone(),
                    response: response.clone(),
                    authorization: access.authorization(route_key, requested, reader),
                });
            }
            Some(Integration::Other(_)) => api.route_keys.push(route_key.clone()),
            Some(Integration::Function(_)) | None => {}
        }
    }
}

/// Returns the names of authorizers in an API's events, operations and defaults.
fn names_of<'a>(
    api: &Api,
    access: &'a Access,
    functions: [&'a [TemplateFunction]; 2],
    definitions: &'a [Definition],
) -> BTreeSet<&'a str> {
    let events = functions.into_iter().flatten().flat_map(|function| &function.events);
    let events = events.filter(|event| api.has(event)).flat_map(|event| event.requested.names());
    let documents = definitions.iter().filter(|it| (it.kind, &it.logical_id) == (api.kind, &api.logical_id));
    let operations = documents.flat_map(|definition| &definition.document.operations);
    let operations = operations.flat_map(|operation| operation.requested.names());
    access.names().chain(events).chain(operations).collect()
}

fn api(resource: &Resource<'_>, reader: &mut Reader) -> Option<Api> {
    let kind = match resource.kind.as_str() {
        HTTP_API => FrontDoorKind::HttpApi,
        REST_API => FrontDoorKind::RestApi,
        _ => return None,
    };
    let unlisted = Api::unlisted(kind, &resource.logical_id);
    let name = resource.property("StageName");
    if kind == FrontDoorKind::RestApi && name.node().is_none() {
        reader.error(resource.key, "a REST API needs a `StageName`, which its URLs begin with");
    }
    let api = Api {
        stage: stage(name, &unlisted.stage, reader).unwrap_or(unlisted.stage),
        cors: cors_of(kind, resource.property("CorsConfiguration"), reader),
        preflight: preflight_of(kind, resource.property("Cors"), reader),
        place: Some(resource.key.place()),
        is_edge: is_edge(kind, resource.property("EndpointConfiguration")),
        api_key_source: key_source(resource.property("ApiKeySourceType"), reader).unwrap_or_default(),
        binary_media_types: binary_media_types(kind, resource.property("BinaryMediaTypes"), reader),
        ..unlisted
    };
    if api.preflight.is_some() || api.cors.is_some() {
        check_cors(resource, reader);
    }
    Some(api)
}

/// Reports CORS settings of an API with a `DefinitionUri`: SAM writes CORS only into a document of the template.
fn check_cors(resource: &Resource<'_>, reader: &mut Reader) {
    let is_there = |name| resource.property(name).node().is_some();
    if !is_there("DefinitionUri") || is_there("DefinitionBody") {
        return;
    }
    for name in ["Cors", "CorsConfiguration"] {
        if let Some(node) = resource.property(name).node() {
            reader.error(node, format!("`{name}` does nothing for a `DefinitionUri`, and SAM refuses it: write it into the document"));
        }
    }
}

/// Returns an API that only events name. An implicit API of SAM has the settings of `Globals`; an API that the template
/// merely refers to may have any settings.
fn besides(event: &Event, globals: Option<&TemplateValue>, reader: &mut Reader) -> Api {
    let unlisted = Api::unlisted(event.kind, &event.api);
    let implicit = event.api == implicit_api(event.kind);
    let section = if event.kind == FrontDoorKind::RestApi { "Api" } else { "HttpApi" };
    let globals = globals.filter(|_| implicit).and_then(|globals| globals.get(section));
    let property = |name| Property::new(name, None, globals.and_then(|globals| globals.get(name)));
    Api {
        cors: cors_of(event.kind, property("CorsConfiguration"), reader),
        preflight: preflight_of(event.kind, property("Cors"), reader),
        is_edge: is_edge(event.kind, property("EndpointConfiguration")),
        binary_media_types: binary_media_types(event.kind, property("BinaryMediaTypes"), reader),
        ..unlisted
    }
}

fn cors_of(kind: FrontDoorKind, property: Property<'_>, reader: &mut Reader) -> Option<Cors> {
    (kind == FrontDoorKind::HttpApi).then(|| cors::of_http_api(property, reader)).flatten()
}

fn preflight_of(kind: FrontDoorKind, property: Property<'_>, reader: &mut Reader) -> Option<Preflight> {
    (kind == FrontDoorKind::RestApi).then(|| preflight::read(property, reader)).flatten()
}

/// Reads the name of a stage: letters, digits, `_` and `-`, up to 128 of them, or `$default` of an HTTP API.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html>.
fn stage(property: Property<'_>, unlisted: &str, reader: &mut Reader) -> Option<String> {
    let stage = property.text(&format!("`{unlisted}`"), reader)?;
    let is_name = |stage: &str| stage.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if stage != unlisted && (!is_name(&stage) || stage.is_empty() || stage.len() > 128) {
        let node = property.node()?;
        reader.error(node, "`StageName` must be 1 to 128 letters, digits, `_` or `-`");
        return None;
    }
    Some(stage)
}

/// Reads the media types. SAM expects the slash as `~1`, as in a JSON pointer, and accepts a plain slash too.
fn binary_media_types(kind: FrontDoorKind, property: Property<'_>, reader: &mut Reader) -> Vec<String> {
    if kind != FrontDoorKind::RestApi {
        return Vec::new();
    }
    property.texts(reader).into_iter().map(|media_type| media_type.replace("~1", "/")).collect()
}

/// Returns the names that clients of the deployed APIs use, as `api.example.com` or `*.example.com`. A name that only AWS
/// can resolve is left out.
pub(super) fn domain_names(resources: &[Resource<'_>]) -> Vec<String> {
    resources.iter().filter_map(domain_name).collect()
}

fn domain_name(resource: &Resource<'_>) -> Option<String> {
    let name = match resource.kind.as_str() {
        HTTP_API | REST_API => resource.property("Domain").member("DomainName"),
        "AWS::ApiGateway::DomainName" | "AWS::ApiGateway::DomainNameV2" | "AWS::ApiGatewayV2::DomainName" => {
            resource.property("DomainName")
        }
        _ => return None,
    };
    name.node().filter(|name| name.intrinsic().is_none()).and_then(TemplateValue::text)
}
