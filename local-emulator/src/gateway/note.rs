//! What a developer should know of a function's answer, though it is one.

use std::fmt;

/// Found in the extensions of the response, where a [`GatewayError`](super::GatewayError) is if there is no
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
