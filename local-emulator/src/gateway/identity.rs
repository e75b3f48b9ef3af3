//! What the gateway gives to a request: its ids and its time.

use crate::timestamp::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use http::{HeaderMap, HeaderName};
use serde::Serializer;
use uuid::Uuid;

pub(super) const TRACE_HEADER: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// What tells one request from another.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(super) request_id: String,
    /// The header [`TRACE_HEADER`].
    pub(crate) trace_id: String,
    /// Of the request's arrival.
    pub(super) time: Timestamp,
}

impl Identity {
    /// For a request that arrives now.
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        let time = Timestamp::now();
        Self { request_id: request_id(), trace_id: trace_id(headers, time.seconds()), time }
    }
}

#[cfg(test)]
impl Identity {
    /// That of an event that was captured.
    pub(super) fn captured(request_id: &str, trace_id: &str, time_epoch: i64) -> Self {
        let time = Timestamp::from_milliseconds(time_epoch);
        Self { request_id: request_id.to_owned(), trace_id: trace_id.to_owned(), time }
    }
}

/// A time as events have it.
pub(super) fn common_log_format<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.common_log())
}

/// Sixteen characters that end in `=`, as in every capture: eleven bytes in base64.
///
/// Undocumented (HTTP-5): that the event's `requestId` and the header `apigw-requestid` are one.
fn request_id() -> String {
    URL_SAFE.encode(&random()[..11])
}

/// `Root=1-<seconds>-<96 random bits>`, both in hexadecimal, with the client's root if it sent one.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
///
/// Undocumented (HTTP-6): what becomes of the client's other fields (`Parent`, `Sampled`); they end here,
/// since no segment of theirs is recorded.
fn trace_id(headers: &HeaderMap, epoch_seconds: i64) -> String {
    match client_root(headers) {
        Some(root) => format!("Root={root}"),
        None => format!("Root={}", new_root(epoch_seconds)),
    }
}

/// A trace id as Lambda tells it to its own clients: with its root in lower case, and what it has decided on
/// sampling. Undocumented (URL-11, INV-10): what that is; here nothing is recorded.
pub(crate) fn unsampled(trace_id: &str) -> String {
    format!("root={};sampled=0", trace_id.trim_start_matches("Root="))
}

/// The id of a new trace, or of a part of one.
pub(super) fn new_root(epoch_seconds: i64) -> String {
    let random = random().iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    format!("1-{epoch_seconds:08x}-{random:024x}")
}

fn client_root(headers: &HeaderMap) -> Option<&str> {
    let sent = headers.get(TRACE_HEADER)?.to_str().ok()?;
    sent.split(';').filter_map(|field| field.trim().strip_prefix("Root=")).find(|root| is_root(root))
}

fn is_root(root: &str) -> bool {
    let mut fields = root.split('-');
    let is_hex = |field: Option<&str>, len| {
        field.is_some_and(|field| field.len() == len && field.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    fields.next() == Some("1")
        && is_hex(fields.next(), 8)
        && is_hex(fields.next(), 24)
        && fields.next().is_none()
}

/// From a version 4 UUID, without the two of its bytes that hold fixed bits.
fn random() -> [u8; 12] {
    let uuid = Uuid::new_v4().into_bytes();
    let mut random = [0; 12];
    random[..6].copy_from_slice(&uuid[..6]);
    random[6..].copy_from_slice(&uuid[9..15]);
    random
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_has_sixteen_characters_and_ends_in_an_equals_sign() {
        let id = request_id();
        assert_eq!(id.len(), 16);
        assert!(id.ends_with('=') && !id.ends_with("=="), "{id}");
        assert_ne!(id, request_id());
    }

    #[test]
    fn a_new_trace_id_begins_with_the_time() {
        let id = trace_id(&HeaderMap::new(), 0x6a51_45a9);
        assert!(id.starts_with("Root=1-6a5145a9-"), "{id}");
        assert!(is_root(&id["Root=".len()..]), "{id}");
    }

    #[test]
    fn the_clients_root_is_kept_if_it_is_one() {
        const ROOT: &str = "1-6a5145a9-1bae89e2512ec92d5d9438a0";
        for (sent, kept) in [
            (format!("Root={ROOT}"), true),
            (format!("Self=1-2-3; Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"), true),
            (format!("root={ROOT}"), false),
            (format!("Root={ROOT}-0"), false),
            ("Root=1-6a5145a9-xyz".to_owned(), false),
            (String::new(), false),
        ] {
            let headers = HeaderMap::from_iter([(TRACE_HEADER, sent.parse().unwrap())]);
            assert_eq!(trace_id(&headers, 0) == format!("Root={ROOT}"), kept, "{sent}");
        }
    }
}
