//! A preview of the workspace with another `Cargo.toml`, for Cargo, without a change to the real one.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use super::error::{ProjectError, cargos_words};
use super::function::Function;
use super::project::{self, Project};

/// A temporary folder with another `Cargo.toml` of a workspace, and links to everything else.
///
/// The preview has the folders above the workspace too, so that paths out of it, such as `../library`, lead to the same
/// packages.
#[derive(Debug)]
pub(crate) struct Preview {
    /// The folder that replaces `/`.
    folder: TempDir,
    /// The workspace's folder below that folder.
    root: PathBuf,
}

impl Preview {
    /// Previews the workspace in `root` with `manifest` as the text of its `Cargo.toml`.
    pub(crate) fn new(root: &Path, manifest: &str) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut real = PathBuf::from("/");
        let mut copy = folder.path().canonicalize()?;
        for name in root.components().filter(|component| matches!(component, Component::Normal(_))) {
            // A folder that cannot be listed has nothing that Cargo could read by its name alone.
            let _ = link_all(&real, &copy, name.as_os_str().as_ref());
            real.push(name);
            copy.push(name);
            fs::create_dir(&copy)?;
        }
        link_all(&real, &copy, "Cargo.toml".as_ref())?;
        fs::write(copy.join("Cargo.toml"), manifest)?;
        Ok(Self { folder, root: copy })
    }

    /// Opens the project, with the real folders.
    ///
    /// # Errors
    /// The errors of [`Project::open`].
    pub(crate) fn open(&self) -> Result<Project, ProjectError> {
        let project = Project::open(&self.root).map_err(|error| match error {
            ProjectError::NoFunctions { root } => ProjectError::NoFunctions { root: self.real(&root) },
            other => other,
        })?;
        let function = |function: Function| Function {
            folder: self.real(&function.folder),
            sources: function.sources.iter().map(|source| self.real(source)).collect(),
            ..function
        };
        Ok(Project {
            root: self.real(&project.root),
            target_directory: self.real(&project.target_directory),
            functions: project.functions.into_iter().map(function).collect(),
            ..project
        })
    }

    /// Loads the workspace. The error is Cargo's message, with the real paths.
    pub(crate) fn load(&self) -> Result<(), String> {
        match project::metadata(&self.root) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.real_words(&cargos_words(&error))),
        }
    }

    fn real(&self, path: &Path) -> PathBuf {
        let prefix = self.prefix();
        path.strip_prefix(&prefix).map_or_else(|_| path.to_owned(), |rest| Path::new("/").join(rest))
    }

    fn real_words(&self, words: &str) -> String {
        words.replace(&self.prefix().display().to_string(), "")
    }

    fn prefix(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap_or_else(|_| self.folder.path().to_owned())
    }
}

/// Links all entries of `real` into `copy`, except the entry with its own copy.
fn link_all(real: &Path, copy: &Path, copied: &Path) -> io::Result<()> {
    for entry in fs::read_dir(real)? {
        let entry = entry?;
        if entry.file_name() != copied.as_os_str() {
            symlink(entry.path(), copy.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tempfile::tempdir;

    use super::{Preview, Project};

    fn write(root: &Path, file: &str, text: &str) {
        let file = root.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// A workspace below a folder with a library that it uses.
    const ROOT: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"functions/a\"]\n[workspace.dependencies]\nlibrary = { path = \"../library\" }\n";

    fn fixture(above: &Path) {
        write(above, "library/Cargo.toml", "[package]\nname = \"library\"\nedition = \"2024\"\n");
        write(above, "library/src/lib.rs", "");
        write(above, "project/Cargo.toml", ROOT);
        let manifest =
            "[package]\nname = \"a\"\nedition = \"2024\"\n[dependencies]\nlibrary.workspace = true\n";
        write(above, "project/functions/a/Cargo.toml", manifest);
        write(above, "project/functions/a/src/main.rs", "fn main() {}");
    }

    #[test]
    fn preview_has_the_folders_of_the_real_project() {
        let above = tempdir().unwrap();
        let above = above.path().canonicalize().unwrap();
        fixture(&above);
        let root = above.join("project");
        let project = Preview::new(&root, ROOT).unwrap().open().unwrap();
        assert_eq!(project, Project::open(&root).unwrap());
        let sources = &project.functions[0].sources;
        assert_eq!(sources[..], [root.join("functions/a"), above.join("library")]);
    }

    #[test]
    fn refused_workspace_is_explained_with_real_paths() {
        let above = tempdir().unwrap();
        let above = above.path().canonicalize().unwrap();
        fixture(&above);
        let root = above.join("project");
        let words = Preview::new(&root, &ROOT.replace("library =", "other =")).unwrap().load().unwrap_err();
        assert!(words.contains(&format!("`{}`", root.join("functions/a/Cargo.toml").display())), "{words}");
        assert!(words.ends_with("`dependency.library` was not found in `workspace.dependencies`"), "{words}");
    }
}
