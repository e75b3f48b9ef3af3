//! Members of the workspace, and folders.

use std::path::Path;

use crate::agreement::candidates::RefusedPackage;
use crate::agreement::manifest::MANIFEST;
use crate::agreement::rule::{Rule, Severity};
use crate::agreement::survey::CopiedPackage;
use crate::agreement::{Finding, Listed, Manifest, Survey, SurveyError, survey};
use crate::template::{SAM_CONFIG, SourcePosition, TemplateError};
use crate::tool;
use crate::with_causes;
use crate::workspace::{LibraryMismatch, ProjectError};

/// Returns the findings about a project that cannot be read.
pub(super) fn broken(error: SurveyError, folder: &Path) -> Vec<Finding> {
    let start =
        |rule, file: &str, message: String| vec![Finding::new(rule, file, SourcePosition::START, message)];
    match error {
        SurveyError::Unreadable { .. } | SurveyError::Temporary(_) => {
            start(Rule::BrokenWorkspace, MANIFEST, with_causes(&error))
        }
        SurveyError::Manifest(error) => {
            vec![Finding::new(Rule::BrokenWorkspace, MANIFEST, error.place, error.message)]
        }
        SurveyError::Template(error) => {
            let file = match &error {
                TemplateError::Unreadable { file, .. } => {
                    file.file_name().unwrap_or_default().to_string_lossy()
                }
                TemplateError::Invalid(_) => "template.yaml".into(),
            };
            start(Rule::BrokenTemplate, &file, with_causes(&error))
        }
        SurveyError::SamConfig(error) => start(Rule::BrokenSamConfig, SAM_CONFIG, with_causes(&error)),
        SurveyError::Project(ProjectError::NoFunctions { .. }) => {
            start(Rule::NoFunctions, MANIFEST, "there is no folder `functions`".to_owned())
        }
        SurveyError::Project(error) => refused(&error, folder),
    }
}

/// Returns the findings about a workspace that Cargo refuses, often because `members` names a missing folder.
fn refused(error: &ProjectError, folder: &Path) -> Vec<Finding> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let Some((root, manifest)) = workspace_above(&folder) else {
        return vec![in_cargos_words(error, &folder)];
    };
    let mut findings = match manifest {
        Ok(manifest) => missing_members(&manifest, root),
        Err(error) => broken(error, root),
    };
    if findings.is_empty() {
        findings.push(in_cargos_words(error, root));
    }
    findings
}

/// Cargo names the position of invalid TOML in a line such as ` --> functions/a/Cargo.toml:4:6`.
fn in_cargos_words(error: &ProjectError, root: &Path) -> Finding {
    let words = match error {
        ProjectError::Workspace { cause, .. } => without_root(&cause.to_string(), root),
        other => with_causes(other),
    };
    let finding = of_words(Rule::BrokenWorkspace, &words, MANIFEST);
    match error {
        ProjectError::NoCargo => finding.with_help("install Rust from https://rustup.rs"),
        ProjectError::NoWorkspace { .. } => finding.with_help(format!("run `{}`", tool::init())),
        _ => finding,
    }
}

/// Returns Cargo's message as a finding at the position that it names, or else at the start of `file`.
fn of_words(rule: Rule, words: &str, file: &str) -> Finding {
    let pointed = words.lines().find_map(|line| at_place(line.trim().strip_prefix("--> ")?));
    let (file, place) = pointed.unwrap_or((file, SourcePosition::START));
    Finding::new(rule, file, place, words)
}

fn at_place(text: &str) -> Option<(&str, SourcePosition)> {
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((file, SourcePosition::new(line.parse().ok()?, column.parse().ok()?)))
}

/// Returns the nearest folder upwards whose `Cargo.toml` is a workspace's, or cannot be read.
fn workspace_above(folder: &Path) -> Option<(&Path, Result<Manifest, SurveyError>)> {
    let folders = folder.ancestors().filter(|folder| folder.join(MANIFEST).is_file());
    let mut read = folders.map(|root| (root, survey::manifest(root)));
    read.find(|(_, manifest)| manifest.as_ref().map_or(true, |manifest| manifest.is_workspace))
}

fn missing_members(manifest: &Manifest, root: &Path) -> Vec<Finding> {
    let missing = manifest.listed.iter().filter(|listed| !root.join(&listed.folder).join(MANIFEST).is_file());
    let finding = |listed: &Listed| {
        let message = format!("`{}` is a member of the workspace and has no `Cargo.toml`", listed.folder);
        Finding::new(Rule::MissingMember, MANIFEST, listed.place, message)
    };
    missing.map(finding).collect()
}

/// Returns the finding about a library that does not fit this tool.
pub(super) fn of_library(mismatch: &LibraryMismatch) -> Finding {
    Finding::new(Rule::LibraryVersion, "Cargo.lock", SourcePosition::START, mismatch.to_string())
        .with_help(mismatch.help())
}

/// Returns the finding about a feature of `[workspace.metadata.api-routes]`, which neither SAM nor cargo-lambda reads.
fn of_feature(feature: &str) -> Finding {
    let message = format!("`{feature}` is built here, and `sam build` and `cargo lambda build` leave it out");
    Finding::new(Rule::UndeployedFeature, MANIFEST, SourcePosition::START, message)
}

impl Survey {
    pub(super) fn of_workspace(&self) -> Vec<Finding> {
        let mut findings: Vec<_> = self.problems.iter().map(|problem| self.of_problem(problem)).collect();
        findings.extend(self.exceptions.undeployed_features.iter().map(|feature| of_feature(feature)));
        findings.extend(self.without_binary.iter().map(|folder| {
            let message = "this package has no program, or several, and its `Cargo.toml` does not say which is the function";
            Finding::new(Rule::NoBinary, manifest_of(folder), SourcePosition::START, message)
        }));
        findings.extend(self.refused_packages.iter().map(|RefusedPackage { folder, words }| {
            of_words(Rule::BrokenPackage, words, &manifest_of(folder))
        }));
        findings.extend(self.copies.iter().map(|copy| self.of_copy(copy)));
        findings.extend(self.without_manifest.iter().map(|folder| {
            let message = format!("`{folder}` has a program and no `Cargo.toml`: it is not a function");
            Finding::new(Rule::NoManifest, format!("{folder}/src/main.rs"), SourcePosition::START, message)
        }));
        findings.extend(self.of_folders());
        findings
    }

    /// Returns the findings about folders that cannot be routes as they are.
    pub fn refused(&self) -> Vec<Finding> {
        let findings = self.of_workspace().into_iter();
        findings.filter(|finding| finding.rule.severity() == Severity::Error).collect()
    }

    /// Finds two packages with one name, which Cargo refuses in a workspace.
    fn of_copy(&self, CopiedPackage { folder, binary }: &CopiedPackage) -> Finding {
        let first = self.packages.iter().find(|package| package.binary == *binary);
        let first =
            first.map_or_else(|| "another package".to_owned(), |package| format!("`{}`", package.folder));
        let message = format!("`{folder}` builds the binary `{binary}`, as {first} does");
        Finding::new(Rule::SameBinary, manifest_of(folder), SourcePosition::START, message)
    }

    fn of_problem(&self, problem: &ProjectError) -> Finding {
        let (rule, folder) = match problem {
            ProjectError::NoBinary { folder, .. } => (Rule::NoBinary, folder),
            ProjectError::AmbiguousBinary { folder, .. } => (Rule::AmbiguousBinary, folder),
            ProjectError::SameBinary { folder, .. } => (Rule::SameBinary, folder),
            ProjectError::Exceptions { .. }
            | ProjectError::Folder { .. }
            | ProjectError::NoCargo
            | ProjectError::NoWorkspace { .. }
            | ProjectError::Workspace { .. }
            | ProjectError::NoFunctions { .. } => (Rule::BrokenWorkspace, &self.root),
        };
        let file = folder.join(MANIFEST);
        let file = file.strip_prefix(&self.root).unwrap_or(&file).to_string_lossy().into_owned();
        Finding::new(rule, file, SourcePosition::START, without_root(&with_causes(problem), &self.root))
    }

    fn of_folders(&self) -> Vec<Finding> {
        let finding = |rule, folder: &str, message: String| {
            Finding::new(rule, manifest_of(folder), SourcePosition::START, message)
        };
        let refused = self.routes.refused.iter();
        let refused = refused.map(|(folder, problem)| {
            finding(Rule::InvalidRoute, folder, format!("`{folder}` is not a route: {problem}"))
        });
        let conflicts = self.routes.conflicts.iter();
        let conflicts = conflicts
            .map(|conflict| finding(Rule::ConflictingFolders, &conflict.second, conflict.to_string()));
        let divergences = self.routes.divergences.iter();
        let divergences = divergences
            .map(|divergence| finding(Rule::DivergingFolders, &divergence.http_api, divergence.to_string()));
        refused.chain(conflicts).chain(divergences).collect()
    }
}

fn manifest_of(folder: &str) -> String {
    format!("{folder}/{MANIFEST}")
}

/// Findings name files relative to the project.
fn without_root(message: &str, root: &Path) -> String {
    message.replace(&format!("{}/", root.display()), "")
}
