//! Asynchronous events, whose callers do not wait: `X-Amz-Invocation-Type: Event`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::error::InvokeError;
use crate::function_error;
use crate::gateway::{Backend, NotReady};
use crate::invocation::{AtLimit, Invocation, Outcome};
use crate::printer::Printer;
use crate::record::Recorder;

/// "Lambda attempts to run it two more times by default, with a one-minute wait between the first two attempts, and
/// two minutes between the second and third attempts."
pub(super) const RETRIES: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// The most bytes of all queued events. Lambda's queue has no such limit, but a laptop has.
const ROOM: usize = 256 * 1024 * 1024;

/// The approximate memory of an event besides its own bytes.
const OVERHEAD: usize = 4 * 1024;

/// The queue of events. Dropping it ends their attempts, so they end with the emulator.
#[derive(Debug)]
pub(super) struct EventQueue {
    events: Mutex<JoinSet<()>>,
    room: Arc<Semaphore>,
}

/// An event with the function that it invokes.
pub(super) struct AsynchronousEvent<B: Backend> {
    pub(super) backend: Arc<B>,
    pub(super) function: B::Function,
    /// The name by which the caller named the function.
    pub(super) name: String,
    pub(super) invocation: Invocation,
    pub(super) printer: Printer,
    pub(super) recorder: Recorder,
}

/// The reason why an attempt failed.
enum AttemptError {
    /// The invocation failed, and another attempt may succeed.
    Failed(String),
    /// The function takes no invocations, so another attempt would fail as well.
    NotReady(NotReady),
}

impl EventQueue {
    pub(super) fn new() -> Self {
        Self { events: Mutex::default(), room: Arc::new(Semaphore::new(ROOM)) }
    }

    /// Adds an event, whose first attempt begins at once.
    ///
    /// # Errors
    /// [`InvokeError::QueueFull`].
    pub(super) fn push<B: Backend>(&self, mut event: AsynchronousEvent<B>) -> Result<(), InvokeError>
    where
        B::Function: Send + Sync,
    {
        let place = self.place(event.invocation.event.len())?;
        // A short event is a slice of the 8 kB that were read from its connection, and would keep all of them.
        event.invocation.event = Bytes::copy_from_slice(&event.invocation.event);
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        while events.try_join_next().is_some() {}
        events.spawn(async move {
            event.run().await;
            drop(place);
        });
        Ok(())
    }

    fn place(&self, length: usize) -> Result<OwnedSemaphorePermit, InvokeError> {
        let size = u32::try_from(length + OVERHEAD).map_err(|_| InvokeError::QueueFull)?;
        Arc::clone(&self.room).try_acquire_many_owned(size).map_err(|_| InvokeError::QueueFull)
    }
}

impl<B: Backend> AsynchronousEvent<B> {
    /// Tries until an attempt succeeds, at most as often as Lambda does.
    async fn run(mut self) {
        self.invocation.at_limit = AtLimit::Wait;
        for retry in RETRIES.into_iter().map(Some).chain([None]) {
            match (self.attempt().await, retry) {
                (Ok(()), _) => return,
                (Err(AttemptError::NotReady(reason)), _) => return self.discard(&reason.to_string()),
                (Err(AttemptError::Failed(reason)), None) => return self.discard(&reason),
                (Err(AttemptError::Failed(reason)), Some(delay)) => {
                    let seconds = delay.as_secs();
                    self.log(format_args!("{reason}; as on Lambda, another attempt follows in {seconds} s"));
                    sleep(delay).await;
                }
            }
        }
    }

    /// Runs one attempt. All attempts have the same request id.
    async fn attempt(&self) -> Result<(), AttemptError> {
        let version = self.backend.ready(&self.function).await?;
        let recording = self.recorder.event(&self.name);
        let invocation = self.invocation.clone().recorded_in(Some(recording.clone()));
        invocation.leads_to(self.backend.name(&self.function));
        recording.function_ready();
        match self.backend.invoke(&self.function, version, invocation).await? {
            Outcome::Reply(_) | Outcome::Stream(_) => Ok(()),
            Outcome::FunctionError(error) => Err(AttemptError::from_function_error(&error)),
            Outcome::Throttled(throttle) => Err(AttemptError::Failed(throttle.to_string())),
        }
    }

    fn discard(&self, reason: &str) {
        self.log(format_args!("{reason}; the event is discarded"));
    }

    fn log(&self, words: std::fmt::Arguments<'_>) {
        let Self { name, invocation, printer, .. } = self;
        printer.line(format_args!("asynchronous event {} for {name}: {words}", invocation.request_id));
    }
}

impl AttemptError {
    fn from_function_error(error: &Bytes) -> Self {
        Self::Failed(function_error::summary(error))
    }
}

impl From<NotReady> for AttemptError {
    fn from(reason: NotReady) -> Self {
        Self::NotReady(reason)
    }
}

#[cfg(test)]
mod tests;
