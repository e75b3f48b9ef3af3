//! Posts a response piece by piece.
//!
//! The protocol, also for an error midway:
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>.
//! `lambda_runtime` itself writes such an error into the body.
//!
//! Such an error ends the post with trailers, as the runtimes of AWS do, and then closes the connection. Breaking off
//! instead is not documented, and HTTP sends trailers only after the last chunk. For a cut body, Lambda would report
//! `Runtime.TruncatedResponse` without the error
//! (<https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/4fa2157/internal/lambda/core/directinvoke/directinvoke.go>,
//! where `End-Of-Response` is `Truncated`, and `Complete` with trailers).

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use futures_core::future::BoxFuture;
use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRAILER, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body::{Body as _, Frame};
use lambda_runtime::Diagnostic;
use lambda_runtime_api_client::body::Body as PostBody;
use tokio::sync::oneshot;

use super::{ERROR_TYPE, OpenInvocation, RuntimeApi};
use crate::body::Body;
use crate::error::{BoxError, chain};
use crate::event;
use crate::front_door::FrontDoor;
use crate::log::{self, Scope};
use crate::panics;
use crate::response::Response;

#[cfg(test)]
mod tests;

const ERROR_BODY: HeaderName = HeaderName::from_static("lambda-runtime-function-error-body");

/// The bytes between the prelude and the body.
const DELIMITER: &[u8] = &[0; 8];

/// The longest message in a trailer, in characters. A reader may limit trailers (hyper: 16 KB), and base64 adds a
/// third.
const MAX_MESSAGE: usize = 2000;

/// A function that posts a response piece by piece.
pub(crate) type PostStream =
    for<'a> fn(&'a RuntimeApi, &'a OpenInvocation, Streamed) -> BoxFuture<'a, Result<(), BoxError>>;

/// A response that is posted piece by piece.
pub(crate) struct Streamed {
    pub(crate) response: Response,
    pub(crate) front_door: FrontDoor,
    pub(crate) is_head: bool,
}

impl Streamed {
    /// Makes the prelude and the body.
    pub(crate) fn into_body(self) -> serde_json::Result<(StreamedBody, oneshot::Receiver<()>)> {
        let Self { mut response, front_door, is_head } = self;
        // The length of an answer to `HEAD` is that of the body of `GET`, which is not known here.
        if front_door == FrontDoor::RestApi && !is_head {
            measure_empty(&mut response);
        }
        let filler = (front_door == FrontDoor::FunctionUrl).then(|| filler(response.headers())).flatten();
        let (head, body) = response.into_parts();
        Ok(StreamedBody::new(event::prelude(front_door, &head)?, body, filler))
    }
}

/// Posts a response. The future ends when the body has ended.
pub(crate) fn post_stream<'a>(
    api: &'a RuntimeApi,
    to: &'a OpenInvocation,
    streamed: Streamed,
) -> BoxFuture<'a, Result<(), BoxError>> {
    Box::pin(async move {
        let (body, end) = streamed.into_body()?;
        let mut request = to.request("response", PostBody::new(body))?;
        request.headers_mut().extend(headers());
        // A lost connection does not end the process here: the reader of the stream may have gone.
        match api.call(request).await {
            // Lambda may answer before the last byte is sent.
            Ok(status) if status.is_success() => {
                if end.await.is_err() {
                    log::error!("Lambda closed the stream before its end");
                }
            }
            Ok(status) => log::error!("Lambda refused the stream with status {status}"),
            Err(error) => log::error!("the stream could not be sent: {}", chain(&*error)),
        }
        Ok(())
    })
}

/// Returns the headers of a post that streams.
fn headers() -> [(HeaderName, HeaderValue); 5] {
    [
        (
            HeaderName::from_static("lambda-runtime-function-response-mode"),
            HeaderValue::from_static("streaming"),
        ),
        (CONTENT_TYPE, HeaderValue::from_static("application/vnd.awslambda.http-integration-response")),
        (TRANSFER_ENCODING, HeaderValue::from_static("chunked")),
        // hyper sends only trailers that are announced.
        (
            TRAILER,
            HeaderValue::from_static(
                "lambda-runtime-function-error-type, lambda-runtime-function-error-body",
            ),
        ),
        // Lambda requires the connection to be closed after a stream.
        (CONNECTION, HeaderValue::from_static("close")),
    ]
}

/// Adds `content-length: 0` to a response without a body: a REST API passes the length on, and would otherwise begin a
/// chunked body (<https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>).
fn measure_empty(response: &mut Response) {
    let measurable = !matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if measurable && response.body().is_end_stream() {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
    }
}

/// Returns the body to send for a response without one. A Function URL does not end the response to a prelude without a
/// body, and its client waits for minutes; with one byte of a body it does
/// (<https://github.com/aws/aws-lambda-web-adapter/issues/499>,
/// <https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/95>,
/// <https://github.com/opennextjs/opennextjs-aws/pull/443>). A `content-length` of 0 would not help, since the URL
/// renames it (<https://github.com/cargo-lambda/cargo-lambda/issues/862>).
///
/// The body is a line break, which is white space in JSON, HTML and server-sent events. In a compressed body it would
/// be an error.
fn filler(headers: &HeaderMap) -> Option<Bytes> {
    (!headers.contains_key(CONTENT_ENCODING)).then(|| Bytes::from_static(b"\n"))
}

/// The prelude, the delimiter and the body. If the body fails, the error follows as trailers.
pub(crate) struct StreamedBody {
    /// The invocation, since the task of the client polls this body.
    scope: Scope,
    pieces: BodyPieces,
}

struct BodyPieces {
    introduction: Option<Bytes>,
    body: Body,
    /// A byte to send if the body has none.
    filler: Option<Bytes>,
    end: Option<End>,
    /// Reports to the other end that the body has ended; dropped if nobody read it to the end. The other end closes it
    /// to say that nobody reads the body any more.
    ended: Option<oneshot::Sender<()>>,
}

/// How a body ended.
enum End {
    Complete,
    Failed(Diagnostic),
}

impl StreamedBody {
    /// Makes the body, and a receiver that resolves when the body has ended, or fails if the body is dropped earlier.
    fn new(mut prelude: Vec<u8>, body: Body, filler: Option<Bytes>) -> (Self, oneshot::Receiver<()>) {
        let (ended, end) = oneshot::channel();
        prelude.extend_from_slice(DELIMITER);
        let introduction = Some(prelude.into());
        let pieces = BodyPieces { introduction, body, filler, end: None, ended: Some(ended) };
        (Self { scope: Scope::current(), pieces }, end)
    }
}

impl BodyPieces {
    fn poll_next(&mut self, cx: &mut TaskContext<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.ended.as_mut().is_some_and(|ended| ended.poll_closed(cx).is_ready()) {
            return Poll::Ready(Some(Err("nobody reads this stream any more".into())));
        }
        if let Some(introduction) = self.introduction.take() {
            return Poll::Ready(Some(Ok(Frame::data(introduction))));
        }
        if self.end.is_none() {
            match ready!(self.poll_data(cx)) {
                Some(Ok(data)) => {
                    self.filler.take_if(|_| !data.is_empty());
                    return Poll::Ready(Some(Ok(Frame::data(data))));
                }
                ended => self.end = Some(ended.and_then(Result::err).map_or(End::Complete, End::Failed)),
            }
            self.drop_body();
        }
        if let Some(filler) = self.filler.take() {
            return Poll::Ready(Some(Ok(Frame::data(filler))));
        }
        if let Some(ended) = self.ended.take() {
            // If the stream was refused, nobody waits for its end.
            let _ = ended.send(());
        }
        Poll::Ready(match self.end.replace(End::Complete) {
            Some(End::Failed(diagnostic)) => Some(trailers(&diagnostic).map(Frame::trailers)),
            _ => None,
        })
    }

    /// Drops the body, which must not be polled after it has ended or failed.
    fn drop_body(&mut self) {
        let body = mem::take(&mut self.body);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(body))) {
            panics::log_caught("the response's body", &*panic);
        }
    }

    /// Returns the next piece of the body, or the reason why there is none.
    fn poll_data(&mut self, cx: &mut TaskContext<'_>) -> Poll<Option<Result<Bytes, Diagnostic>>> {
        loop {
            // This runs in the task of the client, where a panic would look like a lost connection.
            let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.body).poll_frame(cx)));
            let frame = match polled {
                Ok(polled) => ready!(polled),
                Err(panic) => {
                    panics::log_caught("the response's body", &*panic);
                    let message = format!("the response's body panicked: {}", panics::message(&*panic));
                    return Poll::Ready(Some(Err(diagnostic("Runtime.Panic", &message))));
                }
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                None => return Poll::Ready(None),
                Some(Ok(Ok(data))) => return Poll::Ready(Some(Ok(data))),
                // The handler sent trailers, which no front door passes on.
                Some(Ok(Err(_))) => {}
                Some(Err(error)) => {
                    let message = format!("the response's body failed: {}", chain(&*error));
                    log::error!("{message}");
                    return Poll::Ready(Some(Err(diagnostic("Runtime.StreamError", &message))));
                }
            }
        }
    }
}

impl http_body::Body for StreamedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { scope, pieces } = self.get_mut();
        scope.enter(|| pieces.poll_next(cx))
    }
}

fn diagnostic(error_type: &str, message: &str) -> Diagnostic {
    Diagnostic {
        error_type: error_type.to_owned(),
        error_message: message.chars().take(MAX_MESSAGE).collect(),
    }
}

fn trailers(diagnostic: &Diagnostic) -> Result<HeaderMap, BoxError> {
    let body = BASE64_STANDARD.encode(serde_json::to_vec(diagnostic)?);
    Ok(HeaderMap::from_iter([
        (ERROR_TYPE, HeaderValue::try_from(diagnostic.error_type.as_str())?),
        (ERROR_BODY, HeaderValue::try_from(body)?),
    ]))
}
