//! Keeps what is deployed in step with the files of the project.

use std::future;

use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::sync::oneshot;

use crate::compile::{Compiler, Event};
use crate::deployment::Deployment;
use crate::printer::Printer;
use crate::project::{Project, ProjectError, Settings};
use crate::watch::{Change, Watcher};

/// Takes in what the compiler and the watcher tell.
#[derive(Debug)]
pub(crate) struct Reload {
    pub(crate) deployment: Deployment,
    pub(crate) compiler: Compiler,
    pub(crate) builds: Receiver<Event>,
    /// Absent if files are not watched.
    pub(crate) watch: Option<(Watcher, UnboundedReceiver<Change>)>,
    pub(crate) printer: Printer,
}

impl Reload {
    /// Runs until `stop`; then ends builds and sandboxes, and waits until all are gone.
    pub(crate) async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        loop {
            tokio::select! {
                _ = &mut stop => break,
                Some(event) = self.builds.recv() => self.deployment.built(event),
                change = next(&mut self.watch) => self.changed(change).await,
            }
        }
        drop(self.compiler);
        self.deployment.shut_down().await;
    }

    async fn changed(&mut self, change: Change) {
        if change.template || change.environment {
            self.read_settings();
        }
        if change.manifest && !self.open_project().await {
            return;
        }
        if !change.sources.is_empty() {
            self.deployment.sources_changed(&change.sources);
            self.compiler.build();
        }
    }

    /// A file that cannot be read leaves everything as it was.
    fn read_settings(&mut self) {
        match Settings::read(&self.deployment.project.root) {
            Ok(settings) => {
                self.printer.line("settings changed: read again");
                self.deployment.replace_settings(settings);
            }
            Err(error) => self.printer.error(format_args!("{error}; the settings stay as they were")),
        }
    }

    /// Whether the project is in order.
    async fn open_project(&mut self) -> bool {
        let root = self.deployment.project.root.clone();
        let opened = tokio::task::spawn_blocking(move || Project::open(&root)).await;
        match opened.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())) {
            Ok(project) if project == self.deployment.project => true,
            Ok(project) => {
                self.take_over(project);
                true
            }
            Err(error) => {
                self.project_broken(&error);
                false
            }
        }
    }

    fn take_over(&mut self, project: Project) {
        if self.watch.is_some() {
            match Watcher::start(&project) {
                Ok(watch) => self.watch = Some(watch),
                Err(error) => self.printer.error(error),
            }
        }
        self.compiler.build_project(project.clone());
        self.deployment.replace_project(project);
    }

    fn project_broken(&self, error: &ProjectError) {
        self.printer.error(format_args!("{error}; the functions stay as they were"));
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
