//! Builds the functions: those in use first, and then the others. Cargo's messages are read as they come. `watch` stands above
//! this room, and learns from its events what a build reads and writes.
//!
//! A build is one or more rounds, each a call of Cargo that selects all packages and some binaries. Cargo builds only
//! what these binaries need, with the features that they have among all packages: no round builds a dependency anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use api_routes_project::workspace::Project;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::printer::Printer;
use crate::watchdog::Watchdog;

mod builds;
mod cargo;
mod diagnostics;
mod needs;
mod progress;
mod refusal;
mod report;
mod round;
mod scripts;
mod staging;
mod units;
mod workshop;

pub use scripts::ScriptRun;
use workshop::Workshop;

/// The number of events that may wait to be taken before Cargo waits too.
const EVENTS: usize = 64;

/// The number of a [`Compiler`]'s first build.
pub const FIRST: u64 = 1;

/// Cargo's profile for functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildProfile {
    /// The profile `dev`, which is quick to build.
    #[default]
    Dev,
    /// The profile `release`, which is deployed.
    Release,
}

/// Which functions are built first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// Functions that requests have asked for. The others follow, and give way to a function that a request asks for.
    #[default]
    InUseFirst,
    /// All functions in one round.
    All,
}

/// How functions are built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildOptions {
    /// The profile of Cargo.
    pub profile: BuildProfile,
    /// The order of functions.
    pub order: Order,
    /// The features besides those that the project lists, such as `api-orders/mock`.
    pub features: Vec<String>,
}

/// An event of a build, in the order in which it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildEvent {
    /// A build begins: the sources are read from now on.
    Started {
        /// The number of the build.
        build: u64,
    },
    /// The build script of a local package ran, in this build or in an earlier one. Cargo compiles the package after it.
    ScriptRan {
        /// The number of the build.
        build: u64,
        /// The run.
        run: ScriptRun,
    },
    /// Cargo has named the files that a function is built from.
    InputsNamed {
        /// The number of the build.
        build: u64,
        /// The package of the function.
        package: String,
        /// The file that names them.
        dep_info: PathBuf,
    },
    /// A function compiled, and can serve at once, while others are still being built.
    Built {
        /// The number of the build.
        build: u64,
        /// The package of the function.
        package: String,
        /// The executable, in a place that later builds leave alone. An unchanged executable keeps its place, so that
        /// running sandboxes may stay.
        executable: PathBuf,
    },
    /// A function or one of its dependencies did not compile.
    Failed {
        /// The number of the build.
        build: u64,
        /// The package of the function.
        package: String,
        /// The compiler's messages, without colours.
        diagnostics: String,
    },
    /// The build has ended: every function has been `Built` or `Failed` since `Started`. A build that gives way to the next
    /// one has no such event.
    Finished {
        /// The number of the build.
        build: u64,
        /// Whether every function was built.
        success: bool,
    },
}

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
    /// more build after it: the running one may have read the changed file already, or not. Returns the number of the first
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
        // Aborted or not, the task has ended.
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

/// The next build.
#[derive(Debug)]
struct BuildRequest {
    project: Project,
    /// The number of the last request. A build takes this number when it begins.
    build: u64,
    /// The number of the last request for all functions. Other requests were printed by their callers.
    whole: u64,
    /// The first build of each package that has its saved files.
    saved: BTreeMap<String, u64>,
    /// The packages that requests have asked for.
    in_use: BTreeSet<String>,
}

impl BuildRequest {
    fn new(project: &Project) -> Self {
        let (project, saved, in_use) = (project.clone(), BTreeMap::new(), BTreeSet::new());
        let mut wanted = Self { project, build: FIRST, whole: FIRST, saved, in_use };
        wanted.save_all();
        wanted
    }

    fn save_all(&mut self) {
        let packages = self.project.functions.iter().map(|function| function.package.clone());
        self.saved = packages.map(|package| (package, self.build)).collect();
        self.whole = self.build;
    }
}

#[cfg(test)]
mod tests;
