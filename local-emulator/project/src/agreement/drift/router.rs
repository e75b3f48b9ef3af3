//! Differences between the folders and cargo-lambda's router.

use std::collections::{HashMap, HashSet};

use api_routes_routing::RouteKey;

use super::Drift;
use super::paths::{Moves, PathShape, Segment};
use crate::agreement::{Decisions, RouterLine, Survey};
use crate::routes::RoutePackage;
use crate::template::{SourcePosition, TemplateFunction};

/// The present name of a package's binary, and its former names.
pub(super) struct BinaryNames<'a> {
    pub(super) new: &'a str,
    pub(super) old: Vec<String>,
}

impl BinaryNames<'_> {
    fn has(&self, binary: &str) -> bool {
        binary == self.new || self.old.iter().any(|old| old == binary)
    }
}

/// A line of the router that leads to a route by a path without a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StrayRoute {
    /// The path in the syntax of the router: `/api/docs/{*slug}`.
    pub path: String,
    /// The path in the syntax of API Gateway: `/api/docs/{slug+}`.
    pub key_path: String,
    /// The binary that the line leads to.
    pub binary: String,
    /// The position of the line in `Cargo.toml`.
    pub place: SourcePosition,
}

impl Survey {
    /// Returns the lines whose path no folder has and that stay as they are: only the developer knows their purpose.
    pub fn stray_routes(&self, drifts: &[Drift]) -> Vec<StrayRoute> {
        let is_handled = |line: &RouterLine| drifts.iter().any(|drift| drift.line() == Some(&line.path));
        let stray = |line: &RouterLine| {
            let path = PathShape::of_router(&line.path);
            let leads_to = |package: &&RoutePackage| line.leads_only_to(|binary| binary == package.binary);
            let package = self.packages.iter().find(leads_to)?;
            let is_expected = package.paths().iter().any(|own| own.covers(&path)) || self.stands_for(&path);
            (!is_expected && !is_handled(line)).then(|| StrayRoute {
                path: line.path.clone(),
                key_path: key_path(&line.path),
                binary: package.binary.clone(),
                place: line.place,
            })
        };
        self.router_lines().iter().filter_map(stray).collect()
    }

    fn router_lines(&self) -> &[RouterLine] {
        self.manifest.router.as_ref().map(|router| &router.lines[..]).unwrap_or_default()
    }

    pub(super) fn of_router(&self, decisions: &Decisions) -> Vec<Drift> {
        let template = self.examined.template.as_ref();
        let named_anew = template.map(|template| self.named_anew(template, decisions)).unwrap_or_default();
        let lines = self.router_lines();
        let paths: Vec<_> = lines.iter().map(|line| PathShape::of_router(&line.path)).collect();
        let by_shape: HashMap<&[Segment], _> = paths.iter().map(PathShape::shape).zip(lines).collect();
        let mut known = HashSet::new();
        let mut drifts = Vec::new();
        for package in &self.packages {
            let own = template.and_then(|template| template.function(&package.binary));
            let renamed = named_anew.iter().find(|(_, other)| other.binary == package.binary);
            let function = own.or(renamed.map(|(function, _)| *function));
            let old = function.map(|it| self.former_binaries(it, &package.binary)).unwrap_or_default();
            let names = BinaryNames { new: &package.binary, old };
            let moves = self.router_moves(package, function, &names, &by_shape);
            for path in router_paths(package) {
                let line = by_shape.get(path.shape()).copied();
                known.extend(line.map(|line| line.path.clone()));
                drifts.extend(match line {
                    Some(line) => misrouted(line, &package.binary),
                    None if moves.reaches(&path) => None,
                    None => {
                        let (path, binary) = (path.to_string(), package.binary.clone());
                        Some(Drift::Unrouted { path, binary })
                    }
                });
            }
            drifts.extend(moved(package, &moves, &by_shape));
        }
        known.extend(drifts.iter().filter_map(Drift::line).cloned());
        let others = lines.iter().filter(|line| !known.contains(&line.path));
        drifts.extend(others.filter_map(|line| self.stale_route(line)));
        drifts
    }

    /// Finds the lines of a renamed folder: if the router has none of a folder's paths, the paths that it has for the
    /// package are those of the former folder.
    fn router_moves(
        &self,
        package: &RoutePackage,
        function: Option<&TemplateFunction>,
        names: &BinaryNames<'_>,
        by_shape: &HashMap<&[Segment], &RouterLine>,
    ) -> Moves {
        let own = router_paths(package);
        let leads_here = |path: &PathShape| {
            by_shape.get(path.shape()).is_some_and(|line| line.binaries.contains(&package.binary))
        };
        if own.iter().any(leads_here) {
            return Moves::default();
        }
        let evidence = function.map(|function| self.former_paths(function)).unwrap_or_default();
        Moves::find(&own, &self.router_paths(names), &evidence)
    }

    /// Returns the paths without a folder that lead to a package's binary.
    pub(super) fn router_paths(&self, names: &BinaryNames<'_>) -> Vec<PathShape> {
        let lines = self.router_lines().iter().filter(|line| line.leads_only_to(|binary| names.has(binary)));
        lines.map(|line| PathShape::of_router(&line.path)).filter(|path| !self.stands_for(path)).collect()
    }

    /// Returns the former binaries of a function: the binary that it names, or the binaries that the router has for its
    /// paths if only its folder is known.
    pub(super) fn former_binaries(&self, function: &TemplateFunction, new: &str) -> Vec<String> {
        match function.code.binary() {
            Some(binary) if binary == new => Vec::new(),
            Some(binary) => vec![binary.to_owned()],
            None => {
                let paths: Vec<_> = function.paths().iter().map(PathShape::from).collect();
                let is_its = |line: &&RouterLine| {
                    let path = PathShape::of_router(&line.path);
                    paths.iter().any(|own| own.is_like(&path))
                        && line.leads_only_to(|binary| self.is_gone(binary))
                };
                let lines = self.router_lines().iter().filter(is_its);
                lines.flat_map(|line| line.binaries.iter().cloned()).collect()
            }
        }
    }

    fn stale_route(&self, line: &RouterLine) -> Option<Drift> {
        let binary = line.binaries.first()?.clone();
        let all_are_gone = line.binaries.iter().all(|binary| self.is_gone(binary));
        all_are_gone.then(|| Drift::StaleRoute { path: line.path.clone(), binary })
    }
}

impl RouterLine {
    fn leads_only_to(&self, is_its: impl Fn(&str) -> bool) -> bool {
        !self.binaries.is_empty() && self.binaries.iter().all(|binary| is_its(binary))
    }
}

/// Returns the change of a line. A line is removed if another line has its new path already.
fn moved(package: &RoutePackage, moves: &Moves, by_shape: &HashMap<&[Segment], &RouterLine>) -> Vec<Drift> {
    let binary = || package.binary.clone();
    let former = moves.moved.iter().map(|(from, to)| {
        if by_shape.contains_key(to.shape()) {
            Drift::SupersededRoute { path: from.to_string(), binary: binary() }
        } else {
            let line = by_shape.get(from.shape());
            let found = line.and_then(|line| line.binaries.first()).cloned().unwrap_or_default();
            Drift::MovedRoute { from: from.to_string(), to: to.to_string(), binary: binary(), found }
        }
    });
    let superseded = moves.superseded.iter();
    let superseded =
        superseded.map(|path| Drift::SupersededRoute { path: path.to_string(), binary: binary() });
    former.chain(superseded).collect()
}

/// Returns the paths by which cargo-lambda's router reaches a route.
fn router_paths(package: &RoutePackage) -> Vec<PathShape> {
    let keys = package.pattern.route_keys();
    let paths = keys.iter().filter_map(|key| match key {
        RouteKey::Path { path, .. } => Some(PathShape::in_router(path)),
        RouteKey::Default => None,
    });
    paths.collect()
}

fn key_path(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix("{*").and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => format!("{{{name}+}}"),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn misrouted(line: &RouterLine, binary: &str) -> Option<Drift> {
    let found = line.binaries.first().cloned().unwrap_or_default();
    let (path, binary) = (line.path.clone(), binary.to_owned());
    (!line.binaries.contains(&binary)).then_some(Drift::Misrouted { path, binary, found })
}
