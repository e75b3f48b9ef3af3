//! Keeps what is deployed in step with the files of the project.

use std::future;
use std::panic;
use std::path::PathBuf;

use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::compile::{Compiler, Event, FIRST};
use crate::deployment::Deployment;
use crate::printer::Printer;
use crate::project::{Project, ProjectError, Settings};
use crate::watch::{Change, Watcher};

/// Takes in what the compiler and the watcher tell.
#[derive(Debug)]
pub(crate) struct Reload {
    deployment: Deployment,
    compiler: Compiler,
    builds: Receiver<Event>,
    /// Absent if files are not watched.
    watch: Option<(Watcher, UnboundedReceiver<Change>)>,
    printer: Printer,
    /// The project is being read again.
    opening: Option<JoinHandle<Result<Project, ProjectError>>>,
    /// It changed once more in the meantime.
    open_again: bool,
    /// The build that was wanted last, and the one that was finished last.
    wanted: u64,
    finished: u64,
}

impl Reload {
    pub(crate) fn new(
        deployment: Deployment,
        (compiler, builds): (Compiler, Receiver<Event>),
        watch: Option<(Watcher, UnboundedReceiver<Change>)>,
        printer: Printer,
    ) -> Self {
        let (opening, open_again, wanted, finished) = (None, false, FIRST, 0);
        Self { deployment, compiler, builds, watch, printer, opening, open_again, wanted, finished }
    }

    /// Runs until `stop`; then ends builds and sandboxes, and waits until all are gone.
    pub(crate) async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        loop {
            tokio::select! {
                _ = &mut stop => break,
                Some(event) = self.builds.recv() => self.built(event),
                change = next(&mut self.watch) => self.changed(&change),
                opened = finished(&mut self.opening) => self.opened(opened),
            }
        }
        self.compiler.stop().await;
        self.deployment.shut_down().await;
    }

    fn built(&mut self, event: Event) {
        match event {
            Event::Started { .. } => {}
            Event::Built { build, package, executable } => {
                self.deployment.built(build, &package, executable);
            }
            Event::Failed { build, package, diagnostics } => {
                self.deployment.failed(build, &package, diagnostics);
            }
            Event::Finished { build, .. } => self.finished = build,
        }
    }

    fn changed(&mut self, change: &Change) {
        if self.is_cargos_own(change) {
            return;
        }
        if change.template || change.environment {
            self.printer.line("settings changed: reading them again");
            self.read_settings();
        }
        if change.manifest {
            self.open_project();
        }
        if !change.sources.is_empty() {
            self.wanted = self.compiler.build();
            self.deployment.sources_changed(&change.sources, self.wanted);
        }
    }

    /// Cargo writes the lock file as a build begins, if it does not fit the manifests yet.
    fn is_cargos_own(&self, change: &Change) -> bool {
        let lock: PathBuf = self.deployment.project.root.join("Cargo.lock");
        self.finished < self.wanted
            && !(change.template || change.environment)
            && !change.sources.is_empty()
            && change.sources.iter().all(|file| *file == lock)
    }

    /// A file that cannot be read leaves everything as it was.
    fn read_settings(&mut self) {
        match Settings::read(&self.deployment.project.root) {
            Ok(settings) => {
                self.deployment.replace_settings(settings);
            }
            Err(error) => self.printer.error(format_args!("{error}; the settings stay as they were")),
        }
    }

    /// Begins to read the project again. Cargo is asked, so that it takes a moment.
    fn open_project(&mut self) {
        self.open_again = self.opening.is_some();
        if !self.open_again {
            let root = self.deployment.project.root.clone();
            self.opening = Some(tokio::task::spawn_blocking(move || Project::open(&root)));
        }
    }

    fn opened(&mut self, opened: Result<Project, ProjectError>) {
        match opened {
            Ok(project) if project == self.deployment.project => {}
            Ok(project) => self.take_over(project),
            Err(error) => self.printer.error(format_args!("{error}; the functions stay as they were")),
        }
        if self.open_again {
            self.open_project();
        }
    }

    /// What the old watcher has seen and not yet told is lost with it. So the new one comes first, and all
    /// that it cannot have seen is looked at after that: sources by the build, settings and manifests here.
    fn take_over(&mut self, project: Project) {
        if self.watch.is_some() {
            match Watcher::start(&project) {
                Ok(watch) => self.watch = Some(watch),
                Err(error) => self.printer.error(error),
            }
            self.open_again = true;
        }
        self.wanted = self.compiler.build_project(project.clone());
        self.deployment.replace_project(project, self.wanted);
        self.read_settings();
    }
}

/// The next change; never, if nothing is watched.
async fn next(watch: &mut Option<(Watcher, UnboundedReceiver<Change>)>) -> Change {
    if let Some((_, changes)) = watch
        && let Some(change) = changes.recv().await
    {
        return change;
    }
    future::pending().await
}

/// The project read again; never, if it is not being read.
async fn finished(
    opening: &mut Option<JoinHandle<Result<Project, ProjectError>>>,
) -> Result<Project, ProjectError> {
    let Some(task) = opening else { return future::pending().await };
    let opened = task.await;
    *opening = None;
    opened.unwrap_or_else(|error| panic::resume_unwind(error.into_panic()))
}
