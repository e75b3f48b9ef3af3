//! Creates the files of a project: all of them, or none.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// A file to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewFile {
    /// The path, relative to the folder in which all files are created.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) is_executable: bool,
}

impl NewFile {
    pub(crate) fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), is_executable: false }
    }
}

/// A file or folder that could not be created. Those created before it are removed.
#[derive(Debug, thiserror::Error)]
#[error("cannot create `{}`; nothing was created", .path.display())]
pub(crate) struct CreateError {
    path: PathBuf,
    #[source]
    cause: io::Error,
}

/// The files and folders of one run. Dropping this removes them, unless they are kept.
#[derive(Debug, Default)]
#[must_use = "dropped files are removed again"]
pub(crate) struct Created {
    /// The paths in the order of creation: a folder comes before its content.
    paths: Vec<PathBuf>,
}

/// Creates files below `root`, and the folders that they need, `root` included.
///
/// # Errors
/// If a file cannot be created. An existing file is an error, and is never overwritten.
pub(crate) fn create(root: &Path, files: &[NewFile]) -> Result<Created, CreateError> {
    let mut created = Created::default();
    for file in files {
        let path = root.join(&file.path);
        created.file(&path, file)?;
    }
    Ok(created)
}

impl Created {
    /// Keeps the files.
    pub(crate) fn keep(mut self) {
        self.paths.clear();
    }

    fn file(&mut self, path: &Path, file: &NewFile) -> Result<(), CreateError> {
        if let Some(folder) = path.parent() {
            self.folder(folder)?;
        }
        self.write(path, file).map_err(|cause| CreateError { path: path.to_owned(), cause })
    }

    fn write(&mut self, path: &Path, file: &NewFile) -> io::Result<()> {
        let mode = if file.is_executable { 0o777 } else { 0o666 };
        let mut new = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        self.paths.push(path.to_owned());
        new.write_all(file.text.as_bytes())?;
        // Some file systems report a full disk only here.
        new.sync_all()
    }

    fn folder(&mut self, folder: &Path) -> Result<(), CreateError> {
        if folder.as_os_str().is_empty() || folder.is_dir() {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.folder(above)?;
        }
        fs::create_dir(folder).map_err(|cause| CreateError { path: folder.to_owned(), cause })?;
        self.paths.push(folder.to_owned());
        Ok(())
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        for path in self.paths.iter().rev() {
            // A folder stays if another program has put a file into it.
            let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NewFile, create};
    use api_routes_project::with_causes;
    use std::fs;
    use std::path::Path;
    use tempfile::tempdir;

    fn files() -> [NewFile; 2] {
        [NewFile::new("a/b/one", "1"), NewFile::new("a/two", "2")]
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn kept_files_stay() {
        let root = tempdir().unwrap();
        create(&root.path().join("new"), &files()).unwrap().keep();
        assert_eq!(fs::read_to_string(root.path().join("new/a/b/one")).unwrap(), "1");
        assert_eq!(names(&root.path().join("new/a")), ["b", "two"]);
    }

    #[test]
    fn an_existing_file_stays_and_no_other_is_left() {
        let root = tempdir().unwrap();
        fs::create_dir(root.path().join("a")).unwrap();
        fs::write(root.path().join("a/two"), "mine").unwrap();
        let error = create(root.path(), &files()).unwrap_err();
        assert!(
            with_causes(&error).contains("a/two`; nothing was created\ncaused by: File exists"),
            "{error}"
        );
        assert_eq!(names(&root.path().join("a")), ["two"]);
        assert_eq!(fs::read_to_string(root.path().join("a/two")).unwrap(), "mine");
    }

    #[test]
    fn dropped_files_are_removed_with_their_folders() {
        let root = tempdir().unwrap();
        drop(create(root.path(), &files()).unwrap());
        assert!(names(root.path()).is_empty());
    }
}
