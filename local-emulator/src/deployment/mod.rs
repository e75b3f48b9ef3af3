//! What is deployed on this machine: the functions of the project, behind their route keys.

mod directory;
mod front_door;
mod function;
mod spec;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::join_all;

use crate::compile;
use crate::gateway::http_api::RouteTable;
use crate::invoke_api::Directory;
use crate::project::{self, Project, Routes, Settings};
use crate::sandbox::{Host, Pool};
pub(crate) use front_door::{FrontDoor, Local};
use function::{Function, Retired};
pub(crate) use spec::Defaults;

/// All functions of the project.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) project: Project,
    settings: Settings,
    defaults: Defaults,
    host: Host,
    /// By package.
    functions: HashMap<String, Arc<Function>>,
    /// Replaced versions that may still have an invocation to end.
    retired: Vec<Arc<Pool>>,
    front_door: FrontDoor,
    directory: Directory<Arc<Function>>,
    /// What was told of the project last, so as not to tell it again.
    told: Told,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Deployment {
    /// All functions of `project`, about to be built.
    pub(crate) fn new(project: Project, settings: Settings, defaults: Defaults, host: Host) -> Self {
        let mut deployment = Self {
            project,
            settings,
            defaults,
            host,
            functions: HashMap::new(),
            retired: Vec::new(),
            front_door: FrontDoor::new(),
            directory: Directory::default(),
            told: Told::default(),
        };
        deployment.route(compile::FIRST);
        deployment
    }

    pub(crate) fn front_door(&self) -> FrontDoor {
        self.front_door.clone()
    }

    /// The functions by name.
    pub(crate) fn directory(&self) -> Directory<Arc<Function>> {
        self.directory.clone()
    }

    /// Takes over the project opened again, with other functions or other routes, which the build `wanted`
    /// is the first to know.
    pub(crate) fn replace_project(&mut self, project: Project, wanted: u64) {
        self.project = project;
        let stays =
            |package: &String| self.project.functions.iter().any(|function| function.package == *package);
        let (stay, go): (HashMap<_, _>, HashMap<_, _>) =
            self.functions.drain().partition(|(package, _)| stays(package));
        self.functions = stay;
        self.wait_for(wanted);
        for function in go.into_values() {
            self.retire(function.remove("this function is no longer among the `members` of `Cargo.toml`"));
        }
        self.route(wanted);
    }

    /// All functions are waited for, until the build `wanted`.
    pub(crate) fn wait_for(&self, wanted: u64) {
        self.functions.values().for_each(|function| function.wait_for(wanted));
    }

    /// Takes over settings: functions whose own did not change keep their sandboxes.
    pub(crate) fn replace_settings(&mut self, settings: Settings) {
        self.settings = settings;
        let Self { project, settings, defaults, functions, host, .. } = &*self;
        let changed = project.functions.iter().filter_map(|function| {
            let spec = |executable: &Path| defaults.spec(project, settings, function, executable);
            functions.get(&function.package)?.configure(host, spec)
        });
        let changed: Vec<_> = changed.collect();
        self.retired.extend(changed);
        // Routes may have changed, functions have not: there is none to wait for.
        self.route(0);
    }

    /// Source files changed: the functions that are built from them are waited for, until the build `wanted`.
    pub(crate) fn sources_changed(&self, files: &[PathBuf], wanted: u64) {
        let affected = self.project.affected(files);
        if affected.is_empty() {
            return;
        }
        let files = files.iter().filter_map(|file| file.strip_prefix(&self.project.root).ok()?.to_str());
        let packages: Vec<&str> = affected.iter().map(|function| function.package.as_str()).collect();
        let (files, packages) = (files.collect::<Vec<_>>().join(", "), packages.join(", "));
        self.host.printer.line(format_args!("{files} changed: building {packages}"));
        for function in affected {
            if let Some(function) = self.functions.get(&function.package) {
                function.wait_for(wanted);
            }
        }
    }

    /// A build made a function.
    pub(crate) fn built(&mut self, build: u64, package: &str, executable: PathBuf) {
        let Self { project, settings, defaults, host, functions, .. } = &*self;
        let Some(function) = functions.get(package) else { return };
        let Some(member) = project.functions.iter().find(|member| member.package == package) else { return };
        let spec = |executable: &Path| defaults.spec(project, settings, member, executable);
        let retired = function.built(build, executable, host, spec);
        self.retire(retired);
    }

    /// A build could not make a function, in the compiler's words.
    pub(crate) fn failed(&mut self, build: u64, package: &str, words: String) {
        let retired = self.functions.get(package).and_then(|function| function.failed(build, words));
        self.retire(retired);
    }

    fn retire(&mut self, pool: Retired) {
        self.retired.retain(|pool| !pool.is_empty());
        self.retired.extend(pool);
    }

    /// Makes the route table anew, and says what is wrong with it. Functions that it leads to for the first
    /// time are those of the build `wanted`.
    fn route(&mut self, wanted: u64) {
        let Routes { routes, mut errors, warnings } = self.project.routes(&self.settings);
        let mut table = RouteTable::default();
        for project::Route { package, keys, .. } in routes {
            let function = self.functions.entry(package).or_insert_with(|| Arc::new(Function::new(wanted)));
            for key in keys {
                errors
                    .extend(table.add(key, Arc::clone(function).into()).err().map(|error| error.to_string()));
            }
        }
        self.front_door.route(table);
        self.directory.replace(self.listing());
        self.tell(errors, &warnings);
    }

    fn tell(&mut self, errors: Vec<String>, of_routes: &[String]) {
        let of_variables = self.defaults.warnings(&self.project, &self.settings);
        let warnings = [&self.project.warnings[..], &self.settings.warnings, of_routes, &of_variables];
        let told = Told { errors, warnings: warnings.into_iter().flatten().cloned().collect() };
        if told != self.told {
            told.errors.iter().for_each(|error| self.host.printer.error(error));
            told.warnings.iter().for_each(|warning| self.host.printer.warning(warning));
            self.told = told;
        }
    }

    /// Ends every sandbox, also those of replaced versions, and waits until all are gone.
    pub(crate) async fn shut_down(mut self) {
        for function in std::mem::take(&mut self.functions).into_values() {
            let pool = function.remove("the emulator is stopping");
            self.retire(pool);
        }
        join_all(self.retired.iter().map(|pool| pool.shutdown())).await;
    }
}
