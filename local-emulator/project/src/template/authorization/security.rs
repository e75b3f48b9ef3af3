//! The security requirements of a route, as API Gateway imports them.
//!
//! <https://spec.openapis.org/oas/v3.0.3#security-requirement-object>

use std::sync::Arc;

use super::scheme::{Scheme, SchemeMeaning};
use crate::aws::{Authorization, Authorizer, AuthorizerKind, FrontDoorKind};
use crate::template::property::Property;
use crate::template::reader::Reader;
use crate::template::value::TemplateValue;
use crate::template::{Fault, SourcePosition};

/// The name of the authorizer that SAM has for signatures.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html>
pub(super) const AWS_IAM: &str = "AWS_IAM";

/// The `Authorizer` of an event that opts out of its API's default.
pub(super) const NONE: &str = "NONE";

/// The security scheme that SAM has for API keys, and the mark of an event that opts out of it.
pub(super) const API_KEY: &str = "api_key";
pub(super) const API_KEY_FALSE: &str = "api_key_false";

/// The requirements of a route. API Gateway does not distinguish alternatives from requirements that apply together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::template) struct Security(pub(super) Vec<Requirement>);

/// A scheme that a request must meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    /// The name of the scheme.
    pub(super) name: String,
    /// The scopes; a token needs at least one.
    pub(super) scopes: Vec<String>,
    /// The reason why only AWS can resolve the scheme.
    pub(super) unreadable: Option<String>,
    pub(super) place: SourcePosition,
}

impl Requirement {
    pub(super) fn new(name: &str, scopes: Vec<String>, place: SourcePosition) -> Self {
        Self { name: name.to_owned(), scopes, unreadable: None, place }
    }

    pub(super) fn unreadable(name: &str, reason: impl Into<String>, place: SourcePosition) -> Self {
        Self { unreadable: Some(reason.into()), ..Self::new(name, Vec::new(), place) }
    }
}

/// Reads `security` of an operation, or of a document as a whole. `None` if it is absent.
pub(in crate::template) fn read(node: Option<&TemplateValue>, reader: &mut Reader) -> Option<Security> {
    let node = node?;
    if node.intrinsic().is_some() || !node.is_list() {
        return Some(unreadable(node, "security", reader));
    }
    let mut requirements = Vec::new();
    for item in node.items() {
        if item.intrinsic().is_some() {
            requirements.extend(unreadable(item, "security", reader).0);
            continue;
        }
        for (key, scopes) in item.entries() {
            let Some(name) = key.text() else { continue };
            let scopes = scopes_of(Property::new("security", Some(scopes), None), reader);
            requirements.push(Requirement::new(&name, scopes, key.place()));
        }
    }
    Some(Security(requirements))
}

/// Reads `security` of an operation, or `x-amazon-apigateway-auth: {type: AWS_IAM}`.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html>
pub(in crate::template) fn of_operation(operation: &TemplateValue, reader: &mut Reader) -> Option<Security> {
    let extension = operation.get("x-amazon-apigateway-auth").and_then(|auth| auth.get("type"));
    match extension.and_then(|it| Some((it, it.text()?.to_ascii_uppercase()))) {
        Some((node, kind)) if kind == AWS_IAM => {
            Some(Security(vec![Requirement::new(AWS_IAM, Vec::new(), node.place())]))
        }
        _ => read(operation.get("security"), reader),
    }
}

fn unreadable(node: &TemplateValue, name: &str, reader: &mut Reader) -> Security {
    let reason = match node.intrinsic() {
        Some(intrinsic) => format!("its `{name}` is `{intrinsic}`, which only AWS can tell"),
        None => format!("its `{name}` is not a list"),
    };
    reader.warning(node, format!("this route rejects every caller here: {reason}"));
    Security(vec![Requirement::unreadable(name, reason, node.place())])
}

/// Returns the scopes of a list. A scope that only AWS can resolve stays as the name of its function, which no token
/// has: without it the route would be open.
pub(super) fn scopes_of(property: Property<'_>, reader: &mut Reader) -> Vec<String> {
    let mut scopes = Vec::new();
    for list in property.nodes() {
        if list.intrinsic().is_none() && !list.is_list() {
            reader.error(list, "`AuthorizationScopes` must be a list: write `[read, write]`");
            continue;
        }
        let unknown = list.intrinsic().map(|_| list);
        for item in unknown.into_iter().chain(list.items().filter(|_| unknown.is_none())) {
            if item.intrinsic().is_some() {
                reader.unknown("AuthorizationScopes", item, "a scope that no token has");
            }
            scopes.extend(item.intrinsic().or_else(|| item.text()));
        }
    }
    scopes
}

impl Security {
    /// Returns the names of its schemes.
    pub(in crate::template) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|requirement| requirement.name.as_str())
    }

    /// Imports the requirements: the first authorizer counts, and an API key.
    pub(in crate::template) fn import(
        &self,
        kind: FrontDoorKind,
        schemes: &[Scheme],
        reader: &mut Reader,
    ) -> Authorization {
        let mut authorization = Authorization::default();
        for requirement in &self.0 {
            requirement.import_into(&mut authorization, kind, schemes, reader);
        }
        authorization
    }
}

impl Requirement {
    fn import_into(
        &self,
        authorization: &mut Authorization,
        kind: FrontDoorKind,
        schemes: &[Scheme],
        reader: &mut Reader,
    ) {
        let Self { name, unreadable, place, .. } = self;
        let scheme = schemes.iter().find(|scheme| scheme.name == *name);
        match (unreadable, scheme.map(|scheme| &scheme.meaning)) {
            (Some(reason), _) => add(authorization, closed(name, reason.as_str())),
            (None, Some(SchemeMeaning::ApiKey)) if kind == FrontDoorKind::RestApi => {
                authorization.needs_api_key = true;
            }
            (None, Some(SchemeMeaning::Authorizer(authorizer))) => {
                let is_token = matches!(authorizer.kind, AuthorizerKind::Jwt(_) | AuthorizerKind::Cognito(_));
                if !is_token && !self.scopes.is_empty() {
                    let message = format!(
                        "the scopes of this route do nothing: `{name}` judges no token; use a JWT or Cognito authorizer, or remove \
                         them"
                    );
                    reader.caution(*place, Fault::UselessScopes, message);
                }
                let scopes = if is_token { self.scopes.clone() } else { Vec::new() };
                let own = Authorization {
                    authorizer: Some(Arc::clone(authorizer)),
                    scopes,
                    ..Authorization::default()
                };
                add(authorization, own);
            }
            (None, Some(SchemeMeaning::ApiKey | SchemeMeaning::Nothing)) => {
                let message = format!(
                    "`{name}` has no `x-amazon-apigateway-authorizer`, so API Gateway ignores it, and its routes are open: add one, \
                     or see to it in the function"
                );
                let place = scheme.map_or(*place, |scheme| scheme.place);
                reader.caution(place, Fault::IgnoredAuth, message);
            }
            // SAM leaves these marks in its document.
            (None, None) if name == NONE || name == API_KEY_FALSE => {}
            (None, None) if name == API_KEY && kind == FrontDoorKind::RestApi => {
                authorization.needs_api_key = true;
            }
            (None, None) if name == AWS_IAM => add(authorization, iam()),
            // Undocumented (AUTH-4): a route whose scheme is not defined is closed.
            (None, None) => {
                let message = format!(
                    "there is no security scheme `{name}`, so this route rejects every caller here: define it below `securitySchemes`"
                );
                reader.caution(*place, Fault::IgnoredAuth, message);
                add(authorization, closed(name, "its security scheme is not defined"));
            }
        }
    }
}

/// Sets the authorizer, unless there is one.
///
/// Undocumented (AUTH-3): the first of several authorizers counts. A method has one.
fn add(authorization: &mut Authorization, own: Authorization) {
    if authorization.authorizer.is_none() {
        authorization.authorizer = own.authorizer;
        authorization.scopes = own.scopes;
    }
}

/// Returns the authorization by signature.
fn iam() -> Authorization {
    let authorizer = Authorizer { name: AWS_IAM.to_owned(), kind: AuthorizerKind::Iam };
    Authorization { authorizer: Some(Arc::new(authorizer)), ..Authorization::default() }
}

/// Returns an authorization that lets no caller in.
pub(in crate::template) fn closed(name: &str, reason: impl Into<String>) -> Authorization {
    let authorizer = Authorizer { name: name.to_owned(), kind: AuthorizerKind::Unknown(reason.into()) };
    Authorization { authorizer: Some(Arc::new(authorizer)), ..Authorization::default() }
}
