//! The functions that can be served, and where each of them answers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use api_routes_routing::{Pattern, RouteKey};

use crate::Settings;
use crate::environment::Sources;
use crate::routes::{FUNCTIONS, Routes, is_of_authorizers};
use crate::template::{Code, Event, TemplateFunction};
use crate::tool::command;
use crate::workspace::{Exceptions, Function, Project};

/// Problems that the developer should know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    /// The reasons why some functions cannot be served.
    pub errors: Vec<String>,
    /// Functions and settings that work here and behave differently on AWS.
    pub warnings: Vec<String>,
}

/// The identity of a function in a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FunctionId {
    /// A package of the workspace, by name.
    Package(String),
    /// A function of the template whose code is a folder, by logical id.
    Folder(String),
}

impl FunctionId {
    /// Returns the package, or the logical id.
    pub fn name(&self) -> &str {
        let (Self::Package(name) | Self::Folder(name)) = self;
        name
    }
}

/// A function that can be served.
#[derive(Clone, Debug)]
pub struct ServedFunction {
    /// The identity of the function.
    pub id: FunctionId,
    /// The route in the spelling of its folder, `/api/posts/[id]`; for an authorizer and for other code, the folder
    /// itself.
    pub place: String,
    /// The working directory: the folder of the code, or the project for a binary, which needs no folder.
    pub folder: PathBuf,
    /// The settings of the template, or else Lambda's defaults.
    pub settings: TemplateFunction,
    /// Whether the function is an authorizer, which no front door leads to.
    pub is_authorizer: bool,
    /// The route keys of its folder.
    pub(super) own: Vec<RouteKey>,
    /// The events that can be deployed, each with its route key.
    pub(super) events: Vec<(Event, RouteKey)>,
}

impl ServedFunction {
    /// Returns the sources of its environment, with the variables of a `shell`.
    pub fn sources<'a>(&'a self, settings: &'a Settings, shell: &'a BTreeMap<String, String>) -> Sources<'a> {
        settings.sources(&self.settings, shell, &self.folder)
    }

    /// Whether an option means this function: by its route, its package, its logical id or its name.
    pub fn has_name(&self, name: &str) -> bool {
        let Self { id, settings, place, .. } = self;
        [place, id.name(), &settings.logical_id, &settings.name].contains(&name)
    }

    /// Whether something in the template calls the function.
    pub(super) fn is_deployed(&self) -> bool {
        !self.events.is_empty() || self.settings.url.is_some() || self.settings.is_target()
    }

    /// Returns the route keys for a front door that the template does not declare: the keys of the folder or, for code
    /// without a route, of its events.
    pub(super) fn own_keys(&self) -> Vec<RouteKey> {
        let mut keys = self.own.clone();
        if keys.is_empty() {
            for (_, key) in &self.events {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
        keys
    }
}

impl Project {
    /// Returns the functions that can be served, by place.
    pub(super) fn served(&self, settings: &Settings, notices: &mut Notices) -> Vec<ServedFunction> {
        let (authorizers, others): (Vec<_>, Vec<_>) =
            self.functions.iter().partition(|function| is_authorizer(function, settings));
        let routes = Routes::from_folders(others.iter().map(|function| function.route_folder.as_str()));
        add_notices(&routes, notices);
        let packages = authorizers.into_iter().chain(others).filter_map(|function| {
            let pattern = match routes.pattern(&function.route_folder) {
                None if !is_authorizer(function, settings) => return None,
                pattern => pattern,
            };
            let deployed = settings.template().function(&function.binary);
            if let Some(absent) = deployed.and_then(|deployed| absence(deployed, &folder_of(function))) {
                notices.warnings.push(absent);
                return None;
            }
            Some(self.package(function, pattern, settings, notices))
        });
        let mut served: Vec<_> = packages.collect();
        served.sort_by(|one, other| one.place.cmp(&other.place));
        let folders = settings.template().functions.iter();
        served.extend(folders.filter_map(|function| self.code_folder(function, notices)));
        served
    }

    fn package(
        &self,
        function: &Function,
        pattern: Option<&Pattern>,
        settings: &Settings,
        notices: &mut Notices,
    ) -> ServedFunction {
        let folder = folder_of(function);
        let deployed = settings.template().function(&function.binary);
        let served = ServedFunction {
            id: FunctionId::Package(function.package.clone()),
            place: pattern.map_or_else(|| folder.clone(), Pattern::to_string),
            folder: self.root.clone(),
            settings: settings.function(&function.binary),
            is_authorizer: pattern.is_none(),
            own: pattern.map(Pattern::route_keys).unwrap_or_default(),
            events: deployed.map(|deployed| events(deployed, &folder, notices)).unwrap_or_default(),
        };
        match deployed {
            _ if served.is_authorizer => notices.warnings.extend(idleness(&served, settings)),
            Some(_) => notices.warnings.extend(difference(&served, &folder, &self.exceptions)),
            None if settings.has_template() => notices.warnings.push(format!(
                "`{folder}` is served here but not deployed: `template.yaml` has no function with `Binary: {}`; run `{}`",
                function.binary,
                command("sync")
            )),
            None => {}
        }
        served
    }

    fn code_folder(&self, function: &TemplateFunction, notices: &mut Notices) -> Option<ServedFunction> {
        let Code::Bootstrap(folder) = &function.code else { return None };
        let place = if folder.as_os_str().is_empty() { ".".to_owned() } else { folder.display().to_string() };
        if let Some(absent) = absence(function, &place) {
            notices.warnings.push(absent);
            return None;
        }
        Some(ServedFunction {
            id: FunctionId::Folder(function.logical_id.clone()),
            folder: self.root.join(folder),
            settings: function.clone(),
            is_authorizer: function.is_authorizer(),
            own: Vec::new(),
            events: events(function, &place, notices),
            place,
        })
    }
}

/// Whether its folder or the template makes a package an authorizer.
fn is_authorizer(function: &Function, settings: &Settings) -> bool {
    let deployed = settings.template().function(&function.binary);
    is_of_authorizers(&function.route_folder) || deployed.is_some_and(TemplateFunction::is_authorizer)
}

/// Warns of an authorizer that nothing in the template calls.
fn idleness(served: &ServedFunction, settings: &Settings) -> Option<String> {
    let is_used = served.settings.is_authorizer() || served.is_deployed() || !settings.has_template();
    (!is_used).then(|| {
        format!(
            "`{}` is unused: no authorizer of `template.yaml` has its function as `FunctionArn`",
            served.place
        )
    })
}

/// Returns the reason why AWS does not have a function, so that its route is missing there and here.
fn absence(function: &TemplateFunction, place: &str) -> Option<String> {
    let condition = function.condition.as_ref().filter(|_| !function.is_deployed())?;
    Some(format!(
        "`{place}` is not served: the condition `{}` of `{}` does not hold; with other parameters it may: `{}`",
        condition.name,
        function.logical_id,
        command("dev --parameter-overrides NAME=VALUE")
    ))
}

fn add_notices(routes: &Routes, notices: &mut Notices) {
    let refused =
        routes.refused.iter().map(|(folder, problem)| format!("`{folder}` is not served: {problem}"));
    let conflicts = routes.conflicts.iter();
    let conflicts = conflicts.map(|conflict| format!("`{}` is not served: {conflict}", conflict.second));
    notices.errors.extend(refused.chain(conflicts));
    notices.warnings.extend(routes.divergences.iter().map(ToString::to_string));
}

/// Returns the folder of a function in messages, from the root of the project.
fn folder_of(function: &Function) -> String {
    format!("{FUNCTIONS}/{}", function.route_folder)
}

/// Returns the events with a valid route key. A key that API Gateway refuses becomes an error notice.
fn events(deployed: &TemplateFunction, folder: &str, notices: &mut Notices) -> Vec<(Event, RouteKey)> {
    let mut events = Vec::new();
    for event in &deployed.events {
        match event.route_key.parse() {
            Ok(key) => events.push((event.clone(), key)),
            Err(problem) => notices.errors.push(format!(
                "`{}`, an event of `{}` for `{folder}`, cannot be deployed: {problem}",
                event.route_key, deployed.logical_id
            )),
        }
    }
    events
}

/// Warns of a difference between the folder and the template, which decides what is deployed.
fn difference(served: &ServedFunction, folder: &str, exceptions: &Exceptions) -> Option<String> {
    if !served.is_deployed() && served.settings.called_by.is_none() {
        return Some(format!(
            "`{folder}` is served here but not deployed: it has no `HttpApi` event, no `Api` event and no \
             `FunctionUrlConfig`; run `{}`",
            command("sync")
        ));
    }
    let mut apis: Vec<&str> = served.events.iter().map(|(event, _)| event.api.as_str()).collect();
    apis.dedup();
    let of = |api: &str| {
        let events = served.events.iter().filter(|(event, _)| event.api == api);
        events.map(|(_, key)| key.clone()).collect::<Vec<_>>()
    };
    let is_extra = |key: &RouteKey| match key {
        RouteKey::Path { path, .. } => exceptions.has_path(path),
        RouteKey::Default => false,
    };
    let differ = |keys: &Vec<RouteKey>| {
        let keys: Vec<_> = keys.iter().filter(|key| !is_extra(key)).cloned().collect();
        !keys.is_empty() && !same_paths(&keys, &served.own)
    };
    let other = apis.into_iter().map(of).find(differ)?;
    Some(format!(
        "`{folder}` is deployed as {}, while its folder says {}: the template decides",
        listing(&other),
        listing(&served.own)
    ))
}

fn same_paths(keys: &[RouteKey], own: &[RouteKey]) -> bool {
    let paths = |keys: &[RouteKey]| {
        let mut paths: Vec<_> = keys.iter().map(path_of).collect();
        paths.sort();
        paths.dedup();
        paths
    };
    paths(keys) == paths(own)
}

fn path_of(key: &RouteKey) -> String {
    match key {
        RouteKey::Path { path, .. } => path.to_string(),
        RouteKey::Default => key.to_string(),
    }
}

fn listing(keys: &[RouteKey]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
