//! Builds the functions: first the functions in use, and then the others. Cargo's messages are read as they come. `watch`
//! imports this room, and learns from its events what a build reads and writes.
//!
//! A build is one or more rounds, each a call of Cargo that selects all packages and some binaries. Cargo builds only
//! what these binaries need, with the features that they have among all packages: no round builds a dependency anew.

use std::sync::Arc;

use api_routes_project::workspace::Project;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::printer::Printer;
use crate::watchdog::Watchdog;

mod builds;
mod cargo;
mod diagnostics;
mod event;
mod needs;
mod progress;
mod refusal;
mod report;
mod request;
mod round;
mod scripts;
mod staging;
mod units;
mod workshop;

pub use event::BuildEvent;
use request::BuildRequest;
pub use request::{BuildOptions, BuildProfile, FIRST, Order};
pub use scripts::ScriptRun;
use workshop::Workshop;

/// The number of events that may wait for the receiver before Cargo waits too.
const EVENTS: usize = 64;

/// Builds the functions of a project, one build after another. Dropping it kills a running build, and removes the executables.
#[derive(Debug)]
pub struct Compiler {
    wanted: watch::Sender<BuildRequest>,
    task: JoinHandle<()>,
}

impl Compiler {
    /// Begins the first build. The compiler ends when the receiver of its events is dropped.
    pub fn start(
        project: &Project,
        options: BuildOptions,
        printer: Printer,
        watchdog: Option<Arc<Watchdog>>,
    ) -> (Self, mpsc::Receiver<BuildEvent>) {
        let (events, receiver) = mpsc::channel(EVENTS);
        let (sender, wanted) = watch::channel(BuildRequest::new(project));
        let task = tokio::spawn(Workshop::new(wanted, options, printer, watchdog, events).run());
        (Self { wanted: sender, task }, receiver)
    }

    /// Requests a build of saved files, from which `packages` are built. While a build runs, any number of calls lead to one
    /// more build after it, since the running build may have read a changed file already. Returns the number of the first
    /// build that has the files as they are now.
    pub fn build<'p>(&self, packages: impl IntoIterator<Item = &'p str>) -> u64 {
        self.want(|wanted| {
            let saved = packages.into_iter().map(|package| (package.to_owned(), wanted.build));
            wanted.saved.extend(saved);
        })
    }

    /// Requests a build of all functions, and returns its number.
    pub fn build_all(&self) -> u64 {
        self.want(BuildRequest::save_all)
    }

    /// Requests a build of `project`, which has other functions or other sources, and returns its number.
    pub fn build_project(&self, project: Project) -> u64 {
        self.want(|wanted| {
            wanted.project = project;
            wanted.save_all();
        })
    }

    fn want(&self, change: impl FnOnce(&mut BuildRequest)) -> u64 {
        self.wanted.send_modify(|wanted| {
            wanted.build += 1;
            change(wanted);
        });
        self.wanted.borrow().build
    }

    /// Returns a handle that reports which functions are in use.
    pub fn demand(&self) -> Demand {
        Demand { wanted: self.wanted.clone() }
    }

    /// Kills a running build, with all that it started.
    pub async fn stop(mut self) {
        self.task.abort();
        // The task has ended, whether it was aborted or not.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Compiler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reports to a compiler which functions are in use.
#[derive(Clone, Debug)]
pub struct Demand {
    wanted: watch::Sender<BuildRequest>,
}

impl Demand {
    /// Records a request for a function, which is built before others from now on.
    pub fn ask(&self, package: &str) {
        self.wanted.send_if_modified(|wanted| wanted.in_use.insert(package.to_owned()));
    }
}

#[cfg(test)]
mod tests;
