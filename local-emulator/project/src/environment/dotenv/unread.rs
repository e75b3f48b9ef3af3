//! `.env` files that exist and that a mode does not read.

use std::fmt;
use std::fs;
use std::path::Path;

use super::mode::Mode;
use crate::tool::command;

/// The words after `.env.` in names of files that list variables, or that an editor or an encryption leaves. No
/// developer expects them to be read.
const NO_MODES: [&str; 12] = [
    "backup", "bak", "defaults", "dist", "example", "examples", "keys", "orig", "sample", "schema",
    "template", "vault",
];

/// A `.env` file that is not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct UnreadFile {
    /// The name of the file.
    pub name: String,
    /// The mode that reads the file; `None` for `.env.local`, which each mode but `test` reads.
    pub mode: Option<Mode>,
}

impl UnreadFile {
    /// Returns the files of `root` that `mode` does not read, by name.
    pub(super) fn find(root: &Path, mode: &Mode) -> Vec<Self> {
        let read = mode.files();
        let mut unread = Self::all(root);
        unread.retain(|file| !read.contains(&file.name));
        unread
    }

    /// Returns the files of `root` that some modes read and others do not, by name.
    pub(super) fn all(root: &Path) -> Vec<Self> {
        // A folder that cannot be listed has been reported before, or its files will be.
        let entries = fs::read_dir(root).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let files = names.filter_map(Self::new).filter(|file| !root.join(&file.name).is_dir());
        let mut files: Vec<_> = files.collect();
        files.sort();
        files
    }

    fn new(name: String) -> Option<Self> {
        let of_name = name.strip_prefix(".env.")?;
        let mode = match of_name {
            "local" => None,
            of_name => Some(of_name.strip_suffix(".local").unwrap_or(of_name).parse().ok()?),
        };
        let is_file_of_mode = mode.as_ref().is_none_or(|mode: &Mode| !NO_MODES.contains(&mode.name()));
        is_file_of_mode.then_some(Self { name, mode })
    }

    /// Returns the command or the option that reads the file.
    fn reader(&self) -> String {
        match self.mode.as_ref().map(Mode::name) {
            None => "each mode but `test` reads it".to_owned(),
            Some("development") => format!("`{}` reads it", command("dev")),
            Some("production") => format!("`{}` reads it", command("dev --release")),
            Some("test") => format!("`{}` reads it", command("exec")),
            Some(other) => format!("`--mode {other}` reads it"),
        }
    }
}

/// Prints `.env.production` (`cargo api-routes dev --release` reads it).
impl fmt::Display for UnreadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.name, self.reader())
    }
}
