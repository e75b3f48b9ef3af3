//! One function as it stands on this machine: being built, broken, or ready for invocations.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::sync::watch;

use crate::compile::Demand;
use crate::gateway::NotReady;
use crate::invocation::{Invocation, Outcome};
use crate::sandbox::{FunctionSpec, Host, Pool, SandboxState};

/// A function that route keys lead to. It stays the same while its versions come and go.
#[derive(Debug)]
pub(crate) struct Function {
    state: watch::Sender<VersionHistory>,
    /// Its route, or its folder.
    name: Option<Arc<str>>,
    /// Whether anybody has asked for it.
    is_in_use: AtomicBool,
    /// Its package and who builds it, if it is built.
    builder: Option<(String, Demand)>,
    /// Whether clients wait for it without end, since a debugger may stop it.
    pub(super) is_debugged: bool,
    /// Whether the developer builds and starts it, so that no build is waited for.
    is_attached: bool,
}

#[derive(Debug)]
struct VersionHistory {
    /// The first build that has all that was saved. What older ones tell is of yesterday.
    wanted: u64,
    version: Version,
    /// The versions that there have been.
    versions: u64,
}

#[derive(Debug)]
enum Version {
    /// Whoever asks waits for the build; who asked before it began may still be in the old version.
    Building {
        previous: Option<ReadyVersion>,
    },
    /// The compiler's words.
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

/// A function as it is now, for people.
#[derive(Clone, Debug)]
pub(crate) struct FunctionState {
    pub(crate) status: FunctionStatus,
    /// Counts the versions since the emulator started; 0 before the first.
    pub(crate) version: u64,
    pub(crate) sandboxes: Vec<SandboxState>,
}

/// Whether a function takes invocations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FunctionStatus {
    Building,
    /// The compiler's words.
    Broken(Bytes),
    Ready,
}

/// A version that takes no more invocations, and is gone once those that it has begun are.
pub(super) type RetiredPool = Option<Arc<Pool>>;

impl Function {
    /// A function that the build `wanted` is to bring.
    pub(super) fn new(wanted: u64) -> Self {
        let state = VersionHistory { wanted, version: Version::Building { previous: None }, versions: 0 };
        Self {
            state: watch::Sender::new(state),
            name: None,
            is_in_use: AtomicBool::new(false),
            builder: None,
            is_debugged: false,
            is_attached: false,
        }
    }

    /// Told to its builder once it is in use.
    pub(super) fn of_package(self, package: &str, demand: &Demand) -> Self {
        Self { builder: Some((package.to_owned(), demand.clone())), ..self }
    }

    /// A function with a name for the log.
    pub(super) fn named(self, name: &str) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    pub(super) fn name(&self) -> Option<Arc<str>> {
        self.name.clone()
    }

    /// Returns a number that grows when the function is saved, and when it has a new version.
    pub(super) fn generation(&self) -> u64 {
        let state = self.state.borrow();
        state.wanted.wrapping_add(state.versions)
    }

    /// A function that may run under a debugger.
    pub(super) fn debugged(self, is_debugged: bool) -> Self {
        Self { is_debugged, ..self }
    }

    /// A function whose processes the developer starts.
    pub(super) fn attached() -> Self {
        Self { is_debugged: true, is_attached: true, ..Self::new(0) }
    }

    /// Whether builds are none of its business.
    pub(super) fn is_attached(&self) -> bool {
        self.is_attached
    }

    pub(super) fn is_in_use(&self) -> bool {
        self.is_in_use.load(Ordering::Relaxed)
    }

    /// Returns its state, with the sandboxes of its newest version.
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

    /// Whether it waits for a build.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.state.borrow().version, Version::Building { .. })
    }

    /// Something that it is made of was saved: who asks from now on gets what the build `wanted` makes of it.
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

    /// A build made it. If it came out as it was, with the same settings, its sandboxes stay.
    pub(super) fn built(
        &self,
        build: u64,
        executable: PathBuf,
        host: &Host,
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

    /// A build could not make it: `words` are for whoever asks for it.
    ///
    /// A function that is up, with no build to wait for, stays up: what was saved in the middle of that build
    /// is told by the watcher in a moment, and leads to a build of its own.
    pub(super) fn failed(&self, build: u64, words: impl Into<Bytes>) -> RetiredPool {
        self.change(|state| match state.version {
            Version::Ready(_) => None,
            _ if build < state.wanted => None,
            _ => state.fail(words.into()),
        })
    }

    /// The settings changed. While it is being built, or broken, the next build brings them in.
    pub(super) fn configure(&self, host: &Host, spec: impl FnOnce(&Path) -> FunctionSpec) -> RetiredPool {
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

    /// Its code is another, though it has the same name and settings.
    pub(super) fn start_anew(&self, host: &Host) -> RetiredPool {
        self.change(|state| {
            let Version::Ready(up) = &state.version else { return None };
            let (executable, spec) = (up.executable.clone(), up.spec.clone());
            state.replace(executable, spec, host)
        })
    }

    /// It is no more, and `words` say why.
    pub(super) fn remove(&self, words: &'static str) -> RetiredPool {
        self.change(|state| {
            state.wanted = u64::MAX;
            state.fail(words.into())
        })
    }

    /// The new version stands before the old one is closed, so that who is turned away there finds it.
    fn change(&self, change: impl FnOnce(&mut VersionHistory) -> RetiredPool) -> RetiredPool {
        let mut retired = None;
        self.state.send_modify(|state| retired = change(state));
        retired.inspect(|pool| pool.close())
    }

    /// Waits for the build that is under way, if one is.
    ///
    /// # Errors
    /// The compiler's words, if it failed.
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
            // The sender is `self`, so that the wait cannot end without a version.
            Ok(Version::Building { .. }) | Err(_) => Err(NotReady(Bytes::new())),
        }
    }

    /// Runs an invocation in the version that was ready for it, or else in the newest.
    ///
    /// # Errors
    /// The compiler's words, if a new version was wanted and could not be built.
    pub(crate) async fn invoke(
        &self,
        mut version: Arc<Pool>,
        invocation: Invocation,
    ) -> Result<Outcome, NotReady> {
        loop {
            // A version that is closed before it begins an invocation gives it back; by then the next stands.
            if let Ok(outcome) = version.invoke(invocation.clone()).await {
                return Ok(outcome);
            }
            version = self.ready().await?;
        }
    }
}

impl VersionHistory {
    fn next(&mut self, executable: PathBuf, spec: FunctionSpec, host: &Host) -> ReadyVersion {
        self.versions += 1;
        let pool = Arc::new(Pool::of_version(Arc::new(spec.clone()), host.clone(), self.versions));
        ReadyVersion { executable, spec, pool }
    }

    fn replace(&mut self, executable: PathBuf, spec: FunctionSpec, host: &Host) -> RetiredPool {
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
