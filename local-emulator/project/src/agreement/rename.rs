//! Pairs functions whose folder is gone with routes that may be the same functions under new names.

use std::collections::{BTreeMap, BTreeSet};

use super::Survey;
use crate::routes::RoutePackage;
use crate::template::{Template, TemplateFunction};
use crate::tool::quoted;

/// The developer's answers about functions whose folder is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decisions {
    /// The present binary of each renamed function, by logical id.
    pub renamed: BTreeMap<String, String>,
    /// The logical ids of functions that are gone for good.
    pub removed: BTreeSet<String>,
    /// A logical id and a binary that do not belong together.
    pub declined: BTreeSet<(String, String)>,
    /// The binaries of new routes, which no function has yet.
    pub new: BTreeSet<String>,
}

/// A function whose folder is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrphanedFunction {
    /// Its key below `Resources`.
    pub logical_id: String,
    /// The binary that no package builds, or the folder that its `CodeUri` names.
    pub code: String,
    /// The paths of its events, as API Gateway writes them.
    pub paths: Vec<String>,
}

/// A function whose folder is gone, and a route without a function: the folder may have been renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PossibleRename {
    /// The function without a folder.
    pub function: OrphanedFunction,
    /// The route without a function.
    pub route: RoutePackage,
}

impl PossibleRename {
    /// Returns the argument of `sync` that confirms the rename: `--renamed OldFunction=api-new`.
    pub fn argument(&self) -> String {
        let Self { function, route } = self;
        format!("--renamed {}", quoted(&format!("{}={}", function.logical_id, route.package)))
    }
}

impl Survey {
    /// Returns each function whose folder is gone with each route that has no function, unless the developer has
    /// decided.
    pub fn possible_renames(&self, decisions: &Decisions) -> Vec<PossibleRename> {
        let Some(template) = &self.examined.template else { return Vec::new() };
        let known = self.named_anew(template, decisions);
        let is_known = |function: &TemplateFunction| {
            let is_named = known.iter().any(|(other, _)| other.logical_id == function.logical_id);
            is_named || decisions.removed.contains(&function.logical_id)
        };
        let has_function = |package: &RoutePackage| {
            let is_named = known.iter().any(|(_, other)| other.binary == package.binary);
            is_named || template.has_hidden_functions || template.function(&package.binary).is_some()
        };
        let orphans = template
            .all_functions()
            .filter(|function| !function.is_nested() && self.is_orphaned(function) && !is_known(function));
        let routes: Vec<_> = self
            .packages
            .iter()
            .filter(|package| !has_function(package) && !decisions.new.contains(&package.binary))
            .collect();
        let pairs = orphans.flat_map(|function| routes.iter().map(move |route| (function, *route)));
        let is_open = |(function, route): &(&TemplateFunction, &RoutePackage)| {
            !decisions.declined.contains(&(function.logical_id.clone(), route.binary.clone()))
        };
        let rename = |(function, route): (&TemplateFunction, &RoutePackage)| {
            Some(PossibleRename { function: self.orphan(function)?, route: route.clone() })
        };
        pairs.filter(is_open).filter_map(rename).collect()
    }

    /// Returns the function as an orphan, if its folder is gone.
    fn orphan(&self, function: &TemplateFunction) -> Option<OrphanedFunction> {
        let mut paths: Vec<_> = function.paths().iter().map(ToString::to_string).collect();
        paths.dedup();
        Some(OrphanedFunction {
            logical_id: function.logical_id.clone(),
            code: self.gone_code(function)?.to_owned(),
            paths,
        })
    }

    /// Whether the code of a function is gone, and the function was called over HTTP, so that it may have been a
    /// route's.
    fn is_orphaned(&self, function: &TemplateFunction) -> bool {
        self.lost_its_code(function) && (function.is_called() || function.called_by.is_some())
    }

    /// Returns the functions of renamed packages: first the developer's decisions, then the pairs that events show.
    pub(super) fn named_anew<'a>(
        &'a self,
        template: &'a Template,
        decisions: &Decisions,
    ) -> Vec<(&'a TemplateFunction, &'a RoutePackage)> {
        let decided = |(logical_id, binary): (&String, &String)| {
            let function = template.all_functions().find(|function| function.logical_id == *logical_id)?;
            let package = self.packages.iter().find(|package| package.binary == *binary)?;
            Some((function, package))
        };
        let mut named: Vec<_> = decisions.renamed.iter().filter_map(decided).collect();
        // A hidden function may be the route's function already.
        let functions = template
            .all_functions()
            .filter(|function| !template.has_hidden_functions && !function.is_nested());
        for function in functions.filter(|function| self.is_stale(function)) {
            let is_free = |package: &&RoutePackage| {
                template.function(&package.binary).is_none()
                    && !named.iter().any(|(_, other)| other.binary == package.binary)
            };
            let is_decided = decisions.renamed.contains_key(&function.logical_id)
                || decisions.removed.contains(&function.logical_id);
            let paths = function.paths();
            let mut packages = self.packages.iter().filter(|_| !is_decided).filter(is_free);
            let package = packages.find(|package| package.is_reached_by(&paths));
            named.extend(package.map(|package| (function, package)));
        }
        named
    }
}
