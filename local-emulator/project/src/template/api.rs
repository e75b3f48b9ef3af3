//! HTTP APIs and REST APIs.

use std::sync::Arc;

use super::complaint::SourcePosition;
use super::event::Event;
use super::preflight::Preflight;
use super::property::Property;
use super::reader::Reader;
use super::value::TemplateValue;
use crate::aws::rest_api::MockResponse;
use crate::aws::{Authorization, Authorizer, Cors, FrontDoorKind};

/// The default stage of an HTTP API, which is not a part of the path.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html>
const DEFAULT_STAGE: &str = "$default";

/// The stage of the REST API that SAM makes by itself.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-api.html>
const IMPLICIT_STAGE: &str = "Prod";

/// A method that a REST API answers by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeclaredMock {
    /// The route key: `OPTIONS /api/posts`.
    pub route_key: String,
    /// The response of the API.
    pub response: MockResponse,
    /// The callers that get the response.
    pub authorization: Authorization,
}

/// An authorizer that an API declares.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeclaredAuthorizer {
    /// The authorizer and its settings.
    pub authorizer: Arc<Authorizer>,
    /// The position of its name.
    pub place: SourcePosition,
    /// Whether a route may use it: an event, an operation or a default names it.
    pub is_used: bool,
}

/// The place where a REST API finds the key of a request.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApiKeySource {
    /// The header `x-api-key`.
    #[default]
    Header,
    /// `usageIdentifierKey` in the answer of its Lambda authorizer.
    Authorizer,
}

/// A key of a usage plan of a REST API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateApiKey {
    /// Its key below `Resources`, or the key that SAM generates.
    pub logical_id: String,
    /// The value, from `Value`; `None` if AWS generates it.
    pub value: Option<String>,
    /// `Enabled`. A key that is not enabled is accepted nowhere.
    pub is_enabled: bool,
}

/// An API of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Api {
    /// The kind of API: `http-api` or `rest-api`.
    pub kind: FrontDoorKind,
    /// Its key below `Resources`; `ServerlessHttpApi` or `ServerlessRestApi` for an implicit API of SAM.
    pub logical_id: String,
    /// The stage, from `StageName`.
    pub stage: String,
    /// `CorsConfiguration` of an HTTP API.
    pub cors: Option<Cors>,
    /// `Cors` of a REST API.
    pub preflight: Option<Preflight>,
    /// The mock methods of its OpenAPI document.
    pub mocks: Vec<DeclaredMock>,
    /// All route keys, including those that are not emulated.
    pub route_keys: Vec<String>,
    /// Its authorizers: first from the OpenAPI document, then from `Auth`.
    pub authorizers: Vec<DeclaredAuthorizer>,
    /// The name in `DefaultAuthorizer`.
    pub default_authorizer: Option<String>,
    /// The callers of a route without its own declaration.
    pub authorization: Authorization,
    /// The callers of the preflight responses that SAM makes of `Cors`: everyone, unless
    /// `AddDefaultAuthorizerToCorsPreflight` is `true`, its default, with a `DefaultAuthorizer`.
    pub preflight_authorization: Authorization,
    /// The keys of its usage plans.
    pub api_keys: Vec<TemplateApiKey>,
    /// The place of the key of a request.
    pub api_key_source: ApiKeySource,
    /// The position of its key; `None` for an implicit API of SAM.
    pub place: Option<SourcePosition>,
    /// Whether the endpoint of a REST API is edge-optimized, the default.
    pub is_edge: bool,
    /// `BinaryMediaTypes` of a REST API: `image/png`, `*/*`.
    pub binary_media_types: Vec<String>,
}

impl Api {
    /// Creates an API with default settings.
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

    pub(super) fn has(&self, event: &Event) -> bool {
        (self.kind, &self.logical_id) == (event.kind, &event.api)
    }
}

/// Whether an API is edge-optimized, from `EndpointConfiguration: REGIONAL`, or a map with a `Type`, or with a list of
/// `Types`.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-endpointconfiguration.html>
pub(super) fn is_edge(kind: FrontDoorKind, property: Property<'_>) -> bool {
    let says = property.nodes().flat_map(|node| node.children().chain([node]).collect::<Vec<_>>());
    let says = says.flat_map(|node| node.children().chain([node]).collect::<Vec<_>>());
    let mut types = says.filter_map(TemplateValue::text);
    kind == FrontDoorKind::RestApi && types.all(|it| it != "REGIONAL" && it != "PRIVATE")
}

/// Reads `ApiKeySourceType` of an API, or `x-amazon-apigateway-api-key-source` of a document.
pub(super) fn key_source(property: Property<'_>, reader: &mut Reader) -> Option<ApiKeySource> {
    property.choice(
        &[("HEADER", ApiKeySource::Header), ("AUTHORIZER", ApiKeySource::Authorizer)],
        "`HEADER`",
        reader,
    )
}
