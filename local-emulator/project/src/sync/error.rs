//! The reasons why a run writes nothing.

use super::file::WriteError;
use super::rename::{RenameError, UnclearRenames};
use crate::agreement::{Drift, SurveyError};
use crate::tool::command;
use crate::with_causes;

/// The reasons why a run writes nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Folders, members, template or router cannot be read.
    #[error(transparent)]
    Survey(#[from] SurveyError),
    /// Cargo refuses a workspace with a missing member.
    #[error("{}\n`{}` removes members whose folder is gone", with_causes(.cause), command("sync --prune"))]
    GoneMember {
        /// Cargo's message.
        cause: SurveyError,
    },
    /// A function without a folder may be a route without a function.
    #[error("{0}")]
    Unclear(UnclearRenames),
    /// A name in the options cannot be used.
    #[error("{0}; nothing was written")]
    Rename(#[from] RenameError),
    /// The template is not YAML.
    #[error("{0}")]
    NotYaml(String),
    /// A file is written in a way that cannot be edited.
    #[error("{file}:{problem}\nNothing was written. By hand:\n\n{by_hand}")]
    Form {
        /// The file's name.
        file: String,
        /// The position, and the text there.
        problem: String,
        /// The lines to write by hand.
        by_hand: String,
    },
    /// The new texts still differ from the folders.
    #[error("nothing was written, since folders and files would still differ in {0:?}")]
    Unmended(Vec<Drift>),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}
