//! The reply of a function, as a load balancer reads it.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#respond-to-load-balancer>.
//! A load balancer is stricter than API Gateway: a reply without a `statusCode` is invalid, a header must be a
//! text (<https://github.com/jeremydaly/lambda-api/issues/117>,
//! <https://github.com/pwrdrvr/lambda-dispatch/issues/52>), and a member that is `null` does not count as missing
//! (<https://github.com/aws/aws-lambda-dotnet/issues/507>,
//! <https://github.com/aws-powertools/powertools-lambda-python/issues/4671>). Only `statusCode` is required
//! (<https://github.com/awsdocs/elb-application-load-balancers-user-guide/issues/33>).

use std::collections::BTreeMap;

use http::header::{self, HeaderMap, HeaderName};
use hyper::ext::ReasonPhrase;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::gateway::error::InvalidReply;
use crate::gateway::headers::{MAX_HEADERS, is_hop_by_hop};
use crate::gateway::reply::{Reply, Scalar, decoded, name, status, value};

#[cfg(test)]
mod tests;

/// "The maximum size of the response JSON that the Lambda function can send is 1 MB."
///
/// Undocumented (ALB-10): that this is 2^20 bytes.
pub const RESPONSE: usize = 1024 * 1024;

/// The number of headers that the load balancer adds: server, type, length.
const ADDED_HEADERS: usize = 3;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    status_code: serde_json::Number,
    #[serde(default)]
    status_description: String,
    /// Not read with multi-value headers on, whatever its type.
    #[serde(default = "nothing")]
    headers: Value,
    /// Not read with multi-value headers off, whatever its type.
    #[serde(default = "nothing")]
    multi_value_headers: Value,
    #[serde(default)]
    body: String,
    #[serde(default)]
    is_base64_encoded: bool,
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

/// Reads what the function posted: the response, and the reason phrase of its status if it sets one.
///
/// Undocumented (ALB-11): `headers` with multi-value headers on, and `multiValueHeaders` with them off. "You must use
/// `multiValueHeaders` if you have enabled multi-value headers and `headers` otherwise"; here the other member is ignored.
pub(super) fn read(payload: &[u8], multi_value_headers: bool) -> Result<Reply, InvalidReply> {
    if payload.len() > RESPONSE {
        return Err(InvalidReply::TooLong { size: payload.len(), limit: RESPONSE });
    }
    let envelope = envelope(payload)?;
    let lists = if multi_value_headers {
        members::<Vec<String>>(envelope.multi_value_headers)?
    } else {
        let texts = members::<String>(envelope.headers)?;
        texts.into_iter().map(|(name, value)| (name, vec![value])).collect()
    };
    let status = status(Scalar::Number(envelope.status_code))?;
    let body = decoded(envelope.body, envelope.is_base64_encoded)?;
    let mut reply = Reply::new(status, headers(lists)?, body);
    if let Some(reason) = reason(&envelope.status_description, status.as_u16()) {
        // Hyper writes the phrase that it finds among the extensions.
        reply.extensions.insert(reason);
    }
    Ok(reply)
}

/// Reads a JSON object. A derived `Deserialize` would also read an array as an [`Envelope`].
fn envelope(payload: &[u8]) -> Result<Envelope, InvalidReply> {
    if !payload.trim_ascii_start().starts_with(b"{") {
        return Err(InvalidReply::Malformed("the reply is no object".to_owned()));
    }
    serde_json::from_slice(payload).map_err(malformed)
}

fn members<V: DeserializeOwned>(headers: Value) -> Result<BTreeMap<String, V>, InvalidReply> {
    serde_json::from_value(headers).map_err(malformed)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` wants it")]
fn malformed(error: serde_json::Error) -> InvalidReply {
    InvalidReply::Malformed(error.to_string())
}

/// Builds the header lines. Each spelling of a name makes a line of its own, which was seen to work for `set-cookie`
/// (<https://github.com/Kludex/mangum/pull/189>).
fn headers(sent: BTreeMap<String, Vec<String>>) -> Result<HeaderMap, InvalidReply> {
    let lines = sent.values().map(Vec::len).sum();
    if lines > MAX_HEADERS {
        return Err(InvalidReply::TooManyHeaders(lines));
    }
    let mut headers = HeaderMap::with_capacity(lines + ADDED_HEADERS);
    for (text, values) in sent {
        let name = name(text)?;
        if is_load_balancers_own(&name) {
            continue;
        }
        for text in values {
            headers.append(&name, value(name.as_str(), text)?);
        }
    }
    Ok(headers)
}

/// "The load balancer does not honor hop-by-hop headers, such as `Connection` or `Transfer-Encoding`. You can omit the
/// `Content-Length` header because the load balancer computes it".
///
/// Undocumented (ALB-12): a `date` that the function sets. Here it is ignored, as on an HTTP API.
fn is_load_balancers_own(name: &HeaderName) -> bool {
    is_hop_by_hop(name) || *name == header::CONTENT_LENGTH || *name == header::DATE
}

/// "The `statusDescription` header must contain the status code and reason phrase, separated by a single space."
///
/// Undocumented (ALB-13): a description without a phrase, or with another status. Here it is ignored.
fn reason(description: &str, status: u16) -> Option<ReasonPhrase> {
    let (code, phrase) = description.split_once(' ')?;
    if code.parse() != Ok(status) || phrase.is_empty() {
        return None;
    }
    ReasonPhrase::try_from(phrase.as_bytes()).ok()
}
