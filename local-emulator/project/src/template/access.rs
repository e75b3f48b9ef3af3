//! The callers of each API, from all declarations of a template.

use std::sync::Arc;

use super::api::DeclaredAuthorizer;
use super::authorization::{self, ApiAuth, CallerRequirements, Scheme, Security, closed};
use super::definition::Definition;
use super::event::Event;
use super::function::TemplateFunction;
use super::function_index::FunctionIndex;
use super::property::Property;
use super::reader::Reader;
use super::resource::{HTTP_API, REST_API, Resource, implicit_api};
use super::value::TemplateValue;
use crate::aws::{Authorization, AuthorizerKind, FrontDoorKind};

/// All declarations of an API about its callers.
#[derive(Debug)]
pub(super) struct Access {
    kind: FrontDoorKind,
    logical_id: String,
    /// The schemes of the document, then the schemes that SAM adds.
    schemes: Vec<Scheme>,
    /// `security` of the document as a whole, which applies to operations without their own, as measured for
    /// `test_import_with_global_api_key_authorizer` of <https://github.com/localstack/localstack>.
    ///
    /// Undocumented (AUTH-2): `security` of a document applies in an HTTP API too.
    security: Option<Security>,
    /// `Auth`, which only SAM has.
    auth: Option<ApiAuth>,
}

/// Reads the declarations of each API, including the implicit APIs of SAM.
pub(super) fn read(
    resources: &[Resource<'_>],
    globals: Option<&TemplateValue>,
    definitions: &mut [Definition],
    reader: &mut Reader,
) -> Vec<Access> {
    let functions = FunctionIndex::new(resources);
    let mut accesses = Vec::new();
    for resource in resources {
        let kind = match resource.kind.as_str() {
            HTTP_API => Some(FrontDoorKind::HttpApi),
            REST_API => Some(FrontDoorKind::RestApi),
            _ => None,
        };
        let definition = definitions.iter_mut().find(|it| it.logical_id == resource.logical_id);
        let Some(kind) = kind.or(definition.as_ref().map(|it| it.kind)) else { continue };
        let mut access = Access::new(kind, &resource.logical_id);
        if let Some(definition) = definition {
            access.schemes = std::mem::take(&mut definition.document.schemes);
            access.security = definition.document.security.take();
            let api = resource.logical_id.as_str();
            authorization::name_authorizers(&mut access.schemes, kind, api, resources, &functions, reader);
        }
        if [HTTP_API, REST_API].contains(&resource.kind.as_str()) {
            check_document(resource, reader);
            access.add_auth(resource.property("Auth"), &functions, reader);
        }
        accesses.push(access);
    }
    for kind in [FrontDoorKind::HttpApi, FrontDoorKind::RestApi] {
        let logical_id = implicit_api(kind);
        if accesses.iter().all(|access| access.logical_id != logical_id) {
            let section = if kind == FrontDoorKind::RestApi { "Api" } else { "HttpApi" };
            let auth = globals.and_then(|globals| globals.get(section)?.get("Auth"));
            let mut access = Access::new(kind, logical_id);
            access.add_auth(Property::new("Auth", None, auth), &functions, reader);
            accesses.push(access);
        }
    }
    accesses
}

/// Reports `Auth` of an API with a `DefinitionUri`: SAM writes `Auth` only into a document of the template.
fn check_document(resource: &Resource<'_>, reader: &mut Reader) {
    let property = |name| resource.property(name).node();
    if property("DefinitionUri").is_none() || property("DefinitionBody").is_some() {
        return;
    }
    if let Some(auth) = property("Auth") {
        let message =
            "`Auth` does nothing for a `DefinitionUri`, and SAM refuses it: write it into the document";
        reader.error(auth, message);
    }
}

/// Sets the callers of each event's route.
pub(super) fn apply(accesses: &[Access], functions: [&mut [TemplateFunction]; 2], reader: &mut Reader) {
    for function in functions.into_iter().flatten() {
        for event in &mut function.events {
            let access = accesses.iter().find(|access| access.is_of(event));
            event.authorization = match access {
                Some(access) => access.authorization(&event.route_key, &event.requested, reader),
                None if event.requested.events.is_empty() => Authorization::default(),
                None => closed("Auth", "its API is not in this template"),
            };
        }
    }
}

/// Returns the logical ids of the functions of authorizers.
pub(super) fn functions_asked(accesses: &[Access]) -> impl Iterator<Item = &str> {
    let schemes = accesses.iter().flat_map(|access| &access.schemes);
    schemes.filter_map(|scheme| match &scheme.authorizer()?.kind {
        AuthorizerKind::Lambda(lambda) => lambda.function.as_deref(),
        _ => None,
    })
}

impl Access {
    fn new(kind: FrontDoorKind, logical_id: &str) -> Self {
        Self { kind, logical_id: logical_id.to_owned(), schemes: Vec::new(), security: None, auth: None }
    }

    /// Adds `Auth`, whose authorizers replace the document's authorizers with the same name.
    fn add_auth(&mut self, property: Property<'_>, functions: &FunctionIndex<'_>, reader: &mut Reader) {
        let Some((auth, schemes)) = authorization::api_auth(self.kind, property, functions, reader) else {
            return;
        };
        for scheme in schemes {
            self.schemes.retain(|other| other.name != scheme.name);
            self.schemes.push(scheme);
        }
        self.auth = Some(auth);
    }

    /// Whether this is the API with this kind and logical id.
    pub(super) fn is_api(&self, kind: FrontDoorKind, logical_id: &str) -> bool {
        (self.kind, self.logical_id.as_str()) == (kind, logical_id)
    }

    fn is_of(&self, event: &Event) -> bool {
        self.is_api(event.kind, &event.api)
    }

    /// Returns the authorizers, in the order of their declarations.
    pub(super) fn authorizers(&self) -> Vec<DeclaredAuthorizer> {
        let declared = |scheme: &Scheme| {
            let authorizer = Arc::clone(scheme.authorizer().filter(|_| scheme.is_declared)?);
            Some(DeclaredAuthorizer { authorizer, place: scheme.place, is_used: false })
        };
        self.schemes.iter().filter_map(declared).collect()
    }

    /// Returns the names of the schemes that all routes require.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let default = self.auth.iter().filter_map(|auth| auth.default.as_deref());
        default.chain(self.security.iter().flat_map(Security::names))
    }

    /// Returns the name in `DefaultAuthorizer`.
    pub(super) fn default_authorizer(&self) -> Option<String> {
        self.auth.as_ref()?.default.clone()
    }

    /// Returns the callers of a route whose event has no `Auth`.
    pub(super) fn of_plain_route(&self) -> Authorization {
        self.authorization("ANY /", &CallerRequirements::default(), &mut Reader::new(""))
    }

    /// Returns the callers of the `OPTIONS` methods that SAM makes for `Cors`.
    pub(super) fn of_preflight(&self) -> Authorization {
        self.authorization("OPTIONS /", &CallerRequirements::default(), &mut Reader::new(""))
    }

    /// Returns the callers of a route.
    pub(super) fn authorization(
        &self,
        route_key: &str,
        requested: &CallerRequirements,
        reader: &mut Reader,
    ) -> Authorization {
        let mut security = requested.security.clone();
        for event in &requested.events {
            event.check(self.kind, self.auth.as_ref(), reader);
            event.add_to(&mut security, self.kind, self.auth.as_ref());
        }
        if let Some(auth) = &self.auth {
            auth.add_to(&mut security, self.kind, route_key.starts_with("OPTIONS "));
        }
        let security = security.as_ref().or(self.security.as_ref());
        security.map(|security| security.import(self.kind, &self.schemes, reader)).unwrap_or_default()
    }
}
