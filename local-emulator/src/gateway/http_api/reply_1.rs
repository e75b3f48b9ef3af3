//! What a function returned, as an HTTP API reads it in payload format 1.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>, and
//! what was recorded for AWS's .NET test tool, `Snapshots/V1_*HttpV1.json` in
//! <https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2/tests>. Nothing is inferred.

use http::header::HeaderMap;
use serde::Deserialize;

use crate::gateway::Note;
use crate::gateway::payload_1::{
    Flag, Headers, MultiValueHeaders, check_len, object, pairs_of_multiple, pairs_of_single,
};
use crate::gateway::payload_2::reply::is_gateways_own;
use crate::gateway::prelude;
use crate::gateway::reply::{InvalidReply, Reply, Scalar, decoded, name, status, value};

#[cfg(test)]
mod tests;

/// A `statusCode` is needed, and members of other names are passed over, say the authors of `sam local` after
/// trials (<https://github.com/aws/aws-sam-cli/pull/2941>). A REST API does neither.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    status_code: Scalar,
    headers: Headers,
    multi_value_headers: MultiValueHeaders,
    body: Option<String>,
    is_base64_encoded: Option<Flag>,
}

/// Reads what the function posted. Of a stream it is status and headers alone:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>.
pub(super) fn read(payload: &[u8]) -> Result<Reply, InvalidReply> {
    match object(payload) {
        Ok(envelope) => from_envelope(envelope),
        Err(error) => {
            let head = prelude::of(payload).ok_or(error)?;
            let envelope = Envelope { body: None, is_base64_encoded: None, ..object(head)? };
            Ok(from_envelope(envelope)?.noting(Note::StreamLost))
        }
    }
}

/// Base64 is decoded whatever the client accepts.
fn from_envelope(envelope: Envelope) -> Result<Reply, InvalidReply> {
    let status = status(envelope.status_code)?;
    let headers = merged(envelope.headers, envelope.multi_value_headers)?;
    let body =
        decoded(envelope.body.unwrap_or_default(), envelope.is_base64_encoded.is_some_and(Flag::is_set))?;
    Ok(Reply::new(status, headers, body))
}

/// All values of a name, that of `headers` first.
fn merged(single: Headers, multiple: MultiValueHeaders) -> Result<HeaderMap, InvalidReply> {
    check_len(&single, &multiple)?;
    let mut headers = HeaderMap::new();
    for (text, sent) in pairs_of_single(single).chain(pairs_of_multiple(multiple)) {
        let sent = value(&text, sent)?;
        let name = name(text)?;
        if !is_gateways_own(&name) {
            headers.append(name, sent);
        }
    }
    Ok(headers)
}
