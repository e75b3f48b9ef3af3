//! A project: a Cargo workspace, or a template alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cargo_metadata::{Metadata, MetadataCommand};

use super::error::ProjectError;
use super::exceptions::Exceptions;
use super::function::Function;
use super::members;
use super::unlisted::{self, UnlistedPackage};
use crate::deployed::DeployedStack;
use crate::routes::{FUNCTIONS, RoutePackage, Routes};
use crate::template::{FILES, Overrides};

/// A Cargo workspace with a `functions/` folder, or a template alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The folder of the workspace or of the template, without symbolic links: file events name real paths.
    pub root: PathBuf,
    /// Cargo's folder for build output.
    pub target_directory: PathBuf,
    /// The members below `functions/`, by folder.
    pub functions: Vec<Function>,
    /// The names of all binaries of all members.
    pub binaries: BTreeSet<String>,
    /// The packages below `functions/` that are not members, by folder.
    pub unlisted: Vec<UnlistedPackage>,
    /// The folders below `functions/` with a `src/main.rs` and without a `Cargo.toml`, relative to `functions/`.
    pub without_manifest: Vec<String>,
    /// The differences between folders, template and environment that are intended.
    pub exceptions: Exceptions,
    /// The values of its deployment, which replace the values of `samconfig.toml`.
    pub overrides: Overrides,
    /// The deployed stack of [`Overrides::stack`], after the query.
    pub deployed: Option<Arc<DeployedStack>>,
}

/// Returns the nearest folder upwards with a template, if no folder upwards has a `Cargo.toml`.
fn template_alone(folder: &Path) -> Option<&Path> {
    let has = |folder: &Path, file: &str| folder.join(file).is_file();
    if folder.ancestors().any(|folder| has(folder, "Cargo.toml")) {
        return None;
    }
    folder.ancestors().find(|folder| FILES.iter().any(|file| has(folder, file)))
}

impl Project {
    /// Reads the workspace that `folder` belongs to. Blocks while `cargo metadata` runs, some 30 ms.
    ///
    /// # Errors
    /// Any [`ProjectError`]; each names the next step.
    pub fn open(folder: &Path) -> Result<Self, ProjectError> {
        let (project, problems) = Self::examine(folder)?;
        problems.into_iter().next().map_or(Ok(project), Err)
    }

    /// Reads the workspace like [`open`](Self::open), with the problems of packages that cannot be served.
    ///
    /// # Errors
    /// A workspace that cannot be read at all.
    pub fn examine(folder: &Path) -> Result<(Self, Vec<ProjectError>), ProjectError> {
        let folder = folder
            .canonicalize()
            .map_err(|cause| ProjectError::Folder { folder: folder.to_owned(), cause })?;
        if let Some(root) = template_alone(&folder) {
            return Ok((Self::without_workspace(root), Vec::new()));
        }
        let metadata = metadata(&folder).map_err(|cause| ProjectError::of_cargo(folder, &cause))?;
        Self::from_metadata(&metadata)
    }

    /// Whether the project is a Cargo workspace, and not a template alone.
    pub fn has_workspace(&self) -> bool {
        self.root.join("Cargo.toml").is_file()
    }

    /// Creates a project of a template whose functions are folders with a `bootstrap`, in whatever language. Nothing is
    /// built.
    fn without_workspace(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            target_directory: root.join("target"),
            functions: Vec::new(),
            binaries: BTreeSet::new(),
            unlisted: Vec::new(),
            without_manifest: Vec::new(),
            exceptions: Exceptions::default(),
            overrides: Overrides::default(),
            deployed: None,
        }
    }

    fn from_metadata(metadata: &Metadata) -> Result<(Self, Vec<ProjectError>), ProjectError> {
        let root = metadata.workspace_root.as_std_path().to_owned();
        let folder = root.join(FUNCTIONS);
        if !folder.is_dir() {
            return Err(ProjectError::NoFunctions { root });
        }
        let (functions, problems) = members::functions(metadata, &folder);
        let tree = unlisted::FunctionsTree::below(&folder);
        let project = Self {
            functions,
            binaries: members::binaries(metadata),
            unlisted: tree.unlisted(metadata, &folder),
            without_manifest: tree.without_manifest(&folder),
            target_directory: metadata.target_directory.as_std_path().to_owned(),
            exceptions: Exceptions::read(metadata)?,
            overrides: Overrides::default(),
            deployed: None,
            root,
        };
        Ok((project, problems))
    }

    /// Returns the functions that a template may name, by folder.
    pub(crate) fn packages(&self) -> Vec<RoutePackage> {
        let routes =
            Routes::from_folders(self.functions.iter().map(|function| function.route_folder.as_str()));
        let package = |function: &Function| {
            Some(RoutePackage {
                folder: format!("{FUNCTIONS}/{}", function.route_folder),
                package: function.package.clone(),
                binary: function.binary.clone(),
                pattern: routes.pattern(&function.route_folder)?.clone(),
                is_member: true,
            })
        };
        self.functions.iter().filter_map(package).collect()
    }

    /// Returns warnings about problems that the emulator can work with.
    pub fn warnings(&self) -> Vec<String> {
        self.unlisted.iter().map(UnlistedPackage::to_string).collect()
    }

    /// Returns the source folder that a file belongs to. Packages may contain one another (`api/posts` and
    /// `api/posts/[id]`), so the deepest folder counts.
    pub fn owner(&self, file: &Path) -> Option<&Path> {
        let folders = self.functions.iter().flat_map(|function| &function.sources);
        let owners = folders.filter(|folder| file.starts_with(folder));
        owners.max_by_key(|folder| folder.as_os_str().len()).map(PathBuf::as_path)
    }

    /// Returns the functions that changed files affect, by their folders: all functions for the workspace's own
    /// manifest and lock file. Cargo decides what a build really changes.
    pub fn affected(&self, files: &[PathBuf]) -> Vec<&Function> {
        let is_everyones = |file: &PathBuf| file.parent() == Some(&self.root) && is_manifest(file);
        if files.iter().any(is_everyones) {
            return self.functions.iter().collect();
        }
        let owners: Vec<&Path> = files.iter().filter_map(|file| self.owner(file)).collect();
        let is_affected =
            |function: &&Function| function.sources.iter().any(|f| owners.contains(&f.as_path()));
        self.functions.iter().filter(is_affected).collect()
    }
}

/// Reads the workspace that `folder` belongs to, without dependencies: Cargo then neither resolves nor downloads
/// anything. The packages' own path dependencies show what a function is built from inside the workspace.
pub(super) fn metadata(folder: &Path) -> Result<Metadata, cargo_metadata::Error> {
    MetadataCommand::new().current_dir(folder).no_deps().exec()
}

/// Whether a file is a manifest or a lock file, which decide what is built.
pub fn is_manifest(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "Cargo.toml" || name == "Cargo.lock")
}
