//! What a function returned, as a Function URL in mode `BUFFERED` reads it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload>; where that page
//! and LocalStack's recordings of AWS differ (`test_lambda_url_invocation` in
//! <https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.py>), the
//! recordings are followed.

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use crate::gateway::payload_2::reply::{Payload, parse};
use crate::gateway::reply::{InvalidReply, Reply};

#[cfg(test)]
mod tests;

/// Reads what the function posted. An object with a `statusCode` is a response, whose `body` may also be JSON;
/// everything else is a body of its own.
pub(super) fn read(payload: Bytes) -> Result<Reply, InvalidReply> {
    match parse(payload)? {
        Payload::Response(envelope) => envelope.into_reply(text),
        Payload::Body(body) => Ok(Reply::plain(StatusCode::OK, "application/json", inferred(body))),
    }
}

/// Undocumented (URL-5): what is no JSON at all goes as it is.
fn inferred(body: Bytes) -> Bytes {
    serde_json::from_slice(&body).map_or(body, |json| text(json).into())
}

/// A string without its quotes, anything else written anew without spaces: both recorded.
///
/// Undocumented (URL-17): how numbers and escapes are written then; as `serde_json` does.
fn text(json: Value) -> String {
    match json {
        Value::String(text) => text,
        json => json.to_string(),
    }
}
