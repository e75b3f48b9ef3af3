//! The deployment on this machine: the functions of the project, behind their front doors.

mod attached;
mod catalog;
mod changes;
mod front_door;
mod function;
mod problems;
mod spec;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api_routes_project::environment::DotenvContext;
use api_routes_project::front_doors::{self as project, FunctionId, Notices};
use api_routes_project::workspace::Project;
use api_routes_project::{NamedPaths, Settings};
use futures_util::future::join_all;

use crate::access::AllowedHost;
use crate::authorizer::{API_KEYS_VARIABLE, CLAIMS_VARIABLE, Development};
use crate::compile::{self, Demand};
use crate::current::Current;
use crate::invoke_api::Directory;
use crate::pool::Pool;
use crate::sandbox::SandboxHost;
pub(crate) use catalog::{Catalog, ListedFunction};
pub(crate) use front_door::{AuthorizerHost, LiveFrontDoor, LocalBackend, Preview, preview};
use front_door::{FunctionMap, LiveFrontDoors};
pub(crate) use function::FunctionStatus;
use function::{Function, RetiredPool};
use problems::ProblemLog;
pub(crate) use spec::Defaults;

/// The functions and front doors of the project, kept in step with it.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) project: Project,
    settings: Settings,
    defaults: Defaults,
    host: SandboxHost,
    authorizers: AuthorizerHost,
    /// The functions and front doors that project and settings declare.
    found: project::FrontDoors,
    functions: FunctionMap,
    /// Replaced versions that may still run an invocation.
    retired: Vec<Arc<Pool>>,
    front_doors: LiveFrontDoors,
    directory: Current<Directory<Arc<Function>>>,
    catalog: Current<Catalog>,
    /// The claims of `.env`.
    claims: Current<Option<Arc<str>>>,
    /// The custom domain names of the template.
    domain_names: Current<Vec<AllowedHost>>,
    /// The problems of the front doors.
    front_door_problems: Notices,
    problems: ProblemLog,
    /// Reports to the compiler which functions are in use.
    demand: Demand,
}

impl Deployment {
    /// Creates the deployment of `project`, whose functions wait for their first build.
    pub(crate) fn new(
        project: Project,
        settings: Settings,
        defaults: Defaults,
        host: SandboxHost,
        authorizers: AuthorizerHost,
        demand: Demand,
    ) -> Self {
        let found = project.front_doors(&settings, &defaults.chosen);
        let mut deployment = Self {
            project,
            settings,
            host,
            authorizers,
            functions: HashMap::new(),
            retired: Vec::new(),
            front_doors: LiveFrontDoors::new(&found.doors, defaults.options),
            directory: Current::new(Directory::new("", "")),
            catalog: Current::new(Catalog::empty()),
            claims: Current::new(None),
            domain_names: Current::new(Vec::new()),
            front_door_problems: Notices::default(),
            problems: ProblemLog::default(),
            defaults,
            found,
            demand,
        };
        deployment.deploy(compile::FIRST);
        deployment
    }

    /// Returns the front doors, in the order of the project.
    pub(crate) fn front_doors(&self) -> Vec<LiveFrontDoor> {
        self.front_doors.iter().cloned().collect()
    }

    /// Returns the mode and the variables with which `.env` files are read.
    pub(crate) fn dotenv_context(&self) -> &DotenvContext {
        &self.defaults.dotenv_context
    }

    /// Returns the folders and files that the template and the mode name.
    pub(crate) fn named_paths(&self) -> NamedPaths {
        self.settings.named_paths(&self.project.root)
    }

    /// Returns the functions by the names that the Invoke API takes.
    pub(crate) fn directory(&self) -> Current<Directory<Arc<Function>>> {
        self.directory.clone()
    }

    /// Returns the functions and front doors as they are now.
    pub(crate) fn catalog(&self) -> Current<Catalog> {
        self.catalog.clone()
    }

    /// Returns the claims of `.env`, with which the developer signs in.
    pub(crate) fn claims(&self) -> Current<Option<Arc<str>>> {
        self.claims.clone()
    }

    /// Returns the custom domain names of the APIs.
    pub(crate) fn domain_names(&self) -> Current<Vec<AllowedHost>> {
        self.domain_names.clone()
    }

    /// Takes over a changed project, with other functions or other routes. The build `wanted` is the first that knows them.
    pub(crate) fn replace_project(&mut self, project: Project, wanted: u64) {
        self.project = project;
        self.wait_for_all(wanted);
        self.find(wanted);
    }

    /// Takes over changed settings. Functions whose own settings are the same keep their sandboxes.
    pub(crate) fn replace_settings(&mut self, settings: Settings) {
        self.settings = settings;
        // Settings may rename functions, but the packages are the same, so no build is needed.
        self.find(0);
    }

    fn find(&mut self, wanted: u64) {
        self.found = self.project.front_doors(&self.settings, &self.defaults.chosen);
        self.attach();
        self.remove_gone();
        self.deploy(wanted);
    }

    /// Takes over a function that a build made.
    pub(crate) fn complete_build(&mut self, build: u64, package: &str, executable: PathBuf) {
        let id = FunctionId::Package(package.to_owned());
        let Self { settings, defaults, host, functions, found, .. } = &*self;
        let Some(function) = functions.get(&id).filter(|function| !function.is_attached()) else { return };
        let Some(served) = found.functions.iter().find(|served| served.id == id) else { return };
        let spec = |executable: &Path| defaults.spec(settings, served, executable);
        let retired = function.complete_build(build, executable, host, spec);
        self.retire(retired);
    }

    /// Takes over the compiler's message about a function that a build could not make.
    pub(crate) fn fail_build(&mut self, build: u64, package: &str, words: String) {
        let id = FunctionId::Package(package.to_owned());
        let retired = self.functions.get(&id).and_then(|function| function.fail_build(build, words));
        self.retire(retired);
    }

    fn retire(&mut self, pool: RetiredPool) {
        self.retired.retain(|pool| !pool.is_empty());
        self.retired.extend(pool);
    }

    /// Removes the functions that the project does not have any more. A package that has only lost its route stays, since a
    /// build or a saved file may bring the route back.
    fn remove_gone(&mut self) {
        let stays = |id: &FunctionId| match id {
            FunctionId::Package(package) => self.project.functions.iter().any(|of| of.package == *package),
            FunctionId::Folder(_) => self.found.functions.iter().any(|served| served.id == *id),
        };
        let gone: Vec<_> = self.functions.keys().filter(|id| !stays(id)).cloned().collect();
        for id in gone {
            let words = match &id {
                FunctionId::Package(_) => "this function is no longer among the `members` of `Cargo.toml`",
                FunctionId::Folder(_) => "this function is no longer in `template.yaml`",
            };
            let retired = self.functions.remove(&id).and_then(|function| function.remove(words));
            self.retire(retired);
        }
    }

    /// Gives each function its settings and each front door its routes, and prints the problems with them. New packages wait
    /// for the build `wanted`.
    fn deploy(&mut self, wanted: u64) {
        let Self { settings, defaults, host, functions, found, demand, .. } = self;
        let mut retired = Vec::new();
        for served in &found.functions {
            let spec = |executable: &Path| defaults.spec(settings, served, executable);
            let function = functions.entry(served.id.clone());
            let attachment = defaults.attachments.get(&served.id);
            retired.extend(match (&served.id, attachment) {
                (_, Some(attachment)) => {
                    let attached = function.or_insert_with(|| Arc::new(Function::attached()));
                    attached.attach(attachment);
                    attached.complete_build(0, PathBuf::new(), host, spec)
                }
                (FunctionId::Package(package), None) => {
                    let debugged = defaults.debug(served).is_some();
                    let new = || {
                        Arc::new(
                            Function::new(wanted)
                                .of_package(package, demand)
                                .named(&served.place)
                                .debugged(debugged),
                        )
                    };
                    function.or_insert_with(new).configure(host, spec)
                }
                (FunctionId::Folder(_), None) => {
                    let executable = served.folder.join("bootstrap");
                    // No build makes this function, so the number is always the same.
                    function
                        .or_insert_with(|| Arc::new(Function::new(0).named(&served.place)))
                        .complete_build(0, executable, host, spec)
                }
            });
        }
        self.retired.extend(retired);
        let keys = self.settings.own_variable(API_KEYS_VARIABLE, &self.defaults.dotenv_context.shell);
        let authorizers = self.authorizers.with_api_keys(keys.unwrap_or_default());
        let region = self.region();
        self.front_door_problems =
            self.front_doors.replace(&self.found, &region, authorizers, &self.functions);
        let Self { project, settings, found, functions, .. } = &*self;
        self.directory.replace(catalog::directory(&found.functions, functions, &region));
        self.catalog.replace(Catalog::new(project, settings, found, functions, self.defaults.options));
        let claims = self.settings.own_variable(CLAIMS_VARIABLE, &self.defaults.dotenv_context.shell);
        self.claims.replace(claims.map(Arc::from));
        let names = self.settings.template().domain_names.iter();
        self.domain_names.replace(names.filter_map(|name| name.parse().ok()).collect());
        self.print_problems();
    }

    /// Returns the region of all functions, which the shell or `.env` sets.
    fn region(&self) -> String {
        let any = self.settings.function("");
        self.settings
            .sources(&any, &self.defaults.dotenv_context.shell, &self.project.root)
            .region()
            .to_owned()
    }

    /// Prints the problems of the project that are new, and those that are resolved.
    fn print_problems(&mut self) {
        let front_door_problems = self.front_door_problems.clone();
        let Notices { mut errors, warnings } = self.found.notices.clone();
        errors.extend(front_door_problems.errors);
        let of_variables = self.defaults.warnings(&self.settings, &self.found.functions);
        let of_project = [&self.project.warnings()[..], &self.settings.warnings, &warnings];
        let of_debugger = self.defaults.debugger_warnings(&self.found.functions);
        let of_stack = self.defaults.stack_warnings(&self.settings, &self.found.functions);
        let of_claims: Vec<_> =
            self.claims.get().as_deref().and_then(Development::variable_warning).into_iter().collect();
        let of_deployment =
            [&front_door_problems.warnings, &of_variables, &of_debugger, &of_stack, &of_claims];
        let warnings = of_project.into_iter().chain(of_deployment.map(Vec::as_slice)).flatten();
        let notices = Notices { errors, warnings: warnings.cloned().collect() };
        self.problems.replace(notices, &self.host.printer);
    }

    /// Ends every sandbox, including those of replaced versions, and waits until all are gone.
    pub(crate) async fn shut_down(mut self) {
        for function in std::mem::take(&mut self.functions).into_values() {
            let pool = function.remove("the emulator is stopping");
            self.retire(pool);
        }
        join_all(self.retired.iter().map(|pool| pool.shutdown())).await;
    }
}
