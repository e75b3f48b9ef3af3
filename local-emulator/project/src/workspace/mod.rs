//! The workspace that the emulator serves: its functions, its template, its environment files.

use crate::tool::{self, command};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::deployed::DeployedStack;
use crate::template::{FILES, Overrides};
use cargo_metadata::{Metadata, MetadataCommand};

mod exceptions;
mod library;
mod members;
mod preview;
mod release_profile;
mod routes;
mod unlisted;

pub use exceptions::Exceptions;
pub use library::LibraryMismatch;
pub(crate) use preview::Preview;
pub use release_profile::{ProfileSetting, ReleaseProfile};
pub use routes::{AuthorizerPackage, RoutePackage, Routes};
pub use unlisted::Unlisted;

/// The folder whose packages are functions.
pub const FUNCTIONS: &str = "functions";

/// The folder below [`FUNCTIONS`] whose packages judge requests, and are no routes.
pub const AUTHORIZERS: &str = "authorizers";

/// Whether a package in this folder, relative to [`FUNCTIONS`], judges requests and is no route.
pub(crate) fn is_of_authorizers(route_folder: &str) -> bool {
    route_folder.strip_prefix(AUTHORIZERS).is_some_and(|rest| rest.starts_with('/'))
}

/// A Cargo workspace with a `functions/` folder, or a template alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The folder of the workspace or of the template, without symbolic links: file events name real paths.
    pub root: PathBuf,
    /// Where Cargo puts what it builds.
    pub target_directory: PathBuf,
    /// The members below `functions/`, by folder.
    pub functions: Vec<Function>,
    /// The names of all binaries of all members.
    pub binaries: BTreeSet<String>,
    /// The packages below `functions/` that are no members, by folder.
    pub unlisted: Vec<Unlisted>,
    /// The folders below `functions/` that have a `src/main.rs` and no `Cargo.toml`, relative to it.
    pub without_manifest: Vec<String>,
    /// The differences between folders, template and environment that are meant.
    pub exceptions: Exceptions,
    /// The values that its deployment is given, besides those of `samconfig.toml`.
    pub overrides: Overrides,
    /// The deployed stack that [`Overrides::stack`] names, once it was asked.
    pub deployed: Option<Arc<DeployedStack>>,
}

/// A package below `functions/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its folder as a route writes it, relative to `functions/` and separated by `/`: `api/posts/[id]`.
    pub route_folder: String,
    /// The name of its package.
    pub package: String,
    /// The name of its binary, which is how the template names it too.
    pub binary: String,
    /// Where its `Cargo.toml` is.
    pub folder: PathBuf,
    /// The folders whose files go into its binary: its own, then those of the path dependencies that
    /// it builds with, directly or through one another.
    pub sources: Vec<PathBuf>,
}

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// The folder cannot be entered.
    #[error("cannot open `{}`", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// Cargo is not installed, or not to be found.
    #[error(
        "cannot run `cargo`: install Rust from https://rustup.rs, or add the folder of `cargo` to `PATH`"
    )]
    NoCargo,
    /// No folder from this one upwards has a `Cargo.toml`.
    #[error(
        "`{}` is not in a project: make one with `{}`, or name the folder of one with `--project`",
        .folder.display(), tool::init()
    )]
    NoWorkspace {
        /// The folder.
        folder: PathBuf,
    },
    /// Cargo refuses the workspace.
    #[error("cannot read the workspace at `{}`", .folder.display())]
    Workspace {
        /// Where the workspace was looked for, upwards.
        folder: PathBuf,
        /// What Cargo says.
        #[source]
        cause: Refusal,
    },
    /// There is nothing to serve, and no place to look for it.
    #[error(
        "`{}` has no `functions` folder: make a first route with `{}`, or name the folder of a project with `--project`",
        .root.display(), command("new /api/hello")
    )]
    NoFunctions {
        /// The workspace's folder.
        root: PathBuf,
    },
    /// A function without a program.
    #[error(
        "package `{package}` has no binary to run as a function: add `src/main.rs` to `{}`",
        .folder.display()
    )]
    NoBinary {
        /// The package.
        package: String,
        /// Its folder.
        folder: PathBuf,
    },
    /// A function with several programs, none of which is the obvious one.
    #[error(
        "package `{package}` has the binaries {}: set `default-run` in `{}/Cargo.toml` to the one that is \
         the function",
        quoted(.binaries), .folder.display()
    )]
    AmbiguousBinary {
        /// The package.
        package: String,
        /// Its binaries.
        binaries: Vec<String>,
        /// Its folder.
        folder: PathBuf,
    },
    /// A list of exceptions is not a list.
    #[error(
        "`{name}` below `[workspace.metadata.api-routes]` in `Cargo.toml` must be a list of texts: write `{name} = [\"…\"]`"
    )]
    Exceptions {
        /// The key of the list.
        name: &'static str,
    },
    /// Two functions whose binaries overwrite each other in the shared target folder.
    #[error(
        "packages `{first}` and `{second}` both build a binary `{binary}`: rename one, they overwrite each other"
    )]
    SameBinary {
        /// The binary's name.
        binary: String,
        /// One package.
        first: String,
        /// The other.
        second: String,
        /// The other's folder.
        folder: PathBuf,
    },
}

/// The words in which Cargo refuses a workspace, line by line, without `error: ` in front.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(String);

impl ProjectError {
    fn of_cargo(folder: PathBuf, cause: &cargo_metadata::Error) -> Self {
        match cause {
            cargo_metadata::Error::Io(error) if error.kind() == std::io::ErrorKind::NotFound => Self::NoCargo,
            cargo_metadata::Error::CargoMetadata { stderr }
                if stderr.contains("could not find `Cargo.toml`") =>
            {
                Self::NoWorkspace { folder }
            }
            _ => Self::Workspace { folder, cause: Refusal(cargos_words(cause)) },
        }
    }
}

/// The nearest folder from this one upwards that has a template, if none of them has a `Cargo.toml`.
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
    /// Any [`ProjectError`]; each names what to mend.
    pub fn open(folder: &Path) -> Result<Self, ProjectError> {
        let (project, problems) = Self::examine(folder)?;
        problems.into_iter().next().map_or(Ok(project), Err)
    }

    /// As [`open`](Self::open), with what can be read beside packages that cannot be served, and why they cannot.
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

    /// Whether there is a Cargo workspace, and not a template alone.
    pub fn has_workspace(&self) -> bool {
        self.root.join("Cargo.toml").is_file()
    }

    /// A template whose functions are folders with a `bootstrap`, whatever they are written in. Nothing is built.
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
        let tree = unlisted::Tree::below(&folder);
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

    /// The functions that a template may name, by folder.
    pub(crate) fn packages(&self) -> Vec<RoutePackage> {
        let routes = Routes::of(self.functions.iter().map(|function| function.route_folder.as_str()));
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

    /// What the developer should mend, though the emulator can go on without.
    pub fn warnings(&self) -> Vec<String> {
        self.unlisted.iter().map(Unlisted::to_string).collect()
    }

    /// The source folder that a file belongs to: packages may lie within one another
    /// (`api/posts` and `api/posts/[id]`), so the deepest one.
    pub fn owner(&self, file: &Path) -> Option<&Path> {
        let folders = self.functions.iter().flat_map(|function| &function.sources);
        let owners = folders.filter(|folder| file.starts_with(folder));
        owners.max_by_key(|folder| folder.as_os_str().len()).map(PathBuf::as_path)
    }

    /// The functions that changed files go into, as far as folders tell: all of them for the
    /// workspace's own manifest and lock file. What a build really changes, Cargo decides.
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

/// The workspace that `folder` belongs to. Without dependencies: Cargo then neither resolves nor downloads anything, and
/// the packages' own path dependencies tell what a function builds with inside the workspace.
fn metadata(folder: &Path) -> Result<Metadata, cargo_metadata::Error> {
    MetadataCommand::new().current_dir(folder).no_deps().exec()
}

/// Whether a file decides what is built from what.
pub fn is_manifest(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "Cargo.toml" || name == "Cargo.lock")
}

/// What Cargo says.
pub(crate) fn cargos_words(error: &cargo_metadata::Error) -> String {
    match error {
        cargo_metadata::Error::CargoMetadata { stderr } => {
            let words = stderr.trim();
            words.strip_prefix("error: ").unwrap_or(words).to_owned()
        }
        other => other.to_string(),
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
