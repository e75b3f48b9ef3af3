//! Lambda's Invoke API, which SDKs, the AWS CLI and `cargo lambda invoke` call.
//!
//! The API has the ports of the front doors and invokes the same functions. Routes, limits and events of front doors do not
//! apply. Signatures are not verified.

mod asynchronous;
mod constraint;
mod directory;
mod error;
mod event_stream;
mod function_name;
mod payload;
mod request;
mod response;
mod streaming;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};

use self::asynchronous::{AsynchronousEvent, EventQueue};
pub(crate) use self::directory::Directory;
use self::error::InvokeError;
pub(crate) use self::request::is_invoke_api_path;
use self::request::{InvocationType, InvokeRequest, Operation};
use self::response::InvocationIds;
use self::streaming::StreamedAnswer;
use crate::current::Current;
use crate::gateway::{AnswerBody, Backend, Bandwidth, Pace, RequestBody, Streamed};
use crate::invocation::{Invocation, Outcome, Tail};
use crate::printer::Printer;
use crate::record::Recorder;

/// The reason why the API refuses a call, for the log. It is in the extensions of the response.
#[derive(Clone, Debug)]
pub(crate) struct RefusalWords(pub(crate) String);

/// The Invoke API of the functions of a directory.
pub(crate) struct InvokeApi<B: Backend> {
    backend: Arc<B>,
    directory: Current<Directory<B::Function>>,
    queue: EventQueue,
    printer: Printer,
    recorder: Recorder,
    bandwidth: Option<Bandwidth>,
}

impl<B: Backend> InvokeApi<B>
where
    B::Function: Clone,
{
    pub(crate) fn new(
        backend: B,
        directory: Current<Directory<B::Function>>,
        printer: Printer,
        recorder: Recorder,
    ) -> Self {
        Self {
            backend: Arc::new(backend),
            directory,
            queue: EventQueue::new(),
            printer,
            recorder,
            bandwidth: None,
        }
    }

    /// Limits the speed of streams. Without a bandwidth, they are as fast as possible.
    #[must_use]
    pub(crate) fn with_bandwidth(self, bandwidth: Option<Bandwidth>) -> Self {
        Self { bandwidth, ..self }
    }

    /// Answers a request for which [`is_invoke_api_path`] holds.
    pub(crate) async fn handle(&self, request: Request<impl RequestBody>) -> Response<AnswerBody> {
        let (head, body) = request.into_parts();
        let ids = InvocationIds::new(&head.headers);
        let answer = self.answer(&head, body, &ids).await;
        let mut response = answer.unwrap_or_else(|error| refuse(&head, &error));
        ids.write(response.headers_mut());
        response
    }

    async fn answer(
        &self,
        head: &Parts,
        body: impl RequestBody,
        ids: &InvocationIds,
    ) -> Result<Response<AnswerBody>, InvokeError> {
        let called = Operation::parse(&head.method, head.uri.path());
        let (operation, name) = called.ok_or(InvokeError::UnknownOperation)?;
        let asked = InvokeRequest::read(operation, &name, head)?;
        let function = self.directory.get().find(&asked)?;
        let event = payload::read(body).await?;
        match (asked.invocation_type, operation) {
            // Undocumented (INV-11): the API's reference says the same about a stream, while a test of AWS SAM shows that the
            // function runs: `test_invoke_different_boto_options` in
            // https://github.com/aws/aws-sam-cli/blob/develop/tests/integration/remote/invoke/test_lambda_invoke_response_stream.py.
            (InvocationType::DryRun, _) => Ok(response::empty(StatusCode::NO_CONTENT)),
            (InvocationType::Event, _) => self.enqueue(function, &asked, event, ids),
            (InvocationType::RequestResponse, Operation::Invoke) => {
                self.invoke(&function, invocation(asked, event, ids).recorded(head)).await
            }
            (InvocationType::RequestResponse, Operation::InvokeWithResponseStream) => {
                self.stream(&function, invocation(asked, event, ids).recorded(head).streaming()).await
            }
        }
    }

    /// Queues an asynchronous event. It has no client context.
    fn enqueue(
        &self,
        function: B::Function,
        asked: &InvokeRequest<'_>,
        event: Bytes,
        ids: &InvocationIds,
    ) -> Result<Response<AnswerBody>, InvokeError> {
        if event.len() > constraint::LONGEST_EVENT {
            return Err(InvokeError::EventTooLarge { size: event.len() });
        }
        let invocation = Invocation {
            request_id: ids.request_id,
            qualifier: asked.qualifier.clone(),
            ..Invocation::new(event, ids.trace.clone())
        };
        self.queue.push(AsynchronousEvent {
            backend: Arc::clone(&self.backend),
            function,
            name: asked.function.name.to_owned(),
            invocation,
            printer: self.printer.clone(),
            recorder: self.recorder.clone(),
        })?;
        Ok(response::empty(StatusCode::ACCEPTED))
    }

    async fn invoke(
        &self,
        function: &B::Function,
        invocation: Invocation,
    ) -> Result<Response<AnswerBody>, InvokeError> {
        let tail = invocation.tail.clone();
        let mut response = match self.outcome(function, invocation).await? {
            Outcome::Reply(payload) => response::reply(payload),
            // Only a caller that can read a stream gets one.
            Outcome::Stream(stream) => {
                response::reply(AnswerBody::Stream(Box::new(Streamed::new(Bytes::new(), stream.body, None))))
            }
            Outcome::FunctionError(error) => response::function_error(error),
            Outcome::Throttled(throttle) => return Err(throttle.into()),
        };
        if let Some(tail) = tail {
            response::add_log(&mut response, &tail).await;
        }
        Ok(response)
    }

    async fn stream(
        &self,
        function: &B::Function,
        invocation: Invocation,
    ) -> Result<Response<AnswerBody>, InvokeError> {
        let tail = invocation.tail.clone();
        let answered = match self.outcome(function, invocation).await? {
            Outcome::Reply(payload) => StreamedAnswer::Whole(payload),
            Outcome::Stream(stream) => StreamedAnswer::Stream(stream.body),
            Outcome::FunctionError(error) => StreamedAnswer::Error(error),
            Outcome::Throttled(throttle) => return Err(throttle.into()),
        };
        Ok(response::stream(streaming::events(answered, tail), self.bandwidth.map(Pace::new)))
    }

    async fn outcome(&self, function: &B::Function, invocation: Invocation) -> Result<Outcome, InvokeError> {
        invocation.leads_to(self.backend.name(function));
        let version = self.backend.ready(function).await?;
        if let Some(recording) = &invocation.recording {
            recording.function_ready();
        }
        Ok(self.backend.invoke(function, version, invocation).await?)
    }
}

/// Returns the response to a refused call. Its extensions have the reason for the log, since a client may show little of the
/// error. The compiler's message is in the log already.
fn refuse(head: &Parts, error: &InvokeError) -> Response<AnswerBody> {
    let mut response = response::refusal(head, error);
    let words = match error {
        InvokeError::NotReady(_) => "the function does not build".to_owned(),
        error => error.words(),
    };
    response.extensions_mut().insert(RefusalWords(words));
    response
}

fn invocation(asked: InvokeRequest<'_>, event: Bytes, ids: &InvocationIds) -> Invocation {
    Invocation {
        request_id: ids.request_id,
        qualifier: asked.qualifier,
        client_context: asked.client_context,
        tail: asked.tail.then(Tail::new),
        ..Invocation::new(event, ids.trace.clone())
    }
}

impl<B: Backend> fmt::Debug for InvokeApi<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvokeApi").field("queue", &self.queue).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
