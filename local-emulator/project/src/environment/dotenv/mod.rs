//! Reads `.env` files as Next.js does: the files of a mode, and the variables that they set.

mod complaint;
mod expansion;
mod mode;
mod parser;
mod reference;
mod source;
mod text;
mod unread;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::pipe::PipeWait;
use crate::template::SourcePosition;

use self::source::{DotenvEntry, SourceFiles};

pub use complaint::{DotenvComplaint, DotenvProblem};
pub use mode::{Mode, ModeError};
pub use source::DotenvError;
pub use unread::UnreadFile;

use super::shell;

/// Decides how `.env` files are read.
#[derive(Clone)]
pub struct DotenvContext {
    /// The mode that chooses the files.
    pub mode: Mode,
    /// The variables that the files may use, and that are stronger than theirs.
    pub shell: BTreeMap<String, String>,
}

/// The variables of `.env` files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dotenv {
    /// All files of the mode, the weakest first, whether they exist or not.
    files: Vec<DotenvFile>,
    /// The problems of the files, by file and position.
    pub complaints: Vec<DotenvComplaint>,
    /// The files that exist and that the mode does not read.
    pub unread: Vec<UnreadFile>,
    /// The mode that the files were chosen by.
    pub mode: Mode,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct DotenvFile {
    name: Arc<str>,
    is_there: bool,
    variables: BTreeMap<String, DotenvEntry>,
}

/// Mode `development`, and the environment of this process.
impl Default for DotenvContext {
    fn default() -> Self {
        Self { mode: Mode::default(), shell: shell() }
    }
}

/// Hides the values of the shell, which may be secrets.
impl fmt::Debug for DotenvContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mode, shell } = self;
        f.debug_struct("DotenvContext").field("mode", mode).field("shell", &shell.keys()).finish()
    }
}

impl Dotenv {
    /// Reads the files of `root`; a missing file is empty. `$NAME` and `${NAME}` stand for a variable of the shell, of
    /// a stronger file, or of the same file. Calls `wait` while a file is a named pipe without a writer.
    ///
    /// # Errors
    /// A [`DotenvError`] for a file that exists and cannot be read.
    pub fn read(root: &Path, context: &DotenvContext, wait: &dyn PipeWait) -> Result<Self, DotenvError> {
        Self::read_from(&mut SourceFiles::new(root, wait), context)
    }

    /// Reads the files of `root` in mode `development`, and in each other mode that has a file. Each file is read once,
    /// since a named pipe may have its text for a single reader.
    ///
    /// # Errors
    /// The errors of [`read`](Self::read).
    pub(crate) fn read_each_mode(
        root: &Path,
        shell: &BTreeMap<String, String>,
        wait: &dyn PipeWait,
    ) -> Result<Vec<Self>, DotenvError> {
        let mut modes: Vec<_> = UnreadFile::all(root).into_iter().filter_map(|file| file.mode).collect();
        modes.push(Mode::development());
        modes.sort();
        modes.dedup();
        let mut sources = SourceFiles::new(root, wait);
        let contexts = modes.into_iter().map(|mode| DotenvContext { mode, shell: shell.clone() });
        contexts.map(|context| Self::read_from(&mut sources, &context)).collect()
    }

    fn read_from(sources: &mut SourceFiles<'_>, context: &DotenvContext) -> Result<Self, DotenvError> {
        let mode = context.mode.clone();
        let strongest_first = mode.files().into_iter().map(|name| sources.get(name));
        let strongest_first = strongest_first.collect::<Result<Vec<_>, _>>()?;
        let mut known = context.shell.clone();
        let (mut files, mut complaints) = (Vec::new(), Vec::new());
        for (at, source) in strongest_first.iter().enumerate() {
            let (variables, problems) = source.variables(&known, &strongest_first[at + 1..]);
            for (name, DotenvEntry { value, .. }) in &variables {
                known.entry(name.clone()).or_insert_with(|| value.clone());
            }
            let mut of_file = [source.complaints.clone(), problems].concat();
            of_file.sort_by_key(|complaint| complaint.place);
            complaints.push(of_file);
            files.push(DotenvFile { name: source.name.clone(), is_there: source.is_there, variables });
        }
        files.reverse();
        let complaints = complaints.into_iter().rev().flatten().collect();
        Ok(Self { files, complaints, unread: UnreadFile::find(sources.root, &mode), mode })
    }

    /// Returns the names of the existing files, the strongest first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().rev().filter(|file| file.is_there).map(|file| &*file.name)
    }

    /// Returns each variable's name, value and file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Arc<str>)> {
        self.merged().into_iter().map(|(name, (file, entry))| (name, entry.value.as_str(), file))
    }

    /// Returns each variable's name, value and file, with the overridden values of weaker files, which come first.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str, &Arc<str>)> {
        let entries = self.files.iter().flat_map(DotenvFile::entries);
        entries.map(|(name, (file, entry))| (name, entry.value.as_str(), file))
    }

    /// Returns each variable's name, its file, and its position there.
    pub fn places(&self) -> impl Iterator<Item = (&str, &Arc<str>, SourcePosition)> {
        self.merged().into_iter().map(|(name, (file, entry))| (name, file, entry.place))
    }

    /// Returns the value of a variable, and its file.
    pub fn get(&self, name: &str) -> Option<(&str, &Arc<str>)> {
        let found = |file: &DotenvFile| file.variables.contains_key(name);
        let file = self.files.iter().rfind(|file| found(file))?;
        Some((&file.variables.get(name)?.value, &file.name))
    }

    /// Returns the variables by name, each from the strongest file that has it.
    fn merged(&self) -> BTreeMap<&str, (&Arc<str>, &DotenvEntry)> {
        self.files.iter().flat_map(DotenvFile::entries).collect()
    }
}

impl DotenvFile {
    fn entries(&self) -> impl Iterator<Item = (&str, (&Arc<str>, &DotenvEntry))> {
        self.variables.iter().map(|(name, entry)| (name.as_str(), (&self.name, entry)))
    }
}

#[cfg(test)]
mod tests;
