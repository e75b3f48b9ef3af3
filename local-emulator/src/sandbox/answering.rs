//! A runtime's answer, on its way to the caller.

use bytes::Bytes;
use http::HeaderValue;

use super::failure::Failure;
use super::job::{self, Caller, Waiting};
use super::phase::Answer;
use super::{Refusal, Sandbox};
use crate::function_error;
use crate::invocation::{Outcome, StreamError, Writer};
use crate::record::Status;

impl Sandbox {
    /// The runtime begins to answer the attempt `invocation_id` at the invocation `id`. Asked before a body is read.
    pub(crate) fn answer_begins(
        &self,
        id: &str,
        invocation_id: Option<&HeaderValue>,
        answer: Answer,
    ) -> Result<(), Refusal> {
        self.phase().answer_begins(id, invocation_id, answer)
    }

    /// The function's answer to the invocation `id`. The sandbox stays busy until its next `/next`.
    pub(crate) fn respond(&self, id: &str, outcome: Outcome) -> Result<(), Refusal> {
        let length = if let Outcome::Reply(reply) = &outcome { reply.len() } else { 0 };
        let (caller, _) = self.phase().answered(id, None, length)?;
        job::answer(caller, outcome);
        Ok(())
    }

    /// The function streams its answer to the invocation `id`. Whoever takes streams gets it as it comes:
    /// this is where to write it to. Who does not waits for the whole.
    pub(crate) fn stream(
        &self,
        id: &str,
        content_type: Option<HeaderValue>,
    ) -> Result<Option<Writer>, Refusal> {
        let begun = self.phase().stream_begins(id, content_type)?;
        Ok(begun.map(|(caller, stream, writer)| {
            let recording = caller.as_ref().and_then(Waiting::recording);
            job::answer(caller, Outcome::Stream(stream));
            writer.recorded(recording)
        }))
    }

    /// The stream has ended after `length` bytes, in the way that `end` says; `failure` is for the report.
    pub(crate) fn stream_ended(
        &self,
        id: &str,
        end: Result<(), StreamError>,
        failure: Option<&Failure>,
        length: usize,
    ) -> Result<(), Refusal> {
        let status = failure.map(|failure| Status::Error(failure.error_type().to_owned()));
        let (_, stream) = self.phase().answered(id, status, length)?;
        if let Err(error) = &end {
            self.note(error);
        }
        // An error means that nobody reads any more.
        let _ = stream.map(|stream| stream.send(end));
        Ok(())
    }

    /// Shows the error in the trailers of a stream.
    pub(crate) fn note(&self, error: &StreamError) {
        self.log.explain(function_error::summary(&error.error));
    }

    /// The function posted `error` as its answer to the invocation `id`.
    pub(crate) fn fail(&self, id: &str, error: Bytes, error_type: String) -> Result<(), Refusal> {
        self.failed(id, error, &Status::Posted(error_type))
    }

    /// The invocation `id` failed in a way that the function has no words for.
    pub(crate) fn fail_with(&self, id: &str, failure: &Failure) -> Result<(), Refusal> {
        self.failed(id, failure.body(id), &Status::Error(failure.error_type().to_owned()))
    }

    fn failed(&self, id: &str, error: Bytes, status: &Status) -> Result<(), Refusal> {
        let (caller, stream) = self.phase().answered(id, Some(status.clone()), 0)?;
        job::break_off(stream, status.error_type(), &error);
        self.pass_on_error(caller, error);
        Ok(())
    }

    /// The runtime could not start: the caller of the first invocation gets `error`, if this was the second try.
    /// The process has a moment to end by itself, so that its last words are not cut off.
    pub(crate) fn init_failed(&self, error: Bytes, error_type: String) -> Result<(), Refusal> {
        let caller = self.phase().init_failed(error_type)?;
        self.pass_on_error(caller, error);
        Ok(())
    }

    /// Shows the error first: the line about the request comes after it.
    pub(super) fn pass_on_error(&self, caller: Caller, error: Bytes) {
        self.log.explain(function_error::summary(&error));
        job::answer(caller, Outcome::FunctionError(error));
    }
}
