//! Internal extensions: parts of the function that want to know of invocations, and by being there give it
//! time to shut down. <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>
//!
//! The states are those of AWS's own [Runtime Interface Emulator][rie]. External extensions live in layers,
//! which are not here.
//!
//! [rie]: https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/core/internalagent_states.go

use std::sync::{Arc, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::pin;
use uuid::Uuid;

use super::phase::Phase;
use super::{Delivery, Sandbox};

/// How many there may be.
pub(crate) const MAX_EXTENSIONS: usize = 10;

/// The extensions of one sandbox.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    registered: Vec<Extension>,
    /// Its init is over: nobody registers any more.
    closed: bool,
    /// The runtime has asked for its next event, and the extensions have not.
    runtime_waits: bool,
}

#[derive(Debug)]
struct Extension {
    id: Uuid,
    name: String,
    /// Whether it subscribed to `INVOKE`.
    invoke: bool,
    state: State,
    /// The event that it is to get.
    event: Option<InvokeEvent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Registered,
    Ready,
    Running,
    InitError,
    ExitError,
}

/// Which error an extension reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExtensionError {
    Init,
    Exit,
}

/// Why an extension is refused, each with a 403.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ExtensionRefusal {
    RegistrationClosed,
    NameTaken,
    TooMany,
    Unknown,
    InvalidState { from: &'static str, to: &'static str },
}

/// An invocation, as extensions are told of it.
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

impl State {
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
    fn of(delivery: &Delivery, arn: &str) -> Self {
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
        let (name, state) = (name.to_owned(), State::Registered);
        self.registered.push(Extension { id, name, invoke, state, event: None });
        Ok(id)
    }

    fn get(&mut self, id: Uuid) -> Result<&mut Extension, ExtensionRefusal> {
        let found = self.registered.iter_mut().find(|extension| extension.id == id);
        found.ok_or(ExtensionRefusal::Unknown)
    }

    /// Whether one of them has not asked for its next event since the last one.
    fn are_busy(&self) -> bool {
        let is_busy = |extension: &Extension| matches!(extension.state, State::Registered | State::Running);
        self.registered.iter().any(is_busy)
    }
}

impl Extension {
    fn ready(&mut self) -> Result<(), ExtensionRefusal> {
        match self.state {
            State::Registered | State::Running => {
                self.state = State::Ready;
                Ok(())
            }
            other => Err(ExtensionRefusal::InvalidState { from: other.name(), to: State::Ready.name() }),
        }
    }

    fn failed(&mut self, error: ExtensionError) -> Result<(), ExtensionRefusal> {
        let (to, allowed) = match error {
            ExtensionError::Init => {
                (State::InitError, matches!(self.state, State::Registered | State::InitError))
            }
            ExtensionError::Exit => (State::ExitError, self.state != State::InitError),
        };
        if !allowed {
            return Err(ExtensionRefusal::InvalidState { from: self.state.name(), to: to.name() });
        }
        self.state = to;
        Ok(())
    }
}

impl Sandbox {
    /// An extension registers, while the function starts.
    pub(crate) fn register_extension(&self, name: &str, invoke: bool) -> Result<Uuid, ExtensionRefusal> {
        self.extensions().register(name, invoke)
    }

    /// An extension asks for its next event, which ends what it did before; comes back with one, however
    /// long that takes.
    pub(crate) async fn next_for_extension(
        self: &Arc<Self>,
        id: Uuid,
    ) -> Result<InvokeEvent, ExtensionRefusal> {
        self.extensions().get(id)?.ready()?;
        self.extensions_may_be_done();
        loop {
            let told = self.event.notified();
            pin!(told);
            told.as_mut().enable();
            if let Some(event) = self.event_for_extension(id)? {
                return Ok(event);
            }
            told.await;
        }
    }

    /// An extension reports that it failed. Undocumented (LC-5): its invocations go on, as in AWS's emulator,
    /// and what ends them is the end of its process.
    pub(crate) fn extension_failed(&self, id: Uuid, error: ExtensionError) -> Result<(), ExtensionRefusal> {
        self.extensions().get(id)?.failed(error)
    }

    fn event_for_extension(&self, id: Uuid) -> Result<Option<InvokeEvent>, ExtensionRefusal> {
        let mut extensions = self.extensions();
        let extension = extensions.get(id)?;
        let event = extension.event.take();
        if event.is_some() {
            extension.state = State::Running;
        }
        Ok(event)
    }

    /// Whether the runtime's `/next` has to wait for an extension: for the first one of each while the
    /// function starts, and after an invocation for those that were told of it.
    pub(super) fn waits_for_extensions(&self) -> bool {
        let mut extensions = self.extensions();
        let ends_something = matches!(*self.phase(), Phase::Init(_) | Phase::Responded(_));
        extensions.runtime_waits = ends_something && extensions.are_busy();
        extensions.closed |= !extensions.runtime_waits;
        extensions.runtime_waits
    }

    /// The init of a function with a snapshot is over before its runtime asks for an event.
    pub(super) fn close_registration(&self) {
        self.extensions().closed = true;
    }

    fn extensions_may_be_done(self: &Arc<Self>) {
        if self.extensions().runtime_waits && self.ready().is_ok() {
            self.wake();
        }
    }

    /// An invocation begins.
    pub(super) fn tell_extensions(&self, delivery: &Delivery) {
        let mut extensions = self.extensions();
        let mut told = false;
        for extension in &mut extensions.registered {
            if extension.invoke && extension.state == State::Ready {
                extension.event = Some(InvokeEvent::of(delivery, &self.spec.arn));
                told = true;
            }
        }
        drop(extensions);
        if told {
            self.event.notify_waiters();
        }
    }

    /// Whether there is one, which gives the function time to shut down.
    pub(super) fn has_extensions(&self) -> bool {
        !self.extensions().registered.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn extensions_are_waited_for(&self) -> bool {
        self.extensions().runtime_waits
    }

    /// A process that takes the place of another one has none yet.
    pub(super) fn forget_extensions(&self) {
        *self.extensions() = Extensions::default();
    }

    fn extensions(&self) -> MutexGuard<'_, Extensions> {
        self.extensions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
