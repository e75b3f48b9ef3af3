//! Internal extensions: parts of the function that subscribe to its invocations. A function that has one gets time to shut
//! down.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>
//!
//! The states are those of AWS's own [Runtime Interface Emulator][rie]. External extensions live in layers,
//! which the emulator does not have.
//!
//! [rie]: https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/core/internalagent_states.go

use std::sync::{Arc, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::pin;
use uuid::Uuid;

use super::phase::Phase;
use super::{Delivery, Sandbox};

/// The most extensions that one sandbox may have.
pub(crate) const MAX_EXTENSIONS: usize = 10;

/// The extensions of one sandbox.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    registered: Vec<Extension>,
    /// Whether the init is over, so that no extension can register.
    closed: bool,
    /// Whether the runtime has asked for its next event while an extension still works.
    runtime_waits: bool,
}

#[derive(Debug)]
struct Extension {
    id: Uuid,
    name: String,
    /// Whether the extension subscribed to `INVOKE`.
    invoke: bool,
    state: ExtensionState,
    /// The event for the next call of the extension.
    event: Option<InvokeEvent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ExtensionState {
    Registered,
    Ready,
    Running,
    InitError,
    ExitError,
}

/// The kind of error that an extension reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExtensionError {
    Init,
    Exit,
}

/// Why a call of an extension is refused, with a 403.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ExtensionRefusal {
    RegistrationClosed,
    NameTaken,
    TooMany,
    Unknown,
    InvalidState { from: &'static str, to: &'static str },
}

/// The event of an invocation for extensions.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "eventType", rename = "INVOKE")]
pub(crate) struct InvokeEvent {
    deadline_ms: u64,
    request_id: Uuid,
    invoked_function_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracing: Option<Tracing>,
}

#[derive(Clone, Debug, Serialize)]
struct Tracing {
    r#type: &'static str,
    value: String,
}

impl ExtensionState {
    fn name(self) -> &'static str {
        match self {
            Self::Registered => "Registered",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::InitError => "InitError",
            Self::ExitError => "ExitError",
        }
    }
}

impl InvokeEvent {
    fn new(delivery: &Delivery, arn: &str) -> Self {
        let value = delivery.trace_id.clone();
        Self {
            deadline_ms: delivery.deadline_ms,
            request_id: delivery.request_id,
            invoked_function_arn: delivery.invoked_arn(arn),
            tracing: (!value.is_empty()).then_some(Tracing { r#type: "X-Amzn-Trace-Id", value }),
        }
    }
}

impl Extensions {
    fn register(&mut self, name: &str, invoke: bool) -> Result<Uuid, ExtensionRefusal> {
        if self.closed {
            return Err(ExtensionRefusal::RegistrationClosed);
        }
        if self.registered.len() >= MAX_EXTENSIONS {
            return Err(ExtensionRefusal::TooMany);
        }
        if self.registered.iter().any(|extension| extension.name == name) {
            return Err(ExtensionRefusal::NameTaken);
        }
        let id = Uuid::new_v4();
        let (name, state) = (name.to_owned(), ExtensionState::Registered);
        self.registered.push(Extension { id, name, invoke, state, event: None });
        Ok(id)
    }

    fn get(&mut self, id: Uuid) -> Result<&mut Extension, ExtensionRefusal> {
        let found = self.registered.iter_mut().find(|extension| extension.id == id);
        found.ok_or(ExtensionRefusal::Unknown)
    }

    /// Whether an extension still works, and has not asked for its next event.
    fn are_busy(&self) -> bool {
        let is_busy = |extension: &Extension| {
            matches!(extension.state, ExtensionState::Registered | ExtensionState::Running)
        };
        self.registered.iter().any(is_busy)
    }
}

impl Extension {
    fn ready(&mut self) -> Result<(), ExtensionRefusal> {
        match self.state {
            ExtensionState::Registered | ExtensionState::Running => {
                self.state = ExtensionState::Ready;
                Ok(())
            }
            other => {
                Err(ExtensionRefusal::InvalidState { from: other.name(), to: ExtensionState::Ready.name() })
            }
        }
    }

    fn failed(&mut self, error: ExtensionError) -> Result<(), ExtensionRefusal> {
        let (to, allowed) = match error {
            ExtensionError::Init => (
                ExtensionState::InitError,
                matches!(self.state, ExtensionState::Registered | ExtensionState::InitError),
            ),
            ExtensionError::Exit => (ExtensionState::ExitError, self.state != ExtensionState::InitError),
        };
        if !allowed {
            return Err(ExtensionRefusal::InvalidState { from: self.state.name(), to: to.name() });
        }
        self.state = to;
        Ok(())
    }
}

impl Sandbox {
    /// Registers an extension, while the function starts.
    pub(crate) fn register_extension(&self, name: &str, invoke: bool) -> Result<Uuid, ExtensionRefusal> {
        self.extensions().register(name, invoke)
    }

    /// Ends what the extension did before, and waits for its next event, however long that takes.
    pub(crate) async fn next_for_extension(
        self: &Arc<Self>,
        id: Uuid,
    ) -> Result<InvokeEvent, ExtensionRefusal> {
        self.extensions().get(id)?.ready()?;
        self.extensions_may_be_done();
        loop {
            let notified = self.event.notified();
            pin!(notified);
            notified.as_mut().enable();
            if let Some(event) = self.event_for_extension(id)? {
                return Ok(event);
            }
            notified.await;
        }
    }

    /// Records that an extension failed. Undocumented (LC-5): invocations go on, as in AWS's emulator, until the process
    /// ends.
    pub(crate) fn extension_failed(&self, id: Uuid, error: ExtensionError) -> Result<(), ExtensionRefusal> {
        self.extensions().get(id)?.failed(error)
    }

    fn event_for_extension(&self, id: Uuid) -> Result<Option<InvokeEvent>, ExtensionRefusal> {
        let mut extensions = self.extensions();
        let extension = extensions.get(id)?;
        let event = extension.event.take();
        if event.is_some() {
            extension.state = ExtensionState::Running;
        }
        Ok(event)
    }

    /// Whether the runtime's `/next` has to wait for an extension. While the function starts, it waits for the first `/next`
    /// of each extension; after an invocation, for the extensions that have its event.
    pub(super) fn waits_for_extensions(&self) -> bool {
        let mut extensions = self.extensions();
        let ends_something = matches!(*self.phase(), Phase::Init(_) | Phase::Responded(_));
        extensions.runtime_waits = ends_something && extensions.are_busy();
        extensions.closed |= !extensions.runtime_waits;
        extensions.runtime_waits
    }

    /// Refuses further extensions. The init of a function with a snapshot is over before its runtime asks for an event.
    pub(super) fn close_registration(&self) {
        self.extensions().closed = true;
    }

    fn extensions_may_be_done(self: &Arc<Self>) {
        if self.extensions().runtime_waits && self.ready().is_ok() {
            self.wake();
        }
    }

    /// Gives the event of an invocation that begins to the extensions that subscribed to it.
    pub(super) fn notify_extensions(&self, delivery: &Delivery) {
        let mut extensions = self.extensions();
        let mut any_notified = false;
        for extension in &mut extensions.registered {
            if extension.invoke && extension.state == ExtensionState::Ready {
                extension.event = Some(InvokeEvent::new(delivery, &self.spec.arn));
                any_notified = true;
            }
        }
        drop(extensions);
        if any_notified {
            self.event.notify_waiters();
        }
    }

    /// Whether the function has an extension, which gives it time to shut down.
    pub(crate) fn has_extensions(&self) -> bool {
        !self.extensions().registered.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn extensions_are_waited_for(&self) -> bool {
        self.extensions().runtime_waits
    }

    /// Forgets all extensions: a new process has registered none.
    pub(super) fn forget_extensions(&self) {
        *self.extensions() = Extensions::default();
    }

    fn extensions(&self) -> MutexGuard<'_, Extensions> {
        self.extensions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
