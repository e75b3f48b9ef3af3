//! The folders that are watched, and the files that are compared by name.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use api_routes_project::routes::FUNCTIONS;
use api_routes_project::template;

use super::scope::WatchScope;

/// Hidden folders with files that builds read. Nothing names these files before the first build.
pub(super) const HIDDEN_INPUTS: [&str; 1] = [".sqlx"];

/// Files of Cargo and rustup that decide how everything in their folder is built.
const CONFIGURATION: [&str; 4] =
    [".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain"];

/// The longest chain of symbolic links that is followed.
const LINKS: usize = 16;

/// A folder to watch, which may not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WatchedFolder {
    pub(super) folder: PathBuf,
    /// Whether the folders below are watched too.
    pub(super) deep: bool,
    /// Whether hidden and ignored folders below are left out.
    pub(super) selective: bool,
}

impl WatchedFolder {
    fn shallow(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), deep: false, selective: false }
    }

    fn deep(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), deep: true, selective: true }
    }

    /// Whether a new folder is the place, leads to it, or is a watched folder below it.
    pub(super) fn may_hold(&self, folder: &Path) -> bool {
        self.folder.starts_with(folder) || (self.deep && folder.starts_with(&self.folder))
    }

    /// Whether the place was watched for changes of the file.
    pub(super) fn covers(&self, file: &Path) -> bool {
        if self.deep { file.starts_with(&self.folder) } else { file.parent() == Some(&self.folder) }
    }
}

/// Returns the folders in which a changed file may mean something. Files themselves are not watched: an editor that saves by
/// renaming replaces a file with another one.
pub(super) fn watched_folders(watched: &WatchScope) -> Vec<WatchedFolder> {
    let WatchScope { project, named, inputs, .. } = watched;
    let mut places: Vec<WatchedFolder> = outermost(watched).into_iter().map(WatchedFolder::deep).collect();
    // After a failed build, any file of the workspace may be the file that the build missed.
    if watched.is_open() {
        places.push(WatchedFolder::deep(&project.root));
    }
    // All files that are deployed count, even hidden and ignored ones.
    places.extend(
        named.code.iter().map(|folder| WatchedFolder { selective: false, ..WatchedFolder::deep(folder) }),
    );
    places.extend(
        inputs
            .folders()
            .into_iter()
            .map(|folder| WatchedFolder { selective: false, ..WatchedFolder::deep(folder) }),
    );
    places.push(WatchedFolder::shallow(&project.root));
    places.push(WatchedFolder::shallow(project.root.join(".cargo")));
    let mut shallow: HashSet<PathBuf> = [project.root.clone(), project.root.join(".cargo")].into();
    // The audit checks the few files in folders above the project. Watches there would report many useless events.
    let is_above =
        |file: &PathBuf| configuration(&project.root).skip(CONFIGURATION.len()).any(|path| path == *file);
    for file in files(watched).into_iter().filter(|file| !is_above(file)) {
        for target in std::iter::once(file.clone()).chain(link_targets(&file)) {
            if let Some(folder) = target.parent()
                && shallow.insert(folder.to_owned())
                && folder.is_dir()
            {
                places.push(WatchedFolder::shallow(folder));
            }
        }
    }
    places
}

/// Returns the files that are known by name: settings, configuration, and inputs of builds.
pub(super) fn files(WatchScope { project, named, inputs, .. }: &WatchScope) -> Vec<PathBuf> {
    let in_root = template::DECISIVE_FILES.iter().chain(&["Cargo.toml", "Cargo.lock"]);
    let in_root = in_root.map(|name| project.root.join(name));
    let read = inputs.files().into_iter().map(Path::to_owned);
    let named = named.templates.iter().chain(&named.environment).cloned();
    in_root.chain(configuration(&project.root)).chain(named).chain(read).collect()
}

/// Returns the configuration files of Cargo that count in a folder, whether they exist or not.
pub(super) fn configuration(root: &Path) -> impl Iterator<Item = PathBuf> {
    root.ancestors().flat_map(|folder| CONFIGURATION.iter().map(|name| folder.join(name)))
}

/// Returns the source folders that do not lie in another source folder.
fn outermost(WatchScope { project, .. }: &WatchScope) -> Vec<PathBuf> {
    let sources = project.functions.iter().flat_map(|function| function.sources.iter().cloned());
    let hidden = HIDDEN_INPUTS.map(|name| project.root.join(name));
    let mut folders: Vec<PathBuf> = sources.chain([project.root.join(FUNCTIONS)]).chain(hidden).collect();
    folders.sort();
    folders.dedup_by(|inner, outer| inner.starts_with(outer));
    folders
}

/// Returns the paths that a symbolic link leads through, and the real path of a file that is reached through linked folders.
pub(super) fn link_targets(file: &Path) -> Vec<PathBuf> {
    let mut targets: Vec<PathBuf> = Vec::new();
    let mut current = file.to_owned();
    while targets.len() < LINKS
        && let Ok(target) = fs::read_link(&current)
    {
        current = current.parent().unwrap_or(Path::new("/")).join(target);
        targets.push(current.clone());
    }
    // Links of folders, in the path of the file or of a target.
    if let (Some(folder), Some(name)) = (current.parent(), current.file_name())
        && let Ok(real) = folder.canonicalize()
        && real != folder
    {
        targets.push(real.join(name));
    }
    targets
}
