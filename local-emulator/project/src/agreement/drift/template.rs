//! Differences between a folder and its function in the template.

use api_routes_routing::{PathTemplate, RouteKey};

use super::Drift;
use super::paths::{Moves, PathShape};
use super::router::BinaryNames;
use crate::agreement::Survey;
use crate::routes::RoutePackage;
use crate::template::{Event, NamedBy, SourcePosition, Template, TemplateFunction};

/// An event of a route's function, with a path that no folder has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StrayEvent {
    /// The key of the function below `Resources`.
    pub logical_id: String,
    /// The event's key below `Events`.
    pub event: String,
    /// The path of the event.
    pub path: String,
    /// The position of the path in the template.
    pub place: SourcePosition,
}

impl Survey {
    /// Returns the events whose path no folder has and that stay as they are: only the developer knows their purpose.
    pub fn stray_events(&self, drifts: &[Drift]) -> Vec<StrayEvent> {
        let templates = self.examined.template.iter();
        let functions = templates.flat_map(|template| {
            let deployed = |package: &'_ RoutePackage| template.function(&package.binary);
            let pairs = self.packages.iter().filter_map(move |package| Some((package, deployed(package)?)));
            pairs.filter(|(_, function)| !function.is_nested())
        });
        functions.flat_map(|(package, function)| self.strays_of(package, function, drifts)).collect()
    }

    fn strays_of(
        &self,
        package: &RoutePackage,
        function: &TemplateFunction,
        drifts: &[Drift],
    ) -> Vec<StrayEvent> {
        let own = package.paths();
        let is_handled = |event: &Event| {
            drifts
                .iter()
                .any(|drift| drift.event() == Some((function.logical_id.as_str(), event.name.as_str())))
        };
        let stray = |event: &Event| {
            let path = PathShape::of_event(event)?;
            let is_expected = own.iter().any(|own| own.covers(&path)) || self.stands_for(&path);
            (!is_expected && !is_handled(event)).then(|| StrayEvent {
                logical_id: function.logical_id.clone(),
                event: event.name.clone(),
                path: path.to_string(),
                place: event.place,
            })
        };
        function.events.iter().filter_map(stray).collect()
    }

    /// Whether a folder has the path, or `extra-paths` of the project lists it.
    pub(super) fn stands_for(&self, path: &PathShape) -> bool {
        let is_of_folder = self.packages.iter().flat_map(RoutePackage::paths).any(|own| own.is_like(path));
        is_of_folder || self.is_extra(path)
    }

    pub(super) fn is_extra(&self, path: &PathShape) -> bool {
        let extra = self.exceptions.extra_paths.iter().filter_map(|extra| extra.parse::<PathTemplate>().ok());
        extra.into_iter().any(|extra| PathShape::from(&extra).is_like(path))
    }

    /// Returns the differences between a route and its function, if it has a function.
    pub(super) fn of_package(
        &self,
        package: &RoutePackage,
        function: Option<&TemplateFunction>,
        template: &Template,
    ) -> Vec<Drift> {
        let RoutePackage { binary, pattern, .. } = package;
        let Some(function) = function else {
            let undeployed = || Drift::Undeployed { binary: binary.clone(), pattern: pattern.clone() };
            return (!template.has_hidden_functions).then(undeployed).into_iter().collect();
        };
        // The template of a nested stack is not edited: its paths are taken as intended.
        if function.is_nested() {
            return Vec::new();
        }
        let mut drifts: Vec<_> = self.moved_code(package, function).into_iter().collect();
        let mut missing = Vec::new();
        for key in pattern.route_keys() {
            let RouteKey::Path { path, .. } = &key else { continue };
            let renamed = renamed(path, function, template);
            if renamed.is_empty() && !has_path(function, path) {
                missing.push(key);
            }
            drifts.extend(renamed);
        }
        let moves = self.moves(package, function, missing.len());
        drifts.extend(moved(function, package, &moves));
        missing.retain(|key| PathShape::of_key(key).is_none_or(|path| !moves.reaches(&path)));
        if !missing.is_empty() && !is_called_otherwise(function) {
            let (logical_id, pattern) = (function.logical_id.clone(), pattern.clone());
            drifts.push(Drift::MissingKeys { logical_id, pattern, keys: missing });
        }
        drifts
    }

    /// Updates a `CodeUri` that names a renamed package.
    fn moved_code(&self, package: &RoutePackage, function: &TemplateFunction) -> Option<Drift> {
        let from = function.code_uri.clone()?;
        let (old, new) = match function.code.binary() {
            Some(binary) if function.named_by == NamedBy::Output => (binary, &package.binary),
            _ => (self.gone_folder(function)?, &package.folder),
        };
        let to = from.replacen(old, new, 1);
        (old != new).then(|| Drift::MovedCode {
            logical_id: function.logical_id.clone(),
            to: if from == to { new.clone() } else { to },
            from,
        })
    }

    /// Finds the events of a renamed folder: if a function has none of its folder's paths, its paths are those of the
    /// former folder.
    fn moves(&self, package: &RoutePackage, function: &TemplateFunction, missing: usize) -> Moves {
        let own = package.paths();
        if missing < own.len() || function.has_hidden_events {
            return Moves::default();
        }
        let names =
            BinaryNames { new: &package.binary, old: self.former_binaries(function, &package.binary) };
        Moves::find(&own, &self.former_paths(function), &self.router_paths(&names))
    }

    /// Returns the paths of a function's events, each once, without the intended exceptions.
    pub(super) fn former_paths(&self, function: &TemplateFunction) -> Vec<PathShape> {
        let mut paths = Vec::new();
        for path in function.events.iter().filter_map(PathShape::of_event) {
            if !paths.contains(&path) && !self.is_extra(&path) {
                paths.push(path);
            }
        }
        paths
    }
}

fn moved(function: &TemplateFunction, package: &RoutePackage, moves: &Moves) -> Vec<Drift> {
    let drift = |event: &Event| {
        let path = PathShape::of_event(event)?;
        let (logical_id, name) = (function.logical_id.clone(), event.name.clone());
        if let Some(to) = moves.successor(&path) {
            let (from, to) = (path.to_string(), to.to_string());
            return Some(Drift::Moved {
                logical_id,
                pattern: package.pattern.clone(),
                event: name,
                from,
                to,
            });
        }
        // An event with settings of its own is left to the developer.
        let is_superseded = moves.is_superseded(&path) && event.is_plain;
        is_superseded.then(|| Drift::Superseded { logical_id, event: name, path: path.to_string() })
    };
    events_to_edit(function).filter_map(drift).collect()
}

impl RoutePackage {
    /// Returns the paths of its route keys.
    pub(super) fn paths(&self) -> Vec<PathShape> {
        self.pattern.route_keys().iter().filter_map(PathShape::of_key).collect()
    }
}

/// Whether a function is called by a URL, by a load balancer, by `$default`, or in a way that only AWS can resolve.
fn is_called_otherwise(function: &TemplateFunction) -> bool {
    let takes_the_rest = function.events.iter().any(|event| event.route_key == "$default");
    let is_in_document = function.events.iter().any(Event::is_of_document);
    function.url.is_some()
        || takes_the_rest
        || is_in_document
        || function.has_hidden_events
        || function.called_by.is_some()
}

fn has_path(function: &TemplateFunction, path: &PathTemplate) -> bool {
    function.events.iter().any(|event| event.path().as_ref() == Some(path))
}

/// Returns each event of the shape of `path`, unless an event has the right names already.
fn renamed(path: &PathTemplate, function: &TemplateFunction, template: &Template) -> Vec<Drift> {
    let renamed = |event: &Event| {
        let from = event
            .path()
            .filter(|from| from != path && PathShape::from(from).is_like(&PathShape::from(path)))?;
        (!is_taken(path, event, template)).then(|| Drift::Renamed {
            logical_id: function.logical_id.clone(),
            event: event.name.clone(),
            from: from.to_string(),
            to: path.to_string(),
        })
    };
    events_to_edit(function).filter_map(renamed).collect()
}

/// Returns the events below `Events`, without the events of an OpenAPI document.
fn events_to_edit(function: &TemplateFunction) -> impl Iterator<Item = &Event> {
    function.events.iter().filter(|event| !event.is_of_document())
}

fn is_taken(path: &PathTemplate, event: &Event, template: &Template) -> bool {
    let method = |event: &Event| event.route_key.split(' ').next().map(str::to_owned);
    let mut events = template.functions.iter().flat_map(|function| &function.events);
    events.any(|other| {
        (other.kind, &other.api) == (event.kind, &event.api)
            && method(other) == method(event)
            && other.path().as_ref() == Some(path)
    })
}
