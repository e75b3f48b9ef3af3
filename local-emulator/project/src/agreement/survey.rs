//! Reads the parts of a project that must agree, as they are on disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::candidates::{self, RefusedPackage};
use super::{Manifest, ManifestError};
use crate::environment::{Dotenv, shell};
use crate::pipe::SilentWait;
use crate::routes::{AuthorizerPackage, FUNCTIONS, RoutePackage, Routes, is_of_authorizers};
use crate::template::{
    self, Context, Examination, Inputs, Overrides, SamConfigError, Template, TemplateError, TemplateFunction,
};
use crate::workspace::{Exceptions, Project, ProjectError};

/// Folders, members, template and router of a project.
#[derive(Debug)]
#[non_exhaustive]
pub struct Survey {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// The packages below `functions/` that are routes, members first, each by folder.
    pub packages: Vec<RoutePackage>,
    /// The packages below `functions/` that judge requests, members first, each by folder.
    pub authorizers: Vec<AuthorizerPackage>,
    /// The routes, and the folders that are not routes, with the reason.
    pub routes: Routes,
    /// The names of all binaries of all packages; `None` if a manifest leaves one open.
    pub binaries: Option<BTreeSet<String>>,
    /// The template's name, if there is one.
    pub template_file: Option<&'static str>,
    /// The template and its mistakes; empty if there is no template, or if it is not YAML.
    pub examined: Examination,
    /// The workspace's `Cargo.toml`.
    pub manifest: Manifest,
    /// The intended differences.
    pub exceptions: Exceptions,
    /// The variables of `.env` files, in each mode that has a file.
    pub dotenv: Vec<Dotenv>,
    /// The members that cannot be functions, with the reason.
    pub problems: Vec<ProjectError>,
    /// The unlisted packages whose binary is unknown, by folder.
    pub without_binary: Vec<String>,
    /// The unlisted packages that Cargo would refuse as members.
    pub refused_packages: Vec<RefusedPackage>,
    /// The unlisted packages whose binary another package builds, by folder.
    pub copies: Vec<CopiedPackage>,
    /// The folders with a program and without a `Cargo.toml`.
    pub without_manifest: Vec<String>,
}

/// A package below `functions/` that cannot become a member: a copied folder whose package still has the old name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopiedPackage {
    /// Its folder from the root of the project.
    pub folder: String,
    /// The binary that another package builds as well.
    pub binary: String,
}

/// The reasons why a project cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SurveyError {
    /// The workspace.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// `samconfig.toml`.
    #[error(transparent)]
    SamConfig(#[from] SamConfigError),
    /// The workspace's `Cargo.toml` cannot be read.
    #[error("cannot read `{}`", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// The preview of the workspace cannot be made.
    #[error("cannot make a temporary folder")]
    Temporary(#[source] std::io::Error),
    /// The workspace's `Cargo.toml`.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// A package below `functions/`, as far as its manifest can be read.
#[derive(Clone, Copy)]
struct Found<'a> {
    /// Relative to `functions/`.
    folder: &'a str,
    package: Option<&'a str>,
    binary: Option<&'a str>,
    is_member: bool,
}

impl Found<'_> {
    /// Whether its folder or the template makes the package an authorizer.
    fn is_authorizer(&self, template: Option<&Template>) -> bool {
        let deployed = template.and_then(|template| template.function(self.binary?));
        is_of_authorizers(self.folder) || deployed.is_some_and(TemplateFunction::is_authorizer)
    }

    fn authorizer(&self) -> Option<AuthorizerPackage> {
        Some(AuthorizerPackage {
            folder: format!("{FUNCTIONS}/{}", self.folder),
            binary: self.binary?.to_owned(),
            is_member: self.is_member,
        })
    }

    fn route(&self, routes: &Routes) -> Option<RoutePackage> {
        Some(RoutePackage {
            folder: format!("{FUNCTIONS}/{}", self.folder),
            package: self.package?.to_owned(),
            binary: self.binary?.to_owned(),
            pattern: routes.pattern(self.folder)?.clone(),
            is_member: self.is_member,
        })
    }
}

impl Survey {
    /// Reads the project that `folder` belongs to, with the values of a deployment. Blocks while `cargo metadata` runs.
    ///
    /// # Errors
    /// A [`SurveyError`].
    pub fn read(folder: &Path, overrides: &Overrides) -> Result<Self, SurveyError> {
        let (mut project, problems) = Project::examine(folder)?;
        project.overrides = overrides.clone();
        let text = manifest_text(&project.root)?;
        let refused_packages = candidates::refuse(&mut project, &text).map_err(SurveyError::Temporary)?;
        let manifest = Manifest::parse(&text)?;
        let template = template::find(&project.root)?;
        let template = template.as_ref().map(|(file, text)| (*file, text.as_str()));
        // `dev` reports a file that cannot be read; `.env` files are not deployed.
        let dotenv = Dotenv::read_each_mode(&project.root, &shell(), &SilentWait).unwrap_or_default();
        Inputs::read(&project.root, overrides)?;
        Ok(Self { dotenv, problems, refused_packages, ..Self::from_texts(&project, template, manifest) })
    }

    /// Reads the texts of a project: its `Cargo.toml`, and its template by name and text, if there is one. A
    /// `samconfig.toml` that cannot be read gives no values.
    pub fn from_texts(project: &Project, template: Option<(&'static str, &str)>, manifest: Manifest) -> Self {
        let members = project.functions.iter();
        let members = members.map(|function| Found {
            folder: &function.route_folder,
            package: Some(&function.package),
            binary: Some(&function.binary),
            is_member: true,
        });
        let unlisted = project.unlisted.iter().filter(|package| !manifest.excludes(&package.route_folder));
        let unlisted = unlisted.map(|package| Found {
            folder: &package.route_folder,
            package: package.package.as_deref(),
            binary: package.binary.as_deref(),
            is_member: false,
        });
        let mut known: BTreeSet<_> = project.binaries.iter().map(String::as_str).collect();
        let (unlisted, copies): (Vec<_>, Vec<_>) =
            unlisted.partition(|found| found.binary.is_none_or(|binary| known.insert(binary)));
        let found: Vec<_> = members.chain(unlisted).collect();
        let all = Routes::from_folders(found.iter().map(|found| found.folder));
        let named: Vec<_> = found.iter().filter_map(|found| found.route(&all)).collect();
        let binaries = found.iter().map(|found| found.binary.map(str::to_owned));
        let binaries: Option<BTreeSet<String>> =
            binaries.chain(project.binaries.iter().cloned().map(Some)).collect();
        let inputs = Inputs::read(&project.root, &project.overrides).unwrap_or_default();
        let context = Context { packages: &named, inputs, root: Some(&project.root) };
        let nothing = || Examination { template: Some(Template::default()), errors: Vec::new() };
        let examined = template.map_or_else(nothing, |(file, text)| Template::examine(text, file, &context));
        let is_authorizer = |found: &&Found<'_>| found.is_authorizer(examined.template.as_ref());
        let (authorizers, others): (Vec<&Found<'_>>, Vec<_>) = found.iter().partition(is_authorizer);
        let routes = Routes::from_folders(others.iter().map(|found| found.folder));
        Self {
            root: project.root.clone(),
            binaries,
            template_file: template.map(|(file, _)| file),
            packages: others.iter().filter_map(|found| found.route(&routes)).collect(),
            authorizers: authorizers.iter().filter_map(|found| found.authorizer()).collect(),
            examined,
            without_binary: found
                .iter()
                .filter(|found| found.binary.is_none())
                .map(|found| format!("{FUNCTIONS}/{}", found.folder))
                .collect(),
            copies: copies
                .iter()
                .filter_map(|found| {
                    let (folder, binary) =
                        (format!("{FUNCTIONS}/{}", found.folder), found.binary?.to_owned());
                    Some(CopiedPackage { folder, binary })
                })
                .collect(),
            without_manifest: project
                .without_manifest
                .iter()
                .map(|folder| format!("{FUNCTIONS}/{folder}"))
                .collect(),
            problems: Vec::new(),
            refused_packages: Vec::new(),
            exceptions: project.exceptions.clone(),
            dotenv: Vec::new(),
            routes,
            manifest,
        }
    }
}

/// Reads the workspace's `Cargo.toml`.
pub(super) fn manifest(root: &Path) -> Result<Manifest, SurveyError> {
    Ok(Manifest::parse(&manifest_text(root)?)?)
}

/// Returns the text of the manifest, which is empty for a template without a workspace.
fn manifest_text(root: &Path) -> Result<String, SurveyError> {
    let file = root.join("Cargo.toml");
    if !file.exists() {
        return Ok(String::new());
    }
    fs::read_to_string(&file).map_err(|cause| SurveyError::Unreadable { file, cause })
}
