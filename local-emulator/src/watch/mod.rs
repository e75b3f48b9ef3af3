//! Watches the sources of a project, its template and its environment files.
//!
//! The system's file events are hints, and the content of files decides: each hint leads to a comparison with the content
//! before. So does a regular audit, which finds changes that no event reported. This room stands above `compile`, whose
//! events report what a build reads and writes.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc as blocking;
use std::thread;
use std::time::Instant;

use notify::{EventKind, event::AccessKind, event::AccessMode};
use tokio::sync::mpsc;

use api_routes_project::NamedPaths;
use api_routes_project::workspace::Project;

use crate::compile::BuildEvent;

mod arming;
mod fingerprint;
mod ignored;
mod inputs;
mod meaning;
mod places;
mod scripts;
mod worker;

use ignored::Ignored;
use inputs::Inputs;
pub use meaning::Change;
use scripts::Scripts;
use worker::Worker;

/// The files that are watched, and the knowledge of builds about them.
#[derive(Debug)]
struct WatchScope {
    project: Project,
    /// The paths that the template names.
    named: NamedPaths,
    ignored: Ignored,
    inputs: Inputs,
    scripts: Scripts,
    /// The packages that the last build could not build. Any file may be the one that they miss.
    failed: BTreeSet<String>,
    /// The source folders of all functions. Hundreds of files are looked up in hundreds of folders.
    sources: HashSet<PathBuf>,
}

impl WatchScope {
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

    /// Returns the source folder of a file, as [`Project::owner`] does.
    fn owner(&self, file: &Path) -> Option<&Path> {
        file.ancestors().find_map(|folder| self.sources.get(folder)).map(PathBuf::as_path)
    }

    /// Whether any file of the workspace may be the one that the last build missed.
    fn is_open(&self) -> bool {
        !self.failed.is_empty()
    }

    /// Whether a build may read a file that no build has named.
    fn reads_unnamed(&self, file: &Path) -> bool {
        match self.owner(file) {
            Some(owner) => self.scripts.reads_all(owner) || !self.knows_inputs_of(owner),
            None => self.is_open(),
        }
    }

    /// Whether the inputs of each function that is built from a source folder are known.
    fn knows_inputs_of(&self, folder: &Path) -> bool {
        let functions = self.project.functions.iter();
        let mut built_from =
            functions.filter(|function| function.sources.iter().any(|source| source == folder));
        built_from.all(|function| {
            self.inputs.are_known(&function.package) && !self.failed.contains(&function.package)
        })
    }
}

/// Watches the folders of one project until it is dropped. A project that is opened again may have other folders, and takes a
/// new watcher.
#[derive(Debug)]
pub struct Watcher {
    messages: blocking::Sender<WorkerMessage>,
}

/// A message to the worker.
#[derive(Debug)]
enum WorkerMessage {
    File(notify::Result<notify::Event>, Instant),
    Build(BuildEvent),
    Stop,
}

/// The system watches nothing, so that changes cannot be seen.
#[derive(Debug, thiserror::Error)]
#[error("cannot watch `{}`", .folder.display())]
pub struct WatchError {
    /// The folder of the project.
    folder: PathBuf,
    #[source]
    cause: std::io::Error,
}

impl Watcher {
    /// Begins to watch the project and the paths that its template names. Every save after this call is reported, until the
    /// watcher is dropped. Folders that do not exist are watched once they do.
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
                // An error means that the worker has ended.
                let _ = events.send(WorkerMessage::File(event, Instant::now()));
            }
        };
        let system =
            notify::recommended_watcher(report).map_err(|error| failed(std::io::Error::other(error)))?;
        let worker = Worker::start(WatchScope::new(project.clone(), named), system, sender);
        thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || worker.run(&receiver))
            .map_err(failed)?;
        Ok((Self { messages }, changes))
    }

    /// Takes note of an event of a build, which reports what the build reads and writes.
    pub fn build(&self, event: &BuildEvent) {
        let _ = self.messages.send(WorkerMessage::Build(event.clone()));
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.messages.send(WorkerMessage::Stop);
    }
}

/// Whether a file may have been written. The worker's own reads are not hints.
fn is_hint(event: &notify::Result<notify::Event>) -> bool {
    event.as_ref().map_or(true, |event| match event.kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    })
}

#[cfg(test)]
mod tests;
