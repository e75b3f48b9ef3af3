//! What a changed path means to the emulator.

use std::path::Path;

use api_routes_project::template;
use api_routes_project::workspace::{FUNCTIONS, is_manifest};

use super::Watched;
use super::places::{HIDDEN_INPUTS, configuration};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Nothing,
    Template,
    Environment,
    Manifest,
    /// A file that decides how everything is built.
    Configuration,
    Source,
    /// A file beside the sources that no build reads.
    Unread,
    /// A part of a function that is not built.
    Code,
}

pub(super) fn meaning(path: &Path, watched: &Watched) -> Meaning {
    let Watched { project, inputs, .. } = watched;
    let in_root = path.parent() == Some(&project.root);
    let is_read = inputs.contains(path) && !is_editors(path);
    if watched.named.environment.iter().any(|file| file == path) {
        Meaning::Environment
    } else if (in_root && is_one_of(path, &template::DECISIVE_FILES))
        || watched.named.templates.iter().any(|file| file == path)
    {
        Meaning::Template
    } else if configuration(&project.root).any(|file| file == path) {
        Meaning::Configuration
    } else if is_read && !is_manifest(path) {
        Meaning::Source
    } else if !is_read && is_noise(path, watched) {
        Meaning::Nothing
    } else if is_code(path, watched) {
        Meaning::Code
    } else if is_manifest(path) {
        Meaning::Manifest
    } else if is_source(path, watched) || (watched.is_open() && path.starts_with(&project.root)) {
        if may_be_read(path, watched) { Meaning::Source } else { Meaning::Unread }
    } else {
        Meaning::Nothing
    }
}

/// Cargo's output, hidden files and folders, and what editors leave for a moment beside a file. Folders around a
/// package may be hidden.
pub(super) fn is_noise(path: &Path, watched: &Watched) -> bool {
    let project = &watched.project;
    let below = watched.owner(path).and_then(|folder| path.strip_prefix(folder).ok());
    let below = below.or_else(|| path.strip_prefix(&project.root).ok()).unwrap_or(path);
    let is_hidden = below.iter().any(|name| {
        name.as_encoded_bytes().starts_with(b".") && !HIDDEN_INPUTS.iter().any(|input| name == *input)
    });
    is_hidden || path.starts_with(&project.target_directory) || is_editors(path)
}

/// Whether a file beside the sources may be what a build reads, though no build has named it: a new module, what a
/// build script reads without naming it, and anything after a build that failed. Never what git ignores.
fn may_be_read(path: &Path, watched: &Watched) -> bool {
    (is_rust(path) || is_hidden_input(path) || watched.reads_unnamed(path)) && !watched.ignored.contains(path)
}

pub(super) fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn is_hidden_input(path: &Path) -> bool {
    path.iter().any(|name| HIDDEN_INPUTS.iter().any(|input| name == *input))
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

/// A package that lies in such a folder is none of its code. What Python leaves behind when a function runs is
/// no change: on Lambda it cannot, its code is read-only there.
fn is_code(path: &Path, watched: &Watched) -> bool {
    let is_inside = |folder| path.starts_with(folder);
    watched.named.code.iter().any(is_inside)
        && watched.owner(path).is_none()
        && !is_manifest(path)
        && !path.iter().any(|name| name == "__pycache__")
}

/// Below `functions/` also what belongs to no function yet.
pub(super) fn is_source(path: &Path, watched: &Watched) -> bool {
    let root = &watched.project.root;
    watched.owner(path).is_some()
        || path.starts_with(root.join(FUNCTIONS))
        || HIDDEN_INPUTS.iter().any(|name| path.starts_with(root.join(name)))
}

fn is_one_of(path: &Path, names: &[&str]) -> bool {
    path.file_name().is_some_and(|file| names.iter().any(|name| file == *name))
}
