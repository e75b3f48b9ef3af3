//! The contents of a folder, to be compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The path of each file below a folder with its bytes, and of each folder with `None`.
pub(crate) type Files = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// Reads all files and folders below a folder.
pub(crate) fn files_in(root: &Path) -> Files {
    let mut files = Files::new();
    collect(root, root, &mut files);
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_owned();
        if path.is_dir() {
            files.insert(name, None);
            collect(root, &path, files);
        } else {
            files.insert(name, Some(fs::read(&path).unwrap()));
        }
    }
}
