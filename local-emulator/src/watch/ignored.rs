//! The files that git ignores.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Reads `.gitignore` files as they are needed.
#[derive(Debug)]
pub(super) struct Ignored {
    /// The outermost folder whose `.gitignore` counts.
    repository: PathBuf,
    folders: RefCell<HashMap<PathBuf, Gitignore>>,
}

impl Ignored {
    /// Without a repository around the project, the `.gitignore` files of the project count all the same.
    pub(super) fn new(project: &Path) -> Self {
        let repository = project.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(project);
        Self { repository: repository.to_owned(), folders: RefCell::default() }
    }

    /// Forgets what was read.
    pub(super) fn clear(&self) {
        self.folders.borrow_mut().clear();
    }

    /// Whether git ignores the path, or a folder that it is in.
    pub(super) fn contains(&self, path: &Path, is_folder: bool) -> bool {
        let Ok(below) = path.strip_prefix(&self.repository) else { return false };
        let mut current = self.repository.clone();
        let names = below.iter().count();
        below.iter().enumerate().any(|(number, name)| {
            current.push(name);
            self.is_named(&current, is_folder || number + 1 < names)
        })
    }

    /// The innermost `.gitignore` that has a pattern for the path decides.
    fn is_named(&self, path: &Path, is_folder: bool) -> bool {
        let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.repository));
        let mut folders = folders.map(|folder| self.matched(folder, path, is_folder));
        folders.find_map(|matched| matched).unwrap_or(false)
    }

    fn matched(&self, folder: &Path, path: &Path, is_folder: bool) -> Option<bool> {
        let mut read = self.folders.borrow_mut();
        let patterns = read.entry(folder.to_owned()).or_insert_with(|| self.patterns(folder));
        match patterns.matched(path, is_folder) {
            ignore::Match::None => None,
            ignore::Match::Ignore(_) => Some(true),
            ignore::Match::Whitelist(_) => Some(false),
        }
    }

    /// A pattern that git does not understand either is left out.
    fn patterns(&self, folder: &Path) -> Gitignore {
        let mut builder = GitignoreBuilder::new(folder);
        if folder == self.repository {
            let exclude = folder.join(".git/info/exclude");
            exclude.is_file().then(|| builder.add(exclude));
        }
        let file = folder.join(".gitignore");
        file.is_file().then(|| builder.add(file));
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Ignored;

    #[test]
    fn inner_gitignore_overrides_the_outer_one() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for created in [".git", "project/data", "project/logs"] {
            fs::create_dir_all(root.join(created)).unwrap();
        }
        fs::write(root.join(".gitignore"), "*.db\nlogs/\n").unwrap();
        fs::write(root.join("project/.gitignore"), "!kept.db\n/data/*.txt\n").unwrap();
        let ignored = Ignored::new(&root.join("project"));
        for (path, expected) in [
            ("project/some.db", true),
            ("project/kept.db", false),
            ("project/logs/kept.db", true),
            ("project/data/a.txt", true),
            ("project/a.txt", false),
        ] {
            assert_eq!(ignored.contains(&root.join(path), false), expected, "{path}");
        }
    }
}
