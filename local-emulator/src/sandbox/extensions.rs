//! Internal extensions: parts of the function that subscribe to its invocations. A function that has one gets time to shut
//! down.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>
//!
//! The states are those of AWS's own [Runtime Interface Emulator][rie]. External extensions live in layers,
//! which the emulator does not have.
//!
//! [rie]: https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/core/internalagent_states.go

use serde::Serialize;
use uuid::Uuid;

use super::running::Delivery;

/// The most extensions that one sandbox may have.
pub(crate) const MAX_EXTENSIONS: usize = 10;

/// The extensions of one sandbox.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    pub(super) registered: Vec<Extension>,
    /// Whether the init is over, so that no extension can register.
    pub(super) closed: bool,
    /// Whether the runtime has asked for its next event while an extension still works.
    pub(super) runtime_waits: bool,
}

/// An extension that has registered.
#[derive(Debug)]
pub(super) struct Extension {
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
    pub(super) fn register(&mut self, name: &str, invoke: bool) -> Result<Uuid, ExtensionRefusal> {
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

    pub(super) fn get(&mut self, id: Uuid) -> Result<&mut Extension, ExtensionRefusal> {
        let found = self.registered.iter_mut().find(|extension| extension.id == id);
        found.ok_or(ExtensionRefusal::Unknown)
    }

    /// Whether an extension still works, and has not asked for its next event.
    pub(super) fn are_busy(&self) -> bool {
        let is_busy = |extension: &Extension| {
            matches!(extension.state, ExtensionState::Registered | ExtensionState::Running)
        };
        self.registered.iter().any(is_busy)
    }
}

impl Extension {
    /// Gives the event of an invocation to an extension that subscribed to it and is ready. Returns whether it did.
    pub(super) fn notify(&mut self, delivery: &Delivery, arn: &str) -> bool {
        let is_notified = self.invoke && self.state == ExtensionState::Ready;
        if is_notified {
            self.event = Some(InvokeEvent::new(delivery, arn));
        }
        is_notified
    }

    /// Takes the event that waits for the extension. From now on, the extension works on this event.
    pub(super) fn take_event(&mut self) -> Option<InvokeEvent> {
        let event = self.event.take();
        if event.is_some() {
            self.state = ExtensionState::Running;
        }
        event
    }

    /// Accepts the extension's request for its next event.
    pub(super) fn ready(&mut self) -> Result<(), ExtensionRefusal> {
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

    /// Records an error that the extension reports.
    pub(super) fn failed(&mut self, error: ExtensionError) -> Result<(), ExtensionRefusal> {
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
