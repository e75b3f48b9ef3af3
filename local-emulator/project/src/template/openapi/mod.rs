//! The OpenAPI document of an API, as API Gateway imports it: `DefinitionBody` of SAM, `Body` of CloudFormation.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html>

mod integration;
mod mock;

pub(super) use integration::{Integration, Invocation};

use super::api::{self, ApiKeySource};
use super::authorization::{self, CallerRequirements, Scheme, Security};
use super::function_index::FunctionIndex;
use super::property::Property;
use super::reader::Reader;
use super::route_key::{ANY, route_key};
use super::value::TemplateValue;
use super::{SourcePosition, cors};
use crate::aws::{Cors, FrontDoorKind};

/// The keys of a path that are operations, in addition to [`ANY`].
/// <https://spec.openapis.org/oas/v3.0.3#path-item-object>
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A method of a path.
#[derive(Debug)]
pub(super) struct Operation {
    /// The route key, in the form of an event: `GET /api/posts/{id}`, `$default`.
    pub(super) route_key: String,
    /// The position of the method.
    pub(super) place: SourcePosition,
    /// The target; `None` for an operation that leaves its integration to SAM.
    pub(super) integration: Option<Integration>,
    /// The document's declarations about callers.
    pub(super) requested: CallerRequirements,
}

/// The parts of a document that decide which function gets a request.
#[derive(Debug, Default)]
pub(super) struct OpenApiDocument {
    pub(super) operations: Vec<Operation>,
    /// Whether there may be more operations, which only AWS can resolve.
    pub(super) has_hidden_operations: bool,
    /// `x-amazon-apigateway-cors`.
    pub(super) cors: Option<Cors>,
    /// `x-amazon-apigateway-binary-media-types`.
    pub(super) binary_media_types: Vec<String>,
    /// `x-amazon-apigateway-api-key-source`.
    pub(super) api_key_source: Option<ApiKeySource>,
    pub(super) schemes: Vec<Scheme>,
    /// The requirements of operations without their own.
    pub(super) security: Option<Security>,
}

/// Reads a document of OpenAPI 2.0 or 3.0 whose intrinsic functions are evaluated.
pub(super) fn read(
    document: &TemplateValue,
    kind: FrontDoorKind,
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) -> OpenApiDocument {
    let extension = |name| Property::new(name, document.get(name), None);
    let cors = extension("x-amazon-apigateway-cors");
    let types = extension("x-amazon-apigateway-binary-media-types");
    let mut reading =
        DocumentReader { kind, functions, operations: Vec::new(), has_hidden_operations: false, reader };
    if let Some((_, paths)) = document.entry("paths") {
        reading.paths(paths);
    }
    let DocumentReader { operations, has_hidden_operations, .. } = reading;
    OpenApiDocument {
        operations,
        has_hidden_operations,
        cors: (kind == FrontDoorKind::HttpApi).then(|| cors::of_document(cors, reader)).flatten(),
        binary_media_types: types.texts(reader),
        api_key_source: api::key_source(extension("x-amazon-apigateway-api-key-source"), reader),
        schemes: authorization::schemes(document, kind, functions, reader),
        security: authorization::security(document.get("security"), reader),
    }
}

struct DocumentReader<'r, 'a> {
    kind: FrontDoorKind,
    functions: &'r FunctionIndex<'a>,
    operations: Vec<Operation>,
    has_hidden_operations: bool,
    reader: &'r mut Reader,
}

impl DocumentReader<'_, '_> {
    fn paths(&mut self, paths: &TemplateValue) {
        if self.is_hidden("paths", paths) {
            return;
        }
        for (path, item) in paths.entries() {
            let Some(path) = path.text().filter(|path| !path.starts_with("x-")) else { continue };
            if !self.is_hidden(&path, item) {
                self.path(&path, item);
            }
        }
    }

    fn path(&mut self, path: &str, item: &TemplateValue) {
        for (key, operation) in item.entries() {
            let Some(method) = key.text().map(|method| method.to_ascii_lowercase()) else { continue };
            if method != ANY && !METHODS.contains(&method.as_str()) {
                continue;
            }
            let route_key = route_key(self.kind, &method, path);
            if self.is_hidden(&route_key, operation) {
                continue;
            }
            let integration = operation.get("x-amazon-apigateway-integration");
            if integration.is_some_and(|integration| self.is_hidden(&route_key, integration)) {
                continue;
            }
            let integration =
                integration.map(|it| Integration::read(it, self.kind, self.functions, self.reader));
            let security = authorization::of_operation(operation, self.reader);
            let requested = CallerRequirements { security, events: Vec::new() };
            self.operations.push(Operation { route_key, place: key.place(), integration, requested });
        }
    }

    fn is_hidden(&mut self, name: &str, node: &TemplateValue) -> bool {
        let is_hidden = node.intrinsic().is_some();
        if is_hidden {
            self.reader.unknown(name, node, "no route");
        }
        self.has_hidden_operations |= is_hidden;
        is_hidden
    }
}
