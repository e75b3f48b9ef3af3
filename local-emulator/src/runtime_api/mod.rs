//! Lambda's [Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for one
//! sandbox, which has its listener for itself: `AWS_LAMBDA_RUNTIME_API` is a plain `host:port`, as on
//! Lambda, any language's runtime works, and who calls is known by the socket.
//!
//! What this module knows is HTTP: paths, statuses, bodies, limits. What a call means for the sandbox
//! is [`Sandbox`]'s. Statuses and bodies follow AWS's
//! [Runtime Interface Emulator](https://github.com/aws/aws-lambda-runtime-interface-emulator).

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
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::access;
use crate::connections;
use crate::invocation::{MAX_PAYLOAD, Outcome, StreamError, Writer};
use crate::sandbox::{Answer, Failure, MAX_STREAM, Refusal, Sandbox, reported_error_type};
pub(crate) use attached::serve_attached;
use call::Call;
use upload::{StreamEnd, Streamed, Upload};

/// Streamed or, if absent, buffered. There is no third mode.
const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// Sent with each event since July 2026, and sent back with its answer by runtimes that know it:
/// <https://github.com/aws/aws-lambda-rust-runtime/issues/1155>.
const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");

type Reply = Response<Full<Bytes>>;

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

async fn answer(sandbox: &Arc<Sandbox>, request: Request<Incoming>) -> Reply {
    let (head, mut body) = request.into_parts();
    if let Err(refused) = access::check_runtime(&head) {
        return refused.into_response();
    }
    sandbox.within_memory().await;
    let answered = match Call::of(&head.method, head.uri.path()) {
        Call::Next => sandbox.next().await.map(|event| reply::event(event, sandbox.spec())),
        Call::Response(id) => response(sandbox, id, &head.headers, &mut body).await,
        Call::Error(id) => error(sandbox, id, &head.headers, &mut body).await,
        Call::InitError => init_error(sandbox, &head.headers, &mut body).await,
        // Lambda has these paths for functions with a snapshot alone.
        Call::RestoreNext | Call::RestoreError if !sandbox.spec().is_restored() => Ok(reply::unknown_path()),
        Call::RestoreNext => sandbox.restore().map(|()| reply::restored()),
        Call::RestoreError => restore_error(sandbox, &head.headers, &mut body).await,
        Call::Extension(call) => Ok(extension::answer(sandbox, call, &head.headers, &mut body).await),
        other => Ok(of_any_phase(other)),
    };
    upload::discard(&mut body).await;
    answered.unwrap_or_else(reply::refused)
}

/// The answer to a call that does not depend on the sandbox.
fn of_any_phase(call: Call<'_>) -> Reply {
    match call {
        Call::Ping => reply::pong(),
        Call::Subscribe(to) => reply::no_telemetry(to),
        Call::WrongMethod => reply::wrong_method(),
        _ => reply::unknown_path(),
    }
}

/// The answer to an invocation, in one piece or as a stream.
async fn response(
    sandbox: &Sandbox,
    id: &str,
    headers: &HeaderMap,
    body: &mut Incoming,
) -> Result<Reply, Refusal> {
    sandbox.answer_begins(id, headers.get(INVOCATION_ID), Answer::Response)?;
    match headers.get(RESPONSE_MODE).map(HeaderValue::as_bytes) {
        None | Some(b"") => buffered(sandbox, id, body).await,
        Some(b"streaming") => match sandbox.stream(id, headers.get(CONTENT_TYPE).cloned())? {
            Some(writer) => streamed(sandbox, id, body, writer).await,
            None => buffered(sandbox, id, body).await,
        },
        Some(_) => {
            sandbox.fail_with(id, &Failure::InvalidResponseMode)?;
            Ok(reply::invalid_response_mode())
        }
    }
}

/// The answer for a caller who waits for all of it, whether the runtime streams it or not.
async fn buffered(sandbox: &Sandbox, id: &str, body: &mut Incoming) -> Result<Reply, Refusal> {
    match upload::receive(body).await {
        Upload::Whole(body, trailers) => {
            // Undocumented (RT-2): that the caller is told of a success. AWS's emulator passes such an error on
            // as metadata, behind the whole answer.
            if let Some(error) = trailers {
                sandbox.note(&error);
            }
            sandbox.respond(id, Outcome::Reply(body)).map(|()| reply::accepted())
        }
        other => incomplete(sandbox, id, &other),
    }
}

/// The answer for a caller who reads along.
async fn streamed(
    sandbox: &Sandbox,
    id: &str,
    body: &mut Incoming,
    writer: Writer,
) -> Result<Reply, Refusal> {
    let Streamed { length, end } = upload::pass_on(body, &writer).await;
    // Before its end is told.
    drop(writer);
    let cut_off = |failure: Failure| {
        let error = StreamError { error_type: failure.error_type().to_owned(), error: failure.body(id) };
        sandbox.stream_ended(id, Err(error), Some(&failure), length)
    };
    match end {
        StreamEnd::Whole(None) => sandbox.stream_ended(id, Ok(()), None, length)?,
        StreamEnd::Whole(Some(error)) => sandbox.stream_ended(id, Err(error), None, length)?,
        StreamEnd::TooLarge => {
            cut_off(Failure::StreamTooLarge)?;
            return Ok(reply::too_large(MAX_STREAM));
        }
        StreamEnd::Truncated => {
            cut_off(Failure::ResponseTruncated)?;
            return Ok(reply::truncated());
        }
    }
    Ok(reply::accepted())
}

/// The function failed, and says how. Its words go to the caller as they are.
async fn error(
    sandbox: &Sandbox,
    id: &str,
    headers: &HeaderMap,
    body: &mut Incoming,
) -> Result<Reply, Refusal> {
    sandbox.answer_begins(id, headers.get(INVOCATION_ID), Answer::Error)?;
    match upload::receive(body).await {
        Upload::Whole(body, _) => {
            sandbox.fail(id, body, error_type(headers))?;
            Ok(reply::accepted())
        }
        other => incomplete(sandbox, id, &other),
    }
}

fn incomplete(sandbox: &Sandbox, id: &str, upload: &Upload) -> Result<Reply, Refusal> {
    if let Upload::TooLarge = upload {
        sandbox.fail_with(id, &Failure::ResponseTooLarge)?;
        return Ok(reply::too_large(MAX_PAYLOAD));
    }
    sandbox.fail_with(id, &Failure::ResponseTruncated)?;
    Ok(reply::truncated())
}

async fn init_error(sandbox: &Sandbox, headers: &HeaderMap, body: &mut Incoming) -> Result<Reply, Refusal> {
    start_error(body, |error| sandbox.init_failed(error, error_type(headers))).await
}

async fn restore_error(
    sandbox: &Sandbox,
    headers: &HeaderMap,
    body: &mut Incoming,
) -> Result<Reply, Refusal> {
    start_error(body, |error| sandbox.restore_failed(error, error_type(headers))).await
}

async fn start_error(
    body: &mut Incoming,
    failed: impl FnOnce(Bytes) -> Result<(), Refusal>,
) -> Result<Reply, Refusal> {
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
