//! The messages to the worker: events of files and of builds.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use crate::compile::BuildEvent;

/// A message to the worker.
#[derive(Debug)]
pub(super) enum WorkerMessage {
    File(notify::Result<notify::Event>, Instant),
    Build(BuildEvent),
    Stop,
}

/// The paths that the events of a moment name.
#[derive(Debug, Default)]
pub(super) struct Hints {
    pub(super) paths: BTreeSet<PathBuf>,
    /// Whether the system has lost events.
    pub(super) lost: bool,
}

impl Hints {
    /// Adds the paths of an event; an error means that events were lost.
    pub(super) fn add(&mut self, event: notify::Result<notify::Event>) {
        match event {
            Ok(event) => {
                self.lost |= event.need_rescan();
                self.paths.extend(event.paths);
            }
            Err(_) => self.lost = true,
        }
    }
}
