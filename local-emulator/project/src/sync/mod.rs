//! `sync`: adds what the folders imply and `template.yaml` and `Cargo.toml` lack.
//!
//! What differs is told by [`agreement`](crate::agreement). Each difference becomes a change of a text, and the
//! texts are held against what was meant before anything is written.

mod diff;
mod file;
#[cfg(test)]
mod fixture;
mod manifest;
mod mend;
mod rename;
mod template;
#[cfg(test)]
mod tests;
mod workspace;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::agreement::{Drift, Finding, RefusedPackage, SurveyError};
use crate::tool::command;
use crate::with_causes;
use crate::workspace::{FUNCTIONS, ProfileSetting, Unlisted};

pub use file::WriteError;
pub use mend::{Mended, Texts, mend};
pub use rename::{Options, RenameError, UnclearRenames};

/// What a run of `sync` comes to, before anything of it is written.
#[derive(Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The files that change: the workspace's `Cargo.toml`, the template.
    pub files: Vec<Rewrite>,
    /// What the changes do.
    pub done: Vec<Done>,
    /// What nothing is done about.
    pub left: Vec<Left>,
    /// The folders that are left out, since they cannot be routes as they are.
    pub refused: Vec<Finding>,
}

/// A file and its new text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rewrite {
    /// The file.
    pub file: PathBuf,
    /// Its text; `None` if there is no such file.
    pub old: Option<String>,
    /// The text that it is to have.
    pub new: String,
}

/// A difference that is mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// What `check` tells of it.
    Mended(Drift),
    /// A function of the template, by the name that was found for it.
    Added {
        /// Its key below `Resources`.
        logical_id: String,
        /// Its route: `/api/posts/[id]`.
        route: String,
    },
    /// A member of the workspace whose folder is gone.
    Unlisted {
        /// As `members` has it.
        member: String,
    },
}

/// A difference that is not mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// Its folder is gone, and nobody asked for `--prune`.
    Stale {
        /// The difference.
        drift: Drift,
        /// What is there of it: a function of the template, or a line of the router.
        place: String,
        /// What it was.
        binary: String,
    },
    /// A path that a route answers at, and that no folder stands for. Only the developer knows whether it is meant.
    Stray {
        /// The event or the line of the router.
        place: String,
        /// The path.
        path: String,
    },
    /// A package that does not become a member, since Cargo would refuse the workspace then.
    Refused(RefusedPackage),
    /// A function whose folder is gone, and which something else of the template refers to.
    Needed {
        /// The function.
        logical_id: String,
        /// What refers to it, each with its line and column.
        references: Vec<String>,
    },
}

/// Why nothing is written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Folders, members, template or router cannot be read.
    #[error(transparent)]
    Survey(#[from] SurveyError),
    /// Cargo refuses a workspace whose member is gone.
    #[error("{}\n`{}` removes members whose folder is gone", with_causes(.cause), command("sync --prune"))]
    GoneMember {
        /// What Cargo says.
        cause: SurveyError,
    },
    /// A function without a folder may be a route without a function.
    #[error("{0}")]
    Unclear(UnclearRenames),
    /// A name is of no use.
    #[error("{0}; nothing was written")]
    Rename(#[from] RenameError),
    /// The template is not YAML.
    #[error("{0}")]
    NotYaml(String),
    /// A file is written in a way that leaves no place for what is missing.
    #[error("{file}:{problem}\nNothing was written. By hand:\n\n{by_hand}")]
    Form {
        /// The file's name.
        file: String,
        /// Where, and what stands there.
        problem: String,
        /// What to write.
        by_hand: String,
    },
    /// The new texts still differ from the folders.
    #[error("nothing was written, since folders and files would still differ in {0:?}")]
    Unmended(Vec<Drift>),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Plan {
    /// What is to be written for the project that `folder` belongs to. Blocks while `cargo metadata` runs.
    ///
    /// # Errors
    /// A [`SyncError`]; nothing is written then.
    pub fn make(folder: &Path, options: &Options) -> Result<Self, SyncError> {
        Self::from_workspace(workspace::Workspace::open(folder, options.prune)?, options)
    }

    /// The plan for functions that are about to be created. Whoever watches the project then sees them and their members
    /// at once, and not a package that is no member for a moment.
    ///
    /// # Errors
    /// A [`SyncError`]; nothing is written then.
    pub fn for_new(folder: &Path, new: Vec<Unlisted>) -> Result<Self, SyncError> {
        let mut workspace = workspace::Workspace::open(folder, false)?;
        let binaries = new.iter().filter_map(|new| new.binary.clone()).collect();
        workspace.project.unlisted.extend(new);
        Self::from_workspace(workspace, &Options { new: binaries, ..Options::default() })
    }

    fn from_workspace(workspace: workspace::Workspace, options: &Options) -> Result<Self, SyncError> {
        let mended = mend(&workspace.project, &workspace.texts, options)?;
        let root = &workspace.project.root;
        let Texts { manifest, template: (template, template_text) } = mended.texts;
        let manifest =
            Rewrite { file: root.join("Cargo.toml"), old: Some(workspace.manifest_on_disk), new: manifest };
        let template = template_text.map(|new| Rewrite {
            file: root.join(template),
            old: workspace.texts.template.1,
            new,
        });
        let files = [Some(manifest), template].into_iter().flatten();
        Ok(Self {
            files: files.filter(|file| file.old.as_deref() != Some(&file.new)).collect(),
            done: workspace
                .unlisted
                .into_iter()
                .map(|member| Done::Unlisted { member })
                .chain(mended.done)
                .collect(),
            left: workspace.refused.into_iter().map(Left::Refused).chain(mended.left).collect(),
            refused: mended.refused,
        })
    }

    /// Writes the files, each as a whole.
    ///
    /// # Errors
    /// A [`WriteError`] for the first that cannot be written.
    pub fn write(&self) -> Result<(), WriteError> {
        // Both are ready before either takes its place.
        let ready: Vec<_> = self.files.iter().map(file::prepare).collect::<Result<_, _>>()?;
        ready.into_iter().try_for_each(file::Ready::write)
    }
}

impl fmt::Display for Done {
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
                "template: removed `{event}` of `{logical_id}`, as no folder stands for `{path}` any more"
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
            write!(f, "router: removed `{path}`, as no folder stands for it any more")
        }
        Drift::StaleRoute { path, binary } => {
            write!(f, "router: removed `{path}`, there is no `{binary}` any more")
        }
    }
}

impl Left {
    /// `None` for what is there of a folder that is there.
    fn stale(drift: &Drift) -> Option<Self> {
        let (place, binary) = match drift {
            Drift::Stale { logical_id, binary } => (format!("`{logical_id}` of the template"), binary),
            Drift::StaleRoute { path, binary } => (format!("`{path}` of the router"), binary),
            _ => return None,
        };
        Some(Self::Stale { drift: drift.clone(), place, binary: binary.clone() })
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale { place, binary, .. } => write!(
                f,
                "{place} is for `{binary}`, which is no binary of this workspace: `{}` removes it",
                command("sync --prune")
            ),
            Self::Stray { place, path } => write!(
                f,
                "{place} has the path `{path}`, which no folder stands for: `{}` says how to keep or remove it",
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
