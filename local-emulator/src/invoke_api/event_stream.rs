//! `application/vnd.amazon.eventstream`: messages with headers and two checksums.
//!
//! Lambda uses the layout of <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html>. AWS's crate for it
//! has more than a dozen dependencies.

use bytes::Bytes;
use serde::Serialize;

/// The type of a header value that is text. All values here are.
const TEXT: u8 = 7;

/// The end of an invocation:
/// <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStreamCompleteEvent.html>
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InvokeComplete {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error_details: Option<String>,
    /// The end of the log, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) log_result: Option<String>,
}

/// Returns the event of a piece of the answer.
pub(super) fn payload_chunk(piece: &[u8]) -> Bytes {
    event("PayloadChunk", "application/octet-stream", piece)
}

/// Returns the last event.
pub(super) fn invoke_complete(complete: &InvokeComplete) -> Bytes {
    // Texts can always be JSON.
    event("InvokeComplete", "application/json", &serde_json::to_vec(complete).unwrap_or_default())
}

fn event(event_type: &str, content_type: &str, payload: &[u8]) -> Bytes {
    let headers = [(":event-type", event_type), (":content-type", content_type), (":message-type", "event")];
    message(&headers, payload)
}

/// Returns a message: the lengths and their checksum, headers, payload, and the checksum of all of it.
fn message(headers: &[(&str, &str)], payload: &[u8]) -> Bytes {
    let headers = headers.iter().flat_map(|(name, value)| header(name, value)).collect::<Vec<_>>();
    let length = 12 + headers.len() + payload.len() + 4;
    let mut message = Vec::with_capacity(length);
    message.extend(length_of(length));
    message.extend(length_of(headers.len()));
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message.extend(headers);
    message.extend_from_slice(payload);
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message.into()
}

/// Returns a header. Names and values are constants, and short enough for their length fields.
fn header(name: &str, value: &str) -> Vec<u8> {
    let (name_length, value_length) = (length_of(name.len()), length_of(value.len()));
    [&name_length[3..], name.as_bytes(), &[TEXT], &value_length[2..], value.as_bytes()].concat()
}

/// Returns a length as four bytes. A reply is far shorter than 4 GB.
fn length_of(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::{InvokeComplete, invoke_complete, message, payload_chunk};

    /// The test vectors of botocore:
    /// <https://github.com/boto/botocore/blob/develop/tests/unit/test_eventstream.py>.
    #[test]
    fn messages_have_the_form_that_botocore_reads() {
        assert_eq!(&message(&[], b"")[..], b"\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2H\xeb}\x98\xc8\xff");
        assert_eq!(
            &message(&[], b"{'foo':'bar'}")[..],
            b"\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96"
        );
        assert_eq!(
            &message(&[("content-type", "application/json")], b"{'foo':'bar'}")[..],
            b"\x00\x00\x00=\x00\x00\x00 \x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1"
        );
    }

    fn holds(message: &[u8], part: &[u8]) -> bool {
        message.windows(part.len()).any(|bytes| bytes == part)
    }

    #[test]
    fn event_names_its_type_and_content_type() {
        let chunk = payload_chunk(b"\x00\xff");
        assert!(holds(&chunk, b"\x0b:event-type\x07\x00\x0cPayloadChunk"));
        assert!(holds(&chunk, b"\x0d:content-type\x07\x00\x18application/octet-stream"));
        assert!(holds(&chunk, b"\x0d:message-type\x07\x00\x05event\x00\xff"));
    }

    #[test]
    fn last_event_has_only_the_present_members() {
        assert!(holds(&invoke_complete(&InvokeComplete::default()), b"\x00\x05event{}"));
        let failed = InvokeComplete {
            error_code: Some("Unhandled".to_owned()),
            error_details: Some("{}".to_owned()),
            log_result: Some("eA==".to_owned()),
        };
        let json = br#"{"ErrorCode":"Unhandled","ErrorDetails":"{}","LogResult":"eA=="}"#;
        assert!(holds(&invoke_complete(&failed), json));
    }
}
