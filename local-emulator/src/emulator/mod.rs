//! The emulator as a whole, started and stopped from Rust: `cargo api-routes dev` and the black-box tests run it.

mod announce;
mod filled;
mod stack;
mod start_error;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::front_doors::{self as project, Listing};
use api_routes_project::workspace::{LibraryMismatch, Project, ProjectError};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::access::Access;
use crate::authorizer::Development;
use crate::authorizer::issuer::OwnIssuer;
use crate::compile::Compiler;
use crate::config::Config;
use crate::deployment::{AuthorizerHost, Defaults, Deployment, LiveFrontDoor, LocalBackend};
use crate::door::{Door, INSPECTOR_PATH};
use crate::gateway::Bandwidth;
use crate::inspector::Inspector;
use crate::invoke_api::InvokeApi;
use crate::listen::{ListenHost, Listening, listen};
use crate::printer::Printer;
use crate::record::{DoorName, Recorder, Store};
use crate::reload::Reload;
use crate::sandbox::{Concurrency, SandboxHost};
use crate::server::{self, Server};
use crate::settings::SettingsReader;
use crate::watch::Watcher;
use crate::watchdog::Watchdog;
use announce::{Started, warn_of_network, warn_of_open_routes};
use stack::fill_in;
pub use start_error::StartError;

/// A running emulator. [`stop`](Self::stop) ends it and waits until its sandboxes are gone. Dropping it ends it without
/// waiting.
#[derive(Debug)]
pub struct Emulator {
    /// In the order of the front doors.
    addresses: Vec<(FrontDoorKind, SocketAddr)>,
    urls: Vec<(FrontDoorKind, String)>,
    servers: JoinSet<Infallible>,
    reload: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
    outcome: watch::Receiver<Option<bool>>,
    printer: Printer,
}

impl Emulator {
    /// Listens, then builds the functions, then serves those that are built. A request that comes earlier waits for its
    /// function.
    ///
    /// # Errors
    /// Any [`StartError`]. A function that does not compile is not an error here: its requests get the compiler's message.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        Development::check(&config.authorizers.mode)?;
        // The watchdog starts first, so that no other process inherits its pipe.
        let watchdog = watchdog(&config)?.map(Arc::new);
        let mut project = open(config.project.clone()).await?;
        project.overrides = config.overrides.clone();
        if let Some(mismatch) = LibraryMismatch::find(&project.root) {
            config.printer.warning(format_args!("{mismatch}; {}", mismatch.help()));
        }
        let context = config.dotenv_context();
        let own = Arc::new(OwnIssuer::new(&project.target_directory));
        let authorizers = AuthorizerHost::new(&config.authorizers, own).await?;
        let mut settings = SettingsReader::start(&project, &context, &config.printer).finish().await?;
        let found = project.front_doors(&settings, &config.front_doors);
        fill_in(&mut project, &mut settings, &found.functions, &config).await?;
        let mut defaults = Defaults::from(&config);
        defaults.bind(&project, &found.functions)?;
        let listening =
            listen(&config.host, config.port, found.doors.iter().map(project::FrontDoor::kind)).await?;
        warn_of_network(&listening, &config.printer);
        warn_of_open_routes(&config);
        let watch = if config.watch {
            Some(Watcher::start(&project, settings.named_paths(&project.root))?)
        } else {
            None
        };

        let printer = config.printer.clone();
        let addresses: Vec<_> = found
            .doors
            .iter()
            .map(project::FrontDoor::kind)
            .zip(listening.iter().map(|it| it.address))
            .collect();
        let listings = found.doors.iter().zip(&addresses).map(|(door, (_, address))| Listing {
            door,
            address: Some(*address),
            with_stage: !config.no_stage,
        });
        let inspector = config.inspector.then(|| inspector_url(&addresses));
        printer.event("started", &Started::new(listings, inspector));
        if let Some(unread) = settings.unread_files() {
            printer.line(unread);
        }
        defaults.write_variables(&settings, &found.functions)?;
        let urls = urls(&found.doors, &addresses, !config.no_stage);
        let (report_missing, missing) = mpsc::unbounded_channel();
        let host = SandboxHost { missing: Some(report_missing), ..host(&config, watchdog.clone()) };
        let to_build = defaults.attachments.without_attached(&project);
        let builds = Compiler::start(&to_build, config.build.clone(), printer.clone(), watchdog);
        let deployment = Deployment::new(project, settings, defaults, host, authorizers, builds.0.demand());
        let servers = serve(&deployment, listening, &config);
        let (stop, stopped) = oneshot::channel();
        let reload = Reload::new(deployment, builds, watch, printer.clone(), missing);
        let outcome = reload.outcome();
        let reload = tokio::spawn(reload.run(stopped));
        Ok(Self { addresses, urls, servers, reload, stop: Some(stop), outcome, printer })
    }

    /// Returns the address of the first front door.
    pub fn address(&self) -> SocketAddr {
        // A project has at least one front door.
        self.addresses[0].1
    }

    /// Returns the address of each front door.
    pub fn addresses(&self) -> &[(FrontDoorKind, SocketAddr)] {
        &self.addresses
    }

    /// Returns the URL of each front door, with the stage of an API unless [`Config::no_stage`] leaves it out.
    pub fn urls(&self) -> &[(FrontDoorKind, String)] {
        &self.urls
    }

    /// Returns the address of the first front door of a kind.
    pub fn address_of(&self, kind: FrontDoorKind) -> Option<SocketAddr> {
        self.addresses.iter().find(|(of, _)| *of == kind).map(|(_, address)| *address)
    }

    /// Waits until the current build has finished, and returns whether all functions are built. The compiler's messages
    /// are printed.
    pub async fn built(&self) -> bool {
        let mut outcome = self.outcome.clone();
        // An error means that the emulator has ended.
        outcome.wait_for(Option::is_some).await.is_ok_and(|outcome| *outcome == Some(true))
    }

    /// Closes every connection, ends every build and every sandbox, and waits until all of them are gone.
    pub async fn stop(mut self) {
        // The ports are free again once the tasks are gone.
        self.servers.shutdown().await;
        if let Some(stop) = self.stop.take() {
            // An error means that the task has ended already.
            let _ = stop.send(());
        }
        let _ = (&mut self.reload).await;
        self.printer.flush();
    }
}

/// Serves each front door at its listener, and the Invoke API and the inspector at all listeners.
fn serve(deployment: &Deployment, listening: Vec<Listening>, config: &Config) -> JoinSet<Infallible> {
    let Config { printer, head_timeout, .. } = config;
    let store = config.inspector.then(Store::default);
    let recorder = Recorder::new(printer.clone(), config.log, store.clone());
    let addresses: Vec<_> = listening.iter().map(|it| it.address).collect();
    let doors = doors(deployment, &addresses, &recorder, config);
    let inspector = store.map(|store| {
        let access = access(config, deployment);
        let issuer = OwnIssuer::new(&deployment.project.target_directory);
        Arc::new(Inspector::new(access, doors.clone(), store, deployment.catalog(), issuer))
    });
    let mut servers = JoinSet::new();
    servers.spawn(recorder.log_late());
    for (Listening { listeners, .. }, door) in listening.into_iter().zip(doors) {
        let server = Server {
            door,
            inspector: inspector.clone(),
            printer: printer.clone(),
            head_timeout: *head_timeout,
        };
        for listener in listeners {
            servers.spawn(server::serve(listener, server.clone()));
        }
    }
    servers
}

fn doors(
    deployment: &Deployment,
    addresses: &[SocketAddr],
    recorder: &Recorder,
    config: &Config,
) -> Vec<Arc<Door>> {
    let printer = config.printer.clone();
    let invoke_api = InvokeApi::new(LocalBackend, deployment.directory(), printer, recorder.clone())
        .with_bandwidth(config.aws_bandwidth.then_some(Bandwidth::LAMBDA));
    let (invoke_api, access) = (Arc::new(invoke_api), access(config, deployment));
    let development = Development::new(config.authorizers.mode.clone(), deployment.claims());
    let mut names = Vec::new();
    let door = |(front_door, address): (LiveFrontDoor, &SocketAddr)| {
        names.push(front_door.name());
        let before = names.iter().filter(|name| **name == front_door.name()).count();
        let name = if before == 1 {
            front_door.name().into()
        } else {
            format!("{}-{before}", front_door.name()).into()
        };
        Arc::new(Door {
            access: access.clone(),
            name: DoorName { name, is_one_of_several: addresses.len() > 1 },
            current: front_door,
            address: *address,
            invoke_api: Arc::clone(&invoke_api),
            recorder: recorder.clone(),
            development: development.clone(),
        })
    };
    deployment.front_doors().into_iter().zip(addresses).map(door).collect()
}

/// Returns the hosts and web pages that may send requests: those of the options and of the template, and the name of
/// `--host`.
fn access(config: &Config, deployment: &Deployment) -> Access {
    let mut hosts = config.allowed_hosts.clone();
    if let ListenHost::Name(name) = &config.host {
        hosts.extend(name.parse().ok());
    }
    Access::new(hosts, config.allowed_origins.clone(), deployment.domain_names())
}

/// Returns the address of the inspector at the first front door. Every front door has it.
fn inspector_url(addresses: &[(FrontDoorKind, SocketAddr)]) -> String {
    let address = addresses.first().map(|(_, address)| address.to_string()).unwrap_or_default();
    format!("http://{address}{INSPECTOR_PATH}")
}

fn urls(
    doors: &[project::FrontDoor],
    addresses: &[(FrontDoorKind, SocketAddr)],
    with_stage: bool,
) -> Vec<(FrontDoorKind, String)> {
    let stage = |door: &project::FrontDoor| if with_stage { door.stage_path() } else { String::new() };
    let urls = doors.iter().zip(addresses);
    urls.map(|(door, (kind, address))| (*kind, format!("http://{address}{}", stage(door)))).collect()
}

fn host(config: &Config, watchdog: Option<Arc<Watchdog>>) -> SandboxHost {
    SandboxHost {
        concurrency: Concurrency::new(config.all_sandboxes),
        queue: config.queue,
        freeze: config.freeze,
        cold: config.cold,
        memory_limit: config.memory_limit,
        log: config.log,
        ..SandboxHost::new(config.printer.clone(), watchdog)
    }
}

/// Opens the project on another thread, since `cargo metadata` takes a moment.
async fn open(project: PathBuf) -> Result<Project, ProjectError> {
    let opened = tokio::task::spawn_blocking(move || Project::open(&project)).await;
    opened.unwrap_or_else(|error| panic::resume_unwind(error.into_panic()))
}

/// Starts the watchdog program of the configuration, or warns of the processes that may stay without it.
fn watchdog(config: &Config) -> Result<Option<Watchdog>, StartError> {
    let Some(program) = &config.watchdog else {
        config.printer.warning(
            "no watchdog: if this process is killed, the processes of its functions and of a build stay; name a \
             program that calls `local_emulator::watchdog::main()` in `Config::watchdog`",
        );
        return Ok(None);
    };
    let failed = |cause| StartError::Watchdog { program: program.path().to_owned(), cause };
    Watchdog::start(program).map(Some).map_err(failed)
}
