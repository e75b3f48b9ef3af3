//! Differences between the folders and what is deployed.
//!
//! The folders decide. A function of the template is checked if its `Binary` is a route's, or if events of an API lead
//! to it and its `Binary` is gone. Everything else belongs to the developer: other resources, further events of a
//! function, further lines of the router.

mod document;
mod paths;
mod router;
mod template;

use api_routes_routing::{Pattern, RouteKey};

use super::{Decisions, Survey};
use crate::routes::RoutePackage;
use crate::template::{BUILD_METHOD, TemplateFunction};
use crate::workspace::ProfileSetting;

pub(super) use document::RenamedInDocument;
pub use router::StrayRoute;
pub use template::StrayEvent;

/// A difference between folders, members, template and router, with the edit that mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// A package below `functions/` that is not a member of the workspace.
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
    /// A function that lacks some of the route keys of its route, or all of them if nothing calls it.
    MissingKeys {
        /// The function.
        logical_id: String,
        /// Its route.
        pattern: Pattern,
        /// The missing route keys.
        keys: Vec<RouteKey>,
    },
    /// An event whose path differs from the folder's in the names of variables alone: `/api/posts/{post}` for `[id]`.
    Renamed {
        /// The function.
        logical_id: String,
        /// The event's key below `Events`.
        event: String,
        /// The present path.
        from: String,
        /// The path of the folder.
        to: String,
    },
    /// An event with the path that the folder had before it was renamed: `/api/a` for `functions/api/b`.
    Moved {
        /// The function.
        logical_id: String,
        /// Its route.
        pattern: Pattern,
        /// The event's key below `Events`.
        event: String,
        /// The present path.
        from: String,
        /// The path of the folder.
        to: String,
    },
    /// An event for one of the two paths of an optional catch-all, whose folder now has a single path.
    Superseded {
        /// The function.
        logical_id: String,
        /// The event's key below `Events`.
        event: String,
        /// The path without a folder.
        path: String,
    },
    /// A `CodeUri` that names the folder, or the output, of a package that is elsewhere now.
    MovedCode {
        /// The function.
        logical_id: String,
        /// Its `CodeUri`.
        from: String,
        /// The right value.
        to: String,
    },
    /// A function with events of an API whose binary no package builds: its folder is gone.
    Stale {
        /// The function.
        logical_id: String,
        /// Its former code: its binary, or the folder that its `CodeUri` names.
        binary: String,
    },
    /// A function whose binary no package builds, and whose events lead to a route without a function: its package was
    /// renamed, or the name is misspelt.
    Misnamed {
        /// The function.
        logical_id: String,
        /// Its route.
        pattern: Pattern,
        /// The binary of the route.
        binary: String,
        /// The present value.
        found: String,
    },
    /// A setting that `[profile.release]` leaves open.
    OpenProfile(ProfileSetting),
    /// A route that cargo-lambda's router does not know.
    Unrouted {
        /// The path in the syntax of the router: `/api/docs/{*slug}`.
        path: String,
        /// The binary of the route.
        binary: String,
    },
    /// A line of the router that leads to another function.
    Misrouted {
        /// The path in the syntax of the router.
        path: String,
        /// The binary of the route.
        binary: String,
        /// The present binary.
        found: String,
    },
    /// A line of the router with the path that the folder had before it was renamed.
    MovedRoute {
        /// The path in the syntax of the router.
        from: String,
        /// The path of the folder.
        to: String,
        /// The binary of the route.
        binary: String,
        /// The present binary: the route's, or its former name.
        found: String,
    },
    /// A line of the router for a path that a renamed folder had, where the folder's own path has another line.
    SupersededRoute {
        /// The path in the syntax of the router.
        path: String,
        /// The present binary.
        binary: String,
    },
    /// A line of the router that leads to a binary of no package.
    StaleRoute {
        /// The path in the syntax of the router.
        path: String,
        /// The binary that the line names.
        binary: String,
    },
}

impl Survey {
    /// Returns every difference: of members, of the template, of the router. Without a template every route is
    /// undeployed, and without a router every route is unrouted. A template that is not YAML has no differences.
    pub fn drifts(&self) -> Vec<Drift> {
        self.drifts_with(&Decisions::default())
    }

    /// Returns the [`drifts`](Self::drifts) that remain after the developer's decisions about functions without a
    /// folder.
    pub fn drifts_with(&self, decisions: &Decisions) -> Vec<Drift> {
        let routes = self.packages.iter().map(|package| (&package.folder, package.is_member));
        let authorizers = self.authorizers.iter().map(|package| (&package.folder, package.is_member));
        let unlisted = routes.chain(authorizers).filter(|(_, is_member)| !is_member);
        let mut drifts: Vec<_> =
            unlisted.map(|(folder, _)| Drift::Unlisted { folder: folder.clone() }).collect();
        if let Some(template) = &self.examined.template {
            let named_anew = self.named_anew(template, decisions);
            let new_name_of = |package: &RoutePackage| {
                let mut found = named_anew.iter().filter(|(_, other)| other.binary == package.binary);
                found.next().map(|(function, _)| *function)
            };
            for package in &self.packages {
                let function = template.function(&package.binary).or_else(|| new_name_of(package));
                drifts.extend(self.of_package(package, function, template));
            }
            let is_named_anew = |function: &TemplateFunction| {
                named_anew.iter().any(|(other, _)| other.logical_id == function.logical_id)
            };
            let stale = template.all_functions().filter(|function| !is_named_anew(function));
            drifts.extend(stale.filter_map(|function| self.stale(function, decisions)));
            drifts.extend(
                named_anew.iter().filter_map(|(function, package)| renamed_binary(function, package)),
            );
        }
        drifts.extend(self.of_router(decisions));
        if !self.packages.is_empty() {
            drifts.extend(self.manifest.profile.open().map(Drift::OpenProfile));
        }
        drifts
    }

    fn stale(&self, function: &TemplateFunction, decisions: &Decisions) -> Option<Drift> {
        if function.is_nested() {
            return None;
        }
        let is_removed = decisions.removed.contains(&function.logical_id);
        let gone = self.gone_code(function).filter(|_| is_removed || self.is_stale(function))?;
        Some(Drift::Stale { logical_id: function.logical_id.clone(), binary: gone.to_owned() })
    }

    /// Whether a function belonged to a route that is gone.
    pub(super) fn is_stale(&self, function: &TemplateFunction) -> bool {
        self.lost_its_code(function) && !function.events.is_empty()
    }

    /// Whether Cargo built a function, and no longer can.
    pub(super) fn lost_its_code(&self, function: &TemplateFunction) -> bool {
        let is_of_this_workspace = function.code_uri.as_deref().is_none_or(is_root_or_route);
        let is_built_by_cargo = function.build_method.as_deref().is_none_or(|method| method == BUILD_METHOD);
        let is_gone = self.gone_code(function).is_some();
        is_gone && is_built_by_cargo && is_of_this_workspace
    }

    /// Returns the binary that no package builds, or the missing folder of the package.
    pub(crate) fn gone_code<'a>(&self, function: &'a TemplateFunction) -> Option<&'a str> {
        match function.code.binary() {
            Some(binary) => Some(binary).filter(|binary| self.is_gone(binary)),
            None => self.gone_folder(function),
        }
    }

    /// Returns the folder below `functions/` that `CodeUri` names, if the folder is missing.
    pub(super) fn gone_folder<'a>(&self, function: &'a TemplateFunction) -> Option<&'a str> {
        function.package_folder.as_deref().filter(|folder| !self.root.join(folder).exists())
    }

    fn is_gone(&self, binary: &str) -> bool {
        self.binaries.as_ref().is_some_and(|binaries| !binaries.contains(binary))
    }
}

impl Drift {
    /// Returns the event that changes or is removed: its function's logical id, and its key below `Events`.
    pub(crate) fn event(&self) -> Option<(&str, &str)> {
        match self {
            Self::Renamed { logical_id, event, .. }
            | Self::Moved { logical_id, event, .. }
            | Self::Superseded { logical_id, event, .. } => Some((logical_id, event)),
            _ => None,
        }
    }

    /// Returns the binary or the `CodeUri` of a folder that is gone; empty for any other difference.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Stale { binary, .. } | Self::StaleRoute { binary, .. } => binary,
            _ => "",
        }
    }

    /// Returns the path of the router's line that changes or is removed.
    fn line(&self) -> Option<&String> {
        match self {
            Self::MovedRoute { from: path, .. }
            | Self::SupersededRoute { path, .. }
            | Self::Misrouted { path, .. }
            | Self::StaleRoute { path, .. } => Some(path),
            _ => None,
        }
    }
}

fn renamed_binary(function: &TemplateFunction, package: &RoutePackage) -> Option<Drift> {
    Some(Drift::Misnamed {
        logical_id: function.logical_id.clone(),
        pattern: package.pattern.clone(),
        binary: package.binary.clone(),
        found: function.code.binary().or(function.package_folder.as_deref())?.to_owned(),
    })
}

/// Whether a `CodeUri` is the root or a route. Code of another folder belongs to another project, and so does its
/// binary.
fn is_root_or_route(code_uri: &str) -> bool {
    let uri = code_uri.trim_start_matches("./").trim_end_matches('/');
    matches!(uri, "" | ".") || uri.starts_with("functions/") || uri.starts_with("target/lambda/")
}

#[cfg(test)]
mod tests;
