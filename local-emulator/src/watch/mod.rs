//! Watches the sources of a project, its template and its environment files.
//!
//! The system's file events are hints, and the content of files decides: each hint leads to a comparison with the previous
//! content. A regular audit compares contents too, and finds changes that no event reported. This room imports `compile`,
//! whose events report what a build reads and writes.

use std::path::PathBuf;
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
mod message;
mod places;
mod scope;
mod scripts;
mod worker;

pub use meaning::Change;
use message::WorkerMessage;
use scope::WatchScope;
use worker::Worker;

/// Watches the folders of one project until it is dropped. A project that is opened again may have other folders, and needs
/// a new watcher.
#[derive(Debug)]
pub struct Watcher {
    messages: blocking::Sender<WorkerMessage>,
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
