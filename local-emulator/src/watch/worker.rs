//! Compares files whenever something hints at a change.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use api_routes_project::workspace::is_manifest;
use notify::RecommendedWatcher;
use tokio::sync::mpsc::UnboundedSender;

use super::arming::{Arming, FolderContents};
use super::fingerprint::{FileComparison, Fingerprint, KnownFiles};
use super::inputs::is_rust;
use super::meaning::{Change, Meaning, is_noise, meaning};
use super::message::{Hints, WorkerMessage};
use super::places::{self, WatchedFolder};
use super::scope::WatchScope;
use crate::compile::BuildEvent;

/// The time within which writes are one change: editors save in several steps, and version control writes many files. A
/// later write leads to one more build, and no answer comes from the earlier build.
const QUIET: Duration = Duration::from_millis(25);

/// The shortest time between two audits, which compare every file. Network file systems report no events, and the system
/// limits the number of watches.
const AUDIT: Duration = Duration::from_secs(2);

/// The time within which inputs are taken together: a build reports the inputs of one function after another.
const INPUTS_TOGETHER: Duration = Duration::from_millis(100);

/// An audit may take at most one part in `AUDIT_SHARE` of the time.
const AUDIT_SHARE: u32 = 200;

/// Compares files, on a thread of its own.
pub(super) struct Worker {
    watched: WatchScope,
    arming: Arming,
    places: Vec<WatchedFolder>,
    known: KnownFiles,
    /// The files that are reached through links, whose events have other paths.
    linked: BTreeSet<PathBuf>,
    /// The files that a build script may be writing, until the build has reported its run.
    held: BTreeSet<PathBuf>,
    /// The functions that the running build could not build.
    failed: BTreeSet<String>,
    /// Whether the build has reported inputs that are not watched yet.
    has_new_inputs: bool,
    /// The folders whose files never change, or that only Cargo changes.
    unwatched: Vec<PathBuf>,
    /// Whether a warning has reported that a folder is not watched.
    has_warned: bool,
    warnings: Vec<String>,
    audit: Audit,
    changes: UnboundedSender<Change>,
}

#[derive(Debug)]
struct Audit {
    last: Instant,
    pause: Duration,
}

impl Worker {
    /// Begins to watch. The present files count as the files that the first build reads.
    pub(super) fn start(
        watched: WatchScope,
        system: RecommendedWatcher,
        changes: UnboundedSender<Change>,
    ) -> Self {
        let unwatched = [Some(watched.project.target_directory.clone()), cargo_home()];
        let unwatched = unwatched.into_iter().flatten().collect();
        let mut worker = Self {
            places: places::watched_folders(&watched),
            watched,
            arming: Arming::new(system),
            known: KnownFiles::default(),
            linked: BTreeSet::new(),
            held: BTreeSet::new(),
            failed: BTreeSet::new(),
            has_new_inputs: false,
            unwatched,
            has_warned: false,
            warnings: Vec::new(),
            audit: Audit { last: Instant::now(), pause: AUDIT },
            changes,
        };
        for file in worker.arm() {
            worker.remember(&file);
        }
        worker
    }

    pub(super) fn run(mut self, messages: &Receiver<WorkerMessage>) {
        loop {
            let wait = self.audit.pause.saturating_sub(self.audit.last.elapsed());
            match messages.recv_timeout(if self.has_new_inputs { INPUTS_TOGETHER } else { wait }) {
                Ok(WorkerMessage::File(event, came)) => {
                    if !self.take_hints(event, came, messages) {
                        return;
                    }
                }
                Ok(WorkerMessage::Build(event)) => self.take_build(event),
                Ok(WorkerMessage::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) if self.has_new_inputs => self.learn(),
                Err(RecvTimeoutError::Timeout) => self.audit(),
            }
        }
    }

    /// Takes the events of a moment together; `false` when the watcher is dropped. An event of a build ends the moment, so
    /// that builds and files keep their order.
    fn take_hints(
        &mut self,
        first: notify::Result<notify::Event>,
        came: Instant,
        messages: &Receiver<WorkerMessage>,
    ) -> bool {
        let end = came + QUIET;
        let mut hints = Hints::default();
        let mut build = None;
        hints.add(first);
        while let Ok(message) = messages.recv_timeout(end.saturating_duration_since(Instant::now())) {
            match message {
                WorkerMessage::File(event, _) => hints.add(event),
                WorkerMessage::Build(event) => {
                    build = Some(event);
                    break;
                }
                WorkerMessage::Stop => return false,
            }
        }
        self.follow(&hints);
        if let Some(event) = build {
            self.take_build(event);
        }
        true
    }

    fn follow(&mut self, hints: &Hints) {
        if self.has_new_inputs {
            self.learn();
        }
        if hints.lost {
            self.arming.disarm_all();
        }
        let mut is_structural = hints.lost;
        for path in &hints.paths {
            // A watched folder that has an event of its own may have been replaced.
            if self.arming.has(path) && *path != self.watched.project.root {
                self.arming.disarm(path);
                is_structural = true;
            }
            let names_ignored = path.file_name().is_some_and(|name| name == ".gitignore");
            let is_folder = path.is_dir() && self.places.iter().any(|place| place.may_hold(path));
            is_structural |= names_ignored || is_folder || self.known.below(path).any(|file| file != path);
        }
        if is_structural {
            self.check_all();
        } else {
            if hints.paths.iter().any(|path| !self.known.contains(path)) {
                self.watched.ignored.clear();
            }
            let paths = hints.paths.iter().chain(&self.linked).cloned().collect();
            self.check(paths);
        }
    }

    fn audit(&mut self) {
        let began = Instant::now();
        self.check_all();
        self.audit = Audit { last: Instant::now(), pause: AUDIT.max(began.elapsed() * AUDIT_SHARE) };
    }

    fn take_build(&mut self, event: BuildEvent) {
        match event {
            BuildEvent::Started { .. } => {
                self.watched.scripts.build_started();
                self.watched.inputs.forget_folders();
                self.failed.clear();
            }
            BuildEvent::ScriptRan { run, .. } => {
                self.watched.scripts.ran(run);
                self.check_held();
            }
            BuildEvent::Built { package, .. } => self.watched.inputs.outdate(&package),
            BuildEvent::InputsNamed { package, dep_info, .. } => {
                self.watched.inputs.read(&package, &dep_info, &self.unwatched);
                self.has_new_inputs = true;
            }
            BuildEvent::Failed { package, .. } => drop(self.failed.insert(package)),
            BuildEvent::Finished { .. } => {
                self.watched.failed = std::mem::take(&mut self.failed);
                self.learn();
                self.watched.scripts.build_finished();
                self.check_held();
            }
        }
    }

    /// Watches the files that the build has read, and remembers them as the build has read them.
    fn learn(&mut self) {
        self.has_new_inputs = false;
        let before = std::mem::replace(&mut self.places, places::watched_folders(&self.watched));
        let mut younger = BTreeSet::new();
        for file in self.arm() {
            let is_named = self.watched.inputs.contains(&file);
            // An unknown file in a place that was watched before will have an event.
            if self.known.contains(&file) || (!is_named && before.iter().any(|place| place.covers(&file))) {
                continue;
            }
            match Fingerprint::read(&file) {
                Some(current) if self.watched.scripts.is_younger_than_the_build(&current) => {
                    younger.insert(file);
                }
                current => self.known.set(&file, current),
            }
        }
        self.check(younger);
        self.check_held();
    }

    fn check_held(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.check(held);
    }

    /// Watches the folders that exist now, and returns the files that may mean something.
    fn arm(&mut self) -> BTreeSet<PathBuf> {
        let watched = &self.watched;
        watched.ignored.clear();
        let enters = |folder: &Path| !is_noise(folder, watched) && !watched.ignored.contains(folder);
        let FolderContents { mut files, links, refused, .. } = self.arming.arm(&self.places, enters);
        let named = places::files(&self.watched);
        let is_linked = |file: &&PathBuf| !places::link_targets(file).is_empty();
        self.linked = named.iter().filter(is_linked).cloned().chain(links).collect();
        files.extend(named);
        if let Some((folder, cause)) = refused.filter(|_| !std::mem::replace(&mut self.has_warned, true)) {
            self.warnings.push(not_watched(&folder, &cause));
        }
        files
    }

    fn remember(&mut self, file: &Path) {
        if meaning(file, &self.watched) != Meaning::Nothing {
            self.known.set(file, Fingerprint::read(file));
        }
    }

    /// Compares every file that is known or exists.
    fn check_all(&mut self) {
        self.places = places::watched_folders(&self.watched);
        let mut files = self.arm();
        files.extend(self.known.paths().map(Path::to_owned));
        self.check(files);
    }

    /// Compares these files, and reports the changes.
    fn check(&mut self, files: BTreeSet<PathBuf>) {
        let mut change = Change { warnings: std::mem::take(&mut self.warnings), ..Change::default() };
        for file in files {
            self.check_file(&file, &mut change);
        }
        if change != Change::default() {
            // An error means that nobody listens: the watcher is about to be dropped.
            let _ = self.changes.send(change);
        }
    }

    fn check_file(&mut self, file: &Path, change: &mut Change) {
        let comparison = self.known.compare(file);
        if comparison == FileComparison::Untouched {
            return;
        }
        let meaning = meaning(file, &self.watched);
        if meaning == Meaning::Nothing {
            return;
        }
        let package = self.watched.owner(file).map(Path::to_owned);
        let is_built = matches!(meaning, Meaning::Source | Meaning::Manifest);
        if is_built && self.is_held_for_the_build(file, package.as_deref()) {
            if self.held.insert(file.to_owned()) {
                change.hold(file, &self.watched);
            }
            return;
        }
        let scripts = &mut self.watched.scripts;
        let (current, is_change) = match comparison {
            FileComparison::Untouched => return,
            FileComparison::Rewritten(current) => (Some(current), false),
            FileComparison::Changed(current) => (current, true),
        };
        let compiled = match (&package, &current) {
            (Some(package), Some(current)) if is_built => {
                change.warnings.extend(scripts.warning(package, file, current, &self.watched.project.root));
                scripts.has_compiled(package, file, current)
            }
            _ => false,
        };
        let asks = match &current {
            _ if compiled => false,
            Some(current) if !is_change => is_built && scripts.may_have_read_another(file, current),
            _ => true,
        };
        if compiled && scripts.is_running() {
            change.hold(file, &self.watched);
        }
        let came_or_went = current.is_none() || !self.known.contains(file);
        self.known.set(file, current);
        if asks {
            change.add(file, meaning, came_or_went, &self.watched);
        }
    }

    /// Whether only the running build can show the meaning of the write: its own script may be writing the file, or the
    /// build may still read it.
    fn is_held_for_the_build(&self, file: &Path, package: Option<&Path>) -> bool {
        let WatchScope { scripts, inputs, .. } = &self.watched;
        let is_known_to_be_read = is_manifest(file) || is_rust(file) || inputs.contains(file);
        match package {
            Some(package) if scripts.may_be_writing(package) => true,
            Some(package) => {
                scripts.is_running() && !is_known_to_be_read && !self.watched.knows_inputs_of(package)
            }
            None => scripts.is_running() && !is_known_to_be_read,
        }
    }
}

fn not_watched(folder: &Path, cause: &notify::Error) -> String {
    let help = match cause.kind {
        notify::ErrorKind::MaxFilesWatch => "; raise `fs.inotify.max_user_watches` with `sysctl`",
        _ => "",
    };
    format!(
        "cannot watch `{}`: {cause}{help}; until then, files are compared every {} seconds",
        folder.display(),
        AUDIT.as_secs()
    )
}

/// Returns the folder in which Cargo keeps the sources of registries and Git dependencies.
fn cargo_home() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
}
