//! `.env` and `.env.local`, as Next.js reads them: the second overrides the first.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::pipe::{self, PipeWait, SilentWait};

/// The files, the stronger one last.
pub const FILES: [&str; 2] = [".env", ".env.local"];

/// The variables of `.env` and `.env.local`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dotenv {
    /// The variables of each file, in the order of [`FILES`].
    files: [BTreeMap<String, Entry>; FILES.len()],
}

#[derive(Clone, PartialEq, Eq)]
struct Entry {
    value: String,
    file: &'static str,
    /// From 1.
    line: usize,
}

/// Without the value, which may be a secret.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in {}", self.file)
    }
}

/// Why a file of variables cannot be used. Never shows a value: it may be a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DotenvError {
    /// The file is there but cannot be read.
    #[error("cannot read `{}`", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// A line is not `NAME=value`.
    #[error(
        "{}:{line}: not a variable: write `NAME=value`, with quotes around a value that has spaces or `#`",
        .file.display()
    )]
    Malformed {
        /// The file.
        file: PathBuf,
        /// The line, from 1, where the variable begins.
        line: usize,
    },
}

impl Dotenv {
    /// Reads both files of `root`; a missing one is empty. `${NAME}` stands for the process's own
    /// variable, else for one further up in the file.
    ///
    /// # Errors
    /// A [`DotenvError`] for a file that is there but cannot be used.
    pub fn read(root: &Path) -> Result<Self, DotenvError> {
        Self::read_with(root, &SilentWait)
    }

    /// Does the same as [`read`](Self::read), and asks `wait` while a file is a named pipe without a writer.
    ///
    /// # Errors
    /// The same errors as [`read`](Self::read).
    pub fn read_with(root: &Path, wait: &dyn PipeWait) -> Result<Self, DotenvError> {
        let mut dotenv = Self::default();
        for (file, variables) in FILES.into_iter().zip(&mut dotenv.files) {
            let path = root.join(file);
            let text = read_if_present(&path, wait)?;
            for (name, value) in parse(&text, &path)? {
                let line = line_of_name(&name, &text);
                variables.insert(name, Entry { value, file, line });
            }
        }
        Ok(dotenv)
    }

    /// Each variable's name, value and file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &'static str)> {
        self.merged().into_iter().map(|(name, entry)| (name, entry.value.as_str(), entry.file))
    }

    /// Each variable's name, value and file, with the values of `.env` that `.env.local` overrides. These come first.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str, &'static str)> {
        let entries = self.files.iter().flatten();
        entries.map(|(name, entry)| (name.as_str(), entry.value.as_str(), entry.file))
    }

    /// Each variable's name, its file, and its line there, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &'static str, usize)> {
        self.merged().into_iter().map(|(name, entry)| (name, entry.file, entry.line))
    }

    /// The value of a variable, and its file.
    pub fn get(&self, name: &str) -> Option<(&str, &'static str)> {
        let entry = self.files.iter().rev().find_map(|variables| variables.get(name))?;
        Some((&entry.value, entry.file))
    }

    /// The variables by name, those of the stronger file where both have one.
    fn merged(&self) -> BTreeMap<&str, &Entry> {
        self.files.iter().flatten().map(|(name, entry)| (name.as_str(), entry)).collect()
    }
}

fn read_if_present(file: &Path, wait: &dyn PipeWait) -> Result<String, DotenvError> {
    match pipe::read_to_string(file, wait) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|cause| DotenvError::Unreadable { file: file.to_owned(), cause }),
    }
}

/// The iterator and not `dotenvy::dotenv`: the emulator's own environment stays as it is.
fn parse(text: &str, file: &Path) -> Result<Vec<(String, String)>, DotenvError> {
    let text = text.trim_start_matches('\u{feff}');
    dotenvy::from_read_iter(text.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| DotenvError::Malformed { file: file.to_owned(), line: line_of(&error, text) })
}

/// The last line that sets a variable; the library does not report lines.
fn line_of_name(name: &str, text: &str) -> usize {
    let sets_it = |line: &str| {
        let line = line.trim_start_matches('\u{feff}').trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let lines: Vec<_> = text.lines().collect();
    lines.iter().rposition(|line| sets_it(line)).map_or(1, |before| before + 1)
}

/// The library tells the text of the bad line and not its number.
fn line_of(error: &dotenvy::Error, text: &str) -> usize {
    let dotenvy::Error::LineParse(bad, _) = error else { return 1 };
    let before = text.find(bad.trim_end()).and_then(|start| text.get(..start));
    before.map_or(1, |before| before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::tempdir;

    use super::Dotenv;

    #[test]
    fn the_local_file_overrides_the_shared_one() {
        let root = tempdir().unwrap();
        fs::write(root.path().join(".env"), "\u{feff}A=1\nB='two words' # why\n").unwrap();
        fs::write(root.path().join(".env.local"), "A=local\n").unwrap();
        let dotenv = Dotenv::read(root.path()).unwrap();
        let variables: Vec<_> = dotenv.iter().collect();
        assert_eq!(variables, [("A", "local", ".env.local"), ("B", "two words", ".env")]);
    }

    #[test]
    fn no_files_are_no_variables() {
        assert_eq!(Dotenv::read(tempdir().unwrap().path()).unwrap(), Dotenv::default());
    }

    #[test]
    fn a_bad_line_is_named_without_its_value() {
        let root = tempdir().unwrap();
        fs::write(root.path().join(".env"), "A=1\n\nTOKEN=hush hush\n").unwrap();
        let error = Dotenv::read(root.path()).unwrap_err().to_string();
        assert!(error.contains(".env:3: not a variable: write `NAME=value`"), "{error}");
        assert!(!error.contains("hush"), "{error}");
    }

    #[test]
    fn debug_output_shows_no_value() {
        let root = tempdir().unwrap();
        fs::write(root.path().join(".env"), "TOKEN=hush\n").unwrap();
        let shown = format!("{:?}", Dotenv::read(root.path()).unwrap());
        assert!(shown.contains("TOKEN") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn an_unclosed_quote_is_an_error_where_it_opens() {
        let root = tempdir().unwrap();
        fs::write(root.path().join(".env"), "A=1\nB=\"two\nC=3\n").unwrap();
        let error = Dotenv::read(root.path()).unwrap_err().to_string();
        assert!(error.contains(".env:2:"), "{error}");
    }
}
