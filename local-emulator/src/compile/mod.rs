//! Builds the functions: one call of Cargo for all of them, whose messages are read as they come.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::printer::Printer;
use crate::project::Project;
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

/// Which of Cargo's profiles functions are built in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    Started,
    /// A function compiled, and can serve at once, while others are still being built.
    Built {
        /// Its package.
        package: String,
        /// Its binary, in a place that later builds leave alone.
        executable: PathBuf,
        /// Whether it differs from the last build's; if not, running sandboxes may stay.
        changed: bool,
    },
    /// A function did not compile, or something that it builds with did not.
    Failed {
        /// Its package.
        package: String,
        /// The compiler's words, without colours.
        diagnostics: String,
    },
    /// The build has ended: every function has been `Built` or `Failed` since `Started`.
    Finished {
        /// Whether every function was built.
        success: bool,
    },
}

/// Builds the functions of a project again and again, one build after another. Dropped, it kills a
/// build that still runs, and removes the binaries.
#[derive(Debug)]
pub struct Compiler {
    wanted: watch::Sender<Project>,
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
        let (sender, mut wanted) = watch::channel(project.clone());
        wanted.mark_changed();
        let task = tokio::spawn(Workshop::new(project, profile, printer, watchdog, events).run(wanted));
        (Self { wanted: sender, task }, receiver)
    }

    /// Asks for a build. While one runs, any number of calls make one more after it: the running one
    /// may have read the changed file already, or not.
    pub fn build(&self) {
        self.wanted.send_modify(|_| {});
    }

    /// Asks for a build of the project as it is now: with other functions, or other sources.
    pub fn build_project(&self, project: Project) {
        self.wanted.send_replace(project);
    }
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
            profile,
            printer,
            watchdog,
            events,
            shown: Diagnostics::default(),
            executables: HashMap::new(),
        }
    }

    async fn run(mut self, mut wanted: watch::Receiver<Project>) {
        while self.next(&mut wanted).await {
            self.project.clone_from(&wanted.borrow_and_update());
            self.shown = Build::new(&mut self).run().await;
        }
    }

    /// Waits for a build to be wanted; `false` if nobody wants any more.
    async fn next(&self, wanted: &mut watch::Receiver<Project>) -> bool {
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
