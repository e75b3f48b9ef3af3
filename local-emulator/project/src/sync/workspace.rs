//! The workspace before a run, including a workspace that Cargo refuses because a member is missing.

use std::fs;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::error::SyncError;
use super::manifest;
use super::mend::Texts;
use crate::agreement::{self, RefusedPackage, SurveyError};
use crate::routes::FUNCTIONS;
use crate::template;
use crate::workspace::{Preview, Project, ProjectError};

/// The workspace before a run.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) project: Project,
    /// The texts; Cargo accepts the `Cargo.toml`.
    pub(super) texts: Texts,
    pub(super) manifest_on_disk: String,
    /// The missing members that were removed from the `Cargo.toml`.
    pub(super) unlisted: Vec<String>,
    /// The packages that cannot become members.
    pub(super) refused: Vec<RefusedPackage>,
}

impl Workspace {
    pub(super) fn open(folder: &Path, prune: bool) -> Result<Self, SyncError> {
        match Project::open(folder).map_err(SurveyError::from) {
            Ok(project) if !project.has_workspace() => {
                let folder = project.root;
                Err(SurveyError::from(ProjectError::NoWorkspace { folder }).into())
            }
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
        mut project: Project,
        on_disk: String,
        manifest: String,
        unlisted: Vec<String>,
    ) -> Result<Self, SyncError> {
        let template = template::find(&project.root).map_err(SurveyError::from)?;
        let template = match template {
            Some((file, text)) => (file, Some(text)),
            None => (template::FILES[0], None),
        };
        let refused = agreement::refuse(&mut project, &manifest).map_err(SurveyError::Temporary)?;
        let texts = Texts { manifest, template };
        Ok(Self { project, texts, manifest_on_disk: on_disk, unlisted, refused })
    }

    /// Opens the workspace without its missing members, since Cargo reads no workspace that has one. Their lines are
    /// removed with `--prune`, or if a new folder may be the renamed one.
    fn without_gone_members(folder: &Path, prune: bool, cause: SurveyError) -> Result<Self, SyncError> {
        let Some(root) = root_above(folder) else { return Err(cause.into()) };
        let on_disk = read(&root)?;
        let gone = gone_members(&root, &on_disk);
        if gone.is_empty() {
            return Err(cause.into());
        }
        let manifest = manifest::without_members(&on_disk, &gone)?;
        let preview = Preview::new(&root, &manifest).map_err(SurveyError::Temporary)?;
        let project = preview.open().map_err(SurveyError::from)?;
        let may_be_renamed = gone.len() <= project.unlisted.len();
        if !prune && !may_be_renamed {
            return Err(SyncError::GoneMember { cause });
        }
        Self::new(project, on_disk, manifest, gone)
    }
}

fn read(root: &Path) -> Result<String, SurveyError> {
    let file = root.join("Cargo.toml");
    fs::read_to_string(&file).map_err(|cause| SurveyError::Unreadable { file, cause })
}

/// Returns the nearest folder upwards whose `Cargo.toml` is a workspace's.
fn root_above(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let is_root = |folder: &&Path| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        DeTable::parse(&text).is_ok_and(|manifest| manifest.get_ref().contains_key("workspace"))
    };
    folder.ancestors().find(is_root).map(Path::to_owned)
}

/// Returns the members below `functions/` that name one missing folder. Cargo also refuses a pattern that matches
/// nothing, but a pattern may be meant for future folders.
fn gone_members(root: &Path, manifest: &str) -> Vec<String> {
    let mut members = manifest::members(manifest);
    members.retain(|member| {
        let folder = manifest::folder(member);
        let is_one = folder.starts_with(&format!("{FUNCTIONS}/")) && !member.contains(['*', '?']);
        is_one && !root.join(folder).join("Cargo.toml").exists()
    });
    members
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tempfile::{TempDir, tempdir};

    use super::Workspace;
    use crate::with_causes;

    fn write(root: &Path, file: &str, text: &str) {
        let file = root.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn function(root: &Path, folder: &str, name: &str) {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
        write(root, &format!("functions/{folder}/Cargo.toml"), &manifest);
        write(root, &format!("functions/{folder}/src/main.rs"), "fn main() {}");
    }

    /// A workspace with one function, and a member whose folder is gone.
    fn workspace() -> TempDir {
        let root = tempdir().unwrap();
        let members = "\"functions/api/[[]id]\", \"functions/api/[[]gone]\"";
        write(root.path(), "Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n"));
        function(root.path(), "api/[id]", "api-id");
        function(root.path(), "api/new", "api-new");
        root
    }

    #[test]
    fn gone_member_is_left_out_of_the_workspace() {
        let root = workspace();
        let before = fs::read_to_string(root.path().join("Cargo.toml")).unwrap();
        let seen = Workspace::open(&root.path().join("functions/api"), true).unwrap();
        assert_eq!(seen.unlisted, ["functions/api/[[]gone]"]);
        assert_eq!(seen.manifest_on_disk, before);
        assert_eq!(seen.texts.manifest, before.replace(", \"functions/api/[[]gone]\"", ""));
        assert_eq!(seen.project.root, root.path().canonicalize().unwrap());
        let functions: Vec<_> =
            seen.project.functions.iter().map(|function| function.route_folder.as_str()).collect();
        assert_eq!(functions, ["api/[id]"]);
        assert_eq!(seen.project.unlisted.len(), 1);
        assert_eq!(fs::read_to_string(root.path().join("Cargo.toml")).unwrap(), before);
    }

    #[test]
    fn package_that_cargo_refuses_is_left_out() {
        let root = workspace();
        let broken = "[package]\nname = \"broken\"\nedition = \"2124\"\n";
        write(root.path(), "functions/api/a/Cargo.toml", broken);
        write(root.path(), "functions/api/a/src/main.rs", "fn main() {}");
        // Both packages have the same name, and either could become a member.
        for (folder, binary) in [("api/one", "one"), ("api/two", "two")] {
            let bin = format!("[[bin]]\nname = \"{binary}\"\npath = \"src/main.rs\"\n");
            let manifest = format!("[package]\nname = \"same\"\nedition = \"2024\"\n{bin}");
            write(root.path(), &format!("functions/{folder}/Cargo.toml"), &manifest);
            write(root.path(), &format!("functions/{folder}/src/main.rs"), "fn main() {}");
        }
        let seen = Workspace::open(root.path(), false).unwrap();
        let left: Vec<_> = seen.project.unlisted.iter().map(|unlisted| &*unlisted.route_folder).collect();
        assert_eq!(left, ["api/new", "api/one"]);
        let refused: Vec<_> = seen.refused.iter().map(|refused| &*refused.folder).collect();
        assert_eq!(refused, ["functions/api/a", "functions/api/two"]);
        assert!(seen.refused[0].words.contains("`2124` is unknown"), "{:?}", seen.refused);
        assert!(seen.refused[1].words.starts_with("two packages named `same`"), "{:?}", seen.refused);
        assert!(seen.refused[1].words.ends_with("\n- functions/api/two/Cargo.toml"), "{:?}", seen.refused);
    }

    #[test]
    fn renamed_folder_needs_no_prune() {
        let root = workspace();
        let seen = Workspace::open(root.path(), false).unwrap();
        assert_eq!(seen.unlisted, ["functions/api/[[]gone]"]);
        assert_eq!(seen.project.unlisted.len(), 1);
    }

    #[test]
    fn gone_member_without_a_new_folder_needs_prune() {
        let root = workspace();
        fs::remove_dir_all(root.path().join("functions/api/new")).unwrap();
        let message = Workspace::open(root.path(), false).unwrap_err().to_string();
        assert!(message.contains("functions/api/[[]gone]"), "{message}");
        assert!(
            message.ends_with("`cargo api-routes sync --prune` removes members whose folder is gone"),
            "{message}"
        );
    }

    #[test]
    fn other_refusals_keep_the_words_of_cargo() {
        let root = workspace();
        function(root.path(), "api/[gone]", "api id");
        for prune in [false, true] {
            let message = with_causes(&Workspace::open(root.path(), prune).unwrap_err());
            assert!(message.contains("api id") && !message.contains("--prune"), "{message}");
        }
        assert!(Workspace::open(&root.path().join("nowhere"), true).is_err());
    }
}
