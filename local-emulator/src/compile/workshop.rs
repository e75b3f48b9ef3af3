//! What lives from build to build, and which functions the next round is for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use api_routes_project::workspace::{Function, Project};
use cargo_metadata::BuildScript;
use tokio::sync::{mpsc, watch};

use super::diagnostics::Diagnostics;
use super::needs::Needs;
use super::report::{self, Failure, Report};
use super::round::{Ended, Round};
use super::stage::{Stage, Staged};
use super::{BuildOptions, Event, Order, Wanted, scripts};
use crate::printer::Printer;
use crate::watchdog::Watchdog;

/// The type of its events in the log.
const BUILD: &str = "build";

/// Runs the builds that are wanted.
#[derive(Debug)]
pub(super) struct Workshop {
    pub(super) wanted: watch::Receiver<Wanted>,
    pub(super) project: Project,
    /// The number of the build that runs, or ran last.
    build: u64,
    cause: Cause,
    last_cause: Cause,
    pub(super) options: BuildOptions,
    pub(super) printer: Printer,
    pub(super) watchdog: Option<Arc<Watchdog>>,
    events: mpsc::Sender<Event>,
    stage: Stage,
    /// What the last build said, and what this one has said up to now: neither is said again. Cargo repeats the
    /// warnings of packages that it did not compile anew.
    pub(super) shown: Diagnostics,
    pub(super) said: Diagnostics,
    /// The last executable of each package.
    executables: HashMap<String, Staged>,
    /// A round has given way, and none has ended since that was for the same functions.
    was_interrupted: bool,
    /// By package, the last build that has made it, or failed to.
    done: BTreeMap<String, u64>,
    /// What functions are built from, as long as Cargo resolves the same.
    pub(super) needs: Needs,
}

/// Why there is a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// It was wanted of all functions.
    Whole,
    /// A file was saved.
    Saved,
    /// Something may have changed that nobody has told.
    Doubt,
}

/// The functions of a round.
pub(super) struct Selection {
    pub(super) functions: Vec<Function>,
    /// Nobody waits for these, as far as is known: the round ends early for a function that somebody waits for.
    pub(super) may_give_way: bool,
    /// Functions are in use, and this round is not for them.
    pub(super) is_in_background: bool,
}

impl Workshop {
    pub(super) fn new(
        wanted: watch::Receiver<Wanted>,
        options: BuildOptions,
        printer: Printer,
        watchdog: Option<Arc<Watchdog>>,
        events: mpsc::Sender<Event>,
    ) -> Self {
        let project = wanted.borrow().project.clone();
        Self {
            stage: Stage::new(&project.target_directory),
            wanted,
            project,
            build: 0,
            cause: Cause::Whole,
            last_cause: Cause::Whole,
            options,
            printer,
            watchdog,
            events,
            shown: Diagnostics::default(),
            said: Diagnostics::default(),
            executables: HashMap::new(),
            was_interrupted: false,
            done: BTreeMap::new(),
            needs: Needs::default(),
        }
    }

    pub(super) async fn run(mut self) {
        while self.is_another_wanted().await {
            self.take_wanted();
            let is_whole = self.run_build().await;
            let said = std::mem::take(&mut self.said);
            self.shown = if is_whole { said } else { std::mem::take(&mut self.shown).with(said) };
        }
    }

    /// Waits for a build to be wanted; `false` if nobody wants any more.
    async fn is_another_wanted(&mut self) -> bool {
        let build = self.build;
        tokio::select! {
            wanted = self.wanted.wait_for(|wanted| wanted.build > build) => wanted.is_ok(),
            () = self.events.closed() => false,
        }
    }

    fn take_wanted(&mut self) {
        let wanted = self.wanted.borrow_and_update();
        let is_whole = wanted.whole > self.build;
        self.project.clone_from(&wanted.project);
        self.build = wanted.build;
        drop(wanted);
        let wanted = self.wanted.borrow();
        let mut functions = self.project.functions.iter();
        let is_saved = functions.any(|function| self.is_stale(&function.package, &wanted));
        drop(wanted);
        let cause = match (is_whole, is_saved) {
            (true, _) => Cause::Whole,
            (false, true) => Cause::Saved,
            (false, false) => Cause::Doubt,
        };
        self.last_cause = std::mem::replace(&mut self.cause, cause);
        self.needs = Needs::default();
    }

    /// Whether errors that the last build said are said again, which is for whoever has saved a file.
    pub(super) fn may_repeat_errors(&self) -> bool {
        ![self.cause, self.last_cause].contains(&Cause::Doubt)
    }

    /// `false` if it gave way to the next one.
    async fn run_build(&mut self) -> bool {
        let started = Instant::now();
        let build = self.build;
        self.send(Event::Started { build }).await;
        let functions = self.project.functions.len();
        if self.cause == Cause::Whole {
            self.printer.event(BUILD, &Report::Started { functions });
        }
        let mut failed = Vec::new();
        while let Some(selection) = self.select() {
            let began = Instant::now();
            let may_give_way = selection.may_give_way;
            let was_interrupted = self.was_interrupted;
            match Round::new(self, selection, was_interrupted).run().await {
                Ended::Whole { built, unbuilt, is_refused } => {
                    if self.cause != Cause::Whole && !built.is_empty() {
                        let report = Report::Built { functions: built, seconds: report::seconds(began) };
                        self.printer.event(BUILD, &report);
                    }
                    self.fail(&unbuilt).await;
                    failed.extend(unbuilt);
                    if is_refused {
                        // Those that nobody waits for stay as they are.
                        let others = self.pending();
                        self.fail(&others).await;
                    }
                    self.was_interrupted &= !may_give_way;
                }
                Ended::Interrupted => {
                    self.was_interrupted = true;
                    if self.wanted.borrow().build > build {
                        return false;
                    }
                }
            }
        }
        if failed.is_empty() && self.cause == Cause::Whole {
            self.printer.event(BUILD, &Report::Finished { functions, seconds: report::seconds(started) });
        } else if !failed.is_empty() {
            self.print_failure(&failed, started);
        }
        self.send(Event::Finished { build, success: failed.is_empty() }).await;
        true
    }

    /// The next round of this build: the functions in use of those that were saved, or else those that were saved; at
    /// last everything that is left, since something may have changed that nobody knows of.
    fn select(&self) -> Option<Selection> {
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
        Some(Selection { functions, may_give_way, is_in_background })
    }

    /// The functions that this build has not come to yet.
    fn pending(&self) -> Vec<Function> {
        let is_pending =
            |function: &&Function| self.done.get(&function.package).is_none_or(|build| *build < self.build);
        self.project.functions.iter().filter(is_pending).cloned().collect()
    }

    /// Whether something was saved of a function that no build has had yet.
    fn is_stale(&self, package: &str, wanted: &Wanted) -> bool {
        wanted.saved.get(package).is_some_and(|saved| self.done.get(package).is_none_or(|done| done < saved))
    }

    /// The functions that somebody waits for, and that the running round should give way to. `missing` are those that
    /// it has not built yet.
    pub(super) fn urgent(&self, missing: &BTreeSet<String>) -> BTreeSet<String> {
        let wanted = self.wanted.borrow();
        let is_newer = wanted.build > self.build;
        let in_use = wanted.in_use.iter().filter(|package| self.is_stale(package, &wanted));
        let urgent: BTreeSet<String> =
            in_use.filter(|package| is_newer || missing.contains(*package)).cloned().collect();
        // This round is for nothing else.
        if !is_newer && urgent == *missing { BTreeSet::new() } else { urgent }
    }

    /// Puts an executable in its place, and tells of it.
    pub(super) async fn take_executable(&mut self, package: &str, executable: &Path) -> io::Result<()> {
        let current = self.executables.get(package);
        let new = self.stage.put(executable, current)?;
        let path = new.as_ref().or(current).map(|staged| staged.path.clone()).unwrap_or_default();
        if let Some(new) = new {
            self.executables.insert(package.to_owned(), new);
        }
        self.done.insert(package.to_owned(), self.build);
        let (build, package) = (self.build, package.to_owned());
        self.send(Event::Built { build, package, executable: path }).await;
        Ok(())
    }

    /// Tells of a build script that ran.
    pub(super) async fn take_script(&self, script: &BuildScript) {
        if let Some(run) = scripts::run(script) {
            self.send(Event::ScriptRan { build: self.build, run }).await;
        }
    }

    /// Tells where Cargo names what functions are built from.
    pub(super) async fn name_inputs(&self, dep_info: Vec<(String, PathBuf)>) {
        for (package, dep_info) in dep_info {
            self.send(Event::InputsNamed { build: self.build, package, dep_info }).await;
        }
    }

    async fn fail(&mut self, unbuilt: &[Function]) {
        for function in unbuilt {
            self.done.insert(function.package.clone(), self.build);
            let (build, package) = (self.build, function.package.clone());
            let diagnostics = self.said.of(function);
            self.send(Event::Failed { build, package, diagnostics }).await;
        }
    }

    fn print_failure(&self, failed: &[Function], started: Instant) {
        if !self.may_repeat_errors() && !self.said.has_other_failures(&self.shown) {
            return;
        }
        if let Some(words) = self.said.cargos_failure() {
            self.printer.line(words);
        }
        let names = failed.iter().map(|function| function.package.clone()).collect();
        self.printer.failure(BUILD, &Failure::new(names, started));
    }

    async fn send(&self, event: Event) {
        // Nobody listens any more: `run` will see it too, and end.
        let _ = self.events.send(event).await;
    }
}
