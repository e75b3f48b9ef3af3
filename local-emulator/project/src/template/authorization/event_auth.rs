//! `Auth` of an event.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-apifunctionauth.html>,
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapifunctionauth.html>

use super::api_auth::ApiAuth;
use super::security::{API_KEY, API_KEY_FALSE, AWS_IAM, NONE, Requirement, Security, scopes_of};
use crate::aws::FrontDoorKind;
use crate::template::property::Property;
use crate::template::reader::Reader;
use crate::template::{Fault, SourcePosition};

/// All declarations about the callers of a route, in the order in which SAM reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::template) struct CallerRequirements {
    /// `security` of the operation in the document.
    pub(in crate::template) security: Option<Security>,
    /// `Auth` of the events that are this route.
    pub(in crate::template) events: Vec<EventAuth>,
}

impl CallerRequirements {
    /// Returns the names of the schemes that a document or an event requires.
    pub(in crate::template) fn names(&self) -> impl Iterator<Item = &str> {
        let security = self.security.iter().flat_map(Security::names);
        security.chain(self.events.iter().filter_map(EventAuth::authorizer))
    }
}

/// The declarations of an event about its callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::template) struct EventAuth {
    pub(super) place: SourcePosition,
    authorizer: Option<Requirement>,
    scopes: Option<Vec<String>>,
    needs_api_key: Option<bool>,
    /// Whether it applies even if the template writes the document of the API.
    pub(in crate::template) overrides_api: bool,
}

/// Reads `Auth`; `None` if it is empty.
pub(in crate::template) fn read(auth: Property<'_>, reader: &mut Reader) -> Option<EventAuth> {
    let node = auth.node()?;
    let place = node.place();
    let nothing =
        EventAuth { place, authorizer: None, scopes: None, needs_api_key: None, overrides_api: false };
    if let Some(intrinsic) = node.intrinsic() {
        let reason = format!("its `Auth` is `{intrinsic}`, which only AWS can tell");
        reader.warning(node, format!("this route rejects every caller here: {reason}"));
        return Some(EventAuth {
            authorizer: Some(Requirement::unreadable("Auth", reason, place)),
            ..nothing
        });
    }
    if !node.is_map() {
        if !node.is_null() {
            reader.error(node, "`Auth` must be a map: write `Auth: {Authorizer: NAME}`");
        }
        return None;
    }
    node.entries().next()?;
    let scopes = auth.member("AuthorizationScopes");
    Some(EventAuth {
        authorizer: authorizer(auth.member("Authorizer"), reader),
        scopes: scopes.node().map(|_| scopes_of(scopes, reader)),
        needs_api_key: api_key(auth.member("ApiKeyRequired"), reader),
        overrides_api: auth.member("OverrideApiAuth").truth("`false`", reader).unwrap_or(false),
        ..nothing
    })
}

fn authorizer(property: Property<'_>, reader: &mut Reader) -> Option<Requirement> {
    let node = property.node().filter(|node| !node.is_null())?;
    if let Some(intrinsic) = node.intrinsic() {
        reader.unknown("Authorizer", node, "an authorizer that rejects every caller");
        let reason = format!("its `Authorizer` is `{intrinsic}`, which only AWS can tell");
        return Some(Requirement::unreadable("Authorizer", reason, node.place()));
    }
    let name = property.text("none", reader).filter(|name| !name.is_empty())?;
    Some(Requirement::new(&name, Vec::new(), node.place()))
}

/// Reads `ApiKeyRequired`. A value that only AWS can resolve is `true`, so that no route is open here and closed there.
fn api_key(property: Property<'_>, reader: &mut Reader) -> Option<bool> {
    property.node().filter(|node| !node.is_null())?;
    Some(property.truth("`true`", reader).unwrap_or(true))
}

impl EventAuth {
    /// Returns the name of its `Authorizer`.
    pub(super) fn authorizer(&self) -> Option<&str> {
        self.authorizer.as_ref().map(|requirement| requirement.name.as_str())
    }

    /// Reports an `Auth` that SAM ignores.
    pub(in crate::template) fn tell_ignored(&self, can_override: bool, reader: &mut Reader) {
        if self.authorizer.is_none() && self.needs_api_key.is_none() {
            return;
        }
        let here = if can_override { ", or `OverrideApiAuth: true` here" } else { "" };
        let message = format!(
            "SAM ignores this `Auth`, since the API takes its routes from an OpenAPI document: write `security` there{here}"
        );
        reader.caution(self.place, Fault::IgnoredAuth, message);
    }

    /// Reports values that SAM refuses.
    pub(in crate::template) fn check(&self, kind: FrontDoorKind, api: Option<&ApiAuth>, reader: &mut Reader) {
        let has_default = api.is_some_and(|api| api.default.is_some());
        let is_rest = kind == FrontDoorKind::RestApi;
        if let Some(Requirement { name, unreadable: None, place, .. }) = &self.authorizer {
            let message = match name.as_str() {
                NONE if !has_default => Some(format!(
                    "`Authorizer: {NONE}` needs a `DefaultAuthorizer` of the API: without one the route is open anyway, so remove it"
                )),
                NONE => None,
                AWS_IAM if is_rest || api.is_some_and(|api| api.enables_iam) => None,
                name if api.is_some_and(|api| api.has(name)) => None,
                AWS_IAM => Some(format!(
                    "`Authorizer: {AWS_IAM}` needs `EnableIamAuthorizer: true` below `Auth` of the HTTP API"
                )),
                name => Some(format!(
                    "the API has no authorizer `{name}`{}: define it below `Auth.Authorizers` of the API",
                    api.map(ApiAuth::known_names).unwrap_or_default()
                )),
            };
            if let Some(message) = message {
                reader.refuse_value(*place, message);
            }
        }
        let has_scopes = self.scopes.as_ref().is_some_and(|scopes| !scopes.is_empty());
        let names_none = self.authorizer.is_none();
        if is_rest && has_scopes && names_none {
            let message = "`AuthorizationScopes` of an event of a REST API needs its `Authorizer` beside it";
            reader.refuse_value(self.place, message);
        }
        if !is_rest && names_none && !has_default {
            let message = "`Auth` of an event of an HTTP API needs an `Authorizer`, or a `DefaultAuthorizer` of the API";
            reader.refuse_value(self.place, message);
        }
        if is_rest && self.needs_api_key == Some(false) && !api.is_some_and(ApiAuth::needs_api_key) {
            let message = "`ApiKeyRequired: false` needs `ApiKeyRequired: true` of the API: remove it";
            reader.refuse_value(self.place, message);
        }
    }

    /// Adds the requirements that SAM makes of it.
    pub(in crate::template) fn add_to(
        &self,
        security: &mut Option<Security>,
        kind: FrontDoorKind,
        api: Option<&ApiAuth>,
    ) {
        let mut added = Vec::new();
        let default = || {
            let name = api.filter(|_| kind == FrontDoorKind::HttpApi)?.default.as_ref()?;
            Some(Requirement::new(name, Vec::new(), self.place))
        };
        if let Some(mut requirement) = self.authorizer.clone().or_else(default) {
            requirement.scopes = self.scopes_with(&requirement.name, kind, api);
            added.push(requirement);
        }
        if let Some(needs_api_key) = self.needs_api_key.filter(|_| kind == FrontDoorKind::RestApi) {
            let name = if needs_api_key { API_KEY } else { API_KEY_FALSE };
            added.push(Requirement::new(name, Vec::new(), self.place));
        }
        if !added.is_empty() {
            security.get_or_insert_default().0.extend(added);
        }
    }

    /// Returns the scopes of the requirement. An empty list removes the authorizer's scopes in a REST API, and not in
    /// an HTTP API.
    fn scopes_with(&self, authorizer: &str, kind: FrontDoorKind, api: Option<&ApiAuth>) -> Vec<String> {
        let own = self.scopes.as_ref().filter(|scopes| kind == FrontDoorKind::RestApi || !scopes.is_empty());
        match own {
            _ if [NONE, AWS_IAM].contains(&authorizer) => Vec::new(),
            Some(scopes) => scopes.clone(),
            None => api.map(|api| api.scopes(authorizer)).unwrap_or_default(),
        }
    }
}
