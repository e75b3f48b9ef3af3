//! `Auth` of an API of SAM.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html>,
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapiauth.html>

use super::scheme::{Scheme, known};
use super::security::{API_KEY, API_KEY_FALSE, AWS_IAM, NONE, Requirement, Security, scopes_of};
use super::{http_authorizers, rest_authorizers};
use crate::aws::{AuthorizerKind, FrontDoorKind};
use crate::template::function_index::FunctionIndex;
use crate::template::property::Property;
use crate::template::reader::Reader;
use crate::template::value::TemplateValue;
use crate::template::{Fault, SourcePosition};

const HTTP_MEMBERS: &[&str] = &["Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer"];

const REST_MEMBERS: &[&str] = &[
    "Authorizers",
    "DefaultAuthorizer",
    "InvokeRole",
    "AddDefaultAuthorizerToCorsPreflight",
    "AddApiKeyRequiredToCorsPreflight",
    "ApiKeyRequired",
    "ResourcePolicy",
    "UsagePlan",
];

/// The name of a default that only AWS can resolve.
const UNREADABLE: &str = "DefaultAuthorizer";

/// The `security` that SAM adds to each route of an API.
#[derive(Debug)]
pub(in crate::template) struct ApiAuth {
    /// The names of its authorizers, each with the scopes of a route that sets none.
    authorizers: Vec<(String, Vec<String>)>,
    /// The name in `DefaultAuthorizer`.
    pub(in crate::template) default: Option<String>,
    place: SourcePosition,
    keyed: KeyedRoutes,
    pub(super) enables_iam: bool,
    /// `AddDefaultAuthorizerToCorsPreflight`.
    closes_preflight: bool,
}

/// The routes that need an API key: `ApiKeyRequired`, `AddApiKeyRequiredToCorsPreflight`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyedRoutes {
    None,
    /// All routes except `OPTIONS`.
    ButPreflights,
    All,
}

/// Reads the additions of SAM, and the schemes that it writes into the document. `None` if there are none.
pub(in crate::template) fn read(
    kind: FrontDoorKind,
    auth: Property<'_>,
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) -> Option<(ApiAuth, Vec<Scheme>)> {
    let node = auth.node()?;
    let place = node.place();
    let mut read = ApiAuth {
        authorizers: Vec::new(),
        default: None,
        place,
        keyed: KeyedRoutes::None,
        enables_iam: false,
        closes_preflight: true,
    };
    if let Some(intrinsic) = node.intrinsic() {
        let reason = Err(format!("`Auth` of the API is `{intrinsic}`, which only AWS can tell"));
        let scheme = Scheme::implied(UNREADABLE, known(UNREADABLE, reason, place, reader), place);
        read.default = Some(UNREADABLE.to_owned());
        return Some((read, vec![scheme]));
    }
    if !node.is_map() {
        if !node.is_null() {
            reader.error(node, "`Auth` must be a map");
        }
        return None;
    }
    auth.nodes().flat_map(TemplateValue::entries).next()?;
    check_members(kind, auth, reader);
    let is_rest = kind == FrontDoorKind::RestApi;
    let truth = |name, otherwise, reader: &mut Reader| {
        let property = auth.member(name);
        property.node().map_or(otherwise, |_| property.truth("`true`", reader).unwrap_or(true))
    };
    let mut schemes = read.read_authorizers(kind, auth.member("Authorizers"), functions, reader);
    if is_rest {
        let needs_key = truth("ApiKeyRequired", false, reader);
        let of_preflights = truth("AddApiKeyRequiredToCorsPreflight", true, reader);
        read.keyed = match (needs_key, of_preflights) {
            (false, _) => KeyedRoutes::None,
            (true, false) => KeyedRoutes::ButPreflights,
            (true, true) => KeyedRoutes::All,
        };
        read.closes_preflight = truth("AddDefaultAuthorizerToCorsPreflight", true, reader);
        schemes.push(Scheme::api_key(API_KEY, place));
    } else {
        read.enables_iam = truth("EnableIamAuthorizer", false, reader);
    }
    schemes.extend(read.read_default(kind, auth.member("DefaultAuthorizer"), reader));
    Some((read, schemes))
}

fn check_members(kind: FrontDoorKind, auth: Property<'_>, reader: &mut Reader) {
    let members = if kind == FrontDoorKind::RestApi { REST_MEMBERS } else { HTTP_MEMBERS };
    for (key, _) in auth.nodes().flat_map(TemplateValue::entries) {
        let name = key.text().unwrap_or_default();
        if !members.contains(&name.as_str()) {
            let members: Vec<_> = members.iter().map(|member| format!("`{member}`")).collect();
            reader.error(key, format!("`{name}` is not among the members of `Auth`: {}", members.join(", ")));
        }
    }
}

impl ApiAuth {
    fn read_authorizers(
        &mut self,
        kind: FrontDoorKind,
        authorizers: Property<'_>,
        functions: &FunctionIndex<'_>,
        reader: &mut Reader,
    ) -> Vec<Scheme> {
        let Some(node) = authorizers.node().filter(|node| !node.is_null()) else { return Vec::new() };
        if !node.is_map() {
            reader.error(node, "`Authorizers` must be a map from names to authorizers");
            return Vec::new();
        }
        let mut schemes = Vec::new();
        for (key, authorizer) in authorizers.entries() {
            let Some(name) = key.text() else { continue };
            self.authorizers
                .push((name.clone(), scopes_of(authorizer.member("AuthorizationScopes"), reader)));
            let read =
                if kind == FrontDoorKind::RestApi { rest_authorizers::read } else { http_authorizers::read };
            let found = read(&name, authorizer, functions, reader);
            schemes.push(Scheme::named(&name, known(&name, found, key.place(), reader), key.place()));
        }
        schemes
    }

    /// Reads `DefaultAuthorizer`. Returns a scheme that closes the routes if only AWS can resolve the default.
    fn read_default(
        &mut self,
        kind: FrontDoorKind,
        default: Property<'_>,
        reader: &mut Reader,
    ) -> Option<Scheme> {
        let node = default.node().filter(|node| !node.is_null())?;
        if let Some(intrinsic) = node.intrinsic() {
            reader.unknown("DefaultAuthorizer", node, "an authorizer that rejects every caller");
            self.default = Some(UNREADABLE.to_owned());
            let reason = format!("`DefaultAuthorizer` is `{intrinsic}`, which only AWS can tell");
            return Some(Scheme::implied(UNREADABLE, AuthorizerKind::Unknown(reason), node.place()));
        }
        let name = default.text("none", reader).filter(|name| !name.is_empty())?;
        let is_rest = kind == FrontDoorKind::RestApi;
        self.default = Some(name.clone());
        if self.has(&name) || (name == AWS_IAM && (is_rest || self.enables_iam)) {
            return None;
        }
        let message = match name.as_str() {
            AWS_IAM => format!("`DefaultAuthorizer: {AWS_IAM}` needs `EnableIamAuthorizer: true` beside it"),
            _ => format!(
                "there is no authorizer `{name}`{}: define it below `Authorizers`",
                self.known_names()
            ),
        };
        if is_rest && self.authorizers.is_empty() {
            let message = format!("{message}; SAM ignores it without a warning, so the route is open on AWS");
            reader.caution(node.place(), Fault::IgnoredAuth, message);
        } else {
            reader.error(node, &*message);
        }
        Some(Scheme::implied(&name, AuthorizerKind::Unknown(message), node.place()))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.authorizers.iter().any(|(known, _)| known == name)
    }

    /// Whether `ApiKeyRequired` holds for any route.
    pub(super) fn needs_api_key(&self) -> bool {
        self.keyed != KeyedRoutes::None
    }

    /// Returns `` among `One`, `Other` ``, or an empty text without authorizers.
    pub(super) fn known_names(&self) -> String {
        let names: Vec<_> = self.authorizers.iter().map(|(name, _)| format!("`{name}`")).collect();
        if names.is_empty() { String::new() } else { format!(" among {}", names.join(", ")) }
    }

    /// Returns the scopes that routes inherit from an authorizer.
    pub(super) fn scopes(&self, authorizer: &str) -> Vec<String> {
        let found = self.authorizers.iter().find(|(name, _)| name == authorizer);
        found.map(|(_, scopes)| scopes.clone()).unwrap_or_default()
    }

    /// Adds the requirements that SAM adds to a route: the default authorizer and the API key.
    pub(in crate::template) fn add_to(
        &self,
        security: &mut Option<Security>,
        kind: FrontDoorKind,
        is_options: bool,
    ) {
        match kind {
            FrontDoorKind::RestApi => self.add_to_rest(security, is_options),
            _ => self.add_to_http(security, is_options),
        }
    }

    /// Adds the default to a route of an HTTP API, like `set_path_default_authorizer` of
    /// <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/open_api/open_api.py>.
    fn add_to_http(&self, security: &mut Option<Security>, is_options: bool) {
        let is_empty = security.as_ref().is_none_or(|security| security.0.is_empty());
        if let Some(default) = self.default_requirement().filter(|_| !is_options && is_empty) {
            *security = Some(Security(vec![default]));
        }
    }

    /// Adds the default and the API key to a route of a REST API, like `set_path_default_authorizer` and
    /// `set_path_default_apikey_required` of
    /// <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/swagger/swagger.py>.
    fn add_to_rest(&self, security: &mut Option<Security>, is_options: bool) {
        if let Some(default) = self.default_requirement().filter(|_| !is_options || self.closes_preflight) {
            let requirements = &mut security.get_or_insert_default().0;
            let has_own = requirements.iter().any(|it| {
                it.name == NONE || it.name == AWS_IAM || it.unreadable.is_some() || self.has(&it.name)
            });
            if !has_own {
                requirements.push(default);
            }
        }
        if self.needs_api_key() {
            let requirements = &mut security.get_or_insert_default().0;
            let wants_none = requirements.iter().any(|it| it.name == API_KEY_FALSE);
            requirements.retain(|it| ![API_KEY, API_KEY_FALSE].contains(&it.name.as_str()));
            if !wants_none && (!is_options || self.keyed == KeyedRoutes::All) {
                requirements.push(Requirement::new(API_KEY, Vec::new(), self.place));
            }
        }
    }

    fn default_requirement(&self) -> Option<Requirement> {
        let default = self.default.as_ref()?;
        Some(Requirement::new(default, self.scopes(default), self.place))
    }
}
