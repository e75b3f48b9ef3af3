//! Keeps the deployment in step with the files of the project.

use std::collections::BTreeMap;
use std::future;
use std::panic;
use std::path::{Path, PathBuf};

use api_routes_project::workspace::{Project, ProjectError};
use api_routes_project::{Settings, SettingsError, causes};
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::compile::{BuildEvent, Compiler, FIRST};
use crate::deployment::Deployment;
use crate::printer::Printer;
use crate::settings::{self, SettingsReader};
use crate::watch::{Change, Watcher};

/// The number of a build that has not been requested yet.
const NOT_REQUESTED: u64 = u64::MAX;

/// Handles the events of the compiler and of the watcher.
#[derive(Debug)]
pub(crate) struct Reload {
    deployment: Deployment,
    compiler: Compiler,
    builds: Receiver<BuildEvent>,
    /// Absent if files are not watched.
    watch: Option<(Watcher, UnboundedReceiver<Change>)>,
    printer: Printer,
    /// Receives the executables that a sandbox could not start from.
    missing: UnboundedReceiver<PathBuf>,
    /// Present while the settings are read again.
    reading: Option<SettingsReader>,
    /// Present while the project is read again.
    opening: Option<JoinHandle<Result<Project, ProjectError>>>,
    /// Whether the project has changed since that reading began.
    open_again: bool,
    /// Whether functions wait until the project is read, and then for the build that follows.
    project_changed: bool,
    /// Whether the lock file was written while a build ran.
    build_once_more: bool,
    /// The last requested build, and the last finished one.
    wanted: u64,
    finished: u64,
    /// The last build of each package, with success or not.
    done: BTreeMap<String, u64>,
    /// Whether the last requested build has built all functions; `None` until it is finished.
    outcome: watch::Sender<Option<bool>>,
}

impl Reload {
    pub(crate) fn new(
        deployment: Deployment,
        (compiler, builds): (Compiler, Receiver<BuildEvent>),
        watch: Option<(Watcher, UnboundedReceiver<Change>)>,
        printer: Printer,
        missing: UnboundedReceiver<PathBuf>,
    ) -> Self {
        Self {
            deployment,
            compiler,
            builds,
            watch,
            printer,
            missing,
            reading: None,
            opening: None,
            open_again: false,
            project_changed: false,
            build_once_more: false,
            wanted: FIRST,
            finished: 0,
            done: BTreeMap::new(),
            outcome: watch::Sender::default(),
        }
    }

    /// Returns a receiver of the outcome of builds: whether all functions are built, or `None` while a build runs.
    pub(crate) fn outcome(&self) -> watch::Receiver<Option<bool>> {
        self.outcome.subscribe()
    }

    /// Runs until `stop`, and then ends builds and sandboxes, and waits until all are gone.
    pub(crate) async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        loop {
            tokio::select! {
                _ = &mut stop => break,
                Some(event) = self.builds.recv() => self.built(event),
                change = next(&mut self.watch) => self.changed(&change),
                Some(executable) = self.missing.recv() => self.executable_is_missing(&executable),
                read = settings::next(&mut self.reading) => self.settings_read(read),
                opened = read(&mut self.opening) => self.opened(opened),
            }
        }
        self.compiler.stop().await;
        self.deployment.shut_down().await;
    }

    fn built(&mut self, event: BuildEvent) {
        if let Some((watcher, _)) = &self.watch {
            watcher.build(&event);
        }
        match event {
            BuildEvent::Started { .. } | BuildEvent::ScriptRan { .. } | BuildEvent::InputsNamed { .. } => {}
            BuildEvent::Built { build, package, executable } => {
                self.done.insert(package.clone(), build);
                self.deployment.complete_build(build, &package, executable);
            }
            BuildEvent::Failed { build, package, diagnostics } => {
                self.done.insert(package.clone(), build);
                self.deployment.fail_build(build, &package, diagnostics);
            }
            BuildEvent::Finished { build, success } => self.finished(build, success),
        }
    }

    fn finished(&mut self, build: u64, success: bool) {
        self.finished = build;
        self.outcome.send_replace((build == self.wanted && !self.build_once_more).then_some(success));
        if self.build_once_more && self.finished == self.wanted {
            self.build_once_more = false;
            self.want(|compiler| compiler.build([]));
        }
    }

    /// Handles a change. Sources come before settings, so that a request that new settings reject waits for its build.
    fn changed(&mut self, change: &Change) {
        change.warnings.iter().for_each(|warning| self.printer.warning(warning));
        if self.is_cargos_own(change) {
            self.build_once_more = true;
            return;
        }
        self.project_changed |= change.manifest;
        if !change.held.is_empty() {
            self.wait_for_held(change);
        }
        if !change.sources.is_empty() {
            self.wait_for_sources(change);
        }
        if change.manifest {
            self.open_project();
        }
        if !change.code.is_empty() {
            self.deployment.code_changed(&change.code);
        }
        if change.template || change.environment {
            self.printer.line("settings changed: reading them again");
            self.read_settings();
        }
    }

    /// Requests a build of changed sources. While the project itself changes, its functions wait until it is read: a build of
    /// the old project would fail because of missing files.
    fn wait_for_sources(&mut self, change: &Change) {
        let packages: Vec<String> = self.deployment.affected(&change.sources, &change.packages);
        let build = if self.project_changed {
            NOT_REQUESTED
        } else {
            self.want(|compiler| compiler.build(packages.iter().map(String::as_str)))
        };
        self.deployment.sources_changed(&change.sources, &packages, build);
    }

    /// Lets functions wait for the running build, which has read these files or will report them.
    fn wait_for_held(&self, change: &Change) {
        let mut packages = self.deployment.affected(&change.held, &change.packages);
        // A function that this build has finished already would wait for ever.
        packages.retain(|package| self.done.get(package).is_none_or(|build| *build < self.wanted));
        if self.finished < self.wanted {
            self.deployment.wait_for(&packages, self.wanted);
        }
    }

    /// Builds again after the target folder, or the staging folder in it, was removed. A running build may have put the
    /// executable there again.
    fn executable_is_missing(&mut self, executable: &Path) {
        let is_built = executable.starts_with(&self.deployment.project.target_directory);
        if !is_built || self.finished < self.wanted || executable.exists() {
            return;
        }
        self.printer.line(format_args!("`{}` was removed: building again", executable.display()));
        let build = self.want(Compiler::build_all);
        self.deployment.wait_for_all(build);
    }

    fn want(&mut self, ask: impl FnOnce(&Compiler) -> u64) -> u64 {
        self.wanted = ask(&self.compiler);
        self.outcome.send_replace(None);
        self.wanted
    }

    /// Whether Cargo itself made the change: it writes the lock file at the beginning of a build, if the file does not fit the
    /// manifests. If another program wrote it, one more build reads it, for which no request waits.
    fn is_cargos_own(&self, change: &Change) -> bool {
        let lock: PathBuf = self.deployment.project.root.join("Cargo.lock");
        self.finished < self.wanted
            && !(change.template || change.environment)
            && change.code.is_empty()
            && !change.sources.is_empty()
            && change.sources.iter().all(|file| *file == lock)
    }

    /// Begins to read the settings, and gives up an earlier reading.
    fn read_settings(&mut self) {
        self.reading = Some(SettingsReader::start(
            &self.deployment.project,
            self.deployment.dotenv_context(),
            &self.printer,
        ));
    }

    /// Takes the settings that were read. After an error, everything stays as it was.
    fn settings_read(&mut self, read: Result<Settings, SettingsError>) {
        match read {
            Ok(settings) => {
                let watched = self.deployment.named_paths();
                self.deployment.replace_settings(settings);
                if self.deployment.named_paths() != watched {
                    self.watch_other_folders();
                }
            }
            Err(error) => {
                let causes = causes(&error);
                self.printer.error(format_args!("{error}; the settings stay as they were{causes}"));
            }
        }
    }

    /// Begins to read the project again, for which Cargo is asked.
    fn open_project(&mut self) {
        self.open_again = self.opening.is_some();
        if !self.open_again {
            let Project { root, overrides, deployed, .. } = self.deployment.project.clone();
            let open = move || Project::open(&root).map(|project| Project { overrides, deployed, ..project });
            self.opening = Some(tokio::task::spawn_blocking(open));
        }
    }

    fn opened(&mut self, opened: Result<Project, ProjectError>) {
        match opened {
            Ok(project) if project == self.deployment.project => self.build_all(),
            Ok(project) => self.take_over(project),
            Err(error) => {
                let causes = causes(&error);
                self.printer.error(format_args!("{error}; the routes stay as they were{causes}"));
                self.build_those_waiting();
            }
        }
        if self.open_again {
            self.open_project();
        }
    }

    /// Builds everything after a change in the manifests that leaves the project the same.
    fn build_all(&mut self) {
        if std::mem::take(&mut self.project_changed) {
            let build = self.want(Compiler::build_all);
            self.deployment.wait_for_all(build);
        }
    }

    /// Builds the functions that wait, after Cargo has refused the project: the build has Cargo's message for their requests.
    /// The others go on as they are.
    fn build_those_waiting(&mut self) {
        if std::mem::take(&mut self.project_changed) {
            let packages = self.deployment.waiting();
            let build = self.want(|compiler| compiler.build(packages.iter().map(String::as_str)));
            self.deployment.wait_for(&packages, build);
        }
    }

    /// Takes over another project. Unreported changes are lost with the old watcher. So the new watcher starts first, and
    /// everything is read after that: sources by the build, settings and manifests here.
    fn take_over(&mut self, project: Project) {
        self.open_again |= self.watch(&project);
        self.project_changed = false;
        let to_build = self.deployment.buildable(&project);
        let build = self.want(|compiler| compiler.build_project(to_build));
        self.deployment.replace_project(project, build);
        self.read_settings();
    }

    /// Watches other folders of the same project, and then reads everything, as for another project.
    fn watch_other_folders(&mut self) {
        let project = self.deployment.project.clone();
        if self.watch(&project) {
            self.project_changed = true;
            self.open_project();
            self.read_settings();
        }
    }

    /// Begins to watch `project`; `false` if files are not watched at all.
    fn watch(&mut self, project: &Project) -> bool {
        if self.watch.is_none() {
            return false;
        }
        match Watcher::start(project, self.deployment.named_paths()) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) => self.printer.error(format_args!(
                "{error}; files in new folders are not watched: start the emulator again{}",
                causes(&error)
            )),
        }
        true
    }
}

/// Waits for the next change; for ever, if nothing is watched.
async fn next(watch: &mut Option<(Watcher, UnboundedReceiver<Change>)>) -> Change {
    if let Some((_, changes)) = watch
        && let Some(change) = changes.recv().await
    {
        return change;
    }
    future::pending().await
}

/// Waits for the project that is being read; for ever, if it is not being read.
async fn read(
    opening: &mut Option<JoinHandle<Result<Project, ProjectError>>>,
) -> Result<Project, ProjectError> {
    let Some(task) = opening else { return future::pending().await };
    let opened = task.await;
    *opening = None;
    opened.unwrap_or_else(|error| panic::resume_unwind(error.into_panic()))
}
