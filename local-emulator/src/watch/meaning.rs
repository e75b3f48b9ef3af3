//! What a changed path means to the emulator.

use std::path::Path;

use crate::project::{Project, dotenv, is_manifest, template};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Nothing,
    Template,
    Environment,
    Manifest,
    Source,
}

pub(super) fn meaning(path: &Path, project: &Project) -> Meaning {
    let in_root = path.parent() == Some(&project.root);
    if in_root && is_one_of(path, dotenv::FILES) {
        Meaning::Environment
    } else if in_root && is_one_of(path, template::FILES) {
        Meaning::Template
    } else if is_noise(path, project) {
        Meaning::Nothing
    } else if is_manifest(path) {
        Meaning::Manifest
    } else if is_source(path, project) {
        Meaning::Source
    } else {
        Meaning::Nothing
    }
}

/// Cargo's output, hidden files and folders, and what editors leave for a moment beside a file.
pub(super) fn is_noise(path: &Path, project: &Project) -> bool {
    let below = path.strip_prefix(&project.root).unwrap_or(path);
    let is_hidden = below.iter().any(|name| name.as_encoded_bytes().starts_with(b"."));
    is_hidden || path.starts_with(&project.target_directory) || is_editors(path)
}

/// `x~` (Emacs, Vim, gedit), `#x#` (Emacs), `4913` (Vim tries whether it may write), `x___jb_tmp___`
/// (`IntelliJ`), `x.swp` and `x.tmp`.
fn is_editors(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default();
    name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || name == "4913"
        || name.ends_with("___")
        || ["swp", "swx", "tmp"].iter().any(|temporary| extension == *temporary)
}

/// Below `functions/` also what belongs to no function yet.
fn is_source(path: &Path, project: &Project) -> bool {
    project.owner(path).is_some() || path.starts_with(project.root.join(crate::project::FUNCTIONS))
}

fn is_one_of(path: &Path, names: [&str; 2]) -> bool {
    path.file_name().is_some_and(|file| names.iter().any(|name| file == *name))
}
