//! Why a front door answers by itself. What its client is told then is each front door's own.

use std::fmt;
use std::time::Duration;

use http::Method;

use super::headers::MAX_HEADERS;
use super::prelude::PreludeError;
use crate::authorizer::Denial;
use crate::invocation::Throttle;

/// Why a request did not get an answer from its function, in words for the developer. Found in the
/// extensions of the response; the client sees a status and a fixed message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// No route, no rule, or no function.
    #[error("no route takes this method and path")]
    NoRoute,
    /// No route, because of a slash at the end: API Gateway does not take it for the same path, as Next.js does.
    #[error("no route takes this path, and one takes it without the slash at its end: `{0}`")]
    TrailingSlash(
        /// The path without it, as the client should send it.
        String,
    ),
    /// A path outside the stage; the words say which it is.
    #[error("no stage takes this path: the stage is `{0}`, so that paths begin with `/{0}/`")]
    NoStage(
        /// The stage.
        String,
    ),
    /// The request line and the headers are too long.
    #[error("request line and headers are {size} bytes long, over the limit of {limit}")]
    HeadTooLong {
        /// In bytes, as sent.
        size: usize,
        /// In bytes.
        limit: usize,
    },
    /// The request's target is too long.
    #[error("the target is {size} bytes long, over the limit of {limit}")]
    TargetTooLong {
        /// In bytes, as sent.
        size: usize,
        /// In bytes.
        limit: usize,
    },
    /// The ARN of the method is too long for an authorizer of a REST API.
    #[error(
        "the ARN of the method, which has the whole path, is {size} bytes long, over the limit of {limit} for a method with \
         an authorizer: send long values in the query, in a header or in the body"
    )]
    MethodArnTooLong {
        /// In bytes.
        size: usize,
        /// In bytes.
        limit: usize,
    },
    /// The body is over the front door's limit.
    #[error("the body is over the limit of {limit} bytes")]
    BodyTooLong {
        /// In bytes.
        limit: usize,
    },
    /// The body fits the front door, but not, as an event, Lambda.
    #[error("the event is over the limit of {limit} bytes (a body in base64 takes a third more)")]
    EventTooLong {
        /// In bytes.
        limit: usize,
    },
    /// A request of a kind that the front door does not take.
    #[error("{0}")]
    Unsupported(#[from] Unsupported),
    /// Seen only by a client that sent a malformed body and did not just hang up.
    #[error("the body broke off: {0}")]
    BrokenBody(String),
    /// The caller may not call the function.
    #[error("not authorized: {0}")]
    Denied(#[from] Denial),
    /// The function posted an error, crashed, or ran out of time.
    #[error("the invocation failed: {0}")]
    FunctionFailed(
        /// What the function or Lambda said, in one line.
        String,
    ),
    /// The function answered with something that is no response here.
    #[error("the reply cannot become a response: {0}")]
    InvalidReply(#[from] InvalidReply),
    /// The function's stream does not begin as one of an HTTP integration.
    #[error("the stream cannot become a response: {0}")]
    InvalidStream(#[from] PreludeError),
    /// Too many invocations at once.
    #[error("the invocation was throttled: {0}")]
    Throttled(#[from] Throttle),
    /// The front door gave up, while the invocation goes on.
    #[error("no reply within the integration time-out of {0:?}: the invocation goes on without its client")]
    TimedOut(Duration),
}

impl GatewayError {
    /// The error for a request that no route takes. `path` is what routes are chosen by, a part of the path that the client
    /// sent, and `takes` says whether a route takes another one.
    pub(super) fn no_route(sent: &str, path: &str, takes: impl FnOnce(&str) -> bool) -> Self {
        let without_slash = |path| str::strip_suffix(path, '/').filter(|rest| !rest.is_empty());
        match (without_slash(sent), without_slash(path)) {
            (Some(sent), Some(path)) if takes(path) => Self::TrailingSlash(sent.to_owned()),
            _ => Self::NoRoute,
        }
    }
}

/// A kind of request that an Application Load Balancer does not pass on to a function.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsupported {
    /// To another protocol.
    #[error("a function takes no WebSockets")]
    Upgrade,
    /// A method.
    #[error("a load balancer takes no {0} requests")]
    Method(Method),
    /// Through a loop, it seems.
    #[error("`x-forwarded-for` has {0} addresses, over the limit of 30")]
    ForwardedTooOften(usize),
}

/// A reply with a `statusCode` that is no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidReply {
    /// A member has the wrong type, or `body` is not a string.
    #[error("a member has the wrong type: {0}")]
    Malformed(String),
    /// Not an HTTP status, or one that cannot be final.
    #[error("`statusCode` is `{0}`: return a whole number from 200 to 599")]
    StatusCode(String),
    /// A name or value that HTTP does not allow.
    #[error("the header `{0}` has a name or a value that HTTP does not allow")]
    Header(String),
    /// More than [`MAX_HEADERS`].
    #[error("it has {0} headers and cookies: return {MAX_HEADERS} at most")]
    TooManyHeaders(usize),
    /// More JSON than the front door takes.
    #[error(
        "it is {size} bytes of JSON, over the limit of {limit}: leave out a part, or answer by a redirect"
    )]
    TooLong {
        /// In bytes.
        size: usize,
        /// In bytes.
        limit: usize,
    },
    /// `isBase64Encoded` is true and `body` is something else.
    #[error("`body` is not base64 though `isBase64Encoded` is `true`: {0}")]
    Base64(#[from] base64::DecodeError),
}

/// Found in the extensions of the response, where a [`GatewayError`] is if there is no
/// answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The function streamed to an integration that does not.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>
    StreamLost,
    /// The function posted a reply to a Function URL that streams, which does not read it.
    ReplyUnread,
    /// The function streamed a head to a Function URL, and not one byte of a body.
    /// <https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/95>
    BodyEmpty,
    /// The function streamed nothing to a Function URL.
    /// <https://github.com/middyjs/middy/issues/1189>
    StreamEmpty,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StreamLost => {
                "the function streams and its integration does not, so that as on AWS the client got status and \
                 headers alone: answer in one piece, or let a Function URL of `InvokeMode: RESPONSE_STREAM` or a \
                 REST API of `ResponseTransferMode: RESPONSE_STREAM` pass the stream on"
            }
            Self::ReplyUnread => {
                "the function answers in one piece and its Function URL streams, so that as on AWS the client got \
                 the JSON of the reply as a body: stream (`.streaming()` on a route), or take \
                 `InvokeMode: RESPONSE_STREAM` away"
            }
            Self::BodyEmpty => {
                "the function streamed status and headers without a byte of a body: on AWS, clients of a Function URL \
                 are reported to wait for minutes for its end; write at least one byte, as `.streaming()` of \
                 `api-routes` does"
            }
            Self::StreamEmpty => {
                "the function streamed nothing, not even status and headers, so that as on AWS the client got an \
                 empty 200: write the head of the response before you end the stream"
            }
        })
    }
}
