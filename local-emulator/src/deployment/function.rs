//! The state of one function on this machine: being built, broken, or ready for invocations.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::sync::watch;

use crate::compile::Demand;
use crate::gateway::NotReady;
use crate::invocation::{Invocation, Outcome};
use crate::pool::Pool;
use crate::sandbox::{Attachment, FunctionSpec, SandboxHost, SandboxState};

/// A function behind route keys. The value stays the same while its versions change.
#[derive(Debug)]
pub(crate) struct Function {
    state: watch::Sender<VersionHistory>,
    /// The function's route, or its folder.
    name: Option<Arc<str>>,
    /// Whether a request has asked for the function.
    is_in_use: AtomicBool,
    /// The package of the function and the handle to its builder, if the emulator builds it.
    builder: Option<(String, Demand)>,
    /// Whether clients wait without a time-out, since a debugger may stop the function.
    pub(super) is_debugged: bool,
    /// Whether the developer builds and starts the function, so that no request waits for a build.
    is_attached: bool,
}

#[derive(Debug)]
struct VersionHistory {
    /// The first build that contains everything saved so far. Results of older builds are ignored.
    wanted: u64,
    version: Version,
    /// The number of versions so far.
    versions: u64,
    /// Set if the developer starts the processes.
    attachment: Option<Arc<Attachment>>,
}

#[derive(Debug)]
enum Version {
    /// New requests wait for the build. Requests that came before it may still run in the old version.
    Building {
        previous: Option<ReadyVersion>,
    },
    /// The build failed, with the compiler's message.
    Failed(Bytes),
    Ready(ReadyVersion),
}

/// A version that takes invocations.
#[derive(Debug)]
struct ReadyVersion {
    executable: PathBuf,
    spec: FunctionSpec,
    pool: Arc<Pool>,
}

/// The state of a function, as the inspector shows it.
#[derive(Clone, Debug)]
pub(crate) struct FunctionState {
    pub(crate) status: FunctionStatus,
    /// The number of versions since the emulator started.
    pub(crate) version: u64,
    pub(crate) sandboxes: Vec<SandboxState>,
}

/// Whether a function takes invocations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FunctionStatus {
    Building,
    /// The build failed, with the compiler's message.
    Broken(Bytes),
    Ready,
}

/// A version that takes no new invocations, and ends after its last invocation.
pub(super) type RetiredPool = Option<Arc<Pool>>;

impl Function {
    /// Creates a function that the build `wanted` will make.
    pub(super) fn new(wanted: u64) -> Self {
        let state = VersionHistory {
            wanted,
            version: Version::Building { previous: None },
            versions: 0,
            attachment: None,
        };
        Self {
            state: watch::Sender::new(state),
            name: None,
            is_in_use: AtomicBool::new(false),
            builder: None,
            is_debugged: false,
            is_attached: false,
        }
    }

    /// Sets the package, and the handle through which the builder learns that the function is in use.
    pub(super) fn of_package(self, package: &str, demand: &Demand) -> Self {
        Self { builder: Some((package.to_owned(), demand.clone())), ..self }
    }

    /// Sets the name for the log.
    pub(super) fn named(self, name: &str) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    pub(super) fn name(&self) -> Option<Arc<str>> {
        self.name.clone()
    }

    /// Returns a number that grows when a file of the function is saved, and when the function has a new version.
    pub(super) fn generation(&self) -> u64 {
        let state = self.state.borrow();
        state.wanted.wrapping_add(state.versions)
    }

    /// Sets whether the function may run under a debugger.
    pub(super) fn debugged(self, is_debugged: bool) -> Self {
        Self { is_debugged, ..self }
    }

    /// Creates a function whose processes the developer starts.
    pub(super) fn attached() -> Self {
        Self { is_debugged: true, is_attached: true, ..Self::new(0) }
    }

    /// Gives the function the attachment for the pools of its next versions.
    pub(super) fn attach(&self, attachment: Arc<Attachment>) {
        self.state.send_if_modified(|state| {
            state.attachment = Some(attachment);
            false
        });
    }

    /// Whether the developer builds and starts the function.
    pub(super) fn is_attached(&self) -> bool {
        self.is_attached
    }

    pub(super) fn is_in_use(&self) -> bool {
        self.is_in_use.load(Ordering::Relaxed)
    }

    /// Returns the state of the function, with the sandboxes of its newest version.
    pub(crate) fn view(&self) -> FunctionState {
        let state = self.state.borrow();
        let (status, pool) = match &state.version {
            Version::Building { previous } => (FunctionStatus::Building, previous.as_ref()),
            Version::Failed(words) => (FunctionStatus::Broken(words.clone()), None),
            Version::Ready(up) => (FunctionStatus::Ready, Some(up)),
        };
        let (pool, version) = (pool.map(|up| Arc::clone(&up.pool)), state.versions);
        drop(state);
        let sandboxes = pool.map(|pool| pool.sandboxes()).unwrap_or_default();
        FunctionState { status, version, sandboxes }
    }

    /// Whether the function waits for a build.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.state.borrow().version, Version::Building { .. })
    }

    /// Makes new requests wait for the build `wanted`, after a file of the function was saved.
    pub(super) fn wait_for(&self, wanted: u64) {
        if self.is_attached {
            return;
        }
        self.state.send_if_modified(|state| {
            state.wanted = wanted;
            let previous = match mem::replace(&mut state.version, Version::Failed(Bytes::new())) {
                Version::Building { previous } => previous,
                Version::Failed(_) => None,
                Version::Ready(up) => Some(up),
            };
            state.version = Version::Building { previous };
            false
        });
    }

    /// Takes over the result of a build. If executable and settings are the same as before, the sandboxes stay.
    pub(super) fn complete_build(
        &self,
        build: u64,
        executable: PathBuf,
        host: &SandboxHost,
        spec: impl FnOnce(&Path) -> FunctionSpec,
    ) -> RetiredPool {
        self.change(|state| {
            if build < state.wanted {
                return None;
            }
            let spec = spec(&executable);
            match mem::replace(&mut state.version, Version::Failed(Bytes::new())) {
                Version::Building { previous: Some(up) } | Version::Ready(up) if up.spec == spec => {
                    state.version = Version::Ready(up);
                    None
                }
                old => {
                    state.version = Version::Ready(state.next(executable, spec, host));
                    old.pool()
                }
            }
        })
    }

    /// Takes over the failure of a build. Requests get `words`, the compiler's message.
    ///
    /// A function that is ready and waits for no build stays ready: if a file was saved during the build, the watcher reports
    /// it in a moment, and the file gets a build of its own.
    pub(super) fn fail_build(&self, build: u64, words: impl Into<Bytes>) -> RetiredPool {
        self.change(|state| match state.version {
            Version::Ready(_) => None,
            _ if build < state.wanted => None,
            _ => state.fail(words.into()),
        })
    }

    /// Takes over new settings. A function that is being built or broken gets them with its next build.
    pub(super) fn configure(
        &self,
        host: &SandboxHost,
        spec: impl FnOnce(&Path) -> FunctionSpec,
    ) -> RetiredPool {
        self.change(|state| {
            let Version::Ready(up) = &state.version else { return None };
            let spec = spec(&up.executable);
            if up.spec == spec {
                return None;
            }
            let executable = up.executable.clone();
            state.replace(executable, spec, host)
        })
    }

    /// Replaces the sandboxes, after the code of the function changed under the same name and settings.
    pub(super) fn start_anew(&self, host: &SandboxHost) -> RetiredPool {
        self.change(|state| {
            let Version::Ready(up) = &state.version else { return None };
            let (executable, spec) = (up.executable.clone(), up.spec.clone());
            state.replace(executable, spec, host)
        })
    }

    /// Removes the function for good. Requests get `words`, the reason.
    pub(super) fn remove(&self, words: &'static str) -> RetiredPool {
        self.change(|state| {
            state.wanted = u64::MAX;
            state.fail(words.into())
        })
    }

    /// Publishes the new version before it closes the old one, so that callers whom the old version rejects find the new one.
    fn change(&self, change: impl FnOnce(&mut VersionHistory) -> RetiredPool) -> RetiredPool {
        let mut retired = None;
        self.state.send_modify(|state| retired = change(state));
        retired.inspect(|pool| pool.close())
    }

    /// Waits until the function has no build under way.
    ///
    /// # Errors
    /// The build failed: the compiler's message.
    pub(crate) async fn ready(&self) -> Result<Arc<Pool>, NotReady> {
        if !self.is_in_use.swap(true, Ordering::Relaxed)
            && let Some((package, demand)) = &self.builder
        {
            demand.ask(package);
        }
        let mut state = self.state.subscribe();
        let settled = state.wait_for(|state| !matches!(state.version, Version::Building { .. })).await;
        match settled.as_deref().map(|state| &state.version) {
            Ok(Version::Ready(up)) => Ok(Arc::clone(&up.pool)),
            Ok(Version::Failed(words)) => Err(NotReady(words.clone())),
            // `self` has the sender, so the wait cannot end without a version.
            Ok(Version::Building { .. }) | Err(_) => Err(NotReady(Bytes::new())),
        }
    }

    /// Runs an invocation in `version`, or in the newest version if `version` is closed.
    ///
    /// # Errors
    /// The newest version could not be built: the compiler's message.
    pub(crate) async fn invoke(
        &self,
        mut version: Arc<Pool>,
        invocation: Invocation,
    ) -> Result<Outcome, NotReady> {
        loop {
            // A version that is closed before the invocation begins rejects it. By then the next version is published.
            if let Ok(outcome) = version.invoke(invocation.clone()).await {
                return Ok(outcome);
            }
            version = self.ready().await?;
        }
    }
}

impl VersionHistory {
    fn next(&mut self, executable: PathBuf, spec: FunctionSpec, host: &SandboxHost) -> ReadyVersion {
        self.versions += 1;
        let pool = Arc::new(Pool::for_version(
            Arc::new(spec.clone()),
            host.clone(),
            self.versions,
            self.attachment.clone(),
        ));
        ReadyVersion { executable, spec, pool }
    }

    fn replace(&mut self, executable: PathBuf, spec: FunctionSpec, host: &SandboxHost) -> RetiredPool {
        let up = self.next(executable, spec, host);
        mem::replace(&mut self.version, Version::Ready(up)).pool()
    }

    fn fail(&mut self, words: Bytes) -> RetiredPool {
        mem::replace(&mut self.version, Version::Failed(words)).pool()
    }
}

impl Version {
    fn pool(self) -> RetiredPool {
        match self {
            Self::Building { previous } => previous.map(|up| up.pool),
            Self::Failed(_) => None,
            Self::Ready(up) => Some(up.pool),
        }
    }
}

#[cfg(test)]
mod tests;
