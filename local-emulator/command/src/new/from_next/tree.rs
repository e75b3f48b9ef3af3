//! Lists the files below `pages/api`.

use std::fs::{self, DirEntry};
use std::io;
use std::path::PathBuf;

use super::error::FromNextError;
use super::file_name::{folder_without_routes, page_name};
use super::pages::{Pages, single_files};
use super::refused::{RefusalReason, Refused};

/// The maximum number of files and folders, so that a wrong folder is an error and not hours of work.
const MOST_ENTRIES: usize = 5_000;

/// A file that is a route by its name.
#[derive(Debug)]
pub(super) struct PageFile {
    /// The path to read.
    pub(super) path: PathBuf,
    /// The path relative to the project: `pages/api/posts/[id].ts`.
    pub(super) source: PathBuf,
    /// The path below `pages`, without the ending: `api/posts/[id]`.
    pub(super) page: String,
}

/// The files below `pages/api`.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Files that are routes by their names.
    pub(super) files: Vec<PageFile>,
    /// Files and folders that are not routes or cannot be listed.
    pub(super) refused: Vec<Refused>,
}

impl Tree {
    /// Lists all files below `pages/api`, and `pages/api.ts`. Symbolic links are not followed: below a link,
    /// the tree could be endless, or lie outside of the project.
    pub(super) fn read(pages: &Pages) -> Result<Self, FromNextError> {
        Self::read_at_most(MOST_ENTRIES, pages)
    }

    fn read_at_most(limit: usize, pages: &Pages) -> Result<Self, FromNextError> {
        let mut walk = Walk { pages, tree: Self::default(), folders: vec!["api".to_owned()], entries: 0 };
        walk.single_files();
        while let Some(folder) = walk.folders.pop() {
            walk.folder(&folder, limit);
            if walk.entries > limit {
                return Err(FromNextError::TooManyEntries { folder: pages.folder.join("api"), limit });
            }
        }
        Ok(walk.tree)
    }
}

struct Walk<'a> {
    pages: &'a Pages,
    tree: Tree,
    /// The folders that are still to be listed, relative to `pages`.
    folders: Vec<String>,
    entries: usize,
}

impl Walk<'_> {
    fn single_files(&mut self) {
        for name in single_files() {
            match fs::symlink_metadata(self.pages.folder.join(&name)) {
                Ok(metadata) if metadata.is_symlink() => self.refuse(&name, RefusalReason::Link),
                Ok(metadata) if metadata.is_file() => self.file("", &name),
                _ => {}
            }
        }
    }

    fn folder(&mut self, folder: &str, limit: usize) {
        let entries = match fs::read_dir(self.pages.folder.join(folder)) {
            Ok(entries) => entries,
            // A project may have `pages/api.ts` without a folder `pages/api`.
            Err(cause) if folder == "api" && cause.kind() == io::ErrorKind::NotFound => return,
            Err(cause) => return self.refuse(folder, RefusalReason::Unreadable(cause)),
        };
        for entry in entries {
            self.entries += 1;
            if self.entries > limit {
                return;
            }
            match entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind))) {
                Ok((entry, kind)) => self.entry(folder, &entry, kind),
                Err(cause) => self.refuse(folder, RefusalReason::Unreadable(cause)),
            }
        }
    }

    fn entry(&mut self, folder: &str, entry: &DirEntry, kind: fs::FileType) {
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            let file = [self.pages.label, folder].iter().collect::<PathBuf>().join(&name);
            self.tree.refused.push(Refused { file, reason: RefusalReason::NameNotUtf8 });
            return;
        };
        let relative = format!("{folder}/{name}");
        if kind.is_symlink() {
            self.refuse(&relative, RefusalReason::Link);
        } else if kind.is_dir() {
            match folder_without_routes(name) {
                Some(reason) => self.refuse(&relative, reason),
                None => self.folders.push(relative),
            }
        } else if kind.is_file() {
            self.file(&format!("{folder}/"), name);
        } else {
            self.refuse(&relative, RefusalReason::NotAFile);
        }
    }

    /// Sorts a file by its name; `above` ends in a slash, or is empty.
    fn file(&mut self, above: &str, name: &str) {
        let relative = format!("{above}{name}");
        match page_name(name) {
            Ok(page) => self.tree.files.push(PageFile {
                path: self.pages.folder.join(&relative),
                source: self.source(&relative),
                page: format!("{above}{page}"),
            }),
            Err(reason) => self.refuse(&relative, reason),
        }
    }

    fn refuse(&mut self, relative: &str, reason: RefusalReason) {
        let file = self.source(relative);
        self.tree.refused.push(Refused { file, reason });
    }

    fn source(&self, relative: &str) -> PathBuf {
        [self.pages.label, relative].iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn listed(root: &Path) -> (Vec<String>, Vec<String>) {
        let tree = Tree::read(&Pages::find(root).unwrap()).unwrap();
        let mut pages: Vec<_> = tree.files.into_iter().map(|file| file.page).collect();
        let mut refused: Vec<_> = tree.refused.iter().map(Refused::to_string).collect();
        pages.sort();
        refused.sort();
        (pages, refused)
    }

    #[cfg(unix)]
    #[test]
    fn links_pipes_and_unreadable_names_are_refused() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        let project = tempfile::tempdir().unwrap();
        let api = project.path().join("pages/api");
        fs::create_dir_all(api.join("posts")).unwrap();
        fs::write(api.join("posts/[id].ts"), "").unwrap();
        symlink("posts/[id].ts", api.join("linked.ts")).unwrap();
        symlink("..", api.join("endless")).unwrap();
        symlink("/no/such/file", api.join("dangling.ts")).unwrap();
        let _socket = UnixListener::bind(api.join("socket.ts")).unwrap();
        // Some file systems, such as those of macOS, refuse the name.
        let odd = fs::write(api.join(OsStr::from_bytes(b"odd\xff.ts")), "");
        let (pages, refused) = listed(project.path());
        assert_eq!(pages, ["api/posts/[id]"]);
        let link = RefusalReason::Link;
        let mut expected = vec![
            format!("pages/api/dangling.ts: {link}"),
            format!("pages/api/endless: {link}"),
            format!("pages/api/linked.ts: {link}"),
            "pages/api/socket.ts: not a regular file: move it out of `pages/api`".to_owned(),
        ];
        if odd.is_ok() {
            expected.insert(3, "pages/api/odd\\u{fffd}.ts: the name is not UTF-8: rename it".to_owned());
        }
        assert_eq!(refused, expected);
    }

    #[test]
    fn single_file_is_beside_or_instead_of_the_folder() {
        let project = tempfile::tempdir().unwrap();
        fs::create_dir_all(project.path().join("pages")).unwrap();
        fs::write(project.path().join("pages/api.ts"), "").unwrap();
        fs::write(project.path().join("pages/api.md"), "").unwrap();
        assert_eq!(listed(project.path()), (vec!["api".to_owned()], vec![]));
        fs::create_dir_all(project.path().join("pages/api/a")).unwrap();
        fs::write(project.path().join("pages/api/a/index.ts"), "").unwrap();
        assert_eq!(listed(project.path()).0, ["api", "api/a/index"]);
    }

    #[test]
    fn endless_tree_ends_in_an_error() {
        let project = tempfile::tempdir().unwrap();
        let api = project.path().join("pages/api");
        fs::create_dir_all(&api).unwrap();
        for number in 0..4 {
            fs::write(api.join(format!("{number}.ts")), "").unwrap();
        }
        let pages = Pages::find(project.path()).unwrap();
        assert_eq!(Tree::read_at_most(4, &pages).unwrap().files.len(), 4);
        let error = Tree::read_at_most(3, &pages).unwrap_err().to_string();
        assert!(error.contains("has more than 3 files and folders"), "{error}");
    }
}
