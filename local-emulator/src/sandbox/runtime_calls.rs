//! The calls of the runtime: it asks for events, answers them, and reports errors.

use std::future::pending;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use tokio::pin;

use super::Sandbox;
use super::failure::InvocationFailure;
use super::output::{Output, PATIENCE_OF_CALLER, PATIENCE_OF_SANDBOX};
use super::phase::{AnswerKind, Refusal};
use super::running::{self, Delivery, RunningInvocation, WaitingCaller};
use crate::function_error;
use crate::invocation::{Outcome, StreamError, StreamWriter};
use crate::record::Status;

impl Sandbox {
    /// Ends the last work of the runtime, and waits without a limit for its next event.
    pub(crate) async fn next(self: &Arc<Self>) -> Result<Delivery, Refusal> {
        match self.ready() {
            // The process may still shut down. Like Lambda in its shutdown phase, the emulator has no event for it. A
            // refusal would end the runtime before it sees SIGTERM.
            Err(_) if self.is_closed() => return pending().await,
            ready => ready?,
        }
        loop {
            let event = self.event.notified();
            pin!(event);
            // Registers before the state is read, so that no event is missed between the read and the wait.
            event.as_mut().enable();
            if let Some(delivery) = self.delivery() {
                return Ok(delivery);
            }
            event.await;
        }
    }

    pub(super) fn ready(self: &Arc<Self>) -> Result<(), Refusal> {
        if self.waits_for_extensions() {
            return Ok(());
        }
        let finished = self.phase().next_asked(self.spec.timeout)?;
        match finished {
            // The last lines of the invocation's log may still be in the pipe.
            Some(running) if running.has_tail() => {
                drop(tokio::spawn(Arc::clone(self).finished_with_log(running, PATIENCE_OF_CALLER)));
            }
            Some(running) if running.is_recorded() && self.is_behind() => {
                drop(tokio::spawn(Arc::clone(self).finished_with_log(running, PATIENCE_OF_SANDBOX)));
            }
            Some(running) => self.finished(running),
            None => {}
        }
        Ok(())
    }

    async fn finished_with_log(self: Arc<Self>, running: RunningInvocation, patience: Duration) {
        if let Some(output) = self.output() {
            output.passed_on(patience).await;
        }
        self.finished(running);
    }

    fn is_behind(&self) -> bool {
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        output.as_ref().is_some_and(Output::is_behind)
    }

    fn output(&self) -> Option<Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn delivery(&self) -> Option<Delivery> {
        let (delivery, start) = self.phase().delivery()?;
        if let Some(start) = start {
            self.log.start(start, self.process_id());
            self.notify_extensions(&delivery);
        }
        Some(delivery)
    }

    fn finished(self: &Arc<Self>, running: RunningInvocation) {
        self.log.end(&running, running.clock.elapsed(), self.peak_memory());
        if let Some(owner) = self.owner.upgrade() {
            owner.take_back(self, running.permit);
        }
    }

    /// Begins the runtime's answer to the attempt `invocation_id` at the invocation `id`, before its body is read.
    pub(crate) fn answer_begins(
        &self,
        id: &str,
        invocation_id: Option<&HeaderValue>,
        answer: AnswerKind,
    ) -> Result<(), Refusal> {
        self.phase().answer_begins(id, invocation_id, answer)
    }

    /// Answers the caller of the invocation `id`. The sandbox stays busy until its next `/next`.
    pub(crate) fn respond(&self, id: &str, outcome: Outcome) -> Result<(), Refusal> {
        let length = if let Outcome::Reply(reply) = &outcome { reply.len() } else { 0 };
        let (caller, _) = self.phase().answered(id, None, length)?;
        running::answer(caller, outcome);
        Ok(())
    }

    /// Begins a streamed answer to the invocation `id`. Returns the writer for a caller that takes streams; any other caller
    /// waits for the whole answer.
    pub(crate) fn stream(
        &self,
        id: &str,
        content_type: Option<HeaderValue>,
    ) -> Result<Option<StreamWriter>, Refusal> {
        let begun = self.phase().stream_begins(id, content_type)?;
        Ok(begun.map(|(caller, stream, writer)| {
            let recording = caller.as_ref().and_then(WaitingCaller::recording);
            running::answer(caller, Outcome::Stream(stream));
            writer.recorded(recording)
        }))
    }

    /// Ends the stream after `length` bytes with the result `end`. The report shows `failure`.
    pub(crate) fn stream_ended(
        &self,
        id: &str,
        end: Result<(), StreamError>,
        failure: Option<&InvocationFailure>,
        length: usize,
    ) -> Result<(), Refusal> {
        let status = failure.map(|failure| Status::Error(failure.error_type().to_owned()));
        let (_, stream) = self.phase().answered(id, status, length)?;
        if let Err(error) = &end {
            self.note(error);
        }
        // An error means that the caller no longer reads.
        let _ = stream.map(|stream| stream.send(end));
        Ok(())
    }

    /// Shows the error in the trailers of a stream.
    pub(crate) fn note(&self, error: &StreamError) {
        self.log.explain(function_error::summary(&error.error));
    }

    /// Fails the invocation `id` with the error that the function posted.
    pub(crate) fn fail(&self, id: &str, error: Bytes, error_type: String) -> Result<(), Refusal> {
        self.failed(id, error, &Status::Posted(error_type))
    }

    /// Fails the invocation `id` for a reason that the function has not posted.
    pub(crate) fn fail_with(&self, id: &str, failure: &InvocationFailure) -> Result<(), Refusal> {
        self.failed(id, failure.body(id), &Status::Error(failure.error_type().to_owned()))
    }

    fn failed(&self, id: &str, error: Bytes, status: &Status) -> Result<(), Refusal> {
        let (caller, stream) = self.phase().answered(id, Some(status.clone()), 0)?;
        running::break_off(stream, status.error_type(), &error);
        self.pass_on_error(caller, error);
        Ok(())
    }

    /// Records that the runtime could not start. The caller of the first invocation gets `error` if this was the second
    /// try. The process has a moment to end by itself, so that its last words are not cut off.
    pub(crate) fn init_failed(&self, error: Bytes, error_type: String) -> Result<(), Refusal> {
        let caller = self.phase().init_failed(error_type)?;
        self.pass_on_error(caller, error);
        Ok(())
    }

    /// Restores a runtime that is set up from its snapshot. No extension registers after that.
    ///
    /// Lambda takes the snapshot when a version is published, and restores it for each new sandbox. Here, each process does
    /// both itself: it initializes, asks for its snapshot, and goes on at once. Its connections and its memory stay.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html>
    pub(crate) fn restore(&self) -> Result<(), Refusal> {
        self.phase().restore_asked(self.restore_limit)?;
        self.close_registration();
        Ok(())
    }

    /// Records that the restored runtime cannot go on. The caller of the first invocation gets `error`.
    ///
    /// Undocumented (LC-6): the form of that error. `Invoke` has a `SnapStartException` for this case.
    pub(crate) fn restore_failed(&self, error: Bytes, error_type: String) -> Result<(), Refusal> {
        let caller = self.phase().restore_failed(error_type)?;
        self.pass_on_error(caller, error);
        Ok(())
    }

    /// Shows the error, and then answers the caller: the line about the request comes after the error.
    fn pass_on_error(&self, caller: Option<WaitingCaller>, error: Bytes) {
        self.log.explain(function_error::summary(&error));
        running::answer(caller, Outcome::FunctionError(error));
    }
}
