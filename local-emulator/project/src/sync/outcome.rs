//! The differences that a run mends, and those that it leaves.

use std::fmt;

use super::manifest;
use crate::agreement::{Drift, RefusedPackage};
use crate::routes::FUNCTIONS;
use crate::tool::command;
use crate::workspace::ProfileSetting;

/// A difference that is mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MendedDifference {
    /// A difference that `check` reports.
    Mended(Drift),
    /// A new function of the template, by its new logical id.
    Added {
        /// Its key below `Resources`.
        logical_id: String,
        /// Its route: `/api/posts/[id]`.
        route: String,
    },
    /// A member of the workspace whose folder is missing.
    Unlisted {
        /// The member as `members` names it.
        member: String,
    },
}

impl fmt::Display for MendedDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { logical_id, route } => write!(f, "template: added `{logical_id}` for `{route}`"),
            Self::Unlisted { member } => write!(f, "members: removed `{}`", manifest::folder(member)),
            Self::Mended(drift) => mended(drift, f),
        }
    }
}

fn mended(drift: &Drift, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match drift {
        Drift::Unlisted { folder } => write!(f, "members: added `{folder}`"),
        Drift::Undeployed { binary, pattern } => write!(f, "template: added `{binary}` for `{pattern}`"),
        Drift::MissingKeys { logical_id, keys, .. } => {
            let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
            write!(f, "template: added {} to `{logical_id}`", keys.join(" and "))
        }
        Drift::Renamed { logical_id, event, from, to } => {
            write!(f, "template: made `{to}` of `{from}` in `{event}` of `{logical_id}`")
        }
        Drift::Moved { logical_id, event, from, to, .. } => {
            write!(f, "template: moved `{event}` of `{logical_id}` from `{from}` to `{to}`")
        }
        Drift::Superseded { logical_id, event, path } => {
            write!(
                f,
                "template: removed `{event}` of `{logical_id}`, as no folder has the path `{path}` any more"
            )
        }
        Drift::MovedCode { logical_id, from, to } => {
            write!(f, "template: made `{to}` of `{from}` in `{logical_id}`")
        }
        Drift::Stale { logical_id, binary } => {
            write!(f, "template: removed `{logical_id}`, there is no `{binary}` any more")
        }
        Drift::Misnamed { logical_id, binary, found, .. } => {
            write!(f, "template: made `{binary}` of `{found}` in `{logical_id}`")
        }
        Drift::OpenProfile(ProfileSetting { key, value, reason, .. }) => {
            write!(f, "profile: added `{key} = {value}` to `[profile.release]`: {reason}")
        }
        Drift::Unrouted { path, binary } => write!(f, "router: added `{path}` for `{binary}`"),
        Drift::Misrouted { path, binary, found } => {
            write!(f, "router: made `{binary}` of `{found}` for `{path}`")
        }
        Drift::MovedRoute { from, to, binary, found } if binary == found => {
            write!(f, "router: moved `{from}` to `{to}`")
        }
        Drift::MovedRoute { from, to, binary, found } => {
            write!(f, "router: moved `{from}` to `{to}`, and made `{binary}` of `{found}`")
        }
        Drift::SupersededRoute { path, .. } => {
            write!(f, "router: removed `{path}`, as no folder has it any more")
        }
        Drift::StaleRoute { path, binary } => {
            write!(f, "router: removed `{path}`, there is no `{binary}` any more")
        }
    }
}

/// A difference that is not mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnmendedDifference {
    /// Its folder is gone, and `--prune` was not given.
    Stale {
        /// The difference.
        drift: Drift,
        /// The leftover: a function of the template, or a line of the router.
        place: String,
        /// The binary that it named.
        binary: String,
    },
    /// A path that a route answers and that no folder has. Only the developer knows whether it is intended.
    Stray {
        /// The event or the line of the router.
        place: String,
        /// The path.
        path: String,
    },
    /// A package that does not become a member, since Cargo would refuse the workspace then.
    Refused(RefusedPackage),
    /// A function whose folder is gone, and that another part of the template refers to.
    Needed {
        /// The function.
        logical_id: String,
        /// The references to the function, each with its line and column.
        references: Vec<String>,
    },
}

impl UnmendedDifference {
    /// Creates the outcome of a stale difference; `None` for any other difference.
    pub(super) fn stale(drift: &Drift) -> Option<Self> {
        let (place, binary) = match drift {
            Drift::Stale { logical_id, binary } => (format!("`{logical_id}` of the template"), binary),
            Drift::StaleRoute { path, binary } => (format!("`{path}` of the router"), binary),
            _ => return None,
        };
        Some(Self::Stale { drift: drift.clone(), place, binary: binary.clone() })
    }
}

impl fmt::Display for UnmendedDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale { place, binary, .. } => write!(
                f,
                "{place} is for `{binary}`, which is not a binary of this workspace: `{}` removes it",
                command("sync --prune")
            ),
            Self::Stray { place, path } => write!(
                f,
                "{place} has the path `{path}`, which no folder has: `{}` says how to keep or remove it",
                command("check")
            ),
            Self::Refused(RefusedPackage { folder, words }) => {
                write!(f, "`{folder}` is not added to `members`, since Cargo refuses it:\n{words}")
            }
            Self::Needed { logical_id, references } => write!(
                f,
                "`{logical_id}` is not removed, though its folder in `{FUNCTIONS}/` is gone: the template refers \
                 to it\n{}",
                references.join("\n")
            ),
        }
    }
}
