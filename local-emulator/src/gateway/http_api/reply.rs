//! The reply of a function, as an HTTP API reads it in payload format 2.0 or 1.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>, and for
//! format 1.0 the recordings of AWS's .NET test tool, `Snapshots/V1_*HttpV1.json` in
//! <https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2/tests>.

use api_routes_project::aws::PayloadFormat;
use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderMap;
use serde::Deserialize;

use crate::gateway::error::{InvalidReply, Note};
use crate::gateway::payload_1::{
    Flag, MultiValueHeaders, SingleHeaders, check_len, multi_value_pairs, object, single_pairs,
};
use crate::gateway::payload_2::reply::{Payload, is_gateways_own, parse};
use crate::gateway::prelude;
use crate::gateway::reply::{Reply, Scalar, decoded, name, status, value};

#[cfg(test)]
mod tests;

/// Reads what the function posted, in the format of its integration.
pub(super) fn read(payload_format: PayloadFormat, payload: Bytes) -> Result<Reply, InvalidReply> {
    match payload_format {
        PayloadFormat::V1 => read_1(&payload),
        PayloadFormat::V2 => read_2(payload),
    }
}

/// Reads a reply of format 2.0. An object with a `statusCode` is a response, or a 500 if a member is invalid. Any other
/// payload is the body of a 200.
///
/// Undocumented (HTTP-14): that such a body need not be JSON. "In practice, API Gateway does not validate the JSON",
/// says AWS's .NET test tool, <https://github.com/aws/aws-lambda-dotnet/blob/master/Tools/LambdaTestTool-v2>.
fn read_2(payload: Bytes) -> Result<Reply, InvalidReply> {
    match parse::<String>(payload)? {
        Payload::Response(envelope) => envelope.into_reply(|body| body),
        Payload::Body(body) => Ok(inferred(unquoted(&body).unwrap_or(body))),
    }
}

/// Builds the 200 of a payload that is its own body.
///
/// Undocumented (HTTP-13): the bytes stay as they are. AWS does not say whether it writes the JSON again without
/// spaces. The examples in its guide keep their spaces.
fn inferred(body: Bytes) -> Reply {
    Reply::plain(StatusCode::OK, "application/json", body)
}

fn unquoted(payload: &[u8]) -> Option<Bytes> {
    serde_json::from_slice::<String>(payload).ok().map(Bytes::from)
}

/// A reply of format 1.0, from which nothing is inferred. `statusCode` is required, and unknown members are ignored,
/// say the authors of `sam local` after trials (<https://github.com/aws/aws-sam-cli/pull/2941>). A REST API requires no
/// `statusCode` and refuses unknown members.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    status_code: Scalar,
    headers: SingleHeaders,
    multi_value_headers: MultiValueHeaders,
    body: Option<String>,
    is_base64_encoded: Option<Flag>,
}

/// Reads a reply of format 1.0. A stream is reduced to its status and headers:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>.
fn read_1(payload: &[u8]) -> Result<Reply, InvalidReply> {
    match object(payload) {
        Ok(envelope) => from_envelope(envelope),
        Err(error) => {
            let head = prelude::find(payload).ok_or(error)?;
            let envelope = Envelope { body: None, is_base64_encoded: None, ..object(head)? };
            Ok(from_envelope(envelope)?.with_note(Note::StreamLost))
        }
    }
}

/// Builds the response. Base64 is decoded whatever the client accepts.
fn from_envelope(envelope: Envelope) -> Result<Reply, InvalidReply> {
    let status = status(envelope.status_code)?;
    let headers = merged(envelope.headers, envelope.multi_value_headers)?;
    let body =
        decoded(envelope.body.unwrap_or_default(), envelope.is_base64_encoded.is_some_and(Flag::is_set))?;
    Ok(Reply::new(status, headers, body))
}

/// Returns all values of each name, the value of `headers` first.
fn merged(single: SingleHeaders, multiple: MultiValueHeaders) -> Result<HeaderMap, InvalidReply> {
    check_len(&single, &multiple)?;
    let mut headers = HeaderMap::new();
    for (text, sent) in single_pairs(single).chain(multi_value_pairs(multiple)) {
        let sent = value(&text, sent)?;
        let name = name(text)?;
        if !is_gateways_own(&name) {
            headers.append(name, sent);
        }
    }
    Ok(headers)
}
