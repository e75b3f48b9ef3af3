//! Watches the sources of a project, its template and its environment files.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify_debouncer_full::notify::{self, EventKind, RecommendedWatcher, event::ModifyKind};
use notify_debouncer_full::{
    DebounceEventResult, DebouncedEvent, Debouncer, RecommendedCache, new_debouncer,
};
use tokio::sync::mpsc;

use api_routes_project::workspace::Project;

mod meaning;
mod places;

use meaning::{Meaning, meaning};

/// Editors save in several steps, and version control writes many files: what happens within this
/// time is one change.
const QUIET: Duration = Duration::from_millis(50);

/// What changed on disk, within a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Files that a function may be built from; of a new or vanished folder, the folder.
    pub sources: Vec<PathBuf>,
    /// The template is to be read again.
    pub template: bool,
    /// `.env` or `.env.local` is to be read again.
    pub environment: bool,
    /// Files of functions that are not built.
    pub code: Vec<PathBuf>,
    /// A manifest, the lock file or a folder of functions: the project is to be opened again.
    pub manifest: bool,
}

/// What is watched.
#[derive(Clone, Debug)]
struct Watched {
    project: Project,
    /// The folders of functions that are not built.
    code: Vec<PathBuf>,
}

/// Watches as long as it lives, the folders of the project that it was started for: a project opened
/// again may have others, and takes a new watcher.
#[derive(Debug)]
pub struct Watcher {
    _debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
}

/// Why changes cannot be seen.
#[derive(Debug, thiserror::Error)]
#[error("cannot watch `{}`: {}{}", .folder.display(), .cause, next_step(.cause))]
pub struct WatchError {
    /// What was to be watched.
    folder: PathBuf,
    cause: notify::Error,
}

impl Watcher {
    /// Begins to watch the project, and the folders of functions that are not built: what is saved after this
    /// returns is told. The changes end with the watcher.
    ///
    /// # Errors
    /// A [`WatchError`] for a folder that is gone, or more folders than the system watches.
    pub fn start(
        project: &Project,
        code: Vec<PathBuf>,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Change>), WatchError> {
        let (sender, changes) = mpsc::unbounded_channel();
        let watched = Watched { project: project.clone(), code };
        let places = places::of(&watched);
        let tell = move |result: DebounceEventResult| {
            let change = Change::of(result, &watched);
            if change != Change::default() {
                // Without a listener there is nothing to tell; the watcher is about to go.
                let _ = sender.send(change);
            }
        };
        let failed = |folder: &Path| {
            let folder = folder.to_owned();
            |cause| WatchError { folder, cause }
        };
        let mut debouncer = new_debouncer(QUIET, None, tell).map_err(failed(&project.root))?;
        for (folder, mode) in places {
            debouncer.watch(&folder, mode).map_err(failed(&folder))?;
        }
        Ok((Self { _debouncer: debouncer }, changes))
    }
}

impl Change {
    fn of(result: DebounceEventResult, watched: &Watched) -> Self {
        match result {
            Ok(events) if !events.iter().any(|event| event.need_rescan()) => {
                Self::of_events(&events, watched)
            }
            // The system lost count, so anything may have changed.
            _ => Self {
                sources: vec![watched.project.root.clone()],
                code: watched.code.clone(),
                template: true,
                environment: true,
                manifest: true,
            },
        }
    }

    fn of_events(events: &[DebouncedEvent], watched: &Watched) -> Self {
        let mut change = Self::default();
        for event in events.iter().filter(|event| !matches!(event.kind, EventKind::Access(_))) {
            let moved = appeared_or_vanished(event.kind);
            for path in event.paths.iter().filter(|path| moved || !is_pipe(path)) {
                change.add(path, moved, watched);
            }
        }
        change
    }

    /// Files in a folder that has just appeared may have been written before it was watched, and one
    /// that was moved away says nothing of its files: both count as a change of the manifests.
    fn add(&mut self, path: &Path, moved: bool, watched: &Watched) {
        match meaning(path, watched) {
            Meaning::Nothing => {}
            Meaning::Template => self.template = true,
            Meaning::Environment => self.environment = true,
            Meaning::Manifest => self.add_source(path, true),
            Meaning::Source => self.add_source(path, moved && is_folder(path, &watched.project)),
            Meaning::Code => self.code.push(path.to_owned()),
        }
    }

    fn add_source(&mut self, path: &Path, manifest: bool) {
        self.manifest |= manifest;
        if !self.sources.iter().any(|source| source == path) {
            self.sources.push(path.to_owned());
        }
    }
}

fn appeared_or_vanished(kind: EventKind) -> bool {
    matches!(kind, EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)))
}

/// A named pipe is written to for a reader: to read it again would ask its writer to write again.
fn is_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo())
}

fn is_folder(path: &Path, project: &Project) -> bool {
    path.is_dir() || project.functions.iter().any(|function| function.folder.starts_with(path))
}

fn next_step(error: &notify::Error) -> &'static str {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => "; raise `fs.inotify.max_user_watches` with `sysctl`",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
