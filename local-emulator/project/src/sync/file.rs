//! Files that are replaced as a whole, or not at all.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file and its new text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rewrite {
    /// The path of the file.
    pub file: PathBuf,
    /// Its present text; `None` if the file is missing.
    pub old: Option<String>,
    /// Its new text.
    pub new: String,
}

/// The permissions of a new file, which an editor would give it too.
const NEW_FILE: u32 = 0o644;

/// A file that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`", .file.display())]
pub struct WriteError {
    file: PathBuf,
    #[source]
    cause: io::Error,
}

/// A text in a temporary file beside its target, ready to replace it.
#[derive(Debug)]
pub(super) struct Ready {
    file: PathBuf,
    text: NamedTempFile,
}

/// Writes a text beside its file. A symbolic link stays a link: the file that it leads to is replaced.
pub(super) fn prepare(rewrite: &Rewrite) -> Result<Ready, WriteError> {
    let failed = |cause| WriteError { file: rewrite.file.clone(), cause };
    let is_there = rewrite.old.is_some();
    let file = if is_there { rewrite.file.canonicalize() } else { vacant(&rewrite.file) };
    let file = file.map_err(failed)?;
    let permissions = permissions(&file, is_there).map_err(failed)?;
    let text = beside(&file, &rewrite.new, permissions).map_err(failed)?;
    Ok(Ready { file, text })
}

/// Returns the path of a missing file. A link to nowhere is refused.
fn vacant(file: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(file) {
        Ok(_) => Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is a link to a missing file")),
        Err(_) => Ok(file.to_owned()),
    }
}

/// Returns the permissions for the new file. Replacing a file needs only a right to its folder, but a file that the
/// user may not write is not replaced either.
fn permissions(file: &Path, is_there: bool) -> io::Result<Permissions> {
    if !is_there {
        return Ok(Permissions::from_mode(NEW_FILE));
    }
    let permissions = fs::metadata(file)?.permissions();
    if permissions.readonly() { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(permissions) }
}

fn beside(file: &Path, text: &str, permissions: Permissions) -> io::Result<NamedTempFile> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new().prefix(".sync").tempfile_in(folder)?;
    beside.write_all(text.as_bytes())?;
    beside.as_file().set_permissions(permissions)?;
    beside.as_file().sync_all()?;
    Ok(beside)
}

impl Ready {
    pub(super) fn write(self) -> Result<(), WriteError> {
        let Self { file, text } = self;
        match text.persist(&file) {
            Ok(_) => Ok(()),
            Err(error) => Err(WriteError { file, cause: error.error }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use tempfile::tempdir;

    use super::{Rewrite, prepare};
    use crate::with_causes;

    #[test]
    fn linked_file_is_replaced_and_keeps_its_permissions() {
        let root = tempdir().unwrap();
        let [real, link] = ["real.yaml", "template.yaml"].map(|name| root.path().join(name));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, Permissions::from_mode(0o640)).unwrap();
        symlink("real.yaml", &link).unwrap();
        let rewrite = Rewrite { file: link.clone(), old: Some("old".to_owned()), new: "new".to_owned() };

        let ready = prepare(&rewrite).unwrap();
        assert_eq!(fs::read_to_string(&link).unwrap(), "old");
        ready.write().unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
    }

    #[test]
    fn file_that_is_not_to_be_written_stays() {
        let root = tempdir().unwrap();
        let file = root.path().join("template.yaml");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
        let rewrite = Rewrite { file: file.clone(), old: Some("old".to_owned()), new: "new".to_owned() };
        let message = with_causes(&prepare(&rewrite).unwrap_err());
        assert!(message.contains("template.yaml") && message.ends_with("permission denied"), "{message}");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);

        let gone = Rewrite { file: root.path().join("gone/Cargo.toml"), ..rewrite };
        assert!(prepare(&gone).is_err());
    }

    #[test]
    fn link_to_nowhere_stays() {
        let root = tempdir().unwrap();
        let link = root.path().join("template.yaml");
        symlink("nowhere.yaml", &link).unwrap();
        let rewrite = Rewrite { file: link.clone(), old: None, new: "new".to_owned() };
        let message = with_causes(&prepare(&rewrite).unwrap_err());
        assert!(message.ends_with("it is a link to a missing file"), "{message}");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn new_file_is_for_all_to_read() {
        let root = tempdir().unwrap();
        let file = root.path().join("template.yaml");
        prepare(&Rewrite { file: file.clone(), old: None, new: "new".to_owned() }).unwrap().write().unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
    }
}
