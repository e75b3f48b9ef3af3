//! TOML files of requests and of known differences, and the positions of mistakes in them.

use std::fmt;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The file is missing, or not UTF-8.
    #[error("cannot read `{}`", .file.display())]
    Unreadable {
        file: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// Something in the file is wrong.
    #[error("{place}: {words}")]
    Wrong { place: FilePosition, words: String },
}

/// A position in a file, in the form that editors open. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilePosition {
    file: PathBuf,
    line: usize,
    column: usize,
}

impl fmt::Display for FilePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// A file with its text.
#[derive(Debug)]
pub(crate) struct SourceFile {
    file: PathBuf,
    text: String,
}

impl SourceFile {
    pub(crate) fn read(file: &Path) -> Result<Self, FileError> {
        let text = fs::read_to_string(file);
        let text = text.map_err(|cause| FileError::Unreadable { file: file.to_owned(), cause })?;
        Ok(Self { file: file.to_owned(), text })
    }

    #[cfg(test)]
    pub(crate) fn from_text(text: &str) -> Self {
        Self { file: PathBuf::from("file.toml"), text: text.to_owned() }
    }

    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, FileError> {
        toml::from_str(&self.text)
            .map_err(|error| self.wrong(&error.span().unwrap_or_default(), error.message()))
    }

    pub(crate) fn wrong(&self, span: &Range<usize>, words: impl fmt::Display) -> FileError {
        FileError::Wrong { place: self.place(span), words: words.to_string() }
    }

    pub(crate) fn place(&self, span: &Range<usize>) -> FilePosition {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        FilePosition {
            file: self.file.clone(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}
