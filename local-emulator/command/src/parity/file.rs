//! Files that say what to compare: TOML, and where in it something is wrong.

use std::fmt;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// It is not there, or no text.
    #[error("cannot read `{}`", .file.display())]
    Unreadable {
        file: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// Something in it is wrong.
    #[error("{place}: {words}")]
    Wrong { place: Place, words: String },
}

/// A place in a file, as editors go to: lines and columns from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    file: PathBuf,
    line: usize,
    column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// A file and what it says.
#[derive(Debug)]
pub(crate) struct Source {
    file: PathBuf,
    text: String,
}

impl Source {
    pub(crate) fn read(file: &Path) -> Result<Self, FileError> {
        let text = fs::read_to_string(file);
        let text = text.map_err(|cause| FileError::Unreadable { file: file.to_owned(), cause })?;
        Ok(Self { file: file.to_owned(), text })
    }

    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Self {
        Self { file: PathBuf::from("file.toml"), text: text.to_owned() }
    }

    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, FileError> {
        toml::from_str(&self.text)
            .map_err(|error| self.wrong(&error.span().unwrap_or_default(), error.message()))
    }

    pub(crate) fn wrong(&self, span: &Range<usize>, words: impl fmt::Display) -> FileError {
        FileError::Wrong { place: self.place(span), words: words.to_string() }
    }

    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        Place {
            file: self.file.clone(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}
