//! HTTP APIs and REST APIs.

use std::collections::BTreeSet;

use super::Place;
use super::authorization::{Access, DeclaredAuthorizer};
use super::definition::Definition;
use super::event::{HTTP_API, REST_API};
use super::function::TemplateFunction;
use super::node::Node;
use super::openapi::{Integration, Operation};
use super::preflight::{self, Preflight};
use super::property::Property;
use super::reader::Reader;
use super::resource::Resource;
use super::{ApiKeySource, TemplateApiKey, api_keys, cors, event, plain_api};
use crate::aws::rest_api::MockResponse;
use crate::aws::{Authorization, Cors, FrontDoorKind};

/// The stage of an HTTP API whose template names none; it does not stand in the path.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html>
const DEFAULT_STAGE: &str = "$default";

/// The stage of the REST API that SAM makes by itself.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-api.html>
const IMPLICIT_STAGE: &str = "Prod";

/// A method that a REST API answers by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mock {
    /// `OPTIONS /api/posts`.
    pub route_key: String,
    /// Its answer.
    pub response: MockResponse,
    /// The callers that get it.
    pub authorization: Authorization,
}

/// One API of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Api {
    /// `http-api` or `rest-api`.
    pub kind: FrontDoorKind,
    /// Its key below `Resources`; `ServerlessHttpApi` or `ServerlessRestApi` if SAM makes it by itself.
    pub logical_id: String,
    /// `StageName`.
    pub stage: String,
    /// `CorsConfiguration` of an HTTP API.
    pub cors: Option<Cors>,
    /// `Cors` of a REST API.
    pub preflight: Option<Preflight>,
    /// The mock methods of its OpenAPI document.
    pub mocks: Vec<Mock>,
    /// All route keys, those that are not emulated included.
    pub route_keys: Vec<String>,
    /// Its authorizers: those of its OpenAPI document, then those of `Auth`.
    pub authorizers: Vec<DeclaredAuthorizer>,
    /// `DefaultAuthorizer`.
    pub default_authorizer: Option<String>,
    /// The callers of a route of which the template says nothing else.
    pub authorization: Authorization,
    /// The callers that get the answers that SAM makes of `Cors`: everybody, unless `AddDefaultAuthorizerToCorsPreflight` is left
    /// at `true` beside a `DefaultAuthorizer`.
    pub preflight_authorization: Authorization,
    /// The keys of its usage plans.
    pub api_keys: Vec<TemplateApiKey>,
    /// Where the key of a request is.
    pub api_key_source: ApiKeySource,
    /// Where its key stands; `None` if SAM makes it by itself.
    pub place: Option<Place>,
    /// Whether the endpoint of a REST API is optimised for the edge, as it is unless its template says otherwise.
    pub is_edge: bool,
    /// `BinaryMediaTypes` of a REST API: `image/png`, `*/*`.
    pub binary_media_types: Vec<String>,
}

impl Api {
    /// An API of which the template says nothing.
    pub fn unlisted(kind: FrontDoorKind, logical_id: &str) -> Self {
        let stage = if kind == FrontDoorKind::RestApi { IMPLICIT_STAGE } else { DEFAULT_STAGE };
        Self {
            kind,
            logical_id: logical_id.to_owned(),
            stage: stage.to_owned(),
            cors: None,
            preflight: None,
            mocks: Vec::new(),
            route_keys: Vec::new(),
            authorizers: Vec::new(),
            default_authorizer: None,
            authorization: Authorization::default(),
            preflight_authorization: Authorization::default(),
            api_keys: Vec::new(),
            api_key_source: ApiKeySource::default(),
            place: None,
            is_edge: kind == FrontDoorKind::RestApi,
            binary_media_types: Vec::new(),
        }
    }

    /// Adds what its OpenAPI document says, beside the operations that are events of functions.
    fn add(&mut self, definition: &Definition, access: &Access, reader: &mut Reader) {
        let Definition { kind, logical_id, document, .. } = definition;
        if (self.kind, &self.logical_id) != (*kind, logical_id) {
            return;
        }
        self.cors = cors::merged(document.cors.clone(), self.cors.take());
        self.binary_media_types.extend_from_slice(&document.binary_media_types);
        if let Some(source) = document.api_key_source {
            self.api_key_source = source;
        }
        for Operation { route_key, integration, requested, .. } in &document.operations {
            match integration {
                Some(Integration::Mock(response)) => {
                    self.mocks.push(Mock {
                        route_key: route_key.clone(),
                        response: response.clone(),
                        authorization: access.authorization(route_key, requested, reader),
                    });
                }
                Some(Integration::Other(_)) => self.route_keys.push(route_key.clone()),
                Some(Integration::Function(_)) | None => {}
            }
        }
    }

    fn has(&self, event: &event::Event) -> bool {
        (self.kind, &self.logical_id) == (event.kind, &event.api)
    }
}

/// The APIs that stand in the template, then those that events name besides.
pub(super) fn read(
    resources: &[Resource<'_>],
    globals: Option<Node<'_>>,
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
            api.add(definition, access, reader);
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
    api_keys::add(&mut apis, resources, globals, reader);
    apis
}

/// The names of authorizers that an API's events, operations and defaults have.
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
        api_key_source: api_keys::source(resource.property("ApiKeySourceType"), reader).unwrap_or_default(),
        binary_media_types: binary_media_types(kind, resource.property("BinaryMediaTypes"), reader),
        ..unlisted
    };
    if api.preflight.is_some() || api.cors.is_some() {
        check_cors(resource, reader);
    }
    Some(api)
}

/// SAM writes CORS into a document of the template alone.
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

/// An API that SAM makes by itself has the settings of `Globals`; one that the template only refers to may
/// have any.
fn besides(event: &event::Event, globals: Option<Node<'_>>, reader: &mut Reader) -> Api {
    let unlisted = Api::unlisted(event.kind, &event.api);
    let implicit = event.api == event::implicit_api(event.kind);
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

/// `EndpointConfiguration: REGIONAL`, or a map with a `Type`, or with a list of `Types`.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-endpointconfiguration.html>
pub(super) fn is_edge(kind: FrontDoorKind, property: Property<'_>) -> bool {
    let says = property.nodes().flat_map(|node| node.children().chain([node]).collect::<Vec<_>>());
    let says = says.flat_map(|node| node.children().chain([node]).collect::<Vec<_>>());
    let mut types = says.filter_map(Node::text);
    kind == FrontDoorKind::RestApi && types.all(|it| it != "REGIONAL" && it != "PRIVATE")
}

fn cors_of(kind: FrontDoorKind, property: Property<'_>, reader: &mut Reader) -> Option<Cors> {
    (kind == FrontDoorKind::HttpApi).then(|| cors::of_http_api(property, reader)).flatten()
}

fn preflight_of(kind: FrontDoorKind, property: Property<'_>, reader: &mut Reader) -> Option<Preflight> {
    (kind == FrontDoorKind::RestApi).then(|| preflight::read(property, reader)).flatten()
}

/// Letters, digits, `_` and `-`, up to 128 of them, besides `$default` of an HTTP API:
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

/// SAM wants the slash as `~1`, as a JSON pointer has it, and takes it as it is too.
fn binary_media_types(kind: FrontDoorKind, property: Property<'_>, reader: &mut Reader) -> Vec<String> {
    if kind != FrontDoorKind::RestApi {
        return Vec::new();
    }
    property.texts(reader).into_iter().map(|media_type| media_type.replace("~1", "/")).collect()
}
