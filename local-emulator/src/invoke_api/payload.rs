//! Reads the event that a caller sends.

use std::error::Error;

use bytes::Bytes;
use serde::de::IgnoredAny;

use super::constraint::LONGEST_PAYLOAD;
use super::error::InvokeError;
use crate::gateway::{GatewayError, RequestBody, limits};

/// The event of a request without a body. Undocumented (INV-6).
const NOTHING: &[u8] = b"{}";

/// Reads a body, which has to be JSON. The `Content-Type` does not matter: SDKs send `application/octet-stream` or none. When AWS
/// answers `UnsupportedMediaTypeException` is undocumented (INV-7).
pub(super) async fn read(body: impl RequestBody) -> Result<Bytes, InvokeError> {
    let payload = limits::read_body(body, LONGEST_PAYLOAD).await.map_err(|error| match error {
        GatewayError::BodyTooLong { .. } => InvokeError::RequestTooLarge,
        other => InvokeError::InvalidContent(other.to_string()),
    })?;
    if payload.is_empty() { Ok(Bytes::from_static(NOTHING)) } else { json(payload) }
}

/// Checks that a payload is JSON. The function gets its bytes unchanged.
fn json(payload: Bytes) -> Result<Bytes, InvokeError> {
    let text = str::from_utf8(&payload).map_err(|error| not_json(&error))?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| not_json(&error))?;
    Ok(payload)
}

/// Returns AWS's words up to the last colon. The rest comes from AWS's parser: test `test_lambda_invoke_payload_encoding_error` in
/// <https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/lambda_/test_lambda.snapshot.json>.
fn not_json(error: &dyn Error) -> InvokeError {
    InvokeError::InvalidContent(format!(
        "Could not parse request body into json: Could not parse payload into json: {error}"
    ))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::Full;

    use super::{LONGEST_PAYLOAD, read};
    use crate::invoke_api::error::InvokeError;

    #[tokio::main(flavor = "current_thread")]
    async fn payload(bytes: impl Into<Bytes>) -> Result<Bytes, InvokeError> {
        read(Full::new(bytes.into())).await
    }

    #[test]
    fn any_json_reaches_the_function_unchanged() {
        for text in ["{}", " {\"a\" : 1}\n", "null", "3", "\"text\"", "[1, 2]", "\"\u{fffd}é\""] {
            assert_eq!(payload(text).unwrap(), text);
        }
    }

    #[test]
    fn empty_body_is_an_empty_object() {
        assert_eq!(payload("").unwrap(), "{}");
    }

    #[test]
    fn invalid_json_is_refused_in_the_words_of_aws() {
        let deep = "[".repeat(100_000);
        for bytes in [b"{" as &[u8], b"hello", b" ", b"{}{}", b"\"n\x87r\"", b"\x99\xeb", deep.as_bytes()] {
            let error = payload(bytes.to_vec()).unwrap_err();
            assert_eq!(error.name(), "InvalidRequestContentException");
            let words = "Could not parse request body into json: Could not parse payload into json: ";
            assert!(error.to_string().starts_with(words), "{error}");
        }
    }

    #[test]
    fn body_over_six_megabytes_is_refused() {
        let text = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
        assert_eq!(payload(text(LONGEST_PAYLOAD)).unwrap().len(), LONGEST_PAYLOAD);
        assert!(matches!(payload(text(LONGEST_PAYLOAD + 1)), Err(InvokeError::RequestTooLarge)));
    }
}
