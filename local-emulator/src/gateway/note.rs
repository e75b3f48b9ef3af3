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
        })
    }
}
