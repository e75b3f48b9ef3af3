//! The meaning of a changed path, and the change that the watcher reports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use api_routes_project::routes::FUNCTIONS;
use api_routes_project::template;
use api_routes_project::workspace::is_manifest;

use super::inputs::is_rust;
use super::places::{HIDDEN_INPUTS, configuration};
use super::scope::WatchScope;

/// The meaning of a path to the emulator.
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

pub(super) fn meaning(path: &Path, watched: &WatchScope) -> Meaning {
    let WatchScope { project, inputs, .. } = watched;
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

/// Whether a path is Cargo's output, a hidden file or folder, or a temporary file of an editor. Folders around a package may be
/// hidden.
pub(super) fn is_noise(path: &Path, watched: &WatchScope) -> bool {
    let project = &watched.project;
    let below = watched.owner(path).and_then(|folder| path.strip_prefix(folder).ok());
    let below = below.or_else(|| path.strip_prefix(&project.root).ok()).unwrap_or(path);
    let is_hidden = below.iter().any(|name| {
        name.as_encoded_bytes().starts_with(b".") && !HIDDEN_INPUTS.iter().any(|input| name == *input)
    });
    is_hidden || path.starts_with(&project.target_directory) || is_editors(path)
}

/// Whether a build may read a file beside the sources that no build has named: a new module, an unnamed input of a build
/// script, or any file after a failed build. Files that git ignores are never read.
fn may_be_read(path: &Path, watched: &WatchScope) -> bool {
    (is_rust(path) || is_hidden_input(path) || watched.reads_unnamed(path)) && !watched.ignored.contains(path)
}

fn is_hidden_input(path: &Path) -> bool {
    path.iter().any(|name| HIDDEN_INPUTS.iter().any(|input| name == *input))
}

/// Whether a file is a temporary file of an editor: `x~` (Emacs, Vim, gedit), `#x#` (Emacs), `4913` (Vim tests whether it
/// may write), `x___jb_tmp___` (`IntelliJ`), `x.swp` and `x.tmp`.
fn is_editors(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default();
    name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || name == "4913"
        || name.ends_with("___")
        || ["swp", "swx", "tmp"].iter().any(|temporary| extension == *temporary)
}

/// Whether a file is the code of a function that is not built. A package in the function's folder is not code of the
/// function. Files that Python writes when a function runs do not count: on Lambda the code is read-only.
fn is_code(path: &Path, watched: &WatchScope) -> bool {
    let is_inside = |folder| path.starts_with(folder);
    watched.named.code.iter().any(is_inside)
        && watched.owner(path).is_none()
        && !is_manifest(path)
        && !path.iter().any(|name| name == "__pycache__")
}

/// Whether a file is beside the sources. Below `functions/`, it may belong to no function yet.
pub(super) fn is_source(path: &Path, watched: &WatchScope) -> bool {
    let root = &watched.project.root;
    watched.owner(path).is_some()
        || path.starts_with(root.join(FUNCTIONS))
        || HIDDEN_INPUTS.iter().any(|name| path.starts_with(root.join(name)))
}

fn is_one_of(path: &Path, names: &[&str]) -> bool {
    path.file_name().is_some_and(|file| names.iter().any(|name| file == *name))
}

/// The changes on disk within a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Files that a function may be built from.
    pub sources: Vec<PathBuf>,
    /// Files that the running build has read, or may still read.
    pub held: Vec<PathBuf>,
    /// The packages whose last build read one of these files.
    pub packages: BTreeSet<String>,
    /// Whether the template is to be read again.
    pub template: bool,
    /// Whether a `.env` file is to be read again.
    pub environment: bool,
    /// Files of functions that are not built.
    pub code: Vec<PathBuf>,
    /// Whether the project is to be opened again, because of a manifest, the lock file or a folder of functions.
    pub manifest: bool,
    /// Warnings for the developer, each once.
    pub warnings: Vec<String>,
}

impl Change {
    /// Adds a file that is new, is gone, or has another content.
    pub(super) fn add(&mut self, path: &Path, meaning: Meaning, came_or_went: bool, watched: &WatchScope) {
        match meaning {
            Meaning::Nothing | Meaning::Unread => {}
            Meaning::Template => self.template = true,
            Meaning::Environment => self.environment = true,
            Meaning::Manifest => self.add_source(path, true, watched),
            Meaning::Configuration => {
                self.packages
                    .extend(watched.project.functions.iter().map(|function| function.package.clone()));
                self.add_source(path, true, watched);
            }
            Meaning::Source => {
                let manifest = came_or_went && belongs_to_nobody(path, watched);
                self.add_source(path, manifest, watched);
            }
            Meaning::Code => self.code.push(path.to_owned()),
        }
    }

    /// Adds a file that the running build may still read.
    pub(super) fn hold(&mut self, path: &Path, watched: &WatchScope) {
        self.packages.extend(watched.inputs.packages(path).map(str::to_owned));
        self.held.push(path.to_owned());
    }

    fn add_source(&mut self, path: &Path, manifest: bool, watched: &WatchScope) {
        self.manifest |= manifest;
        self.packages.extend(watched.inputs.packages(path).map(str::to_owned));
        self.sources.push(path.to_owned());
    }
}

/// Whether the file is in a folder that may become a function.
fn belongs_to_nobody(path: &Path, watched: &WatchScope) -> bool {
    watched.owner(path).is_none() && is_source(path, watched)
}
