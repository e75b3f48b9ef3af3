//! Builds the functions: one call of Cargo for all of them, whose messages are read as they come.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use api_routes_project::workspace::Project;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::printer::Printer;
use crate::watchdog::Watchdog;

mod build;
mod cargo;
mod diagnostics;
mod stage;

use build::Build;
use diagnostics::Diagnostics;
use stage::Stage;

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

/// What a build tells, in the order in which it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A build begins: the sources are read from now on.
    Started {
        /// Its number.
        build: u64,
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
    /// The build has ended: every function has been `Built` or `Failed` since `Started`.
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
        profile: Profile,
        printer: Printer,
        watchdog: Option<Arc<Watchdog>>,
    ) -> (Self, mpsc::Receiver<Event>) {
        let (events, receiver) = mpsc::channel(EVENTS);
        let (sender, mut wanted) = watch::channel(Wanted { project: project.clone(), build: FIRST });
        wanted.mark_changed();
        let task = tokio::spawn(Workshop::new(project, profile, printer, watchdog, events).run(wanted));
        (Self { wanted: sender, task }, receiver)
    }

    /// Asks for a build. While one runs, any number of calls make one more after it: the running one
    /// may have read the changed file already, or not. Returns the number of the first build that has
    /// what was saved before this call.
    pub fn build(&self) -> u64 {
        self.want(|_| {})
    }

    /// Asks for a build of the project as it is now: with other functions, or other sources.
    /// Returns its number.
    pub fn build_project(&self, project: Project) -> u64 {
        self.want(|wanted| wanted.project = project)
    }

    fn want(&self, change: impl FnOnce(&mut Wanted)) -> u64 {
        self.wanted.send_modify(|wanted| {
            wanted.build += 1;
            change(wanted);
        });
        self.wanted.borrow().build
    }

    /// Kills a build that still runs, with all that it started.
    pub async fn stop(mut self) {
        self.task.abort();
        // It has ended either way.
        let _ = (&mut self.task).await;
    }
}

/// What is to be built next.
#[derive(Debug)]
struct Wanted {
    project: Project,
    /// Builds are numbered by who wants them: one that is not begun yet takes the number of the last.
    build: u64,
}

impl Drop for Compiler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What lives from build to build.
#[derive(Debug)]
struct Workshop {
    project: Project,
    /// The number of the build that runs, or ran last.
    build: u64,
    profile: Profile,
    printer: Printer,
    watchdog: Option<Arc<Watchdog>>,
    events: mpsc::Sender<Event>,
    stage: Stage,
    /// What the last build said, so as not to say it again: Cargo repeats the warnings of packages
    /// that it did not compile anew.
    shown: Diagnostics,
    /// The last executable of each package.
    executables: HashMap<String, stage::Staged>,
}

impl Workshop {
    fn new(
        project: &Project,
        profile: Profile,
        printer: Printer,
        watchdog: Option<Arc<Watchdog>>,
        events: mpsc::Sender<Event>,
    ) -> Self {
        Self {
            stage: Stage::new(&project.target_directory),
            project: project.clone(),
            build: FIRST,
            profile,
            printer,
            watchdog,
            events,
            shown: Diagnostics::default(),
            executables: HashMap::new(),
        }
    }

    async fn run(mut self, mut wanted: watch::Receiver<Wanted>) {
        while self.next(&mut wanted).await {
            self.take(&wanted.borrow_and_update());
            self.shown = Build::new(&mut self).run().await;
        }
    }

    fn take(&mut self, wanted: &Wanted) {
        self.project.clone_from(&wanted.project);
        self.build = wanted.build;
    }

    /// Waits for a build to be wanted; `false` if nobody wants any more.
    async fn next(&self, wanted: &mut watch::Receiver<Wanted>) -> bool {
        tokio::select! {
            changed = wanted.changed() => changed.is_ok(),
            () = self.events.closed() => false,
        }
    }

    async fn send(&self, event: Event) {
        // Nobody listens any more: `run` will see it too, and end.
        let _ = self.events.send(event).await;
    }
}

#[cfg(test)]
mod tests;
