//! What is deployed on this machine: the functions of the project, behind their route keys.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crate::compile::Event;
use crate::function::Function;
use crate::gateway::http_api::{Api, HttpApi, RouteTable};
use crate::gateway::{Backend, NotReady};
use crate::invocation::{Invocation, Outcome};
use crate::project::{Project, Routes, Settings};
use crate::sandbox::{FunctionSpec, Host, Pool};

/// The functions of this machine, as the gateway sees them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local;

impl Backend for Local {
    type Function = Arc<Function>;

    async fn ready(&self, function: &Arc<Function>) -> Result<(), NotReady> {
        function.ready().await.map(drop)
    }

    async fn invoke(&self, function: &Arc<Function>, invocation: Invocation) -> Result<Outcome, NotReady> {
        function.invoke(invocation).await
    }
}

/// The gateway in front of the functions. Its routes change with the project; who has it in hand keeps
/// the routes of that moment.
#[derive(Clone, Debug)]
pub(crate) struct Gateway(Arc<RwLock<Arc<HttpApi<Local>>>>);

impl Gateway {
    fn new(api: HttpApi<Local>) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(api))))
    }

    pub(crate) fn api(&self) -> Arc<HttpApi<Local>> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, api: HttpApi<Local>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(api);
    }
}

/// One function with what its versions are made of.
#[derive(Debug)]
struct Deployed {
    function: Arc<Function>,
    executable: Option<PathBuf>,
    /// What the sandboxes of the newest version run.
    spec: Option<FunctionSpec>,
}

/// All functions of the project.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) project: Project,
    settings: Settings,
    shell: BTreeMap<String, String>,
    sandboxes: usize,
    host: Host,
    /// By package.
    functions: HashMap<String, Deployed>,
    gateway: Gateway,
}

impl Deployment {
    /// All functions of `project`, about to be built.
    pub(crate) fn new(
        project: Project,
        settings: Settings,
        shell: BTreeMap<String, String>,
        sandboxes: usize,
        host: Host,
    ) -> Self {
        let gateway = Gateway::new(HttpApi::new(Local, RouteTable::default()));
        let functions = HashMap::new();
        let mut deployment = Self { project, settings, shell, sandboxes, host, functions, gateway };
        deployment.route();
        deployment
    }

    pub(crate) fn gateway(&self) -> Gateway {
        self.gateway.clone()
    }

    /// Opens the project again: other functions, other routes.
    pub(crate) fn replace_project(&mut self, project: Project) {
        self.project = project;
        let packages: Vec<_> = self.project.functions.iter().map(|function| &function.package).collect();
        self.functions.retain(|package, deployed| {
            let stays = packages.contains(&package);
            if !stays {
                deployed.function.fail("this function is no longer a part of the project");
            }
            stays
        });
        self.route();
    }

    /// Takes over settings: functions whose own did not change keep their sandboxes.
    pub(crate) fn replace_settings(&mut self, settings: Settings) {
        self.settings = settings;
        let packages: Vec<_> = self.functions.keys().cloned().collect();
        for package in packages {
            self.deploy(&package);
        }
        self.route();
    }

    /// Source files changed: the functions that are built from them are waited for.
    pub(crate) fn sources_changed(&self, files: &[PathBuf]) {
        let affected = self.project.affected(files);
        if affected.is_empty() {
            return;
        }
        let names = |paths: Vec<&str>| paths.join(", ");
        let files = files.iter().filter_map(|file| file.strip_prefix(&self.project.root).ok()?.to_str());
        let packages: Vec<&str> = affected.iter().map(|function| function.package.as_str()).collect();
        self.host.printer.line(format_args!(
            "{} changed: building {}",
            names(files.collect()),
            names(packages)
        ));
        for function in affected {
            if let Some(deployed) = self.functions.get(&function.package) {
                deployed.function.build_begins();
            }
        }
    }

    /// A build tells how a function came out.
    pub(crate) fn built(&mut self, event: Event) {
        match event {
            Event::Started | Event::Finished { .. } => {}
            Event::Failed { package, diagnostics } => {
                if let Some(deployed) = self.functions.get_mut(&package) {
                    deployed.spec = None;
                    deployed.function.fail(diagnostics);
                }
            }
            Event::Built { package, executable, .. } => {
                if let Some(deployed) = self.functions.get_mut(&package) {
                    deployed.executable = Some(executable);
                    self.deploy(&package);
                }
            }
        }
    }

    /// Puts a function's newest version up, unless it is up already.
    fn deploy(&mut self, package: &str) {
        let Some(spec) = self.spec(package) else { return };
        let Some(deployed) = self.functions.get_mut(package) else { return };
        if deployed.spec.as_ref() == Some(&spec) && deployed.function.build_changed_nothing() {
            return;
        }
        deployed.spec = Some(spec.clone());
        deployed.function.replace(Pool::new(Arc::new(spec), self.host.clone()));
    }

    fn spec(&self, package: &str) -> Option<FunctionSpec> {
        let function = self.project.functions.iter().find(|function| function.package == package)?;
        let binary = self.functions.get(package)?.executable.clone()?;
        let settings = self.settings.function(&function.binary);
        let sources = self.settings.sources(&settings, &self.shell, &self.project.root);
        let Api { account_id, .. } = Api::default();
        Some(FunctionSpec {
            arn: format!("arn:aws:lambda:{}:{account_id}:function:{}", sources.region(), settings.name),
            environment: sources.environment().variables,
            name: settings.name.clone(),
            route: format!("/{}", function.route_folder),
            binary,
            working_directory: self.project.root.clone(),
            memory_mb: settings.memory_mb,
            timeout: settings.timeout,
            limit: self.sandboxes,
        })
    }

    /// Makes the route table anew, and says what is wrong with it.
    fn route(&mut self) {
        let Routes { routes, errors, warnings } = self.project.routes(&self.settings);
        let mut table = RouteTable::default();
        let mut duplicates = Vec::new();
        for route in &routes {
            let deployed = self.functions.entry(route.package.clone()).or_insert_with(|| Deployed {
                function: Arc::new(Function::building()),
                executable: None,
                spec: None,
            });
            for key in &route.keys {
                duplicates.extend(table.add(key.clone(), Arc::clone(&deployed.function)).err());
            }
        }
        self.gateway.replace(HttpApi::new(Local, table));
        for error in errors.iter().cloned().chain(duplicates.iter().map(ToString::to_string)) {
            self.host.printer.error(error);
        }
        let environment = self.environment_warnings();
        let warnings =
            self.project.warnings.iter().chain(&self.settings.warnings).chain(&warnings).chain(&environment);
        warnings.for_each(|warning| self.host.printer.warning(warning));
    }

    fn environment_warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for function in &self.project.functions {
            let settings = self.settings.function(&function.binary);
            let sources = self.settings.sources(&settings, &self.shell, &self.project.root);
            warnings.extend(sources.environment().warnings);
        }
        warnings.sort();
        warnings.dedup();
        warnings
    }

    /// Ends every sandbox, and waits until all are gone.
    pub(crate) async fn shut_down(&self) {
        for deployed in self.functions.values() {
            deployed.function.shut_down().await;
        }
    }
}
