//! Builds the functions: those in use first, the others behind them. Cargo's messages are read as they come.
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
use crate::watch::ScriptRun;
use crate::watchdog::Watchdog;

mod cargo;
mod diagnostics;
mod needs;
mod progress;
mod refusal;
mod report;
mod round;
mod scripts;
mod stage;
mod units;
mod workshop;

use workshop::Workshop;

/// So many events may wait to be taken; then Cargo waits too.
const EVENTS: usize = 64;

/// The number of the build that a [`Compiler`] begins with.
pub const FIRST: u64 = 1;

/// Which of Cargo's profiles functions are built in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// Quick to build.
    #[default]
    Dev,
    /// What is deployed.
    Release,
}

/// Which functions are built first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// Those that somebody has asked for. The others follow, and stop for one that is asked for meanwhile.
    #[default]
    InUseFirst,
    /// All in one round.
    All,
}

/// How functions are built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildOptions {
    /// In which of Cargo's profiles.
    pub profile: Profile,
    /// In which order.
    pub order: Order,
    /// With which features besides those that the project lists: `api-orders/mock`.
    pub features: Vec<String>,
}

/// What a build tells, in the order in which it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A build begins: the sources are read from now on.
    Started {
        /// Its number.
        build: u64,
    },
    /// The build script of a local package ran, in this build or in an earlier one. Cargo compiles the package after
    /// that.
    ScriptRan {
        /// The number of the build.
        build: u64,
        /// The run.
        run: ScriptRun,
    },
    /// Cargo has written which files a function is built from.
    InputsNamed {
        /// The number of the build.
        build: u64,
        /// Its package.
        package: String,
        /// The file that names them.
        dep_info: PathBuf,
    },
    /// A function compiled, and can serve at once, while others are still being built.
    Built {
        /// The number of the build.
        build: u64,
        /// Its package.
        package: String,
        /// Its binary, in a place that later builds leave alone: the same place as before if the binary
        /// is the same, so that running sandboxes may stay.
        executable: PathBuf,
    },
    /// A function did not compile, or something that it builds with did not.
    Failed {
        /// The number of the build.
        build: u64,
        /// Its package.
        package: String,
        /// The compiler's words, without colours.
        diagnostics: String,
    },
    /// The build has ended: every function has been `Built` or `Failed` since `Started`. A build that gives way to the
    /// next one never ends so.
    Finished {
        /// Its number.
        build: u64,
        /// Whether every function was built.
        success: bool,
    },
}

/// Builds the functions of a project again and again, one build after another. Dropped, it kills a
/// build that still runs, and removes the binaries.
#[derive(Debug)]
pub struct Compiler {
    wanted: watch::Sender<Wanted>,
    task: JoinHandle<()>,
}

impl Compiler {
    /// Begins the first build. Ends when the receiver of its events is dropped.
    pub fn start(
        project: &Project,
        options: BuildOptions,
        printer: Printer,
        watchdog: Option<Arc<Watchdog>>,
    ) -> (Self, mpsc::Receiver<Event>) {
        let (events, receiver) = mpsc::channel(EVENTS);
        let (sender, wanted) = watch::channel(Wanted::new(project));
        let task = tokio::spawn(Workshop::new(wanted, options, printer, watchdog, events).run());
        (Self { wanted: sender, task }, receiver)
    }

    /// Asks for a build of what was saved: `packages` are built from it. While a build runs, any number of calls make
    /// one more after it: the running one may have read the changed file already, or not. Returns the number of the
    /// first build that has what was saved before this call.
    pub fn build<'p>(&self, packages: impl IntoIterator<Item = &'p str>) -> u64 {
        self.want(|wanted| {
            let saved = packages.into_iter().map(|package| (package.to_owned(), wanted.build));
            wanted.saved.extend(saved);
        })
    }

    /// Asks for a build of all functions.
    pub fn build_all(&self) -> u64 {
        self.want(Wanted::save_all)
    }

    /// Asks for a build of the project as it is now: with other functions, or other sources.
    /// Returns its number.
    pub fn build_project(&self, project: Project) -> u64 {
        self.want(|wanted| {
            wanted.project = project;
            wanted.save_all();
        })
    }

    fn want(&self, change: impl FnOnce(&mut Wanted)) -> u64 {
        self.wanted.send_modify(|wanted| {
            wanted.build += 1;
            change(wanted);
        });
        self.wanted.borrow().build
    }

    /// A handle that tells this compiler which functions are in use.
    pub fn demand(&self) -> Demand {
        Demand { wanted: self.wanted.clone() }
    }

    /// Kills a build that still runs, with all that it started.
    pub async fn stop(mut self) {
        self.task.abort();
        // It has ended either way.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Compiler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Tells a compiler which functions are in use.
#[derive(Clone, Debug)]
pub struct Demand {
    wanted: watch::Sender<Wanted>,
}

impl Demand {
    /// Somebody asks for a function. It is built before others from now on.
    pub fn ask(&self, package: &str) {
        self.wanted.send_if_modified(|wanted| wanted.in_use.insert(package.to_owned()));
    }
}

/// What is to be built next.
#[derive(Debug)]
struct Wanted {
    project: Project,
    /// Builds are numbered by who wants them: one that is not begun yet takes the number of the last.
    build: u64,
    /// The last of them that was wanted of all functions. Others were told of by whoever wanted them.
    whole: u64,
    /// By package, the first build that has what was saved of it.
    saved: BTreeMap<String, u64>,
    /// The packages that somebody has asked for.
    in_use: BTreeSet<String>,
}

impl Wanted {
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
