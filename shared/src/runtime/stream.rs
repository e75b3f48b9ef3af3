//! A body that is sent as it comes.
//!
//! What Lambda wants of it, and of an error midway:
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>.
//! `lambda_runtime` itself writes such an error into the body.
//!
//! Such an error ends the post properly, with trailers, as AWS's own runtimes do, and then the connection. Breaking
//! off instead is not documented, and the two exclude each other: HTTP hands out trailers only behind the last
//! chunk. Lambda would know a cut body, as `Runtime.TruncatedResponse`, without the error
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

use super::runtime_api::{ERROR_TYPE, Invocation, RuntimeApi};
use crate::body::{Body, BoxError};
use crate::error::chain;
use crate::event::{self, FrontDoor};
use crate::log::{self, Scope};
use crate::panics;
use crate::response::Response;

#[cfg(test)]
mod tests;

const ERROR_BODY: HeaderName = HeaderName::from_static("lambda-runtime-function-error-body");

/// Ends the prelude.
const DELIMITER: &[u8] = &[0; 8];

/// In characters. Whoever reads the trailers may have a limit for them (hyper: 16 KB), and base64 adds a third.
const MAX_MESSAGE: usize = 2000;

/// Posts an answer as it comes.
pub(crate) type PostStream =
    for<'a> fn(&'a RuntimeApi, &'a Invocation, Streamed) -> BoxFuture<'a, Result<(), BoxError>>;

/// A response to be posted as it comes.
pub(crate) struct Streamed {
    pub(crate) response: Response,
    pub(crate) front_door: FrontDoor,
    pub(crate) is_head: bool,
}

impl Streamed {
    /// The prelude, and the body behind it.
    pub(crate) fn into_body(self) -> serde_json::Result<(StreamedBody, oneshot::Receiver<()>)> {
        let Self { mut response, front_door, is_head } = self;
        // The length of an answer to `HEAD` would be that of the body that `GET` has.
        if front_door == FrontDoor::RestApi && !is_head {
            measure_empty(&mut response);
        }
        let filler = (front_door == FrontDoor::FunctionUrl).then(|| filler(response.headers())).flatten();
        let (head, body) = response.into_parts();
        Ok(StreamedBody::new(event::prelude(front_door, &head)?, body, filler))
    }
}

/// Ends when the body has.
pub(crate) fn post_stream<'a>(
    api: &'a RuntimeApi,
    to: &'a Invocation,
    streamed: Streamed,
) -> BoxFuture<'a, Result<(), BoxError>> {
    Box::pin(async move {
        let (body, end) = streamed.into_body()?;
        let mut request = to.request("response", PostBody::new(body))?;
        request.headers_mut().extend(headers());
        // A lost connection is no reason to end the process, as it is elsewhere: it may be the reader who is
        // gone.
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

/// The headers with which a stream is posted.
fn headers() -> [(HeaderName, HeaderValue); 5] {
    [
        (
            HeaderName::from_static("lambda-runtime-function-response-mode"),
            HeaderValue::from_static("streaming"),
        ),
        (CONTENT_TYPE, HeaderValue::from_static("application/vnd.awslambda.http-integration-response")),
        (TRANSFER_ENCODING, HeaderValue::from_static("chunked")),
        // hyper sends no trailer that is not announced.
        (
            TRAILER,
            HeaderValue::from_static(
                "lambda-runtime-function-error-type, lambda-runtime-function-error-body",
            ),
        ),
        // Lambda wants the connection closed behind a stream.
        (CONNECTION, HeaderValue::from_static("close")),
    ]
}

/// Says of an answer without a body that it has none: a REST API passes the length on, and otherwise begins a chunked
/// body (<https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>).
fn measure_empty(response: &mut Response) {
    let measurable = !matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if measurable && response.body().is_end_stream() {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
    }
}

/// The body of a stream that has none. A Function URL does not end the response to a prelude without a body, and its
/// client waits for minutes; with one byte of a body it does
/// (<https://github.com/aws/aws-lambda-web-adapter/issues/499>,
/// <https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/95>,
/// <https://github.com/opennextjs/opennextjs-aws/pull/443>). A `content-length` of 0 would not help, since the URL gives
/// it another name (<https://github.com/cargo-lambda/cargo-lambda/issues/862>).
///
/// A line break is white space to JSON, HTML and server-sent events. To a compressed body it would be an error.
fn filler(headers: &HeaderMap) -> Option<Bytes> {
    (!headers.contains_key(CONTENT_ENCODING)).then(|| Bytes::from_static(b"\n"))
}

/// The prelude, the delimiter, and the body; behind a body that fails, the error as trailers.
pub(crate) struct StreamedBody {
    /// The client's task, which polls it, is no part of the invocation.
    scope: Scope,
    pieces: Pieces,
}

struct Pieces {
    introduction: Option<Bytes>,
    body: Body,
    /// Sent at the end of a body that had not one byte.
    filler: Option<Bytes>,
    end: Option<End>,
    /// Tells the other end that there is no more of it, or by being dropped that nobody has read that far;
    /// closed by the other end to say that nobody reads it any more.
    ended: Option<oneshot::Sender<()>>,
}

/// How a body ended.
enum End {
    Complete,
    Failed(Diagnostic),
}

impl StreamedBody {
    /// Also gives what resolves when the body has ended, to an error if it is gone before that.
    fn new(mut prelude: Vec<u8>, body: Body, filler: Option<Bytes>) -> (Self, oneshot::Receiver<()>) {
        let (ended, end) = oneshot::channel();
        prelude.extend_from_slice(DELIMITER);
        let introduction = Some(prelude.into());
        let pieces = Pieces { introduction, body, filler, end: None, ended: Some(ended) };
        (Self { scope: Scope::current(), pieces }, end)
    }
}

impl Pieces {
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
            // Nobody waits for the end of a stream that is refused.
            let _ = ended.send(());
        }
        Poll::Ready(match self.end.replace(End::Complete) {
            Some(End::Failed(diagnostic)) => Some(trailers(&diagnostic).map(Frame::trailers)),
            _ => None,
        })
    }

    /// Nothing is polled again of a body that has ended or failed.
    fn drop_body(&mut self) {
        let body = mem::take(&mut self.body);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(body))) {
            panics::log_caught("the response's body", &*panic);
        }
    }

    /// The next piece of the body, or why there is none.
    fn poll_data(&mut self, cx: &mut TaskContext<'_>) -> Poll<Option<Result<Bytes, Diagnostic>>> {
        loop {
            // This runs in the client's task: a panic there would look like a lost connection.
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
                // Trailers of the handler's own: no front door hands them on.
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
