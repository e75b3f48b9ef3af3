//! `sync`: adds what the folders imply and `template.yaml` and `Cargo.toml` lack.
//!
//! [`agreement`](crate::agreement) finds the differences. Each difference becomes a change of a text, and the new texts
//! are verified before anything is written.

mod diff;
mod error;
mod file;
#[cfg(test)]
mod fixture;
mod manifest;
mod mend;
mod outcome;
mod rename;
mod template;
#[cfg(test)]
mod tests;
mod workspace;

use std::path::Path;

use crate::agreement::Finding;
use crate::workspace::UnlistedPackage;

pub use error::SyncError;
pub use file::{Rewrite, WriteError};
pub use mend::{MendedTexts, Texts, mend};
pub use outcome::{MendedDifference, UnmendedDifference};
pub use rename::{Options, RenameError, UnclearRenames};

/// The result of a run of `sync`, before anything is written.
#[derive(Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The files that change: the workspace's `Cargo.toml`, the template.
    pub files: Vec<Rewrite>,
    /// The differences that the changes mend.
    pub done: Vec<MendedDifference>,
    /// The differences that are left unmended.
    pub left: Vec<UnmendedDifference>,
    /// The folders that are left out, since they cannot be routes as they are.
    pub refused: Vec<Finding>,
}

impl Plan {
    /// Plans the changes for the project that `folder` belongs to. Blocks while `cargo metadata` runs.
    ///
    /// # Errors
    /// A [`SyncError`]; nothing is written.
    pub fn make(folder: &Path, options: &Options) -> Result<Self, SyncError> {
        Self::from_workspace(workspace::Workspace::open(folder, options.prune)?, options)
    }

    /// Plans the changes for functions that are about to be created. Watchers of the project then see the functions and
    /// their members at once, and never a package that is not a member.
    ///
    /// # Errors
    /// A [`SyncError`]; nothing is written.
    pub fn for_new(folder: &Path, new: Vec<UnlistedPackage>) -> Result<Self, SyncError> {
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
                .map(|member| MendedDifference::Unlisted { member })
                .chain(mended.done)
                .collect(),
            left: workspace.refused.into_iter().map(UnmendedDifference::Refused).chain(mended.left).collect(),
            refused: mended.refused,
        })
    }

    /// Writes the files, each as a whole.
    ///
    /// # Errors
    /// A [`WriteError`] for the first file that cannot be written.
    pub fn write(&self) -> Result<(), WriteError> {
        // All texts are written to disk before the first file is replaced.
        let ready: Vec<_> = self.files.iter().map(file::prepare).collect::<Result<_, _>>()?;
        ready.into_iter().try_for_each(file::Ready::write)
    }
}
