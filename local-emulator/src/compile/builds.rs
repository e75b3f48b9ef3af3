//! Runs the builds that are requested, one round after another.

use std::time::Instant;

use api_routes_project::workspace::Function;

use super::event::BuildEvent;
use super::needs::Needs;
use super::report::{self, BuildFailure, BuildReport};
use super::round::{Round, RoundEnd};
use super::workshop::{Cause, Workshop};

/// The type of build events in the log.
const BUILD: &str = "build";

impl Workshop {
    pub(super) async fn run(mut self) {
        while self.is_another_wanted().await {
            self.take_wanted();
            let is_whole = self.run_build().await;
            let diagnostics = std::mem::take(&mut self.diagnostics);
            self.last_diagnostics = if is_whole {
                diagnostics
            } else {
                std::mem::take(&mut self.last_diagnostics).with(diagnostics)
            };
        }
    }

    /// Waits until another build is requested; `false` after the receiver of events is dropped.
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

    /// Runs the build that was requested last; `false` if this build gave way to the next build.
    async fn run_build(&mut self) -> bool {
        let started = Instant::now();
        let build = self.build;
        self.send(BuildEvent::Started { build }).await;
        let functions = self.project.functions.len();
        if self.cause == Cause::Whole {
            self.printer.event(BUILD, &BuildReport::Started { functions });
        }
        let mut failed = Vec::new();
        while let Some(selection) = self.select() {
            let began = Instant::now();
            let may_give_way = selection.may_give_way;
            let was_interrupted = self.was_interrupted;
            match Round::new(self, selection, was_interrupted).run().await {
                RoundEnd::Whole { built, unbuilt, is_refused } => {
                    if self.cause != Cause::Whole && !built.is_empty() {
                        let report = BuildReport::Built { functions: built, seconds: report::seconds(began) };
                        self.printer.event(BUILD, &report);
                    }
                    self.fail(&unbuilt).await;
                    failed.extend(unbuilt);
                    if is_refused {
                        // Cargo would refuse the other functions as well.
                        let others = self.pending();
                        self.fail(&others).await;
                    }
                    self.was_interrupted &= !may_give_way;
                }
                RoundEnd::Interrupted => {
                    self.was_interrupted = true;
                    if self.wanted.borrow().build > build {
                        return false;
                    }
                }
            }
        }
        if failed.is_empty() && self.cause == Cause::Whole {
            self.printer
                .event(BUILD, &BuildReport::Finished { functions, seconds: report::seconds(started) });
        } else if !failed.is_empty() {
            self.print_failure(&failed, started);
        }
        self.send(BuildEvent::Finished { build, success: failed.is_empty() }).await;
        true
    }

    /// Reports functions that could not be built.
    async fn fail(&mut self, unbuilt: &[Function]) {
        for function in unbuilt {
            self.done.insert(function.package.clone(), self.build);
            let (build, package) = (self.build, function.package.clone());
            let diagnostics = self.diagnostics.for_function(function);
            self.send(BuildEvent::Failed { build, package, diagnostics }).await;
        }
    }

    fn print_failure(&self, failed: &[Function], started: Instant) {
        if !self.may_repeat_errors() && !self.diagnostics.has_other_failures(&self.last_diagnostics) {
            return;
        }
        if let Some(words) = self.diagnostics.cargos_failure() {
            self.printer.line(words);
        }
        let names = failed.iter().map(|function| function.package.clone()).collect();
        self.printer.failure(BUILD, &BuildFailure::new(names, started));
    }
}
