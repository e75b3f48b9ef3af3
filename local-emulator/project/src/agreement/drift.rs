//! Differences between the folders and what is deployed of them.
//!
//! The folders are right. A function of the template is judged if its `Binary` is one of a route, or if events of
//! an API lead to it and its `Binary` is gone. All else belongs to the developer: other resources, further events
//! of a function, further lines of the router.

use std::collections::{HashMap, HashSet};

use api_routes_routing::{PathTemplate, Pattern, RouteKey, TemplateSegment};

use super::{RoutePackage, RouterLine, Survey};
use crate::template::{BUILD_METHOD, Event, Template, TemplateFunction};
use crate::workspace::ProfileSetting;

/// One difference, with what mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// A package below `functions/` that is no member of the workspace.
    Unlisted {
        /// `functions/api/posts/[id]`.
        folder: String,
    },
    /// A route without a function in the template.
    Undeployed {
        /// Its binary.
        binary: String,
        /// Its route.
        pattern: Pattern,
    },
    /// A function without some of the route keys of its route: all of them, if nothing calls it.
    MissingKeys {
        /// The function.
        logical_id: String,
        /// Its route.
        pattern: Pattern,
        /// What is missing.
        keys: Vec<RouteKey>,
    },
    /// An event whose path is the folder's but for the names: `/api/posts/{post}` for `[id]`.
    Renamed {
        /// The function.
        logical_id: String,
        /// The event's key below `Events`.
        event: String,
        /// The path that it has.
        from: String,
        /// The path of the folder.
        to: String,
    },
    /// A function with events of an API whose binary is that of no package: its folder is gone.
    Stale {
        /// The function.
        logical_id: String,
        /// What it was.
        binary: String,
    },
    /// A function that is the binary of no package, and whose events lead to a route without one: its package has
    /// another name now, or the name is misspelt.
    Misnamed {
        /// The function.
        logical_id: String,
        /// Its route.
        pattern: Pattern,
        /// What its binary should be.
        binary: String,
        /// What it is.
        found: String,
    },
    /// A setting that `[profile.release]` leaves open.
    OpenProfile(ProfileSetting),
    /// A route that cargo-lambda's router does not know.
    Unrouted {
        /// As the router writes it: `/api/docs/{*slug}`.
        path: String,
        /// Where it should lead.
        binary: String,
    },
    /// A line of the router that leads to another function.
    Misrouted {
        /// As it is written there.
        path: String,
        /// Where it should lead.
        binary: String,
        /// Where it leads.
        found: String,
    },
    /// A line of the router that leads to a binary of no package.
    StaleRoute {
        /// As it is written there.
        path: String,
        /// What it was.
        binary: String,
    },
}

impl Survey {
    /// Every difference: of members, of the template, of the router. Without a template every route is undeployed,
    /// and without a router every route is unrouted; of a template that is not YAML nothing is said.
    pub fn drifts(&self) -> Vec<Drift> {
        let unlisted = self.packages.iter().filter(|package| !package.is_member);
        let mut drifts: Vec<_> =
            unlisted.map(|package| Drift::Unlisted { folder: package.folder.clone() }).collect();
        if let Some(template) = &self.examined.template {
            let misnamed = self.misnamed(template);
            let of_packages = self.packages.iter().flat_map(|package| of_package(package, template));
            let stale = template.functions.iter().filter_map(|function| self.stale(function));
            let is_one_of_both = |drift: &Drift| misnamed.iter().any(|misnamed| misnamed.includes(drift));
            drifts.extend(of_packages.chain(stale).filter(|drift| !is_one_of_both(drift)));
            drifts.extend(misnamed);
        }
        drifts.extend(self.of_router());
        if !self.packages.is_empty() {
            drifts.extend(self.manifest.profile.open().map(Drift::OpenProfile));
        }
        drifts
    }

    fn stale(&self, function: &TemplateFunction) -> Option<Drift> {
        let binary = function.code.binary().filter(|_| self.is_stale(function))?;
        Some(Drift::Stale { logical_id: function.logical_id.clone(), binary: binary.to_owned() })
    }

    /// Who names a package anew leaves a function that is stale and a route that is not deployed, and both are one.
    fn misnamed(&self, template: &Template) -> Vec<Drift> {
        let mut named = HashSet::new();
        let misnamed = |function: &TemplateFunction| {
            let found = function.code.binary().filter(|_| self.is_stale(function))?;
            let is_undeployed = |binary: &str| template.function(binary).is_none() && !named.contains(binary);
            let mut undeployed = self.packages.iter().filter(|package| is_undeployed(&package.binary));
            let RoutePackage { binary, pattern, .. } =
                undeployed.find(|package| package.is_reached_by(function))?;
            named.insert(binary.as_str());
            Some(Drift::Misnamed {
                logical_id: function.logical_id.clone(),
                pattern: pattern.clone(),
                binary: binary.clone(),
                found: found.to_owned(),
            })
        };
        // What is hidden may be the route's function already.
        let functions = template.functions.iter().filter(|_| !template.has_hidden_functions);
        functions.filter_map(misnamed).collect()
    }

    /// Whether a function was that of a route.
    pub(super) fn is_stale(&self, function: &TemplateFunction) -> bool {
        let is_of_this_workspace = function.code_uri.as_deref().is_none_or(is_root_or_route);
        let is_built_by_cargo = function.build_method.as_deref().is_none_or(|method| method == BUILD_METHOD);
        let is_gone = function.code.binary().is_some_and(|binary| self.is_gone(binary));
        is_gone && is_built_by_cargo && is_of_this_workspace && !function.events.is_empty()
    }

    fn is_gone(&self, binary: &str) -> bool {
        self.binaries.as_ref().is_some_and(|binaries| !binaries.contains(binary))
    }

    fn of_router(&self) -> Vec<Drift> {
        let lines = self.manifest.router.as_ref().map(|router| &router.lines[..]).unwrap_or_default();
        let by_shape: HashMap<_, _> = lines.iter().map(|line| (router_shape(&line.path), line)).collect();
        let mut known = HashSet::new();
        let mut drifts = Vec::new();
        for (path, binary) in self.packages.iter().flat_map(router_lines) {
            let line = by_shape.get(&router_shape(&path)).copied();
            known.extend(line.map(|line| &line.path));
            drifts.extend(match line {
                None => Some(Drift::Unrouted { path, binary }),
                Some(line) => misrouted(line, binary),
            });
        }
        let others = lines.iter().filter(|line| !known.contains(&line.path));
        drifts.extend(others.filter_map(|line| self.stale_route(line)));
        drifts
    }

    fn stale_route(&self, line: &RouterLine) -> Option<Drift> {
        let binary = line.binaries.first()?.clone();
        let all_are_gone = line.binaries.iter().all(|binary| self.is_gone(binary));
        all_are_gone.then(|| Drift::StaleRoute { path: line.path.clone(), binary })
    }
}

impl Drift {
    /// Whether a difference is one of the two that a misnamed function is.
    fn includes(&self, other: &Self) -> bool {
        let Self::Misnamed { logical_id, binary, .. } = self else { return false };
        match other {
            Self::Undeployed { binary: undeployed, .. } => undeployed == binary,
            Self::Stale { logical_id: stale, .. } => stale == logical_id,
            _ => false,
        }
    }
}

/// Code of another folder is another project's, and so is its binary.
fn is_root_or_route(code_uri: &str) -> bool {
    let uri = code_uri.trim_start_matches("./").trim_end_matches('/');
    matches!(uri, "" | ".") || uri.starts_with("functions/")
}

fn of_package(package: &RoutePackage, template: &Template) -> Vec<Drift> {
    let RoutePackage { binary, pattern, .. } = package;
    let Some(function) = template.function(binary) else {
        let undeployed = || Drift::Undeployed { binary: binary.clone(), pattern: pattern.clone() };
        return (!template.has_hidden_functions).then(undeployed).into_iter().collect();
    };
    let mut drifts = Vec::new();
    let mut missing = Vec::new();
    for key in pattern.route_keys() {
        let RouteKey::Path { path, .. } = &key else { continue };
        let renamed = renamed(path, function, template);
        if renamed.is_empty() && !has_path(function, path) {
            missing.push(key);
        }
        drifts.extend(renamed);
    }
    if !missing.is_empty() && !is_called_otherwise(function) {
        let (logical_id, pattern) = (function.logical_id.clone(), pattern.clone());
        drifts.push(Drift::MissingKeys { logical_id, pattern, keys: missing });
    }
    drifts
}

impl RoutePackage {
    /// Whether a function has all route keys of this route.
    fn is_reached_by(&self, function: &TemplateFunction) -> bool {
        self.pattern.route_keys().iter().all(|key| match key {
            RouteKey::Path { path, .. } => has_path(function, path),
            RouteKey::Default => true,
        })
    }
}

/// By a URL, a load balancer, all requests that no other function takes, or in a way that only AWS can tell.
fn is_called_otherwise(function: &TemplateFunction) -> bool {
    let takes_the_rest = function.events.iter().any(|event| event.route_key == "$default");
    function.url.is_some() || takes_the_rest || function.has_hidden_events || function.called_by.is_some()
}

fn has_path(function: &TemplateFunction, path: &PathTemplate) -> bool {
    function.events.iter().any(|event| path_of(event).as_ref() == Some(path))
}

/// Each event of the shape of `path`, unless its route key is there already with the right names.
fn renamed(path: &PathTemplate, function: &TemplateFunction, template: &Template) -> Vec<Drift> {
    let renamed = |event: &Event| {
        let from = path_of(event).filter(|from| from != path && shape(from).eq(shape(path)))?;
        (!is_taken(path, event, template)).then(|| Drift::Renamed {
            logical_id: function.logical_id.clone(),
            event: event.name.clone(),
            from: from.to_string(),
            to: path.to_string(),
        })
    };
    function.events.iter().filter_map(renamed).collect()
}

fn is_taken(path: &PathTemplate, event: &Event, template: &Template) -> bool {
    let method = |event: &Event| event.route_key.split(' ').next().map(str::to_owned);
    let mut events = template.functions.iter().flat_map(|function| &function.events);
    events.any(|other| {
        (other.kind, &other.api) == (event.kind, &event.api)
            && method(other) == method(event)
            && path_of(other).as_ref() == Some(path)
    })
}

/// `None` for `$default`, and for what API Gateway refuses.
fn path_of(event: &Event) -> Option<PathTemplate> {
    match event.route_key.parse() {
        Ok(RouteKey::Path { path, .. }) => Some(path),
        _ => None,
    }
}

/// A segment without the name of its variable.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Shape<'a> {
    Literal(&'a str),
    One,
    All,
}

fn shape(path: &PathTemplate) -> impl Iterator<Item = Shape<'_>> {
    path.segments().map(|segment| match segment {
        TemplateSegment::Literal(text) => Shape::Literal(text),
        TemplateSegment::Parameter(_) => Shape::One,
        TemplateSegment::Greedy(_) => Shape::All,
    })
}

/// The paths by which cargo-lambda's router reaches a route.
fn router_lines(package: &RoutePackage) -> Vec<(String, String)> {
    let keys = package.pattern.route_keys().into_iter();
    let paths = keys.filter_map(|key| match key {
        RouteKey::Path { path, .. } => Some(router_path(&path)),
        RouteKey::Default => None,
    });
    paths.map(|path| (path, package.binary.clone())).collect()
}

/// What API Gateway writes `{slug+}` is `{*slug}` there.
fn router_path(path: &PathTemplate) -> String {
    let segment = |segment| match segment {
        TemplateSegment::Greedy(name) => format!("/{{*{name}}}"),
        other => format!("/{other}"),
    };
    let path: String = path.segments().map(segment).collect();
    if path.is_empty() { "/".to_owned() } else { path }
}

fn router_shape(path: &str) -> Vec<Shape<'_>> {
    let inner = |segment: &'_ str| segment.starts_with('{') && segment.ends_with('}');
    let shape = |segment| match segment {
        all if inner(all) && all.starts_with("{*") => Shape::All,
        one if inner(one) => Shape::One,
        literal => Shape::Literal(literal),
    };
    path.split('/').map(shape).collect()
}

fn misrouted(line: &RouterLine, binary: String) -> Option<Drift> {
    let found = line.binaries.first().cloned().unwrap_or_default();
    let path = line.path.clone();
    (!line.binaries.contains(&binary)).then_some(Drift::Misrouted { path, binary, found })
}

#[cfg(test)]
mod tests;
