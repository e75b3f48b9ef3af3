//! The files that git ignores.

use std::cell::{Ref, RefCell};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The ignored files. Git lists them when they are needed: a crate that reads `.gitignore` files would depend on regular
/// expressions, which would take an eighth of the tool's first build.
#[derive(Debug)]
pub(super) struct Ignored {
    project: PathBuf,
    /// The ignored files, and the folders of which every file is ignored.
    paths: RefCell<Option<BTreeSet<PathBuf>>>,
}

impl Ignored {
    pub(super) fn new(project: &Path) -> Self {
        Self { project: project.to_owned(), paths: RefCell::new(None) }
    }

    /// Forgets the list, since files may have come, or another `.gitignore`.
    pub(super) fn clear(&self) {
        *self.paths.borrow_mut() = None;
    }

    /// Whether git ignores the path, or a folder that it is in.
    pub(super) fn contains(&self, path: &Path) -> bool {
        let paths = self.paths();
        path.ancestors().take_while(|path| **path != *self.project).any(|path| paths.contains(path))
    }

    fn paths(&self) -> Ref<'_, BTreeSet<PathBuf>> {
        self.paths.borrow_mut().get_or_insert_with(|| ignored_below(&self.project));
        Ref::map(self.paths.borrow(), |paths| paths.as_ref().unwrap_or(const { &BTreeSet::new() }))
    }
}

/// Returns the paths that git ignores: none without git, or outside a repository.
fn ignored_below(project: &Path) -> BTreeSet<PathBuf> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"]);
    // Without this variable, git takes a lock, which could stop a git command of the developer.
    git.current_dir(project).env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null()).stderr(Stdio::null());
    let Ok(output) = git.output() else { return BTreeSet::new() };
    let names = output.stdout.split(|byte| *byte == 0).map(|name| name.strip_suffix(b"/").unwrap_or(name));
    // Git prints `./` if a repository around the project ignores the whole project.
    let names = names.filter(|name| !name.is_empty() && *name != b".");
    names.map(|name| project.join(OsStr::from_bytes(name))).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use super::Ignored;

    fn git(folder: &Path, arguments: &[&str]) {
        assert!(Command::new("git").args(arguments).current_dir(folder).status().unwrap().success());
    }

    #[test]
    fn files_are_ignored_as_git_ignores_them() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        git(root, &["init", "--quiet"]);
        for (file, text) in [
            (".gitignore", "*.db\nlogs/\nscratch/\n"),
            ("project/.gitignore", "!kept.db\n/data/*.txt\n"),
            ("project/some.db", ""),
            ("project/kept.db", ""),
            ("project/logs/kept.db", ""),
            ("project/data/a.txt", ""),
            ("project/a.txt", ""),
            ("scratch/project/src/main.rs", ""),
        ] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), text).unwrap();
        }
        let ignored = Ignored::new(&root.join("project"));
        for (path, expected) in [
            ("project/some.db", true),
            ("project/kept.db", false),
            ("project/logs/kept.db", true),
            ("project/data/a.txt", true),
            ("project/a.txt", false),
        ] {
            assert_eq!(ignored.contains(&root.join(path)), expected, "{path}");
        }
        let whole = Ignored::new(&root.join("scratch/project"));
        assert!(
            !whole.contains(&root.join("scratch/project/src/main.rs")),
            "a project is not ignored as a whole"
        );
    }

    #[test]
    fn file_that_came_later_is_known_after_a_new_look() {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet"]);
        fs::write(folder.path().join(".gitignore"), "*.db\n").unwrap();
        let ignored = Ignored::new(folder.path());
        let file = folder.path().join("new.db");
        assert!(!ignored.contains(&file));
        fs::write(&file, "").unwrap();
        ignored.clear();
        assert!(ignored.contains(&file));
    }

    #[test]
    fn outside_a_repository_nothing_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".gitignore"), "*\n").unwrap();
        assert!(!Ignored::new(folder.path()).contains(&folder.path().join("a.rs")));
    }
}
