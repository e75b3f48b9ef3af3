//! Watches the sources of a project, its template and its environment files.
//!
//! The system's file events are hints. What counts is the content of the files: each hint leads to a comparison with
//! the content that was there before, and so does a regular audit, which finds what no event reported.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc as blocking;
use std::thread;
use std::time::Instant;

use notify::{EventKind, event::AccessKind, event::AccessMode};
use tokio::sync::mpsc;

use api_routes_project::NamedPaths;
use api_routes_project::workspace::Project;

use crate::compile;

mod arming;
mod change;
mod fingerprint;
mod ignored;
mod inputs;
mod meaning;
mod places;
mod scripts;
mod worker;

pub use change::Change;
pub(crate) use fingerprint::change_time;
pub use scripts::ScriptRun;

use ignored::Ignored;
use inputs::Inputs;
use scripts::Scripts;
use worker::Worker;

/// What is watched.
#[derive(Debug)]
struct Watched {
    project: Project,
    /// The paths that the template names.
    named: NamedPaths,
    ignored: Ignored,
    inputs: Inputs,
    scripts: Scripts,
    /// The packages that the last build could not build: nobody knows what they miss.
    failed: BTreeSet<String>,
    /// The source folders of all functions: each file is looked up in them, and there are hundreds of each.
    sources: HashSet<PathBuf>,
}

impl Watched {
    fn new(project: Project, named: NamedPaths) -> Self {
        Self {
            ignored: Ignored::new(&project.root),
            inputs: Inputs::default(),
            scripts: Scripts::new(),
            failed: BTreeSet::new(),
            sources: project.functions.iter().flat_map(|function| function.sources.iter().cloned()).collect(),
            project,
            named,
        }
    }

    /// The source folder that a file belongs to, as [`Project::owner`] finds it.
    fn owner(&self, file: &Path) -> Option<&Path> {
        file.ancestors().find_map(|folder| self.sources.get(folder)).map(PathBuf::as_path)
    }

    /// Whether any file of the workspace may be what the last build missed.
    fn is_open(&self) -> bool {
        !self.failed.is_empty()
    }

    /// Whether a build may read a file that no build has named.
    fn reads_unnamed(&self, file: &Path) -> bool {
        match self.owner(file) {
            Some(owner) => self.scripts.reads_all(owner) || !self.tells_inputs_of(owner),
            None => self.is_open(),
        }
    }

    /// Whether each function that is built from a source folder was built, and has told from which files.
    fn tells_inputs_of(&self, folder: &Path) -> bool {
        let functions = self.project.functions.iter();
        let mut built_from =
            functions.filter(|function| function.sources.iter().any(|source| source == folder));
        built_from.all(|of| self.inputs.are_told(&of.package) && !self.failed.contains(&of.package))
    }
}

/// Watches as long as it lives, the folders of the project that it was started for: a project opened
/// again may have others, and takes a new watcher.
#[derive(Debug)]
pub struct Watcher {
    messages: blocking::Sender<Message>,
}

/// A message to the worker.
#[derive(Debug)]
enum Message {
    File(notify::Result<notify::Event>, Instant),
    Build(compile::Event),
    Stop,
}

/// Why changes cannot be seen.
#[derive(Debug, thiserror::Error)]
#[error("cannot watch `{}`", .folder.display())]
pub struct WatchError {
    /// The project's folder.
    folder: PathBuf,
    #[source]
    cause: std::io::Error,
}

impl Watcher {
    /// Begins to watch the project, and what its template names: what is saved after this returns is told. The changes end with the watcher. Folders that do not exist are watched once they do.
    ///
    /// # Errors
    /// A [`WatchError`] if the system watches nothing at all.
    pub fn start(
        project: &Project,
        named: NamedPaths,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Change>), WatchError> {
        let failed = |cause| WatchError { folder: project.root.clone(), cause };
        let (messages, receiver) = blocking::channel();
        let (sender, changes) = mpsc::unbounded_channel();
        let events = messages.clone();
        let report = move |event: notify::Result<notify::Event>| {
            if is_hint(&event) {
                // Without a worker nobody is interested any more.
                let _ = events.send(Message::File(event, Instant::now()));
            }
        };
        let system =
            notify::recommended_watcher(report).map_err(|error| failed(std::io::Error::other(error)))?;
        let worker = Worker::start(Watched::new(project.clone(), named), system, sender);
        thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || worker.run(&receiver))
            .map_err(failed)?;
        Ok((Self { messages }, changes))
    }

    /// Takes note of an event of a build: builds tell what they read, and what they write themselves.
    pub fn build(&self, event: &compile::Event) {
        let _ = self.messages.send(Message::Build(event.clone()));
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.messages.send(Message::Stop);
    }
}

/// Whether something may have been written. The worker's own reading is no hint.
fn is_hint(event: &notify::Result<notify::Event>) -> bool {
    event.as_ref().map_or(true, |event| match event.kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    })
}

#[cfg(test)]
mod tests;
