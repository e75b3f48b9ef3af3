//! The calls of extensions, and the rules by which a sandbox waits for its extensions.

use std::sync::{Arc, MutexGuard, PoisonError};

use tokio::pin;
use uuid::Uuid;

use super::Sandbox;
use super::extensions::{ExtensionError, ExtensionRefusal, Extensions, InvokeEvent};
use super::phase::Phase;
use super::running::Delivery;

impl Sandbox {
    /// Registers an extension, while the function starts.
    pub(crate) fn register_extension(&self, name: &str, invoke: bool) -> Result<Uuid, ExtensionRefusal> {
        self.extensions().register(name, invoke)
    }

    /// Ends the last work of the extension, and waits without a limit for its next event.
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
        Ok(self.extensions().get(id)?.take_event())
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
            any_notified |= extension.notify(delivery, &self.spec.arn);
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
