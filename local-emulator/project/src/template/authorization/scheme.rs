//! Security schemes of an OpenAPI document, with API Gateway's extensions.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html>

use std::sync::Arc;

use super::description::Description;
use super::{cognito, jwt, lambda};
use crate::aws::{Authorizer, AuthorizerKind, FrontDoorKind};
use crate::template::function_index::FunctionIndex;
use crate::template::reader::Reader;
use crate::template::value::TemplateValue;
use crate::template::{Fault, SourcePosition};

/// A scheme that requirements refer to by its name.
#[derive(Clone, Debug)]
pub(in crate::template) struct Scheme {
    pub(in crate::template) name: String,
    pub(in crate::template) place: SourcePosition,
    pub(super) meaning: SchemeMeaning,
    /// Whether the template declares it, and not SAM.
    pub(in crate::template) is_declared: bool,
}

/// The meaning of a scheme for API Gateway.
#[derive(Clone, Debug)]
pub(super) enum SchemeMeaning {
    Authorizer(Arc<Authorizer>),
    /// The header `x-api-key`.
    ApiKey,
    /// No meaning: the scheme has no extension of API Gateway.
    Nothing,
}

/// Reads `securityDefinitions` of OpenAPI 2.0, and `components.securitySchemes` of 3.0.
pub(in crate::template) fn read(
    document: &TemplateValue,
    kind: FrontDoorKind,
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) -> Vec<Scheme> {
    let components = document.get("components").and_then(|components| components.get("securitySchemes"));
    let schemes = document.get("securityDefinitions").into_iter().chain(components);
    let schemes: Vec<_> = schemes.flat_map(TemplateValue::entries).collect();
    schemes.into_iter().filter_map(|(key, node)| scheme(key, node, kind, functions, reader)).collect()
}

/// Returns how the authorizer decides; the error is the reason why that is unknown.
pub(super) fn authorizer_kind(
    it: &Description<'_, '_>,
    reader: &mut Reader,
) -> Result<AuthorizerKind, String> {
    let kind = it.get("type").or_else(|| it.get("AuthorizerType"));
    let kind = kind.ok_or("it has no `type`")?;
    let name = kind.text().ok_or("only AWS can tell its `type`")?;
    match (name.to_ascii_lowercase().as_str(), it.is_rest()) {
        ("jwt", true) => jwt::of_rest_api(it, reader).map(AuthorizerKind::Jwt),
        ("jwt", false) => jwt::of_http_api(it, reader).map(AuthorizerKind::Jwt),
        ("request", _) => lambda::request(it, reader).map(AuthorizerKind::Lambda),
        ("token", true) => lambda::token(it, reader).map(AuthorizerKind::Lambda),
        ("cognito_user_pools", true) => cognito::read(it, reader).map(AuthorizerKind::Cognito),
        _ => Err(format!("API Gateway has no authorizer of type `{name}` for this kind of API")),
    }
}

fn scheme(
    key: &TemplateValue,
    scheme: &TemplateValue,
    kind: FrontDoorKind,
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) -> Option<Scheme> {
    let name = key.text()?;
    let text = |name| scheme.get(name).and_then(TemplateValue::text);
    let settings = scheme.get("x-amazon-apigateway-authorizer");
    let authtype = scheme.get("x-amazon-apigateway-authtype");
    let meaning = match (settings, authtype) {
        (_, Some(authtype)) if authtype.text().is_some_and(|it| it.eq_ignore_ascii_case("awsSigv4")) => {
            named(&name, AuthorizerKind::Iam)
        }
        (Some(settings), _) => {
            let description = Description { kind, settings, scheme: Some(scheme), functions };
            let authorizer = authorizer_kind(&description, reader);
            named(&name, known(&name, authorizer, key.place(), reader))
        }
        // "Any methods with security … will not be created. If this security definition is not a custom authorizer,
        // remove the x-amazon-apigateway-authtype extension and it will be ignored":
        // https://github.com/amazon-archives/aws-apigateway-importer/issues/187
        (None, Some(_)) => named(&name, AuthorizerKind::Unknown(NO_EXTENSION.to_owned())),
        (None, None) if scheme.intrinsic().is_some() => {
            let unknown = Err("only AWS can resolve it".to_owned());
            named(&name, known(&name, unknown, key.place(), reader))
        }
        (None, None) => match (text("type").as_deref(), text("name")) {
            (Some("apiKey"), Some(header)) if header.eq_ignore_ascii_case("x-api-key") => {
                SchemeMeaning::ApiKey
            }
            _ => SchemeMeaning::Nothing,
        },
    };
    Some(Scheme { name, place: key.place(), meaning, is_declared: true })
}

/// A scheme that API Gateway cannot make an authorizer of.
const NO_EXTENSION: &str = "it has an `x-amazon-apigateway-authtype` and no `x-amazon-apigateway-authorizer`";

/// Returns the kind of an authorizer, and warns if it is unknown, since it closes its routes.
pub(super) fn known(
    name: &str,
    authorizer: Result<AuthorizerKind, String>,
    place: SourcePosition,
    reader: &mut Reader,
) -> AuthorizerKind {
    let reason = match &authorizer {
        Ok(AuthorizerKind::Lambda(lambda)) if lambda.function.is_none() => {
            "its function is not in this template"
        }
        Ok(_) => return authorizer.unwrap_or_else(AuthorizerKind::Unknown),
        Err(reason) => reason,
    };
    let message = format!("routes with the authorizer `{name}` reject every caller here: {reason}");
    reader.caution(place, Fault::Emulator, message);
    authorizer.unwrap_or_else(AuthorizerKind::Unknown)
}

fn named(name: &str, kind: AuthorizerKind) -> SchemeMeaning {
    SchemeMeaning::Authorizer(Arc::new(Authorizer { name: name.to_owned(), kind }))
}

impl Scheme {
    /// Creates a scheme that is an authorizer.
    pub(super) fn named(name: &str, kind: AuthorizerKind, place: SourcePosition) -> Self {
        let meaning = named(name, kind);
        Self { name: name.to_owned(), place, meaning, is_declared: true }
    }

    /// Creates a scheme that SAM adds, or that closes routes because only AWS can resolve the real one.
    pub(super) fn implied(name: &str, kind: AuthorizerKind, place: SourcePosition) -> Self {
        Self { is_declared: false, ..Self::named(name, kind, place) }
    }

    /// Creates the scheme of API keys that SAM adds.
    pub(super) fn api_key(name: &str, place: SourcePosition) -> Self {
        Self { name: name.to_owned(), place, meaning: SchemeMeaning::ApiKey, is_declared: false }
    }

    pub(in crate::template) fn authorizer(&self) -> Option<&Arc<Authorizer>> {
        match &self.meaning {
            SchemeMeaning::Authorizer(authorizer) => Some(authorizer),
            SchemeMeaning::ApiKey | SchemeMeaning::Nothing => None,
        }
    }

    /// Whether a resource declares its authorizer.
    pub(super) fn lacks_extension(&self) -> bool {
        let kind = self.authorizer().map(|authorizer| &authorizer.kind);
        matches!(kind, Some(AuthorizerKind::Unknown(reason)) if reason == NO_EXTENSION)
    }
}
