//! The workspace before a run, also one that Cargo refuses because a member is gone.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use toml::de::DeTable;

use super::{SyncError, Texts, manifest};
use crate::agreement::SurveyError;
use crate::project::{FUNCTIONS, Project, ProjectError, template};

/// What a run begins with.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) project: Project,
    /// The text of its `Cargo.toml` is one that Cargo takes.
    pub(super) texts: Texts,
    pub(super) manifest_on_disk: String,
    /// The members that had to go for it.
    pub(super) unlisted: Vec<String>,
}

impl Workspace {
    pub(super) fn open(folder: &Path, prune: bool) -> Result<Self, SyncError> {
        match Project::open(folder).map_err(SurveyError::from) {
            Ok(project) => {
                let manifest = read(&project.root)?;
                Self::new(project, manifest.clone(), manifest, Vec::new())
            }
            Err(cause @ SurveyError::Project(ProjectError::Workspace { .. })) => {
                Self::without_gone_members(folder, prune, cause)
            }
            Err(cause) => Err(cause.into()),
        }
    }

    fn new(
        project: Project,
        on_disk: String,
        manifest: String,
        unlisted: Vec<String>,
    ) -> Result<Self, SyncError> {
        let template = template::find(&project.root).map_err(SurveyError::from)?;
        let template = match template {
            Some((file, text)) => (file, Some(text)),
            None => (template::FILES[0], None),
        };
        Ok(Self { project, texts: Texts { manifest, template }, manifest_on_disk: on_disk, unlisted })
    }

    /// Cargo tells nothing of a workspace with a member that is not there. So it is shown one without.
    fn without_gone_members(folder: &Path, prune: bool, cause: SurveyError) -> Result<Self, SyncError> {
        let Some(root) = root_above(folder) else { return Err(cause.into()) };
        let on_disk = read(&root)?;
        let gone = gone_members(&root, &on_disk);
        if gone.is_empty() {
            return Err(cause.into());
        }
        if !prune {
            return Err(SyncError::GoneMember { cause });
        }
        let manifest = manifest::without_members(&on_disk, &gone)?;
        let shown = shown(&root, &manifest).map_err(SyncError::Temporary)?;
        let project = Project::open(shown.path()).map_err(SurveyError::from)?;
        Self::new(Project { root, ..project }, on_disk, manifest, gone)
    }
}

fn read(root: &Path) -> Result<String, SurveyError> {
    let file = root.join("Cargo.toml");
    fs::read_to_string(&file).map_err(|cause| SurveyError::Unreadable { file, cause })
}

/// The nearest folder with a `Cargo.toml` that is a workspace's.
fn root_above(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let is_root = |folder: &&Path| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        DeTable::parse(&text).is_ok_and(|manifest| manifest.get_ref().contains_key("workspace"))
    };
    folder.ancestors().find(is_root).map(Path::to_owned)
}

/// Those below `functions/` that are one folder each. Cargo does not mind a pattern that matches nothing.
fn gone_members(root: &Path, manifest: &str) -> Vec<String> {
    let mut members = manifest::members(manifest);
    members.retain(|member| {
        let folder = manifest::folder(member);
        let is_one = folder.starts_with(&format!("{FUNCTIONS}/")) && !member.contains(['*', '?']);
        is_one && !root.join(folder).join("Cargo.toml").exists()
    });
    members
}

/// A folder that shows the workspace with another `Cargo.toml`.
fn shown(root: &Path, manifest: &str) -> std::io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("Cargo.toml"), manifest)?;
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_name() != "Cargo.toml" {
            symlink(entry.path(), folder.path().join(entry.file_name()))?;
        }
    }
    Ok(folder)
}
