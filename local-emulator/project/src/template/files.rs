//! The files that a template is read from.

use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::complaint::TemplateError;
use super::samconfig::SAM_CONFIG;
use crate::pipe::{self, PipeWait, SilentWait};

/// The names that SAM looks for, in its order.
pub const FILES: [&str; 3] = ["template.yaml", "template.yml", "template.json"];

/// The files that decide how the template is read, each in the root of the project.
pub const DECISIVE_FILES: [&str; 4] = [FILES[0], FILES[1], FILES[2], SAM_CONFIG];

/// A file of a template, by its place among them; the topmost template is 0.
pub(super) type FileNumber = usize;

/// The topmost template.
pub(super) const FIRST: FileNumber = 0;

/// The maximum number of files of a template: a template that includes itself would never end.
const MOST: usize = 100;

/// The files that have been read, and the folder where the others are.
#[derive(Debug)]
pub(super) struct Files<'a> {
    root: Option<&'a Path>,
    /// The paths of the files, from the root.
    names: Vec<PathBuf>,
}

/// The reasons why a file is not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("`{}` cannot be read: {cause}", .file.display())]
    Unreadable { file: PathBuf, cause: io::Error },
    #[error("`{}` is no file", .file.display())]
    NoFile { file: PathBuf },
    #[error("a template has {MOST} files at most")]
    TooMany,
}

impl<'a> Files<'a> {
    pub(super) fn new(first: &str, root: Option<&'a Path>) -> Self {
        Self { root, names: vec![PathBuf::from(first)] }
    }

    /// Returns the name for complaints.
    pub(super) fn name(&self, file: FileNumber) -> String {
        self.names.get(file).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Returns the names of all files, including missing files.
    pub(super) fn names(&self) -> Vec<String> {
        (0..self.names.len()).map(|file| self.name(file)).collect()
    }

    /// Reads a file that another file names, relative to that file. `None` if files are not read at all. A missing file
    /// counts as a file of the template, so that a watcher notices its creation.
    pub(super) fn open(
        &mut self,
        from: FileNumber,
        name: &str,
    ) -> Result<Option<(FileNumber, String)>, FileError> {
        let Some(root) = self.root else { return Ok(None) };
        if self.names.len() >= MOST {
            return Err(FileError::TooMany);
        }
        let folder = self.names.get(from).and_then(|name| name.parent()).unwrap_or(Path::new(""));
        let file = normal(&folder.join(name));
        self.names.push(file.clone());
        let path = root.join(&file);
        // A device or a pipe may never end.
        match std::fs::metadata(&path) {
            Ok(metadata) if !metadata.is_file() => return Err(FileError::NoFile { file }),
            Ok(_) => {}
            Err(cause) => return Err(FileError::Unreadable { file, cause }),
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((self.names.len() - 1, text))),
            Err(cause) => Err(FileError::Unreadable { file, cause }),
        }
    }
}

/// Returns a path without `.`, and without `..` after a folder.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(parts.components().next_back(), Some(Component::Normal(_))) => {
                parts.pop();
            }
            _ => parts.push(component),
        }
    }
    parts
}

/// Returns the name and the text of the template of `root`. `None` if there is none.
///
/// # Errors
/// [`TemplateError::Unreadable`].
pub fn find(root: &Path) -> Result<Option<(&'static str, String)>, TemplateError> {
    find_with(root, &SilentWait)
}

pub(super) fn find_with(
    root: &Path,
    wait: &dyn PipeWait,
) -> Result<Option<(&'static str, String)>, TemplateError> {
    for name in FILES {
        let file = root.join(name);
        match pipe::read_to_string(&file, wait) {
            Ok(text) => return Ok(Some((name, text))),
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) => return Err(TemplateError::Unreadable { file, cause }),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::normal;

    #[test]
    fn path_has_no_detours() {
        for (path, expected) in [
            ("a/../b", "b"),
            ("./a/./b", "a/b"),
            ("../a", "../a"),
            ("a/../../b", "../b"),
            (".", ""),
            ("/a/..", "/"),
        ] {
            assert_eq!(normal(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
