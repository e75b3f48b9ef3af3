//! A function's stream on its way to the client.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use tokio::time::timeout;

use super::reply::head;
use crate::gateway::answer::{AnswerBody, Streamed};
use crate::gateway::error::GatewayError;
use crate::gateway::pace::Pace;
use crate::gateway::prelude::{self, PreludeError};
use crate::gateway::reply::Reply;
use crate::invocation::ReplyStream;

/// How long a regional API waits for the next piece of a stream.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>
const IDLE_TIMEOUT: Duration = Duration::from_secs(5 * 60);

const REMAPPED_LENGTH: HeaderName = HeaderName::from_static("x-amzn-remapped-content-length");

/// The response that `stream` begins.
///
/// Its `Content-Type` does not matter: the page on [`prelude`] asks for its form alone.
///
/// Undocumented (REST-16): that a prelude which does not end in the time for a piece is a 504.
pub(super) async fn streamed(mut stream: ReplyStream, pace: Option<Pace>) -> Result<Reply, GatewayError> {
    let read = timeout(IDLE_TIMEOUT, prelude::read(&mut stream.body)).await;
    let (json, first) = read.map_err(|_| GatewayError::TimedOut(IDLE_TIMEOUT))??;
    let rest = Streamed::new(first, stream.body, pace).with_idle_timeout(IDLE_TIMEOUT);
    reply(&json, AnswerBody::Stream(Box::new(rest)))
}

/// The response in a buffered answer to who expects a stream. Lambda hands it on as it is
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>), and without a
/// prelude it is no response.
pub(super) fn buffered(payload: &Bytes) -> Result<Reply, GatewayError> {
    let prelude = prelude::of(payload).ok_or(PreludeError::Missing)?;
    let body = payload.slice(prelude.len() + prelude::SEPARATOR.len()..);
    reply(prelude, body.into())
}

fn reply(json: &[u8], body: AnswerBody) -> Result<Reply, GatewayError> {
    let mut reply = head(json).map_err(|error| PreludeError::Malformed(error.to_string()))?;
    if matches!(body, AnswerBody::Stream(_)) {
        announce_length(&mut reply);
    }
    Ok(Reply { body, ..reply })
}

/// A length that the function tells is told to the client, since otherwise "API Gateway adds the
/// Transfer-Encoding: chunked header". Undocumented (REST-12): that it is not remapped.
fn announce_length(reply: &mut Reply) {
    let told = reply.headers.remove(REMAPPED_LENGTH).and_then(|told| told.to_str().ok()?.parse::<u64>().ok());
    reply.headers.extend(told.map(|length| (CONTENT_LENGTH, HeaderValue::from(length))));
}
