//! Which folders are watched.

use std::fs;
use std::path::{Path, PathBuf};

use api_routes_project::workspace::{FUNCTIONS, Project};
use notify_debouncer_full::notify::RecursiveMode;

use super::Watched;
use super::meaning::is_noise;

/// The root for its few files, and the source folders with all that is in them. Folders and not
/// files: an editor that saves by renaming puts another file in the watched one's place.
pub(super) fn of(watched: &Watched) -> Vec<(PathBuf, RecursiveMode)> {
    let Watched { project, .. } = watched;
    let mut places = vec![(project.root.clone(), RecursiveMode::NonRecursive)];
    for folder in outermost(watched) {
        if project.target_directory.starts_with(&folder) {
            places.extend(around_target(&folder, project));
        } else {
            places.push((folder, RecursiveMode::Recursive));
        }
    }
    places
}

/// Without the folders that lie in one another. Code that is not there yet is no reason not to start.
fn outermost(Watched { project, code }: &Watched) -> Vec<PathBuf> {
    let sources = project.functions.iter().flat_map(|function| function.sources.iter().cloned());
    let code = code.iter().filter(|folder| folder.is_dir()).cloned();
    let mut folders: Vec<PathBuf> = sources.chain([project.root.join(FUNCTIONS)]).chain(code).collect();
    folders.sort();
    folders.dedup_by(|inner, outer| inner.starts_with(outer));
    folders
}

/// A package at the workspace's root has the target folder inside: thousands of folders, each of
/// which would take one of the system's watches.
fn around_target(folder: &Path, project: &Project) -> Vec<(PathBuf, RecursiveMode)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let inner = entries.filter(|path| path.is_dir() && !is_noise(path, project));
    let inner = inner.map(|path| (path, RecursiveMode::Recursive));
    inner.chain([(folder.to_owned(), RecursiveMode::NonRecursive)]).collect()
}
