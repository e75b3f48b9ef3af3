//! Lambda's [Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), with one listener for each
//! sandbox. So `AWS_LAMBDA_RUNTIME_API` is a plain `host:port`, as on Lambda, the runtime of any language works, and the
//! socket identifies the sandbox.
//!
//! This room knows HTTP: paths, statuses, bodies, limits. It imports `sandbox`, which decides what a call means, and `pool`
//! starts it. Statuses and bodies follow AWS's [Runtime Interface
//! Emulator](https://github.com/aws/aws-lambda-runtime-interface-emulator).

mod attached;
mod call;
mod extension;
mod reply;
#[cfg(test)]
mod tests;
mod upload;

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::access;
use crate::connections;
use crate::invocation::{MAX_PAYLOAD, Outcome, StreamError, StreamWriter};
use crate::sandbox::{AnswerKind, InvocationFailure, MAX_STREAM, Refusal, Sandbox, reported_error_type};
pub(crate) use attached::serve_attached;
use call::Call;
use reply::RuntimeReply;
use upload::{StreamEnd, StreamedUpload, Upload};

/// The header for a streamed response; without it, the response is buffered.
const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// Answers the runtime of `sandbox` until dropped, which closes its connections too.
pub(crate) async fn serve(listener: TcpListener, sandbox: Arc<Sandbox>) -> Infallible {
    connections::serve_each(listener, sandbox.printer(), |stream, _| connection(stream, Arc::clone(&sandbox)))
        .await
}

async fn connection(stream: TcpStream, sandbox: Arc<Sandbox>) {
    let service = service_fn(move |request| {
        let sandbox = Arc::clone(&sandbox);
        async move { Ok::<_, Infallible>(answer(&sandbox, request).await) }
    });
    // An error ends this connection only: the runtime opens another, or is gone.
    let _ = http1::Builder::new().half_close(false).serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(sandbox: &Arc<Sandbox>, request: Request<Incoming>) -> RuntimeReply {
    let (head, mut body) = request.into_parts();
    if let Err(refused) = access::check_runtime(&head) {
        return refused.into_response();
    }
    sandbox.within_memory().await;
    let answered = match Call::parse(&head.method, head.uri.path()) {
        Call::Next => sandbox.next().await.map(|event| reply::event(event, sandbox.spec())),
        Call::Response(id) => response(sandbox, id, &head.headers, &mut body).await,
        Call::Error(id) => error(sandbox, id, &head.headers, &mut body).await,
        Call::InitError => init_error(sandbox, &head.headers, &mut body).await,
        // On Lambda, only functions with a snapshot have these paths.
        Call::RestoreNext | Call::RestoreError if !sandbox.spec().is_restored() => Ok(reply::unknown_path()),
        Call::RestoreNext => sandbox.restore().map(|()| reply::restored()),
        Call::RestoreError => restore_error(sandbox, &head.headers, &mut body).await,
        Call::Extension(call) => Ok(extension::answer(sandbox, call, &head.headers, &mut body).await),
        other => Ok(answer_in_any_phase(other)),
    };
    upload::discard(&mut body).await;
    answered.unwrap_or_else(reply::refused)
}

/// Answers a call that does not depend on the sandbox.
fn answer_in_any_phase(call: Call<'_>) -> RuntimeReply {
    match call {
        Call::Ping => reply::pong(),
        Call::Subscribe(to) => reply::no_telemetry(to),
        Call::WrongMethod => reply::wrong_method(),
        _ => reply::unknown_path(),
    }
}

/// Receives the answer to an invocation, in one piece or as a stream.
async fn response(
    sandbox: &Sandbox,
    id: &str,
    headers: &HeaderMap,
    body: &mut Incoming,
) -> Result<RuntimeReply, Refusal> {
    sandbox.answer_begins(id, headers.get(reply::INVOCATION_ID), AnswerKind::Response)?;
    match headers.get(RESPONSE_MODE).map(HeaderValue::as_bytes) {
        None | Some(b"") => buffered(sandbox, id, body).await,
        Some(b"streaming") => match sandbox.stream(id, headers.get(CONTENT_TYPE).cloned())? {
            Some(writer) => streamed(sandbox, id, body, writer).await,
            None => buffered(sandbox, id, body).await,
        },
        Some(_) => {
            sandbox.fail_with(id, &InvocationFailure::InvalidResponseMode)?;
            Ok(reply::invalid_response_mode())
        }
    }
}

/// Receives the answer for a caller that waits for the whole answer, whether the runtime streams it or not.
async fn buffered(sandbox: &Sandbox, id: &str, body: &mut Incoming) -> Result<RuntimeReply, Refusal> {
    match upload::receive(body).await {
        Upload::Whole(body, trailers) => {
            // Undocumented (RT-2): the caller gets a success. AWS's emulator passes such an error on as metadata, after
            // the whole answer.
            if let Some(error) = trailers {
                sandbox.note(&error);
            }
            sandbox.respond(id, Outcome::Reply(body)).map(|()| reply::accepted())
        }
        other => incomplete(sandbox, id, &other),
    }
}

/// Receives the answer for a caller that reads it piece by piece.
async fn streamed(
    sandbox: &Sandbox,
    id: &str,
    body: &mut Incoming,
    writer: StreamWriter,
) -> Result<RuntimeReply, Refusal> {
    let StreamedUpload { length, end } = upload::pass_on(body, &writer).await;
    // Dropping the writer ends the pieces before the end of the stream is reported.
    drop(writer);
    let cut_off = |failure: InvocationFailure| {
        let error = StreamError { error_type: failure.error_type().to_owned(), error: failure.body(id) };
        sandbox.stream_ended(id, Err(error), Some(&failure), length)
    };
    match end {
        StreamEnd::Whole(None) => sandbox.stream_ended(id, Ok(()), None, length)?,
        StreamEnd::Whole(Some(error)) => sandbox.stream_ended(id, Err(error), None, length)?,
        StreamEnd::TooLarge => {
            cut_off(InvocationFailure::StreamTooLarge)?;
            return Ok(reply::too_large(MAX_STREAM));
        }
        StreamEnd::Truncated => {
            cut_off(InvocationFailure::ResponseTruncated)?;
            return Ok(reply::truncated());
        }
    }
    Ok(reply::accepted())
}

/// Receives the error that the function posts. The caller gets this error unchanged.
async fn error(
    sandbox: &Sandbox,
    id: &str,
    headers: &HeaderMap,
    body: &mut Incoming,
) -> Result<RuntimeReply, Refusal> {
    sandbox.answer_begins(id, headers.get(reply::INVOCATION_ID), AnswerKind::Error)?;
    match upload::receive(body).await {
        Upload::Whole(body, _) => {
            sandbox.fail(id, body, error_type(headers))?;
            Ok(reply::accepted())
        }
        other => incomplete(sandbox, id, &other),
    }
}

fn incomplete(sandbox: &Sandbox, id: &str, upload: &Upload) -> Result<RuntimeReply, Refusal> {
    if let Upload::TooLarge = upload {
        sandbox.fail_with(id, &InvocationFailure::ResponseTooLarge)?;
        return Ok(reply::too_large(MAX_PAYLOAD));
    }
    sandbox.fail_with(id, &InvocationFailure::ResponseTruncated)?;
    Ok(reply::truncated())
}

async fn init_error(
    sandbox: &Sandbox,
    headers: &HeaderMap,
    body: &mut Incoming,
) -> Result<RuntimeReply, Refusal> {
    start_error(body, |error| sandbox.init_failed(error, error_type(headers))).await
}

async fn restore_error(
    sandbox: &Sandbox,
    headers: &HeaderMap,
    body: &mut Incoming,
) -> Result<RuntimeReply, Refusal> {
    start_error(body, |error| sandbox.restore_failed(error, error_type(headers))).await
}

async fn start_error(
    body: &mut Incoming,
    failed: impl FnOnce(Bytes) -> Result<(), Refusal>,
) -> Result<RuntimeReply, Refusal> {
    match upload::receive(body).await {
        Upload::Whole(error, _) => failed(error).map(|()| reply::accepted()),
        Upload::TooLarge => Ok(reply::too_large(MAX_PAYLOAD)),
        Upload::Truncated => Ok(reply::truncated()),
    }
}

fn error_type(headers: &HeaderMap) -> String {
    let claimed = headers.get(ERROR_TYPE).and_then(|claimed| claimed.to_str().ok());
    reported_error_type(claimed.unwrap_or_default())
}
