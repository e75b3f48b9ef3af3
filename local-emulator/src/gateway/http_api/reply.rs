//! What a function returned, as an HTTP API reads it in payload format 2.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use bytes::Bytes;
use http::StatusCode;

use crate::gateway::payload_2::reply::{Payload, parse};
use crate::gateway::reply::{InvalidReply, Reply};

#[cfg(test)]
mod tests;

/// Reads what the function posted.
///
/// An object with a `statusCode` is a response, or a 500 if it is a bad one. Everything else is
/// a body of its own.
///
/// Undocumented (HTTP-14): that it need not be JSON. "In practice, API Gateway does not validate the JSON",
/// says AWS's .NET test tool, <https://github.com/aws/aws-lambda-dotnet/blob/master/Tools/LambdaTestTool-v2>.
pub(super) fn read(payload: Bytes) -> Result<Reply, InvalidReply> {
    match parse::<String>(payload)? {
        Payload::Response(envelope) => envelope.into_reply(|body| body),
        Payload::Body(body) => Ok(inferred(unquoted(&body).unwrap_or(body))),
    }
}

/// Undocumented (HTTP-13): the bytes as they are. Whether AWS writes the JSON anew, without spaces, is not
/// said, and the examples in its guide keep theirs.
fn inferred(body: Bytes) -> Reply {
    Reply::plain(StatusCode::OK, "application/json", body)
}

fn unquoted(payload: &[u8]) -> Option<Bytes> {
    serde_json::from_slice::<String>(payload).ok().map(Bytes::from)
}
