//! The front doors of a project, and the functions behind each.

use std::time::Duration;

use api_routes_routing::RouteKey;

use crate::Settings;
use crate::aws::{Authorization, FrontDoorKind, PayloadFormat};
use crate::template::{Api, FunctionUrl, Template};
use crate::workspace::Project;

mod listing;
mod lookup;
mod mocks;
mod nearest;
mod served;

pub use listing::Listing;
pub use lookup::UnknownFunction;
pub use mocks::Mock;
pub use served::{FunctionId, Notices, ServedFunction};

/// The front doors of a project, in the order in which they take their ports.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FrontDoors {
    /// The front doors, at least one.
    pub doors: Vec<FrontDoor>,
    /// All functions that can be served, with or without a front door.
    pub functions: Vec<ServedFunction>,
    /// The notices for the developer.
    pub notices: Notices,
}

/// A front door: the service that calls functions over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrontDoor {
    /// An HTTP API or a REST API.
    Api {
        /// Its settings.
        api: Box<Api>,
        /// The routes that lead to functions.
        routes: Vec<FunctionRoute>,
        /// The answers that a REST API makes by itself.
        mocks: Vec<Mock>,
    },
    /// The URLs of functions.
    FunctionUrls(Vec<Url>),
    /// A load balancer, which has a rule for each route.
    LoadBalancer {
        /// Whether events and responses have lists of values.
        multi_value_headers: bool,
        /// The routes that lead to functions.
        routes: Vec<FunctionRoute>,
    },
}

/// A route key and its function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionRoute {
    /// The route key that the front door chooses by.
    pub key: RouteKey,
    /// The function that is called.
    pub function: FunctionId,
    /// The place of its code, like [`ServedFunction::place`].
    pub place: String,
    /// The payload format of its events, behind an HTTP API.
    pub payload_format: PayloadFormat,
    /// The time that a client waits; `None` for the limit of the front door.
    pub timeout: Option<Duration>,
    /// Whether a REST API passes its stream on.
    pub streams: bool,
    /// The callers of the route.
    pub authorization: Authorization,
}

/// The URL of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Url {
    /// The function that is called.
    pub function: FunctionId,
    /// The place of its code, like [`ServedFunction::place`].
    pub place: String,
    /// Host names that replace the id that AWS gives a URL: the package or logical id, and the function's name.
    pub hosts: [String; 2],
    /// The route keys that lead to the function from any other host.
    pub keys: Vec<RouteKey>,
    /// The settings of the URL.
    pub config: FunctionUrl,
}

impl FrontDoor {
    /// Creates the front door of an API that leads to `routes`.
    pub fn of_api(api: Api, routes: Vec<FunctionRoute>) -> Self {
        let mocks = mocks::declared(&api);
        Self::Api { api: Box::new(api), routes, mocks }
    }

    /// Returns the kind of the front door.
    pub fn kind(&self) -> FrontDoorKind {
        match self {
            Self::Api { api, .. } => api.kind,
            Self::FunctionUrls(_) => FrontDoorKind::FunctionUrl,
            Self::LoadBalancer { .. } => FrontDoorKind::Alb,
        }
    }

    /// Returns the name of the front door among those of its kind: the logical id of an API.
    pub fn name(&self) -> &str {
        match self {
            Self::Api { api, .. } => &api.logical_id,
            Self::FunctionUrls(_) | Self::LoadBalancer { .. } => self.kind().name(),
        }
    }

    /// Returns the kind, and the name if there is one: `rest-api Public`, `alb`.
    pub fn title(&self) -> String {
        let (kind, name) = (self.kind().name(), self.name());
        if name == kind { kind.to_owned() } else { format!("{kind} {name}") }
    }
}

impl FrontDoor {
    /// Returns the start of the paths of its URLs: `/Prod`, or nothing.
    pub fn stage_path(&self) -> String {
        match self {
            Self::Api { api, .. } if api.stage != "$default" => format!("/{}", api.stage),
            _ => String::new(),
        }
    }

    /// Returns the route keys that lead to its functions.
    pub fn keys(&self) -> impl Iterator<Item = &RouteKey> {
        let (routes, urls): (&[FunctionRoute], &[Url]) = match self {
            Self::Api { routes, .. } | Self::LoadBalancer { routes, .. } => (routes, &[]),
            Self::FunctionUrls(urls) => (&[], urls),
        };
        routes.iter().map(|route| &route.key).chain(urls.iter().flat_map(|url| &url.keys))
    }
}

impl Project {
    /// Returns the front doors of the `chosen` kinds. Without a choice, returns the front doors of the template, or an
    /// HTTP API if the template declares none. A front door that the template does not declare leads to each function
    /// by the routes of its folder.
    pub fn front_doors(&self, settings: &Settings, chosen: &[FrontDoorKind]) -> FrontDoors {
        let mut notices = Notices::default();
        let functions = self.served(settings, &mut notices);
        let template = settings.template();
        let is_wanted = |kind: &FrontDoorKind| {
            if chosen.is_empty() { is_declared(*kind, &functions) } else { chosen.contains(kind) }
        };
        let kinds = FrontDoorKind::ALL.into_iter().filter(is_wanted);
        let mut doors: Vec<_> = kinds.flat_map(|kind| doors(kind, template, &functions)).collect();
        match doors.first_mut() {
            Some(first) => functions.iter().for_each(|function| first.take_in(function)),
            None => doors.push(by_folders(FrontDoorKind::HttpApi, template, &functions)),
        }
        notices.warnings.extend(open_doors(&doors, &functions));
        doors.iter_mut().for_each(FrontDoor::add_preflights);
        FrontDoors { doors, functions, notices }
    }
}

/// Warns of front doors that the template does not declare, whose routes are open although the template closes them
/// elsewhere.
fn open_doors(doors: &[FrontDoor], functions: &[ServedFunction]) -> Vec<String> {
    let is_closed = |event: &crate::template::Event| {
        event.authorization.authorizer.is_some() || event.authorization.needs_api_key
    };
    if !functions.iter().flat_map(|function| &function.events).any(|(event, _)| is_closed(event)) {
        return Vec::new();
    }
    let undeclared = doors.iter().filter(|door| !is_declared(door.kind(), functions));
    let message = |door: &FrontDoor| {
        let kind = door.kind().name();
        format!(
            "`{kind}` asks no authorizer, since the template declares none for it: routes that it closes elsewhere are open \
             here; leave `{kind}` out of `--front-door`, or declare it in the template"
        )
    };
    undeclared.map(message).collect()
}

fn is_declared(kind: FrontDoorKind, functions: &[ServedFunction]) -> bool {
    functions.iter().any(|function| match kind {
        FrontDoorKind::FunctionUrl => function.settings.url.is_some(),
        FrontDoorKind::Alb => function.settings.is_target(),
        _ => function.events.iter().any(|(event, _)| event.kind == kind),
    })
}

/// Returns a front door for each API of a kind.
fn doors(kind: FrontDoorKind, template: &Template, functions: &[ServedFunction]) -> Vec<FrontDoor> {
    if !is_declared(kind, functions) {
        return vec![by_folders(kind, template, functions)];
    }
    if kind == FrontDoorKind::FunctionUrl {
        return vec![FrontDoor::FunctionUrls(functions.iter().filter_map(declared_url).collect())];
    }
    if kind == FrontDoorKind::Alb {
        let targets = functions.iter().filter(|function| function.settings.is_target());
        return vec![load_balancer(template, targets)];
    }
    let apis = template.apis.iter().filter(|api| api.kind == kind);
    let doors = apis.map(|api| (api, functions.iter().flat_map(|function| events_of(api, function))));
    let doors = doors.map(|(api, routes)| FrontDoor::of_api(api.clone(), routes.collect()));
    doors.filter(|door| !matches!(door, FrontDoor::Api { routes, .. } if routes.is_empty())).collect()
}

fn events_of(api: &Api, function: &ServedFunction) -> Vec<FunctionRoute> {
    let events = function.events.iter();
    let events = events.filter(|(event, _)| event.kind == api.kind && event.api == api.logical_id);
    let route = |(event, key): &(crate::template::Event, RouteKey)| FunctionRoute {
        payload_format: event.payload_format,
        timeout: event.timeout,
        streams: event.streams,
        authorization: event.authorization.clone(),
        ..FunctionRoute::new(key.clone(), function)
    };
    events.map(route).collect()
}

/// Returns a front door that the template does not declare.
fn by_folders(kind: FrontDoorKind, template: &Template, functions: &[ServedFunction]) -> FrontDoor {
    match kind {
        FrontDoorKind::HttpApi | FrontDoorKind::RestApi => {
            let api = settings_of(kind, template);
            let routes = functions.iter().flat_map(|function| routes_of(&api, function)).collect();
            FrontDoor::of_api(api, routes)
        }
        FrontDoorKind::FunctionUrl => {
            let callable = functions.iter().filter(|function| !function.is_authorizer);
            FrontDoor::FunctionUrls(
                callable.map(|function| Url::new(function, FunctionUrl::default())).collect(),
            )
        }
        FrontDoorKind::Alb => load_balancer(template, functions.iter()),
    }
}

/// Returns a load balancer with a rule for each route, whatever rules the template has.
fn load_balancer<'a>(template: &Template, functions: impl Iterator<Item = &'a ServedFunction>) -> FrontDoor {
    let routes = functions.flat_map(folder_routes).collect();
    FrontDoor::LoadBalancer { multi_value_headers: template.multi_value_headers, routes }
}

/// Returns the settings of the first API of the kind, which exists even if no event names it.
fn settings_of(kind: FrontDoorKind, template: &Template) -> Api {
    let declared = template.apis.iter().find(|api| api.kind == kind);
    declared.cloned().unwrap_or_else(|| Api::unlisted(kind, kind.name()))
}

fn folder_routes(function: &ServedFunction) -> Vec<FunctionRoute> {
    function.own_keys().into_iter().map(|key| FunctionRoute::new(key, function)).collect()
}

/// Returns the routes of a folder behind an API, with the callers of events without `Auth`.
fn routes_of(api: &Api, function: &ServedFunction) -> Vec<FunctionRoute> {
    let mut routes = folder_routes(function);
    for route in &mut routes {
        route.authorization.clone_from(&api.authorization);
    }
    routes
}

fn declared_url(function: &ServedFunction) -> Option<Url> {
    Some(Url::new(function, function.settings.url.clone()?))
}

impl FrontDoor {
    /// Adds the preflight answers of a REST API with `Cors`.
    fn add_preflights(&mut self) {
        let Self::Api { api, routes, mocks } = self else { return };
        let keys: Vec<_> = routes.iter().map(|route| &route.key).collect();
        mocks.extend(mocks::preflights(api, &keys, mocks));
    }

    /// Adds the routes of a function that nothing in the template calls. Only the first front door serves such a
    /// function.
    fn take_in(&mut self, function: &ServedFunction) {
        if function.is_deployed() || function.is_authorizer || self.has(&function.id) {
            return;
        }
        match self {
            Self::Api { api, routes, .. } => routes.extend(routes_of(api, function)),
            Self::LoadBalancer { routes, .. } => routes.extend(folder_routes(function)),
            Self::FunctionUrls(urls) => urls.push(Url::new(function, FunctionUrl::default())),
        }
    }

    fn has(&self, id: &FunctionId) -> bool {
        match self {
            Self::Api { routes, .. } | Self::LoadBalancer { routes, .. } => {
                routes.iter().any(|route| route.function == *id)
            }
            Self::FunctionUrls(urls) => urls.iter().any(|url| url.function == *id),
        }
    }
}

impl FunctionRoute {
    fn new(key: RouteKey, function: &ServedFunction) -> Self {
        Self {
            key,
            function: function.id.clone(),
            place: function.place.clone(),
            payload_format: PayloadFormat::default(),
            timeout: None,
            streams: false,
            authorization: Authorization::default(),
        }
    }
}

impl Url {
    fn new(function: &ServedFunction, config: FunctionUrl) -> Self {
        Self {
            function: function.id.clone(),
            place: function.place.clone(),
            hosts: [function.id.name(), &function.settings.name].map(str::to_ascii_lowercase),
            keys: function.own_keys(),
            config,
        }
    }
}

#[cfg(test)]
mod tests;
