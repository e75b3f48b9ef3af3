//! Routes whose folder and package were renamed: only the developer knows their former functions.

use std::collections::BTreeSet;
use std::fmt;

use crate::agreement::{Decisions, OrphanedFunction, PossibleRename, Survey};
use crate::routes::RoutePackage;
use crate::template::{Template, TemplateFunction};
use crate::tool::command;

/// The options of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether to remove functions and routes of folders that are gone.
    pub prune: bool,
    /// Functions whose folder is gone, by binary or logical id, each with its present package or binary.
    pub renamed: Vec<(String, String)>,
    /// Functions to remove, whose folder is gone and was not renamed: by binary or logical id.
    pub removed: Vec<String>,
    /// A logical id and a binary that do not belong together.
    pub declined: BTreeSet<(String, String)>,
    /// The binaries of routes that are being created.
    pub new: BTreeSet<String>,
}

/// The errors in the names of [`Options`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenameError {
    /// The template has no such function.
    #[error("no function of the template has the binary or the logical id `{name}`{}", list("without a folder", .orphans))]
    UnknownFunction {
        /// The name.
        name: String,
        /// The functions whose folder is gone, by logical id.
        orphans: Vec<String>,
    },
    /// Several functions have the same binary.
    #[error("`{name}` is the binary of several functions: name one of {} instead", listed(.functions))]
    AmbiguousFunction {
        /// The name.
        name: String,
        /// Their logical ids.
        functions: Vec<String>,
    },
    /// The function's package was not moved.
    #[error(
        "`{name}` is not renamed: its code, `{code}`, is in the workspace; leave out `--renamed {name}=…`"
    )]
    NotOrphaned {
        /// The name.
        name: String,
        /// The binary, or another trace of its code.
        code: String,
    },
    /// The name fits no package below `functions/`.
    #[error("no package below `functions/` has the name or the binary `{name}`{}", list("without a function", .routes))]
    UnknownRoute {
        /// The name.
        name: String,
        /// The packages of routes without a function.
        routes: Vec<String>,
    },
    /// The route has a function already.
    #[error("`{name}` has a function already: `{logical_id}`; leave out `--renamed …={name}`")]
    HasFunction {
        /// The package.
        name: String,
        /// Its function.
        logical_id: String,
    },
    /// A function or a route is named twice.
    #[error("`{0}` is named twice; name it in one option only")]
    Twice(String),
}

fn list(which: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; {which}: {}", listed(names)) }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Reads the options as decisions about the functions of a project.
pub(super) fn decide(survey: &Survey, options: &Options) -> Result<Decisions, RenameError> {
    let mut decisions =
        Decisions { declined: options.declined.clone(), new: options.new.clone(), ..Decisions::default() };
    for (old, new) in &options.renamed {
        let function = orphan(survey, old)?;
        let route = route(survey, new)?;
        let is_taken = decisions.renamed.values().any(|binary| *binary == route.binary);
        let earlier = decisions.renamed.insert(function.logical_id.clone(), route.binary.clone());
        if is_taken || earlier.is_some() {
            return Err(RenameError::Twice(if is_taken { new.clone() } else { old.clone() }));
        }
    }
    for old in &options.removed {
        let function = orphan(survey, old)?;
        let is_new = decisions.removed.insert(function.logical_id.clone());
        if !is_new || decisions.renamed.contains_key(&function.logical_id) {
            return Err(RenameError::Twice(old.clone()));
        }
    }
    Ok(decisions)
}

fn functions(survey: &Survey) -> impl Iterator<Item = &TemplateFunction> {
    survey.examined.template.iter().flat_map(Template::all_functions)
}

/// Finds the function with a name, if its folder is gone.
fn orphan<'a>(survey: &'a Survey, name: &str) -> Result<&'a TemplateFunction, RenameError> {
    let by_id = functions(survey).find(|function| function.logical_id == name);
    let has_code = |function: &&TemplateFunction| {
        function.code.binary() == Some(name) || function.package_folder.as_deref() == Some(name)
    };
    let by_code: Vec<_> = functions(survey).filter(has_code).collect();
    let function = match (by_id, &by_code[..]) {
        (Some(function), _) | (None, &[function]) => function,
        (None, []) => {
            let orphans = functions(survey).filter(|function| survey.gone_code(function).is_some());
            let orphans = orphans.map(|function| function.logical_id.clone()).collect();
            return Err(RenameError::UnknownFunction { name: name.to_owned(), orphans });
        }
        (None, several) => {
            let functions = several.iter().map(|function| function.logical_id.clone()).collect();
            return Err(RenameError::AmbiguousFunction { name: name.to_owned(), functions });
        }
    };
    if survey.gone_code(function).is_none() {
        let code = function.code.binary().or(function.code_uri.as_deref()).unwrap_or(name);
        return Err(RenameError::NotOrphaned { name: name.to_owned(), code: code.to_owned() });
    }
    Ok(function)
}

/// Finds the route with a name, if it has no function.
fn route<'a>(survey: &'a Survey, name: &str) -> Result<&'a RoutePackage, RenameError> {
    let has_function = |route: &&RoutePackage| function_of(survey, route).is_some();
    let is_it = |route: &&RoutePackage| route.package == name || route.binary == name || route.folder == name;
    let Some(found) = survey.packages.iter().find(is_it) else {
        let routes = survey.packages.iter().filter(|route| !has_function(route));
        let routes = routes.map(|route| route.package.clone()).collect();
        return Err(RenameError::UnknownRoute { name: name.to_owned(), routes });
    };
    match function_of(survey, found) {
        Some(function) => {
            let logical_id = function.logical_id.clone();
            Err(RenameError::HasFunction { name: name.to_owned(), logical_id })
        }
        None => Ok(found),
    }
}

fn function_of<'a>(survey: &'a Survey, route: &RoutePackage) -> Option<&'a TemplateFunction> {
    survey.examined.template.as_ref()?.function(&route.binary)
}

/// Functions without a folder next to routes without a function. Nothing is written until the developer has decided
/// which belong together, because a new function has none of the settings of the old one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnclearRenames {
    /// Every pair that is not decided.
    pub possible: Vec<PossibleRename>,
    /// Whether the run was to remove functions of folders that are gone.
    pub prune: bool,
}

impl UnclearRenames {
    fn sync_command(&self, arguments: &str) -> String {
        command(&if self.prune { format!("sync --prune {arguments}") } else { format!("sync {arguments}") })
    }

    /// Returns the functions, each once, with the routes that each may be.
    fn functions(&self) -> Vec<(&OrphanedFunction, Vec<&RoutePackage>)> {
        let mut functions: Vec<(&OrphanedFunction, Vec<&RoutePackage>)> = Vec::new();
        for PossibleRename { function, route } in &self.possible {
            match functions.iter_mut().find(|(other, _)| *other == function) {
                Some((_, routes)) => routes.push(route),
                None => functions.push((function, vec![route])),
            }
        }
        functions
    }
}

impl PossibleRename {
    /// Returns the question for the developer.
    pub fn question(&self) -> String {
        let Self { function, route } = self;
        format!("{}. Is it `{}` now, in `{}`?", described(function), route.pattern, route.folder)
    }
}

fn described(OrphanedFunction { logical_id, code, paths }: &OrphanedFunction) -> String {
    let at = if paths.is_empty() { String::new() } else { format!(" at {}", listed(paths)) };
    format!("`{logical_id}` of the template was `{code}`{at}, and its folder is gone")
}

impl fmt::Display for UnclearRenames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a function has lost its folder, and a route has no function: was the folder renamed?\n",
        )?;
        f.write_str("Nothing was written. Say which route a function is now, and it keeps its settings:")?;
        for (function, routes) in self.functions() {
            write!(f, "\n\n{}.", described(function))?;
            for route in routes {
                let rename = PossibleRename { function: function.clone(), route: route.clone() };
                let command = self.sync_command(&rename.argument());
                write!(f, "\nIf it is `{}` now, in `{}`:\n  {command}", route.pattern, route.folder)?;
            }
            let command = self.sync_command(&format!("--removed {}", function.logical_id));
            write!(f, "\nIf it is not one of the routes, remove it:\n  {command}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
