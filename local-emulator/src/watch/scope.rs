//! The files that are watched, and the knowledge of builds about them.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use api_routes_project::NamedPaths;
use api_routes_project::workspace::Project;

use super::ignored::Ignored;
use super::inputs::Inputs;
use super::scripts::Scripts;

/// The files that are watched, and the knowledge of builds about them.
#[derive(Debug)]
pub(super) struct WatchScope {
    pub(super) project: Project,
    /// The paths that the template names.
    pub(super) named: NamedPaths,
    pub(super) ignored: Ignored,
    pub(super) inputs: Inputs,
    pub(super) scripts: Scripts,
    /// The packages that the last build could not build. Any file may be the file that they miss.
    pub(super) failed: BTreeSet<String>,
    /// The source folders of all functions. Hundreds of files are looked up in hundreds of folders.
    sources: HashSet<PathBuf>,
}

impl WatchScope {
    pub(super) fn new(project: Project, named: NamedPaths) -> Self {
        Self {
            ignored: Ignored::new(&project.root),
            inputs: Inputs::default(),
            scripts: Scripts::new(),
            failed: BTreeSet::new(),
            sources: project.functions.iter().flat_map(|function| function.sources.iter().cloned()).collect(),
            project,
            named,
        }
    }

    /// Returns the source folder of a file, as [`Project::owner`] does.
    pub(super) fn owner(&self, file: &Path) -> Option<&Path> {
        file.ancestors().find_map(|folder| self.sources.get(folder)).map(PathBuf::as_path)
    }

    /// Whether any file of the workspace may be the file that the last build missed.
    pub(super) fn is_open(&self) -> bool {
        !self.failed.is_empty()
    }

    /// Whether a build may read a file that no build has named.
    pub(super) fn reads_unnamed(&self, file: &Path) -> bool {
        match self.owner(file) {
            Some(owner) => self.scripts.reads_all(owner) || !self.knows_inputs_of(owner),
            None => self.is_open(),
        }
    }

    /// Whether the inputs of each function that is built from a source folder are known.
    pub(super) fn knows_inputs_of(&self, folder: &Path) -> bool {
        let functions = self.project.functions.iter();
        let mut built_from =
            functions.filter(|function| function.sources.iter().any(|source| source == folder));
        built_from.all(|function| {
            self.inputs.are_known(&function.package) && !self.failed.contains(&function.package)
        })
    }
}
