//! The state that lasts from build to build, and which functions the next round is for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api_routes_project::workspace::{Function, Project};
use cargo_metadata::BuildScript;
use tokio::sync::{mpsc, watch};

use super::cargo::BuildSelection;
use super::diagnostics::Diagnostics;
use super::event::BuildEvent;
use super::needs::Needs;
use super::request::{BuildOptions, BuildRequest, Order};
use super::scripts;
use super::staging::{StagedExecutable, StagingFolder};
use crate::printer::Printer;
use crate::watchdog::Watchdog;

/// Builds the functions of a project, one build after another.
#[derive(Debug)]
pub(super) struct Workshop {
    pub(super) wanted: watch::Receiver<BuildRequest>,
    pub(super) project: Project,
    /// The number of the build that runs, or ran last.
    pub(super) build: u64,
    pub(super) cause: Cause,
    pub(super) last_cause: Cause,
    pub(super) options: BuildOptions,
    pub(super) printer: Printer,
    pub(super) watchdog: Option<Arc<Watchdog>>,
    pub(super) events: mpsc::Sender<BuildEvent>,
    staging: StagingFolder,
    /// The diagnostics of the last build and of this one, which are not printed again. Cargo repeats the warnings of packages
    /// that it did not compile.
    pub(super) last_diagnostics: Diagnostics,
    pub(super) diagnostics: Diagnostics,
    /// The last executable of each package.
    executables: HashMap<String, StagedExecutable>,
    /// Whether a round has given way, and no round for the same functions has ended since.
    pub(super) was_interrupted: bool,
    /// The last build of each package, with success or not.
    pub(super) done: BTreeMap<String, u64>,
    /// The packages that functions are built from, as Cargo resolved them in this build.
    pub(super) needs: Needs,
}

/// Why there is a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A build of all functions was requested.
    Whole,
    /// A file was saved.
    Saved,
    /// Something may have changed that nobody has reported.
    Doubt,
}

impl Workshop {
    pub(super) fn new(
        wanted: watch::Receiver<BuildRequest>,
        options: BuildOptions,
        printer: Printer,
        watchdog: Option<Arc<Watchdog>>,
        events: mpsc::Sender<BuildEvent>,
    ) -> Self {
        let project = wanted.borrow().project.clone();
        Self {
            staging: StagingFolder::new(&project.target_directory),
            wanted,
            project,
            build: 0,
            cause: Cause::Whole,
            last_cause: Cause::Whole,
            options,
            printer,
            watchdog,
            events,
            last_diagnostics: Diagnostics::default(),
            diagnostics: Diagnostics::default(),
            executables: HashMap::new(),
            was_interrupted: false,
            done: BTreeMap::new(),
            needs: Needs::default(),
        }
    }

    /// Whether errors of the last build are printed again, for a developer who has saved a file.
    pub(super) fn may_repeat_errors(&self) -> bool {
        ![self.cause, self.last_cause].contains(&Cause::Doubt)
    }

    /// Selects the next round of this build: first the saved functions in use, then the other saved functions. The last
    /// round has all remaining functions, since something may have changed that nobody has reported.
    pub(super) fn select(&self) -> Option<BuildSelection> {
        let wanted = self.wanted.borrow();
        let pending = self.pending();
        let is_stale = |function: &&Function| self.is_stale(&function.package, &wanted);
        let stale: Vec<Function> = pending.iter().filter(is_stale).cloned().collect();
        let is_in_use = |function: &&Function| wanted.in_use.contains(&function.package);
        let in_use: Vec<Function> = stale.iter().filter(is_in_use).cloned().collect();
        let is_waited_for = !in_use.is_empty();
        let may_give_way = self.options.order == Order::InUseFirst && !is_waited_for;
        let functions = match self.options.order {
            Order::InUseFirst => [in_use, stale, pending].into_iter().find(|some| !some.is_empty())?,
            Order::All => Some(pending).filter(|pending| !pending.is_empty())?,
        };
        let is_in_background = may_give_way && !wanted.in_use.is_empty();
        Some(BuildSelection { functions, may_give_way, is_in_background })
    }

    /// Returns the functions that this build has not come to yet.
    pub(super) fn pending(&self) -> Vec<Function> {
        let is_pending =
            |function: &&Function| self.done.get(&function.package).is_none_or(|build| *build < self.build);
        self.project.functions.iter().filter(is_pending).cloned().collect()
    }

    /// Whether a file of the function was saved that no build has compiled yet.
    pub(super) fn is_stale(&self, package: &str, wanted: &BuildRequest) -> bool {
        wanted.saved.get(package).is_some_and(|saved| self.done.get(package).is_none_or(|done| done < saved))
    }

    /// Returns the functions for which requests wait, and to which the running round should give way. `missing` are the
    /// functions that the round has not built yet.
    pub(super) fn urgent(&self, missing: &BTreeSet<String>) -> BTreeSet<String> {
        let wanted = self.wanted.borrow();
        let is_newer = wanted.build > self.build;
        let in_use = wanted.in_use.iter().filter(|package| self.is_stale(package, &wanted));
        let urgent: BTreeSet<String> =
            in_use.filter(|package| is_newer || missing.contains(*package)).cloned().collect();
        // The running round is for these functions alone.
        if !is_newer && urgent == *missing { BTreeSet::new() } else { urgent }
    }

    /// Puts an executable into the staging folder, and reports it.
    pub(super) async fn take_executable(&mut self, package: &str, executable: &Path) -> io::Result<()> {
        let current = self.executables.get(package);
        let new = self.staging.put(executable, current)?;
        let path = new.as_ref().or(current).map(|staged| staged.path.clone()).unwrap_or_default();
        if let Some(new) = new {
            self.executables.insert(package.to_owned(), new);
        }
        self.done.insert(package.to_owned(), self.build);
        let (build, package) = (self.build, package.to_owned());
        self.send(BuildEvent::Built { build, package, executable: path }).await;
        Ok(())
    }

    /// Reports a build script that ran.
    pub(super) async fn take_script(&self, script: &BuildScript) {
        if let Some(run) = scripts::read_run(script) {
            self.send(BuildEvent::ScriptRan { build: self.build, run }).await;
        }
    }

    /// Reports the files in which Cargo names the inputs of functions.
    pub(super) async fn name_inputs(&self, dep_info: Vec<(String, PathBuf)>) {
        for (package, dep_info) in dep_info {
            self.send(BuildEvent::InputsNamed { build: self.build, package, dep_info }).await;
        }
    }

    pub(super) async fn send(&self, event: BuildEvent) {
        // An error means that nobody listens: `run` will notice, and end.
        let _ = self.events.send(event).await;
    }
}
