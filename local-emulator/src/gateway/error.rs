//! Errors that a front door answers itself, and notes on valid answers. The words for the client are in the `error.rs` of
//! each front door.

use std::fmt;
use std::time::Duration;

use http::Method;

use super::headers::MAX_HEADERS;
use super::prelude::PreludeError;
use crate::authorizer::Denial;
use crate::invocation::Throttle;

/// The reason why a request has no answer from its function, in words for the developer. It is among the extensions of the
/// response; the client gets a status and a fixed message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// No route, no rule, or no function.
    #[error("no route takes this method and path")]
    NoRoute,
    /// No route, because of a slash at the end: API Gateway does not ignore it as Next.js does.
    #[error("no route takes this path: leave out the slash at its end, since a route takes `{0}`")]
    TrailingSlash(
        /// The path without the slash.
        String,
    ),
    /// A path outside the stage.
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
    /// The body is within the front door's limit, but its event is over the limit of Lambda.
    #[error("the event is over the limit of {limit} bytes (a body in base64 takes a third more)")]
    EventTooLong {
        /// In bytes.
        limit: usize,
    },
    /// A kind of request that the front door does not take.
    #[error("{0}")]
    Unsupported(#[from] Unsupported),
    /// The body is malformed, or its client hung up. Only the client of a malformed body sees the answer.
    #[error("the body broke off: {0}")]
    BrokenBody(String),
    /// The caller may not call the function.
    #[error("not authorized: {0}")]
    Denied(#[from] Denial),
    /// The function posted an error, crashed, or ran out of time.
    #[error("the invocation failed: {0}")]
    FunctionFailed(
        /// The error of the function or of Lambda, in one line.
        String,
    ),
    /// The reply of the function is not a valid response for this front door.
    #[error("the reply cannot become a response: {0}")]
    InvalidReply(#[from] InvalidReply),
    /// The stream of the function does not begin with a valid prelude.
    #[error("the stream cannot become a response: {0}")]
    InvalidStream(#[from] PreludeError),
    /// Too many invocations at once.
    #[error("the invocation was throttled: {0}")]
    Throttled(#[from] Throttle),
    /// The front door stopped waiting; the invocation continues.
    #[error("no reply within the integration time-out of {0:?}: the invocation goes on without its client")]
    TimedOut(Duration),
}

impl GatewayError {
    /// Builds the error for a request without a route. `path` is the part of `sent` that selects routes, and `takes`
    /// returns whether a route takes another path.
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
    /// An upgrade to another protocol.
    #[error("a function takes no WebSockets")]
    Upgrade,
    /// A method that is not allowed.
    #[error("a load balancer takes no {0} requests")]
    Method(Method),
    /// Too many addresses in `x-forwarded-for`, as in a loop.
    #[error("`x-forwarded-for` has {0} addresses, over the limit of 30")]
    ForwardedTooOften(usize),
}

/// A reply that is not a valid response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidReply {
    /// A member has the wrong type, or `body` is not a string.
    #[error("a member has the wrong type: {0}")]
    Malformed(String),
    /// Not an HTTP status, or a status that cannot be final.
    #[error("`statusCode` is `{0}`: return a whole number from 200 to 599")]
    StatusCode(String),
    /// A name or value that HTTP does not allow.
    #[error("the header `{0}` has a name or a value that HTTP does not allow")]
    Header(String),
    /// More than [`MAX_HEADERS`].
    #[error("it has {0} headers and cookies: return {MAX_HEADERS} at most")]
    TooManyHeaders(usize),
    /// More JSON than the front door accepts.
    #[error(
        "it is {size} bytes of JSON, over the limit of {limit}: leave out a part, or answer by a redirect"
    )]
    TooLong {
        /// In bytes.
        size: usize,
        /// In bytes.
        limit: usize,
    },
    /// `isBase64Encoded` is true, and `body` is not base64.
    #[error("`body` is not base64 though `isBase64Encoded` is `true`: {0}")]
    Base64(#[from] base64::DecodeError),
}

/// A note for the developer on a valid answer. The note is among the extensions of the response, like the
/// [`GatewayError`] of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The function streamed to an integration that does not stream.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>
    StreamLost,
    /// The function posted a reply to a streaming Function URL, which does not interpret replies.
    ReplyUnread,
    /// The function streamed a head to a Function URL, and no byte of a body.
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
                "the function streams and its integration does not, so that as on AWS the client got only status and \
                 headers: answer in one piece, or stream through a Function URL with `InvokeMode: RESPONSE_STREAM` or a \
                 REST API with `ResponseTransferMode: RESPONSE_STREAM`"
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
