//! The text of `.env` files, from the disk to variables.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::complaint::{DotenvComplaint, DotenvProblem};
use super::expansion::{Expansion, Outside};
use super::parser::{Parsed, Statement};
use super::text::Text;
use crate::pipe::{self, PipeWait};
use crate::template::SourcePosition;

/// The reasons why a file of variables cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DotenvError {
    /// The file exists and cannot be read.
    #[error("cannot read `{}`", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct DotenvEntry {
    pub(super) value: String,
    pub(super) place: SourcePosition,
}

/// Hides the value, which may be a secret.
impl fmt::Debug for DotenvEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SourcePosition { line, column, .. } = self.place;
        write!(f, "at {line}:{column}")
    }
}

/// The files of a folder. Each is read once.
pub(super) struct SourceFiles<'a> {
    pub(super) root: &'a Path,
    wait: &'a dyn PipeWait,
    read: BTreeMap<String, Rc<SourceFile>>,
}

/// A file whose values are not expanded yet.
pub(super) struct SourceFile {
    pub(super) name: Arc<str>,
    pub(super) is_there: bool,
    /// The problems of the file in every mode.
    pub(super) complaints: Vec<DotenvComplaint>,
    text: Text,
    statements: Vec<Statement>,
    names: HashSet<String>,
}

impl<'a> SourceFiles<'a> {
    pub(super) fn new(root: &'a Path, wait: &'a dyn PipeWait) -> Self {
        Self { root, wait, read: BTreeMap::new() }
    }

    /// # Errors
    /// A [`DotenvError`] for a file that exists and cannot be read.
    pub(super) fn get(&mut self, name: String) -> Result<Rc<SourceFile>, DotenvError> {
        if let Some(file) = self.read.get(&name) {
            return Ok(file.clone());
        }
        let path = self.root.join(&name);
        let bytes = read_if_present(&path, self.wait);
        let bytes = bytes.map_err(|cause| DotenvError::Unreadable { file: path, cause })?;
        let file = Rc::new(SourceFile::new(&name, bytes));
        self.read.insert(name, file.clone());
        Ok(file)
    }
}

impl SourceFile {
    /// Creates the file from its bytes; `None` is a missing file.
    fn new(name: &str, bytes: Option<Vec<u8>>) -> Self {
        let is_there = bytes.is_some();
        let (text, encoding) = decoded(&bytes.unwrap_or_default());
        let Parsed { statements, problems } = Parsed::new(&text);
        let problems = encoding.into_iter().chain(problems).collect();
        let names = statements.iter().map(|statement| statement.name.clone()).collect();
        let mut file = Self { name: name.into(), is_there, complaints: Vec::new(), text, statements, names };
        file.complaints = file.at_places(problems);
        file
    }

    /// Returns the variables with their values, and the problems of the values. `known` has the variables of the shell
    /// and of stronger files.
    pub(super) fn variables(
        &self,
        known: &BTreeMap<String, String>,
        weaker: &[Rc<Self>],
    ) -> (BTreeMap<String, DotenvEntry>, Vec<DotenvComplaint>) {
        let stronger = |name: &str| known.get(name).map(String::as_str);
        let weaker = |name: &str| {
            let file = weaker.iter().find(|file| file.names.contains(name));
            file.map(|file| file.name.to_string())
        };
        let outside = Outside { stronger: &stronger, weaker: &weaker };
        let mut expansion = Expansion::new(&self.statements, outside);
        let values = expansion.values().into_iter();
        let variables = values.map(|(statement, value)| {
            (statement.name.clone(), DotenvEntry { value, place: self.text.place(statement.at) })
        });
        (variables.collect(), self.at_places(expansion.problems))
    }

    fn at_places(&self, problems: Vec<(usize, DotenvProblem)>) -> Vec<DotenvComplaint> {
        let complaint =
            |(at, problem)| DotenvComplaint { file: self.name.clone(), place: self.text.place(at), problem };
        problems.into_iter().map(complaint).collect()
    }
}

/// Reads a file. A folder counts as missing, as in Next, such as a virtual environment of Python with the name `.env`.
fn read_if_present(file: &Path, wait: &dyn PipeWait) -> io::Result<Option<Vec<u8>>> {
    match pipe::read(file, wait) {
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => Ok(None),
        read => read.map(Some),
    }
}

/// Decodes a file, and returns the position of the first byte that is not UTF-8.
fn decoded(bytes: &[u8]) -> (Text, Option<(usize, DotenvProblem)>) {
    let Err(error) = std::str::from_utf8(bytes) else {
        return (Text::new(&String::from_utf8_lossy(bytes)), None);
    };
    // Windows PowerShell writes UTF-16, in which each line would be a problem of its own.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return (Text::new(""), Some((0, DotenvProblem::Encoding)));
    }
    let before = Text::new(&String::from_utf8_lossy(&bytes[..error.valid_up_to()]));
    (Text::new(&String::from_utf8_lossy(bytes)), Some((before.len(), DotenvProblem::Encoding)))
}
